//! A toy experiment for the tests of the runner.

use anyhow::{Result, bail};
use documented::{Documented, DocumentedFields};
use lab::preset::Preset;
use lab::{About, Configured, Flags, Folder, Job, Outcome, Row, Rows, Unit, boxed, run_all, store};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Squares of 0..count; computing the unit `fails` fails.
pub struct Squares {
    pub count: u64,
    pub fails: Option<u64>,
    pub computed: AtomicUsize,
}

/// A number and its square.
#[derive(Debug, Serialize, Deserialize, PartialEq, Documented, DocumentedFields)]
pub struct Square {
    /// The number.
    pub number: u64,
    /// Its square.
    pub square: u64,
}

/// An odd number.
#[derive(Debug, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct Odd {
    /// The number.
    pub number: u64,
}

impl Row for Square {
    const TABLE: &'static str = "squares";
}

impl Row for Odd {
    const TABLE: &'static str = "squares-odd";
}

pub const ABOUT: About = About {
    name: "squares",
    title: "Squares",
    summary: "Squares of numbers.",
    schema: 1,
    quick: "seed = 1",
    paper: "seed = 1",
    tiny: "seed = 1",
};

impl Configured for Squares {
    fn configuration(&self) -> serde_json::Value {
        serde_json::json!({ "count": self.count })
    }

    fn units(&self) -> Vec<Box<dyn Unit + '_>> {
        boxed((0..self.count).map(|number| Number {
            number,
            squares: self,
        }))
    }
}

struct Number<'a> {
    number: u64,
    squares: &'a Squares,
}

impl Unit for Number<'_> {
    fn key(&self) -> String {
        format!("number={}", self.number)
    }

    fn compute(&self, _: u64, rows: &mut Rows) -> Result<()> {
        let number = self.number;
        if self.squares.fails == Some(number) {
            bail!("no luck");
        }
        self.squares.computed.fetch_add(1, Ordering::Relaxed);
        let square = number * number;
        rows.push(&Square { number, square })?;
        if number % 2 == 1 {
            rows.push(&Odd { number })?;
        }
        rows.measure("seconds", 0.5);
        Ok(())
    }
}

pub fn job(squares: &Squares) -> Result<Job<'_>> {
    let preset = Preset::parse("quick", ABOUT.quick)?;
    Job::new(&ABOUT, squares, &preset)
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

pub fn go(squares: &Squares, flags: &Flags) -> Result<Outcome> {
    Ok(run_all(&[job(squares)?], flags)?[0])
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

/// Changes the text of a part and gives its blocks the hashes of what they now are, as no accident would.
pub fn forge(path: &Path, from: &str, to: &str) {
    edit(path, from, to);
    let text = std::fs::read_to_string(path).unwrap();
    let (configuration, rest) = text.split_once('\n').unwrap();
    let (mut forged, mut pending) = (format!("{configuration}\n"), String::new());
    for line in rest.lines() {
        if line.starts_with("run\t") || line.contains("\tdone\t") {
            pending += line.rsplit_once('\t').unwrap().0;
            let hash = store::sha256(format!("{configuration}\n{pending}").as_bytes());
            forged += &format!("{pending}\t{hash}\n");
            pending.clear();
        } else {
            pending += &format!("{line}\n");
        }
    }
    std::fs::write(path, forged).unwrap();
}
