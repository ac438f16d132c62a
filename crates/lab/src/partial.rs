//! The file of a run in progress: finished units, whole, in the order in which they finish.
//!
//! The first line holds the configuration. A unit is a block of lines, written at once:
//!
//! ```text
//! index <tab> row <tab> table <tab> CSV line
//! index <tab> measure <tab> name <tab> value
//! index <tab> done
//! ```
//!
//! Whatever follows the last `done` was cut off by a crash and is dropped.

use crate::experiment::Rows;
use anyhow::{Context, Result, bail, ensure};
use std::fmt::Write as _;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// What a file of a run in progress holds.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// The first line, absent in an empty file.
    pub configuration: Option<String>,
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
            Err(error) if error.kind() == ErrorKind::NotFound => Self::scan(&[][..], units),
            Err(error) => Err(error).with_context(|| path.display().to_string()),
        }
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
            } else if let Some(index) = text.strip_suffix("\tdone") {
                let index: usize = index
                    .parse()
                    .context("a damaged line; start over with --fresh")?;
                let block = contents.blocks.get_mut(index);
                *block.context("more units than there should be; start over with --fresh")? =
                    Some(contents.end..position);
                contents.end = position;
            }
        }
    }
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
        let shown = path.display();
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .with_context(|| format!("cannot write {shown}"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!("another process is writing {shown}: wait for it or choose another --out")
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock {shown}"));
            }
        }
        if fresh {
            file.set_len(0)?;
        }
        let mut contents = Contents::scan(&file, units).with_context(|| format!("{shown}"))?;
        file.set_len(contents.end)?;
        match &contents.configuration {
            Some(other) => ensure_same(other, configuration, path)?,
            None => {
                let line = format!("{configuration}\n");
                file.write_all_at_end(line.as_bytes(), 0)
                    .with_context(|| format!("cannot write {shown}"))?;
                contents.end = line.len() as u64;
            }
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            contents,
        })
    }

    /// Adds a finished unit. After an error the file is as it was before.
    pub fn append(&mut self, index: usize, rows: &Rows) -> Result<()> {
        let mut block = String::new();
        for line in &rows.lines {
            writeln!(block, "{index}\trow\t{}\t{}", line.table, line.text)?;
        }
        for (name, value) in &rows.measures {
            writeln!(block, "{index}\tmeasure\t{name}\t{value}")?;
        }
        writeln!(block, "{index}\tdone")?;
        let start = self.contents.end;
        if let Err(error) = self.file.write_all_at_end(block.as_bytes(), start) {
            self.file.set_len(start)?;
            let shown = self.path.display();
            return Err(error)
                .with_context(|| format!("cannot write {shown}; finished units are kept"));
        }
        self.contents.end = start + block.len() as u64;
        self.contents.blocks[index] = Some(start..self.contents.end);
        Ok(())
    }

    /// Calls `each` with the three fields (`row` or `measure`, table or name, text) of every line of
    /// one unit.
    pub fn replay(
        &mut self,
        index: usize,
        mut each: impl FnMut([&str; 3]) -> Result<()>,
    ) -> Result<()> {
        let block = self.contents.blocks[index]
            .clone()
            .context("a unit is not done")?;
        let mut text = vec![0; (block.end - block.start) as usize];
        self.file.seek(SeekFrom::Start(block.start))?;
        self.file.read_exact(&mut text)?;
        for line in str::from_utf8(&text)?.lines() {
            let fields: Vec<&str> = line.splitn(4, '\t').collect();
            match fields[..] {
                [_, kind, name, text] => each([kind, name, text])?,
                [_, "done"] => {}
                _ => bail!(
                    "{}: a damaged line; start over with --fresh",
                    self.path.display()
                ),
            }
        }
        Ok(())
    }
}

/// Refuses to mix rows of two configurations, and names what differs.
pub(crate) fn ensure_same(there: &str, now: &str, path: &Path) -> Result<()> {
    ensure!(
        there == now,
        "{} was made with other parameters ({}): choose another --out, or --fresh to replace it",
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

/// Appending at a known end, so that a failed write leaves nothing in the way.
trait WriteAtEnd {
    fn write_all_at_end(&mut self, bytes: &[u8], end: u64) -> std::io::Result<()>;
}

impl WriteAtEnd for File {
    fn write_all_at_end(&mut self, bytes: &[u8], end: u64) -> std::io::Result<()> {
        self.seek(SeekFrom::Start(end))?;
        self.write_all(bytes)
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
        let mut found = String::new();
        partial
            .replay(index, |[_, _, text]| {
                found.push_str(text);
                Ok(())
            })
            .unwrap();
        found
    }

    #[test]
    fn every_cut_of_the_file_resumes_with_the_units_that_are_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.partial");
        let mut partial = Partial::open(&path, CONFIGURATION, 3, false).unwrap();
        let mut ends = vec![partial.contents.end];
        for index in [2, 0, 1] {
            partial.append(index, &unit(index as f64)).unwrap();
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
                partial.append(index, &unit(10.0 + index as f64)).unwrap();
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
