//! What a table is, as its rows document it, and CSV files back into rows.

use crate::meta::Meta;
use crate::{Row, store};
use anyhow::{Result, anyhow, ensure};
use std::path::{Path, PathBuf};

/// A CSV file as the type of its rows documents it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The file's name without `.csv`.
    pub name: &'static str,
    /// What a line is, in Markdown.
    pub text: &'static str,
    /// Its columns in their order.
    pub columns: Vec<Column>,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in the first line of the file.
    pub name: &'static str,
    /// What it says, in Markdown.
    pub text: &'static str,
}

impl Table {
    /// The table of `R`: its text and those of its columns are doc comments, so nothing is said twice.
    ///
    /// # Panics
    /// If [`Row::SHARES`] names no column of it.
    pub fn of<R: Row>() -> Self {
        for (parts, whole) in R::SHARES {
            let mut names = parts.split(' ').chain([*whole]);
            assert!(
                names.all(|name| R::FIELD_NAMES.contains(&name)),
                "{parts}, {whole}"
            );
        }
        let fields = R::FIELD_NAMES.iter().zip(R::FIELD_DOCS);
        Self {
            name: R::TABLE,
            text: R::DOCS,
            columns: fields.map(|(name, text)| Column { name, text }).collect(),
        }
    }
}

/// Where the table of `R` stands in a results folder.
pub fn path<R: Row>(results: &Path) -> PathBuf {
    results.join(format!("{}.csv", R::TABLE))
}

/// All rows of the table of `R` in a results folder, `None` if there is no such file.
///
/// # Errors
/// A file that cannot be read, holds rows of another kind, or none: the message names file, line and
/// cure.
pub fn read<R: Row>(results: &Path) -> Result<Option<Vec<R>>> {
    let path = path::<R>(results);
    let shown = path.display();
    let Some(bytes) = store::find(&path)? else {
        return Ok(None);
    };
    Meta::ensure_intact(results, R::TABLE, &bytes)?;
    let rows = rows(&bytes).map_err(|wrong| {
        anyhow!(
            "{shown}{wrong}; the file is damaged or from another version: run its experiment again with --fresh"
        )
    })?;
    ensure!(
        !rows.is_empty(),
        "{shown} has no rows: run its experiment again with --fresh"
    );
    Ok(Some(rows))
}

/// What to say of a results folder without the rows of an experiment.
pub fn unfinished(results: &Path, experiment: &str) -> String {
    format!("{}: no finished {experiment}", results.display())
}

/// An empty table in Markdown.
pub fn markdown<S: Into<comfy_table::Cell>>(
    headings: impl IntoIterator<Item = S>,
) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::ASCII_MARKDOWN);
    table.set_header(headings.into_iter().collect::<Vec<_>>());
    table
}

