//! From finished units to CSV files and the record of how they were made.

use crate::meta::{Meta, Session, seconds_since_1970};
use crate::partial::{Entry, Partial, entries};
use crate::store::{self, Draft};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// Copies the rows of all units to CSV files in the order of the units, writes the record and removes
/// the files of the run in progress. A file appears under its name only when it is whole.
///
/// Every unit must be done in one of the parts.
pub(crate) fn finish(
    out: &Path,
    experiment: &str,
    configuration: &str,
    parts: &mut [Partial],
) -> Result<Meta> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let mut measures: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    let units = parts.first().map_or(0, |part| part.contents.blocks.len());
    for index in 0..units {
        let part = parts
            .iter_mut()
            .find(|part| part.contents.blocks[index].is_some());
        let block = part.context("a unit is missing")?.block(index)?;
        let mut of_unit = BTreeMap::new();
        let mut headed = Vec::new();
        for entry in entries(&block) {
            match entry? {
                Entry::Row { table: name, text } => {
                    if !tables.contains_key(name) {
                        tables.insert(name.to_owned(), Table::create(out, name, text)?);
                    }
                    let table = tables.get_mut(name).expect("inserted above");
                    if headed.contains(&name) {
                        table.write(text)?;
                    } else {
                        table.check_header(text)?;
                        headed.push(name);
                    }
                }
                Entry::Measure { name, value } => {
                    of_unit.insert(name.to_owned(), value.parse()?);
                }
                Entry::Done(key) if !of_unit.is_empty() => {
                    measures.insert(key.to_owned(), std::mem::take(&mut of_unit));
                }
                Entry::Done(_) => {}
            }
        }
    }
    let rows = tables
        .iter()
        .map(|(name, table)| (name.clone(), table.rows))
        .collect();
    for table in tables.into_values() {
        table.file.publish()?;
    }
    let sessions = parts.iter().flat_map(|part| &part.contents.sessions);
    let meta = Meta {
        configuration: configuration.to_owned(),
        tables: rows,
        finished: seconds_since_1970(),
        sessions: sessions
            .map(|text| serde_json::from_str(text))
            .collect::<Result<Vec<Session>, _>>()?,
        measures,
    };
    let text = serde_json::to_string_pretty(&meta)? + "\n";
    store::write(&Meta::path(out, experiment), text.as_bytes())?;
    for part in parts {
        let shown = part.path().display();
        std::fs::remove_file(part.path()).with_context(|| format!("cannot remove {shown}"))?;
    }
    Ok(meta)
}

/// A CSV file that is being written under a temporary name.
struct Table {
    header: String,
    file: Draft,
    rows: u64,
}

impl Table {
    fn create(out: &Path, name: &str, header: &str) -> Result<Self> {
        let mut table = Self {
            file: Draft::create(&out.join(format!("{name}.csv")))?,
            header: header.to_owned(),
            rows: 0,
        };
        writeln!(table.file, "{header}")?;
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

    fn write(&mut self, line: &str) -> Result<()> {
        self.rows += 1;
        writeln!(self.file, "{line}")
            .with_context(|| format!("cannot write {}", self.file.path().display()))
    }
}
