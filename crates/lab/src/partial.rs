//! The file of a run in progress, or of one shard of a run: finished units, whole, in the order in
//! which they finish.
//!
//! The first line holds the configuration, a line `run` says which process wrote what follows, and a
//! unit is a block of lines, written at once:
//!
//! ```text
//! run <tab> session <tab> hash
//! index <tab> row <tab> table <tab> CSV line
//! index <tab> measure <tab> name <tab> value
//! index <tab> done <tab> key <tab> hash
//! ```
//!
//! A hash is the SHA-256 of the configuration and of all lines since the last hash, its own up to the last tab
//! included. So a block counts only as it was written: of this run, of this unit, with these rows. One that does
//! not is as if it were not there, and its unit is computed again. Whatever follows the last hash was cut off by a
//! crash and is dropped.
//!
//! Files are copied and edited, and some file systems lock nothing: blocks are checked again when they become rows
//! of a table.

use crate::experiment::Rows;
use crate::store::{Missing, open_alone, sha256};
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
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
    /// The finished units by their index.
    pub blocks: BTreeMap<usize, Block>,
    /// Blocks and lines `run` that are not as they were written.
    pub damaged: usize,
    /// End of the last whole block.
    end: u64,
}

/// A finished unit in a file.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// The unit's name.
    pub key: String,
    place: Range<u64>,
}

impl Contents {
    /// Reads what is there; a missing file is an empty one.
    pub fn read(path: &Path) -> Result<Self> {
        let is_file = |file: &File| file.metadata().is_ok_and(|file| file.is_file());
        match File::open(path) {
            Ok(file) if is_file(&file) => Self::scan(&file, path),
            Ok(_) => bail!("{} is no regular file", path.display()),
            // A folder that is none is found out when it is to be written.
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Ok(Self::default())
            }
            Err(error) => Err(error).with_context(|| path.display().to_string()),
        }
    }

    /// Drops the blocks of anything but the units with these keys, in their order.
    pub fn keep_only<'a>(&mut self, keys: impl IntoIterator<Item = &'a str>) {
        let keys: Vec<&str> = keys.into_iter().collect();
        let all = self.blocks.len();
        self.blocks
            .retain(|&index, block| keys.get(index) == Some(&block.key.as_str()));
        self.damaged += all - self.blocks.len();
    }

    fn scan(source: impl Read, path: &Path) -> Result<Self> {
        let mut scanned = Scan::default();
        let mut reader = BufReader::new(source);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line);
            read.with_context(|| format!("cannot read {}", path.display()))?;
            // A line without its end was cut off, as was all of the block that it belongs to.
            if line.last() != Some(&b'\n') {
                return Ok(scanned.contents);
            }
            scanned.take(&line);
        }
    }
}

/// A file that is being read line by line.
#[derive(Default)]
struct Scan {
    contents: Contents,
    /// What was read since the last hash, and where it ends in the file.
    pending: Vec<u8>,
    position: u64,
}

impl Scan {
    /// Goes on by a line with its end.
    fn take(&mut self, line: &[u8]) {
        self.position += line.len() as u64;
        let text = str::from_utf8(&line[..line.len() - 1]);
        if self.contents.configuration.is_none() {
            // If it is damaged, it is the configuration of no run.
            let text = text.map_or_else(|_| "damaged".to_owned(), str::to_owned);
            self.contents.configuration = Some(text);
            self.contents.end = self.position;
            return;
        }
        self.pending.extend_from_slice(line);
        if let Some(end) = text.ok().and_then(End::of) {
            self.finish(&end);
        }
    }

    /// What was read since the last hash counts, or it is damaged.
    fn finish(&mut self, end: &End) {
        let contents = &mut self.contents;
        // Without the hash, the tab before it and the end of the line.
        let hashed = self.pending.len() - end.hash.len() - 2;
        let configuration = contents.configuration.as_deref().unwrap_or_default();
        let is_whole = hash(configuration, &self.pending[..hashed]) == end.hash;
        let place = contents.end..self.position;
        match end.kind {
            _ if !is_whole => contents.damaged += 1,
            Kind::Run(session) => contents.sessions.push(session.to_owned()),
            Kind::Done(index, key) => {
                let key = key.to_owned();
                contents.blocks.insert(index, Block { key, place });
            }
        }
        contents.end = self.position;
        self.pending.clear();
    }
}

/// A line that ends with a hash.
struct End<'a> {
    kind: Kind<'a>,
    hash: &'a str,
}

enum Kind<'a> {
    Run(&'a str),
    Done(usize, &'a str),
}

impl<'a> End<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let (line, hash) = line.rsplit_once('\t')?;
        let kind = match line.strip_prefix("run\t") {
            Some(session) => Kind::Run(session),
            None => {
                let (index, rest) = line.split_once('\t')?;
                Kind::Done(index.parse().ok()?, rest.strip_prefix("done\t")?)
            }
        };
        Some(Self { kind, hash })
    }
}

