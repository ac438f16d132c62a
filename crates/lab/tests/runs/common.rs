//! A toy experiment for the tests of the runner.

use anyhow::{Result, bail};
use lab::claims::Claim;
use lab::{Experiment, Flags, Folder, Outcome, Row, Rows, preset::Preset, run};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Squares of 0..count; computing the unit `fails` fails.
pub struct Squares {
    pub count: u64,
    pub fails: Option<u64>,
    pub computed: AtomicUsize,
}

#[derive(Debug, Serialize, Deserialize, PartialEq)]
pub struct Square {
    pub number: u64,
    pub square: u64,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Odd {
    pub number: u64,
}

impl Row for Square {
    const TABLE: &'static str = "squares";
}

impl Row for Odd {
    const TABLE: &'static str = "squares-odd";
}

impl Experiment for Squares {
    const NAME: &'static str = "squares";
    const SCHEMA: u32 = 1;
    type Unit = u64;

    fn claims() -> Vec<Claim> {
        Vec::new()
    }

    fn configuration(&self) -> serde_json::Value {
        serde_json::json!({ "count": self.count })
    }

    fn units(&self) -> Vec<u64> {
        (0..self.count).collect()
    }

    fn key(&self, unit: &u64) -> String {
        format!("number={unit}")
    }

    fn compute(&self, &number: &u64, rows: &mut Rows) -> Result<()> {
        if self.fails == Some(number) {
            bail!("no luck");
        }
        self.computed.fetch_add(1, Ordering::Relaxed);
        let square = number * number;
        rows.push(&Square { number, square })?;
        if number % 2 == 1 {
            rows.push(&Odd { number })?;
        }
        rows.measure("seconds", 0.5);
        Ok(())
    }
}

pub fn squares(count: u64) -> Squares {
    Squares {
        count,
        fails: None,
        computed: AtomicUsize::new(0),
    }
}

pub fn flags(out: &Path, threads: u16, fresh: bool) -> Flags {
    Flags {
        threads: Some(threads),
        fresh,
        quiet: true,
        ..Flags::of(Folder {
            preset: "quick".to_owned(),
            out: Some(out.to_owned()),
        })
    }
}

pub fn go(experiment: &Squares, flags: &Flags) -> Result<Outcome> {
    run(experiment, &Preset::load("quick")?, flags)
}

pub fn bytes(out: &Path) -> (Vec<u8>, Vec<u8>) {
    let read = |name: &str| std::fs::read(out.join(name)).unwrap();
    (read("squares.csv"), read("squares-odd.csv"))
}

/// Every file of a folder with its bytes.
pub fn snapshot(out: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let paths = std::fs::read_dir(out)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

/// Changes the text of a file.
pub fn edit(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}
