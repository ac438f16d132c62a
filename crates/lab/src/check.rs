//! Units computed again, and their rows held against the tables of a results folder.
//!
//! A table is the rows of all units, one unit after the other under one header, so the rows of a unit
//! must stand in it in one piece. Nothing is written.

use crate::experiment::Rows;
use crate::flags::Flags;
use crate::job::Job;
use crate::meta::Meta;
use crate::progress::Progress;
use crate::store;
use anyhow::{Result, ensure};
use std::collections::BTreeMap;
use std::path::Path;

/// What came of computing units of one experiment again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The experiment.
    pub experiment: &'static str,
    /// Units that were computed.
    pub units: usize,
    /// Their rows in all tables.
    pub rows: usize,
    /// Revisions of the source tree that made the recorded rows.
    pub revisions: Vec<String>,
    /// Tables that hold other rows of a unit, in the order of the units.
    pub differences: Vec<Difference>,
    /// Tables that are not as their run wrote them, by name.
    pub changed: Vec<String>,
}

impl Checked {
    /// Whether nothing differs.
    pub fn is_equal(&self) -> bool {
        self.differences.is_empty() && self.changed.is_empty()
    }
}

/// A unit whose recomputed rows do not stand in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The unit's name.
    pub unit: String,
    /// The table's name: that of the CSV file without `.csv`.
    pub table: &'static str,
    /// The first line that differs as it is recorded; `None` if nothing is.
    pub recorded: Option<String>,
    /// The same line as it was computed now.
    pub recomputed: String,
}

/// Computes so many units of each experiment, spread evenly over all from the first to the last, and
/// holds their rows against the results folder that the flags name. An experiment that has no results there
/// is left out of what is returned.
///
/// # Errors
/// No results at all or results of another configuration, files that are missing or cannot be read, a unit that
/// fails.
pub fn check(jobs: &[Job], flags: &Flags, count: usize) -> Result<Vec<Checked>> {
    let results = flags.folder.path();
    let (mut samples, mut records) = (Vec::new(), Vec::new());
    for job in jobs {
        if let Some(meta) = Meta::read(&results, job.name)? {
            meta.ensure_complete(&results, job.name, &job.configuration)?;
            samples.push((job, sample(job.units.len(), count)));
            records.push(meta);
        }
    }
    let shown = results.display();
    ensure!(
        !samples.is_empty(),
        "no results in {shown} to check; run the experiments first or name another folder with --out"
    );
    let to_do = samples.iter().map(|(job, sample)| job.named(sample));
    let progress = Progress::new(&to_do.collect::<Vec<_>>(), flags);
    let pool = flags.pool()?;
    let recorded = samples.iter().zip(records).enumerate();
    let checked = recorded.map(|(number, ((job, sample), meta))| {
        progress.begin(number, job.name);
        let mut recomputed = BTreeMap::new();
        job.compute(sample, &pool, &progress, |index, rows| {
            recomputed.insert(index, rows);
            Ok(())
        })?;
        compare(job, &recomputed, meta, &results)
    });
    checked.collect()
}

/// So many of all numbers below `units`, as far from each other as can be; all if there are fewer.
fn sample(units: usize, count: usize) -> Vec<usize> {
    let count = count.min(units);
    let gaps = count.saturating_sub(1).max(1);
    (0..count)
        .map(|number| number * (units - 1) / gaps)
        .collect()
}

fn compare(
    job: &Job,
    recomputed: &BTreeMap<usize, Rows>,
    meta: Meta,
    results: &Path,
) -> Result<Checked> {
    let (mut texts, mut changed) = (BTreeMap::new(), Vec::new());
    for (table, written) in &meta.tables {
        let bytes = store::read(&results.join(format!("{table}.csv")))?;
        if store::sha256(&bytes) != written.sha256 {
            changed.push(table.clone());
        }
        texts.insert(table.as_str(), String::from_utf8_lossy(&bytes).into_owned());
    }
    let mut revisions: Vec<String> = Vec::new();
    for session in meta.sessions {
        if !revisions.contains(&session.revision) {
            revisions.push(session.revision);
        }
    }
    let (mut rows, mut differences) = (0, Vec::new());
    for (&index, sheet) in recomputed {
        for (table, lines) in by_table(sheet) {
            rows += lines.len() - 1;
            let text = texts.get(table).map_or("", String::as_str);
            if let Some((recorded, recomputed)) = difference(text, &lines) {
                differences.push(Difference {
                    unit: job.units[index].key.clone(),
                    table,
                    recorded: recorded.map(str::to_owned),
                    recomputed: recomputed.to_owned(),
                });
            }
        }
    }
    Ok(Checked {
        experiment: job.name,
        units: recomputed.len(),
        rows,
        revisions,
        differences,
        changed,
    })
}

