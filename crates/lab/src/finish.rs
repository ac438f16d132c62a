//! From finished units to CSV files and the record of how they were made.

use crate::meta::{Meta, Session, Written, ensure_is_table, seconds_since_1970};
use crate::partial::{Entry, Partial, entries};
use crate::store::{self, Draft};
use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// A run whose tables are written and have yet to get their names.
pub(crate) struct Ready<'a> {
    out: &'a Path,
    experiment: &'a str,
    drafts: BTreeMap<String, Table>,
    meta: Meta,
    parts: Vec<Partial>,
}

impl<'a> Ready<'a> {
    /// Copies the rows of all units, which must be done in one of the parts, to drafts of CSV files in the order of
    /// the units.
    ///
    /// # Errors
    /// Blocks that are damaged or do not fit each other, or a folder that cannot be written.
    pub fn new(
        out: &'a Path,
        experiment: &'a str,
        configuration: &str,
        units: usize,
        mut parts: Vec<Partial>,
    ) -> Result<Self> {
        let mut copied = Copied::default();
        for index in 0..units {
            let has_it = |part: &&mut Partial| part.contents.blocks.contains_key(&index);
            let part = parts.iter_mut().find(has_it).context("a unit is missing")?;
            let block = part.block(index)?;
            copied
                .unit(out, experiment, &block)
                .with_context(|| part.path().display().to_string())?;
        }
        let sessions = parts.iter().flat_map(|part| &part.contents.sessions);
        let meta = Meta {
            configuration: configuration.to_owned(),
            tables: BTreeMap::new(),
            finished: seconds_since_1970(),
            sessions: sessions
                .map(|text| serde_json::from_str(text))
                .collect::<Result<Vec<Session>, _>>()?,
            measures: copied.measures,
        };
        Ok(Self {
            out,
            experiment,
            drafts: copied.tables,
            meta,
            parts,
        })
    }

    /// Gives the tables their names, writes the record and removes the files of the run in progress.
    ///
    /// # Errors
    /// Whatever the file system reports. The parts are still there then, so that the command can be run again.
    pub fn publish(mut self) -> Result<Meta> {
        for (name, table) in self.drafts {
            self.meta.tables.insert(name, table.publish()?);
        }
        let text = serde_json::to_string_pretty(&self.meta)? + "\n";
        store::write(&Meta::path(self.out, self.experiment), text.as_bytes())?;
        self.parts.iter().try_for_each(Partial::remove)?;
        Ok(self.meta)
    }
}

/// What was copied from units.
#[derive(Default)]
struct Copied {
    tables: BTreeMap<String, Table>,
    measures: BTreeMap<String, BTreeMap<String, f64>>,
}

impl Copied {
    /// Adds a unit's rows and measurements.
    fn unit(&mut self, out: &Path, experiment: &str, block: &str) -> Result<()> {
        let (mut of_unit, mut headed) = (BTreeMap::new(), Vec::new());
        for entry in entries(block) {
            match entry? {
                Entry::Row { table: name, text } if headed.contains(&name) => {
                    self.tables
                        .get_mut(name)
                        .expect("it has a header")
                        .write(text)?;
                }
                Entry::Row { table: name, text } => {
                    ensure_is_table(name, experiment)?;
                    if !self.tables.contains_key(name) {
                        let table = Table::create(out, name, text)?;
                        self.tables.insert(name.to_owned(), table);
                    }
                    self.tables[name].check_header(text)?;
                    headed.push(name);
                }
                Entry::Measure { name, value } => {
                    of_unit.insert(name.to_owned(), value.parse()?);
                }
                Entry::Done(key) if !of_unit.is_empty() => {
                    self.measures
                        .insert(key.to_owned(), std::mem::take(&mut of_unit));
                }
                Entry::Done(_) => {}
            }
        }
        Ok(())
    }
}

/// A CSV file that is being written under a temporary name.
struct Table {
    header: String,
    file: Draft,
    hash: Sha256,
    rows: u64,
}

impl Table {
    fn create(out: &Path, name: &str, header: &str) -> Result<Self> {
        let mut table = Self {
            file: Draft::create(&out.join(format!("{name}.csv")))?,
            header: header.to_owned(),
            hash: Sha256::new(),
            rows: 0,
        };
        table.line(header)?;
        Ok(table)
    }

    fn check_header(&self, header: &str) -> Result<()> {
        let shown = self.file.path().display();
        ensure!(
            header == self.header,
            "{shown}: units with different columns; start over with --fresh"
        );
        Ok(())
    }

    fn write(&mut self, row: &str) -> Result<()> {
        self.rows += 1;
        self.line(row)
    }

    fn line(&mut self, text: &str) -> Result<()> {
        let line = format!("{text}\n");
        self.hash.update(&line);
        self.file
            .write_all(line.as_bytes())
            .with_context(|| format!("cannot write {}", self.file.path().display()))
    }

    fn publish(self) -> Result<Written> {
        self.file.publish()?;
        Ok(Written {
            rows: self.rows,
            sha256: store::hexadecimal(&self.hash.finalize()),
        })
    }
}
