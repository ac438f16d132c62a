//! The file of a run in progress, or of one shard of a run: finished units, whole, in the order in
//! which they finish.
//!
//! The first line holds the configuration, a line `run` says which process wrote what follows, and a
//! unit is a block of lines, written at once:
//!
//! ```text
//! run <tab> session
//! index <tab> row <tab> table <tab> CSV line
//! index <tab> measure <tab> name <tab> value
//! index <tab> done <tab> key
//! ```
//!
//! Whatever follows the last `done` was cut off by a crash and is dropped.

use crate::experiment::Rows;
use crate::store::{Missing, open_alone};
use anyhow::{Context, Result, bail, ensure};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// What a file of a run in progress holds.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// The first line, absent in an empty file.
    pub configuration: Option<String>,
    /// What the lines `run` say.
    pub sessions: Vec<String>,
    /// Where each finished unit's block stands.
    pub blocks: Vec<Option<Range<u64>>>,
    /// End of the last whole block.
    end: u64,
}

impl Contents {
    /// Reads what is there; a missing file is an empty one. Units beyond `units` are refused.
    pub fn read(path: &Path, units: usize) -> Result<Self> {
        match File::open(path) {
            Ok(file) => Self::scan(&file, units).with_context(|| path.display().to_string()),
            // A folder that is none is found out when it is to be written.
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Self::scan(&[][..], units)
            }
            Err(error) => Err(error).with_context(|| path.display().to_string()),
        }
    }

    /// For every unit whether it is done.
    pub fn done(&self) -> Vec<bool> {
        self.blocks.iter().map(Option::is_some).collect()
    }

    fn scan(source: impl Read, units: usize) -> Result<Self> {
        let mut contents = Self {
            blocks: vec![None; units],
            ..Self::default()
        };
        let mut reader = BufReader::new(source);
        let mut line = Vec::new();
        let mut position = 0;
        loop {
            line.clear();
            position += reader.read_until(b'\n', &mut line)? as u64;
            // A line without its end was cut off, as was all of the block that it belongs to.
            let Some(text) = line
                .strip_suffix(b"\n")
                .and_then(|l| str::from_utf8(l).ok())
            else {
                return Ok(contents);
            };
            if contents.configuration.is_none() {
                contents.configuration = Some(text.to_owned());
                contents.end = position;
            } else if let Some(session) = text.strip_prefix("run\t") {
                contents.sessions.push(session.to_owned());
                contents.end = position;
            } else if let Some((index, _key)) = text.split_once("\tdone\t") {
                let block = index
                    .parse()
                    .ok()
                    .and_then(|i: usize| contents.blocks.get_mut(i));
                let block = block.context("a unit that does not exist; start over with --fresh")?;
                *block = Some(contents.end..position);
                contents.end = position;
            }
        }
    }
}

/// One line of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry<'a> {
    /// A line of a CSV file; the first one of a unit is the header.
    Row {
        /// The table.
        table: &'a str,
        /// The line.
        text: &'a str,
    },
    /// A measurement.
    Measure {
        /// What was measured.
        name: &'a str,
        /// The value as text.
        value: &'a str,
    },
    /// The end of the unit, with its key.
    Done(&'a str),
}

/// The file of a run in progress, locked against other processes.
#[derive(Debug)]
pub(crate) struct Partial {
    path: PathBuf,
    file: File,
    pub contents: Contents,
}

impl Partial {
    /// Opens or creates the file; `fresh` discards what is in it.
    ///
    /// # Errors
    /// Another process that writes it, another configuration in it, or a folder that cannot be
    /// written.
    pub fn open(path: &Path, configuration: &str, units: usize, fresh: bool) -> Result<Self> {
        let mut file = open_alone(path, Missing::Create)?;
        if fresh {
            file.set_len(0)?;
        }
        let mut contents =
            Contents::scan(&file, units).with_context(|| path.display().to_string())?;
        file.set_len(contents.end)?;
        match &contents.configuration {
            Some(other) => ensure_same(other, configuration, path)?,
            None => {
                let line = format!("{configuration}\n");
                write_at(&mut file, line.as_bytes(), 0, path)?;
                contents.end = line.len() as u64;
            }
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            contents,
        })
    }

    /// Opens a file that is there.
    ///
    /// # Errors
    /// Another process that writes it, or a file that cannot be read.
    pub fn reopen(path: &Path, units: usize) -> Result<Self> {
        let file = open_alone(path, Missing::Refuse)?;
        let contents = Contents::scan(&file, units).with_context(|| path.display().to_string())?;
        Ok(Self {
            path: path.to_owned(),
            file,
            contents,
        })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes which process writes what follows.
    pub fn begin(&mut self, session: &str) -> Result<()> {
        self.write(&format!("run\t{session}\n"))?;
        self.contents.sessions.push(session.to_owned());
        Ok(())
    }

    /// Adds a finished unit. After an error the file is as it was before.
    pub fn append(&mut self, index: usize, key: &str, rows: &Rows) -> Result<()> {
        let mut block = String::new();
        for line in &rows.lines {
            writeln!(block, "{index}\trow\t{}\t{}", line.table, line.text)?;
        }
        for (name, value) in &rows.measures {
            writeln!(block, "{index}\tmeasure\t{name}\t{value}")?;
        }
        writeln!(block, "{index}\tdone\t{key}")?;
        let start = self.contents.end;
        self.write(&block)?;
        self.contents.blocks[index] = Some(start..self.contents.end);
        Ok(())
    }

    fn write(&mut self, text: &str) -> Result<()> {
        write_at(
            &mut self.file,
            text.as_bytes(),
            self.contents.end,
            &self.path,
        )?;
        self.contents.end += text.len() as u64;
        Ok(())
    }

    /// The lines of one unit that is done, as they stand in the file.
    pub fn block(&mut self, index: usize) -> Result<String> {
        let block = self.contents.blocks[index]
            .clone()
            .context("a unit is not done")?;
        let mut text = vec![0; (block.end - block.start) as usize];
        self.file.seek(SeekFrom::Start(block.start))?;
        self.file.read_exact(&mut text)?;
        Ok(String::from_utf8(text)?)
    }
}