/// A unit's lines for each table that it has rows for, the header first.
fn by_table(sheet: &Rows) -> BTreeMap<&'static str, Vec<&str>> {
    let mut tables: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for line in &sheet.lines {
        tables.entry(line.table).or_default().push(&line.text);
    }
    tables
}

/// The first line that differs, as recorded and as recomputed; `None` if the table's text begins with the
/// header and has the rows in one piece, byte for byte.
fn difference<'a>(text: &'a str, lines: &[&'a str]) -> Option<(Option<&'a str>, &'a str)> {
    let (header, rows) = lines.split_first()?;
    let block = format!("\n{}\n", rows.join("\n"));
    if text.starts_with(&format!("{header}\n")) && text.contains(&block) {
        return None;
    }
    // The rows that are there instead begin where a line begins most as the first one does.
    let recorded: Vec<&str> = text.split_inclusive('\n').collect();
    let nearest = (1..recorded.len())
        .rev()
        .max_by_key(|&index| shared(recorded[index], rows[0]));
    let place = |offset: usize| recorded.get(nearest? + offset).copied();
    let pairs = std::iter::once((recorded.first().copied(), *header));
    let mut pairs = pairs.chain(
        rows.iter()
            .enumerate()
            .map(|(offset, &row)| (place(offset), row)),
    );
    let is_other = |there: &Option<&str>, row: &str| {
        let there = there.and_then(|line| line.strip_suffix('\n'));
        there != Some(row)
    };
    let (there, row) = pairs.find(|(there, row)| is_other(there, row))?;
    Some((there.map(|line| line.trim_end_matches('\n')), row))
}

/// How many bytes two lines begin with alike.
fn shared(one: &str, other: &str) -> usize {
    let pairs = one.bytes().zip(other.bytes());
    pairs.take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_spread_evenly_with_the_first_and_the_last() {
        assert_eq!(sample(101, 5), [0, 25, 50, 75, 100]);
        assert_eq!(sample(3, 20), [0, 1, 2]);
        assert_eq!(sample(9, 1), [0]);
        assert!(sample(0, 20).is_empty());
    }

    const TABLE: &str = "n,k,count\n1,1,5\n1,2,6\n2,1,7\n2,2,7\n2,3,8\n";

    #[test]
    fn rows_in_one_piece_are_equal() {
        for rows in [
            &["n,k,count", "1,1,5", "1,2,6"][..],
            &["n,k,count", "2,1,7", "2,2,7", "2,3,8"],
            &["n,k,count", "2,3,8"],
        ] {
            assert_eq!(difference(TABLE, rows), None);
        }
    }

    #[test]
    fn the_first_line_that_differs_is_found_beside_the_one_that_is_recorded() {
        for (lines, recorded, recomputed) in [
            // The first, a middle and the last row of a unit.
            (&["n,k,count", "2,1,9", "2,2,7"][..], "2,1,7", "2,1,9"),
            (&["n,k,count", "2,1,7", "2,2,9", "2,3,8"], "2,2,7", "2,2,9"),
            (&["n,k,count", "2,2,7", "2,3,80"], "2,3,8", "2,3,80"),
            // A part of a line is no line, and rows with others between them are not in one piece.
            (&["n,k,count", "1,2,"], "1,2,6", "1,2,"),
            (&["n,k,count", "1,1,5", "2,1,7"], "1,2,6", "2,1,7"),
            // Other columns.
            (&["n,l,count", "1,1,5"], "n,k,count", "n,l,count"),
        ] {
            let found = difference(TABLE, lines);
            assert_eq!(found, Some((Some(recorded), recomputed)));
        }
    }

    #[test]
    fn rows_that_are_cut_off_or_not_there_differ() {
        let lines = ["n,k,count", "2,3,8", "2,4,9"];
        assert_eq!(difference(TABLE, &lines), Some((None, "2,4,9")));
        assert_eq!(difference("", &lines), Some((None, "n,k,count")));
        let cut = TABLE.trim_end();
        let last = difference(cut, &["n,k,count", "2,3,8"]);
        assert_eq!(last, Some((Some("2,3,8"), "2,3,8")));
        let carriage = TABLE.replace('\n', "\r\n");
        assert!(difference(&carriage, &["n,k,count", "2,3,8"]).is_some());
    }
}
