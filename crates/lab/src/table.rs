//! CSV files back into rows.

use crate::Row;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};

/// Where the table of `R` stands in a results folder.
pub fn path<R: Row>(results: &Path) -> PathBuf {
    results.join(format!("{}.csv", R::TABLE))
}

/// All rows of the table of `R` in a results folder.
///
/// # Errors
/// A missing or unreadable file; a header or line that is not the table's, with the line's number.
pub fn read<R: Row>(results: &Path) -> Result<Vec<R>> {
    let path = path::<R>(results);
    let shown = path.display();
    let mut reader =
        csv::Reader::from_path(&path).with_context(|| format!("cannot read {shown}"))?;
    let rows = reader
        .deserialize()
        .collect::<Result<Vec<R>, _>>()
        .with_context(|| {
            format!("{shown} does not hold this version's rows; make it anew with --fresh")
        })?;
    ensure!(
        !rows.is_empty(),
        "{shown} has no rows; make it anew with --fresh"
    );
    Ok(rows)
}
