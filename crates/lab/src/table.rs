//! What a table is, as its rows document it, and CSV files back into rows.

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
    pub fn of<R: Row>() -> Self {
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
    let rows = csv::Reader::from_reader(&bytes[..])
        .deserialize()
        .collect::<csv::Result<Vec<R>>>()
        .map_err(|error| foreign(&path, &error))?;
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

fn foreign(path: &Path, error: &csv::Error) -> anyhow::Error {
    let line = error
        .position()
        .map_or(String::new(), |at| format!(", line {}", at.line()));
    let reason = match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        _ => error.to_string(),
    };
    anyhow!(
        "{}{line}: {reason}; the file is damaged or from another version: run its experiment again with --fresh",
        path.display()
    )
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