/// The entries of a unit's lines.
pub(crate) fn entries(block: &str) -> impl Iterator<Item = Result<Entry<'_>>> {
    block.lines().map(|line| {
        let fields: Vec<&str> = line.splitn(4, '\t').collect();
        match fields[..] {
            [_, "row", table, text] => Ok(Entry::Row { table, text }),
            [_, "measure", name, value] => Ok(Entry::Measure { name, value }),
            [_, "done", key] => Ok(Entry::Done(key)),
            _ => bail!("a damaged line; start over with --fresh: {line}"),
        }
    })
}

/// Writes at the known end of a file, so that a failed write leaves nothing in the way.
fn write_at(file: &mut File, bytes: &[u8], end: u64, path: &Path) -> Result<()> {
    let written = file
        .seek(SeekFrom::Start(end))
        .and_then(|_| file.write_all(bytes));
    if let Err(error) = written {
        file.set_len(end)?;
        let shown = path.display();
        return Err(error)
            .with_context(|| format!("cannot write {shown}; finished units are kept"));
    }
    Ok(())
}

/// Refuses to mix rows of two configurations, and names what differs.
pub(crate) fn ensure_same(there: &str, now: &str, path: &Path) -> Result<()> {
    ensure!(
        there == now,
        "{} was made with other parameters ({}): choose another --out, or compute it anew with --fresh",
        path.display(),
        difference(there, now)
    );
    Ok(())
}

/// The first parameter that differs between two configurations.
fn difference(there: &str, now: &str) -> String {
    fn first(there: &serde_json::Value, now: &serde_json::Value, name: &str) -> Option<String> {
        if there == now {
            return None;
        }
        match (there.as_object(), now.as_object()) {
            (Some(there), Some(now)) => now.keys().chain(there.keys()).find_map(|key| {
                let null = serde_json::Value::Null;
                let sides = (
                    there.get(key).unwrap_or(&null),
                    now.get(key).unwrap_or(&null),
                );
                first(sides.0, sides.1, key)
            }),
            _ => Some(format!("{name} {there} there, {now} now")),
        }
    }
    match (serde_json::from_str(there), serde_json::from_str(now)) {
        (Ok(there), Ok(now)) => first(&there, &now, "configuration").unwrap_or_default(),
        _ => "its first line is damaged".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIGURATION: &str = r#"{"seed":1}"#;

    fn unit(value: f64) -> Rows {
        Rows {
            measures: vec![("value".to_owned(), value)],
            ..Rows::default()
        }
    }

    fn value(partial: &mut Partial, index: usize) -> String {
        let block = partial.block(index).unwrap();
        let found: Vec<Entry> = entries(&block).map(Result::unwrap).collect();
        match found[..] {
            [
                Entry::Measure {
                    name: "value",
                    value,
                },
                Entry::Done("key"),
            ] => value.to_owned(),
            _ => panic!("{found:?}"),
        }
    }

    #[test]
    fn every_cut_of_the_file_resumes_with_the_units_that_are_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.partial");
        let mut partial = Partial::open(&path, CONFIGURATION, 3, false).unwrap();
        partial.begin("first").unwrap();
        let mut ends = vec![partial.contents.end];
        for index in [2, 0, 1] {
            partial.append(index, "key", &unit(index as f64)).unwrap();
            ends.push(partial.contents.end);
        }
        drop(partial);
        let whole = std::fs::read(&path).unwrap();
        for cut in 0..=whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let mut partial = Partial::open(&path, CONFIGURATION, 3, false).unwrap();
            let done = partial.contents.blocks.iter().flatten().count();
            assert_eq!(
                done,
                ends[1..].iter().filter(|&&end| end <= cut as u64).count()
            );
            for index in 0..3 {
                partial
                    .append(index, "key", &unit(10.0 + index as f64))
                    .unwrap();
                assert_eq!(value(&mut partial, index), format!("{}", 10 + index));
            }
        }
    }

    #[test]
    fn another_configuration_is_refused_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.partial");
        drop(Partial::open(&path, CONFIGURATION, 1, false).unwrap());
        let error = Partial::open(&path, r#"{"seed":2}"#, 1, false).unwrap_err();
        assert!(error.to_string().contains("seed 1 there, 2 now"), "{error}");
        assert!(Partial::open(&path, r#"{"seed":2}"#, 1, true).is_ok());
    }

    #[test]
    fn two_processes_cannot_write_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.partial");
        let _first = Partial::open(&path, CONFIGURATION, 1, false).unwrap();
        let error = Partial::open(&path, CONFIGURATION, 1, false).unwrap_err();
        assert!(error.to_string().contains("another process"), "{error}");
    }
}
