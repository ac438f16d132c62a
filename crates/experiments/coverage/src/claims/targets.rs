//! Fixed targets: the gap to the nearest sum, and subsets of a fixed size.

use super::{Test, from, test_all, up_to};
use crate::row::{FixedSizeRow, GapRow};
use crate::theory::surplus_bits;
use anyhow::Result;
use lab::claims::{Evidence, Judge};
use lab::statistics::{KolmogorovSmirnov, Level, Proportion};
use lab::table;
use std::path::Path;

/// From so many candidates on gaps are held against their limit.
const MIN_CANDIDATES: u32 = 14;

pub(super) const JUDGES: &[(&str, Judge)] = &[
    ("RSS-8.1", |results, level| {
        exponential_gaps(results, level, "uniform")
    }),
    ("RSS-8.2", |results, level| {
        exponential_gaps(results, level, "product")
    }),
    ("RSS-10.1", fixed_size),
];

fn exponential_gaps(results: &Path, level: Level, law: &str) -> Result<Option<Evidence>> {
    let mut rows: Vec<GapRow> = table::read(results)?.unwrap_or_default();
    rows.retain(|row| row.law == law && row.candidates >= MIN_CANDIDATES);
    // The distance is the same in all rows of a number and a target.
    rows.dedup_by_key(|row| (row.candidates, row.target.to_bits()));
    test_all(&rows, level, |row, level| {
        let found = KolmogorovSmirnov {
            samples: row.trials,
            distance: row.distance,
        };
        Ok(Test {
            figures: format!(
                "distance {:.4} with n = {} at {}",
                row.distance, row.candidates, row.target
            ),
            samples: row.trials,
            interval: found.interval(level),
            margin: up_to(0.02),
        })
    })
}

fn fixed_size(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows: Vec<FixedSizeRow> = table::read(results)?.unwrap_or_default();
    let surplus = |row: &FixedSizeRow| surplus_bits(row.candidates, row.size, row.tolerance);
    let mut subjects: Vec<(FixedSizeRow, f64)> = rows
        .into_iter()
        .map(|row| (row.clone(), surplus(&row)))
        .collect();
    subjects.retain(|(_, surplus)| *surplus >= 2.0 || *surplus <= -1.0);
    test_all(&subjects, level, |(row, surplus), level| {
        let found = Proportion::new(row.successes, row.trials)?;
        Ok(Test {
            figures: format!(
                "success {:.3} with n = {}, k = {}, eps = {:.1e}, s = {surplus:.2}",
                found.rate(),
                row.candidates,
                row.size,
                row.tolerance
            ),
            samples: row.trials,
            interval: found.interval(level),
            margin: if *surplus > 0.0 {
                from(0.5)
            } else {
                up_to(0.5)
            },
        })
    })
}
