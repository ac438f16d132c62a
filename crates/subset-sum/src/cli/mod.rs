//! What the binary does: CSV answers line by line, or pages about coverage.

pub mod answers;
pub mod coverage;
pub mod input;
mod number_line;

use std::io::{self, ErrorKind};
use subset_sum::grid;

/// A distance that a flag gives, in grid units.
pub fn distance(flag: &str, value: f64) -> Result<i64, String> {
    let units = grid::from_f64(value).map_err(|error| format!("{flag}: {error}"))?;
    if units < 0 {
        return Err(format!("{flag}: {value} is negative"));
    }
    Ok(units)
}

/// Whether to stop because the reader of standard output has seen enough.
fn stop(written: io::Result<()>) -> Result<bool, String> {
    match written {
        Ok(()) => Ok(false),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(true),
        Err(error) => Err(format!("standard output: {error}")),
    }
}