/// What a run and the lines of a block in its file are recognised by.
fn hash(configuration: &str, lines: &[u8]) -> String {
    let both = [configuration.as_bytes(), b"\n", lines].concat();
    sha256(&both)
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

/// The file of a run in progress.
#[derive(Debug)]
pub(crate) struct Partial {
    path: PathBuf,
    /// Locked against other processes; `None` where it is only read.
    file: Option<File>,
    pub contents: Contents,
}

impl Partial {
    /// Opens or creates the file and locks it; `fresh` discards what is in it.
    ///
    /// # Errors
    /// Another process that writes it, another configuration in it, or a folder that cannot be
    /// written.
    pub fn open(path: &Path, configuration: &str, fresh: bool) -> Result<Self> {
        let mut file = open_alone(path, Missing::Create)?;
        if fresh {
            file.set_len(0)?;
        }
        let mut contents = Contents::scan(&file, path)?;
        match &contents.configuration {
            Some(other) => ensure_same(other, configuration, path)?,
            None => {
                file.set_len(0)?;
                let line = format!("{configuration}\n");
                write_at(&mut file, line.as_bytes(), 0, path)?;
                contents.configuration = Some(configuration.to_owned());
                contents.end = line.len() as u64;
            }
        }
        file.set_len(contents.end)?;
        Ok(Self {
            path: path.to_owned(),
            file: Some(file),
            contents,
        })
    }

    /// Reads a file that is there, and does not keep it open: there may be thousands of them.
    ///
    /// # Errors
    /// Another process that writes it, or a file that cannot be read.
    pub fn reopen(path: &Path) -> Result<Self> {
        let file = open_alone(path, Missing::Refuse)?;
        Ok(Self {
            path: path.to_owned(),
            file: None,
            contents: Contents::scan(&file, path)?,
        })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the file, whose units are rows of tables now.
    pub fn remove(&self) -> Result<()> {
        let shown = self.path.display();
        std::fs::remove_file(&self.path).with_context(|| format!("cannot remove {shown}"))
    }

    /// Notes which process writes what follows.
    pub fn begin(&mut self, session: &str) -> Result<()> {
        self.write(&format!("run\t{session}"))?;
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
        write!(block, "{index}\tdone\t{key}")?;
        let start = self.contents.end;
        self.write(&block)?;
        let (key, place) = (key.to_owned(), start..self.contents.end);
        self.contents.blocks.insert(index, Block { key, place });
        Ok(())
    }

    /// Adds lines and their hash.
    fn write(&mut self, lines: &str) -> Result<()> {
        let (path, end) = (&self.path, self.contents.end);
        let file = self.file.as_mut().context("a file that is only read")?;
        ensure!(
            file.metadata()?.len() == end,
            "another process is writing {}, which this file system did not prevent: choose another --out",
            path.display()
        );
        let configuration = self.contents.configuration.as_deref().unwrap_or_default();
        let hash = hash(configuration, lines.as_bytes());
        let text = format!("{lines}\t{hash}\n");
        write_at(file, text.as_bytes(), end, path)?;
        self.contents.end += text.len() as u64;
        Ok(())
    }

    /// The lines of one unit that is done, as they were written.
    ///
    /// # Errors
    /// A unit that is not done, and a file that has changed since it was opened.
    pub fn block(&mut self, index: usize) -> Result<String> {
        let Self {
            path,
            file,
            contents,
        } = self;
        let block = contents.blocks.get(&index).context("a unit is not done")?;
        let mut text = vec![0; (block.place.end - block.place.start) as usize];
        let mut read = |file: &mut File| {
            file.seek(SeekFrom::Start(block.place.start))?;
            file.read_exact(&mut text)
        };
        let found = match file {
            Some(file) => read(file),
            None => File::open(&path).and_then(|mut file| read(&mut file)),
        };
        let configuration = contents.configuration.as_deref().unwrap_or_default();
        let text = found.ok().and_then(|()| checked(text, configuration));
        let shown = path.display();
        text.with_context(|| {
            format!("another process has changed {shown}: run the command again, which computes what is damaged")
        })
    }
}

/// A block as text if its hash is right.
fn checked(block: Vec<u8>, configuration: &str) -> Option<String> {
    let text = String::from_utf8(block).ok()?;
    let (lines, found) = text.strip_suffix('\n')?.rsplit_once('\t')?;
    (hash(configuration, lines.as_bytes()) == found).then(|| text.clone())
}

/// The entries of a unit's lines.
pub(crate) fn entries(block: &str) -> impl Iterator<Item = Result<Entry<'_>>> {
    block.lines().map(|line| {
        let fields: Vec<&str> = line.splitn(4, '\t').collect();
        match fields[..] {
            [_, "row", table, text] => Ok(Entry::Row { table, text }),
            [_, "measure", name, value] => Ok(Entry::Measure { name, value }),
            [_, "done", key, _hash] => Ok(Entry::Done(key)),
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
        let mut partial = Partial::open(&path, CONFIGURATION, false).unwrap();
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
            let mut partial = Partial::open(&path, CONFIGURATION, false).unwrap();
            let done = partial.contents.blocks.len();
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
        drop(Partial::open(&path, CONFIGURATION, false).unwrap());
        let error = Partial::open(&path, r#"{"seed":2}"#, false).unwrap_err();
        assert!(error.to_string().contains("seed 1 there, 2 now"), "{error}");
        assert!(Partial::open(&path, r#"{"seed":2}"#, true).is_ok());
    }

    #[test]
    fn two_processes_cannot_write_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.partial");
        let _first = Partial::open(&path, CONFIGURATION, false).unwrap();
        let error = Partial::open(&path, CONFIGURATION, false).unwrap_err();
        assert!(error.to_string().contains("another process"), "{error}");
    }
}
