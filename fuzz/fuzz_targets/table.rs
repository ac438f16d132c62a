//! Tables and records: rows, or an error that names the file.
#![no_main]

use documented::{Documented, DocumentedFields};
use lab::{Row, meta::Meta, table};
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};

/// A line.
#[derive(Serialize, Deserialize, Documented, DocumentedFields)]
struct Line {
    /// A part.
    hits: u64,
    /// The whole.
    trials: u64,
    /// A number.
    error: Option<f64>,
}

impl Row for Line {
    const TABLE: &str = "lines";
    const SHARES: &[(&str, &str)] = &[("hits", "trials")];
}

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("lines.csv"), bytes).expect("a small file");
    match table::read::<Line>(folder.path()) {
        Ok(rows) => {
            let rows = rows.expect("there is a file");
            assert!(rows.iter().all(|row| row.hits <= row.trials));
            assert!(rows.iter().filter_map(|row| row.error).all(f64::is_finite));
        }
        Err(error) => assert!(error.to_string().contains("lines.csv"), "{error}"),
    }
    std::fs::write(Meta::path(folder.path(), "lines"), bytes).expect("a small file");
    if let Err(error) = Meta::read(folder.path(), "lines") {
        assert!(error.to_string().contains("lines.meta.json"), "{error}");
    }
});