/// The rows in the bytes of a file, or what is wrong with them and in which line.
fn rows<R: Row>(bytes: &[u8]) -> Result<Vec<R>, String> {
    let mut reader = csv::Reader::from_reader(bytes);
    let headers = reader.headers().map_err(|error| foreign(&error))?.clone();
    let column = |name: &str| headers.iter().position(|header| header == name);
    let shares = R::SHARES.iter().map(|(parts, whole)| Share {
        columns: parts.split(' ').filter_map(column).collect(),
        parts,
        whole: column(whole),
        name: whole,
    });
    let shares: Vec<Share> = shares.collect();
    let rows = reader.records().map(|record| {
        let record = record.map_err(|error| foreign(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        possible(&record, &shares).map_err(|wrong| format!(", line {line}: {wrong}"))?;
        record
            .deserialize(Some(&headers))
            .map_err(|error| foreign(&error))
    });
    rows.collect()
}

/// The most trials that a row may count, 2^33: what exact intervals take for more grows without end.
const MAX_WHOLE: u64 = 1 << 33;

/// Columns whose counts are parts of another's.
struct Share {
    columns: Vec<usize>,
    parts: &'static str,
    whole: Option<usize>,
    name: &'static str,
}

/// Refuses numbers that no run writes.
fn possible(record: &csv::StringRecord, shares: &[Share]) -> Result<(), String> {
    if let Some(field) = record.iter().find(|field| is_impossible(field)) {
        return Err(format!("no run counts or measures {field}"));
    }
    let count = |column: usize| record.get(column)?.parse::<u64>().ok();
    for share in shares {
        let parts: u64 = share
            .columns
            .iter()
            .filter_map(|&column| count(column))
            .sum();
        let Some(whole) = share.whole.and_then(count) else {
            continue;
        };
        if whole > MAX_WHOLE {
            return Err(format!(
                "{} is {whole}, more than any run counts",
                share.name
            ));
        }
        if parts > whole {
            let parts = share.parts.replace(' ', " + ");
            return Err(format!("{parts} is more than {}", share.name));
        }
    }
    Ok(())
}

/// Not a finite number, or too large for a count: sums of counts must stay below 2^64.
fn is_impossible(field: &str) -> bool {
    let number: Option<f64> = field.parse().ok();
    let is_whole = field.bytes().all(|byte| byte.is_ascii_digit());
    number.is_some_and(|number| !number.is_finite() || is_whole && number > 2_f64.powi(60))
}

/// The line of an error and its reason.
fn foreign(error: &csv::Error) -> String {
    let line = error
        .position()
        .map_or(String::new(), |at| format!(", line {}", at.line()));
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => format!("{line}: {err}"),
        _ => format!("{line}: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use documented::{Documented, DocumentedFields};

    /// Two numbers.
    #[derive(
        Debug, PartialEq, serde::Serialize, serde::Deserialize, Documented, DocumentedFields,
    )]
    struct Pair {
        /// The first,
        /// of two.
        left: u32,
        /// The second.
        right: f64,
    }

    impl Row for Pair {
        const TABLE: &'static str = "pairs";
        const SHARES: &[(&str, &str)] = &[("left", "right")];
    }

    #[test]
    fn a_table_says_what_its_rows_document() {
        let table = Table::of::<Pair>();
        assert_eq!((table.name, table.text), ("pairs", "Two numbers."));
        let columns: Vec<_> = table
            .columns
            .iter()
            .map(|one| (one.name, one.text))
            .collect();
        assert_eq!(
            columns,
            [("left", "The first,\nof two."), ("right", "The second.")]
        );
    }

    fn read_text(text: &[u8]) -> Result<Option<Vec<Pair>>> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pairs.csv"), text).unwrap();
        read(folder.path())
    }

    #[test]
    fn rows_are_found_by_the_names_of_their_columns() {
        let rows = read_text(b"right,left\n0.5,1\n1e-9,2\n").unwrap();
        assert_eq!(
            rows,
            Some(vec![
                Pair {
                    left: 1,
                    right: 0.5
                },
                Pair {
                    left: 2,
                    right: 1e-9
                }
            ])
        );
    }

    #[test]
    fn impossible_numbers_are_refused() {
        for (text, reason) in [
            ("left,right\n5,4\n", "line 2: left is more than right"),
            (
                "left,right\n1,NaN\n",
                "line 2: no run counts or measures NaN",
            ),
            (
                "left,right\n1,2\n1,inf\n",
                "line 3: no run counts or measures inf",
            ),
            ("left,right\n1,1e999\n", "line 2: no run"),
            ("left,right\n99999999999999999999,1\n", "line 2: no run"),
        ] {
            let message = read_text(text.as_bytes()).unwrap_err().to_string();
            assert!(message.contains(reason), "{message}");
        }
        assert_eq!(read_text(b"left,right\n5,5\n").unwrap().unwrap().len(), 1);
    }

    #[test]
    fn a_missing_file_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read::<Pair>(folder.path()).unwrap(), None);
    }

    #[test]
    fn errors_name_file_line_and_cure() {
        for (text, line) in [
            (&b"left,right\n1,2\n3,x\n"[..], ", line 3"),
            (b"left,right\n1,2\n3\n", ", line 3"),
            (b"left,right\n1,2\n3,\xff\n", ", line 3"),
            (b"left,other\n1,2\n", ", line 2"),
            (b"left,right\n", ""),
            (b"", ""),
        ] {
            let message = read_text(text).unwrap_err().to_string();
            for part in ["pairs.csv", line, "--fresh"] {
                assert!(message.contains(part), "{message} lacks {part}");
            }
        }
    }
}
