//! Other laws: mixtures, the product and the gadget.

use super::{Test, assertion, between, from, test_all, test_stated, up_to};
use crate::quantile::{failure_interval, open_interval};
use crate::row::{DensityRow, Row, ThinningRow};
use crate::theory::{PRODUCT_LEVEL, product_probability};
use anyhow::Result;
use lab::claims::{Evidence, Judge};
use lab::statistics::{Interval, Level, Proportion};
use lab::table;
use std::path::Path;

/// The tolerance at which distributions are shown to cover, 2^-10.
const FINE: f64 = 1.0 / 1024.0;

/// The tolerance at which failures of the gadget are told apart, 2^-6.
const COARSE: f64 = 1.0 / 64.0;

pub(super) const JUDGES: &[(&str, Judge)] = &[
    ("RSS-2.1", thinning),
    ("RSS-2.2", mixture_covers),
    ("RSS-3.1", |results, level| {
        density(results, level, "product", 1.0)
    }),
    ("RSS-3.2", |results, level| {
        density(results, level, "gadget", 0.5)
    }),
    ("RSS-4.1", gadget_covers),
    ("RSS-6.2", reach_explains),
];

fn thinning(results: &Path, _: Level) -> Result<Option<Evidence>> {
    let rows: Option<Vec<ThinningRow>> = table::read(results)?;
    Ok(rows.map(|rows| {
        let violations = rows.iter().map(|row| row.covered_thinned_only).sum();
        assertion(violations, rows.iter().map(|row| row.trials).sum())
    }))
}

fn mixture_covers(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let mut rows: Vec<ThinningRow> = table::read(results)?.unwrap_or_default();
    rows.retain(|row| {
        let case = (row.weight, row.candidates, row.radius, row.tolerance);
        case == (0.5, 40, 1.0, FINE)
    });
    test_all(&rows, level, |row, level| {
        let decided = row.trials - row.undecided;
        let failures = decided - row.covered;
        Ok(Test {
            figures: format!(
                "{failures} of {decided} do not cover, {} with the uniform candidates alone",
                decided - row.covered_thinned
            ),
            samples: row.trials,
            interval: open_interval(failures, row.undecided, row.trials, level)?,
            margin: up_to(0.05),
        })
    })
}

/// Some bins of a histogram, with what is expected of them.
struct Bins {
    name: String,
    count: u64,
    draws: u64,
    expected: f64,
    margin: Interval,
}

/// Holds a histogram against the product's density times `share`.
fn density(results: &Path, level: Level, law: &str, share: f64) -> Result<Option<Evidence>> {
    let mut rows: Vec<DensityRow> = table::read(results)?.unwrap_or_default();
    rows.retain(|row| row.law == law && row.lower < row.upper);
    rows.retain(|row| row.lower >= -0.5 && row.upper <= 0.5);
    let is_outermost = |row: &&DensityRow| row.lower == -0.5 || row.upper == 0.5;
    let outermost: Vec<&DensityRow> = rows.iter().filter(is_outermost).collect();
    let mut subjects: Vec<Bins> = rows
        .iter()
        .map(|row| Bins {
            name: format!("draws in [{}, {}] over the least", row.lower, row.upper),
            count: row.count,
            draws: row.draws,
            expected: share * PRODUCT_LEVEL * (row.upper - row.lower),
            margin: from(0.98),
        })
        .collect();
    if let [first, second] = outermost[..] {
        let probability = |row: &DensityRow| share * product_probability(row.lower, row.upper);
        subjects.push(Bins {
            name: "draws in the outermost bins over the expected ones".to_owned(),
            count: first.count + second.count,
            draws: first.draws,
            expected: probability(first) + probability(second),
            margin: between(0.98, 1.02),
        });
    }
    test_stated(&subjects, rows.len() + 1, level, |bins, level| {
        let found = Proportion::new(bins.count, bins.draws)?;
        Ok(Test {
            figures: format!("{} {:.4}", bins.name, found.rate() / bins.expected),
            samples: bins.draws,
            interval: found.interval(level) / bins.expected,
            margin: bins.margin,
        })
    })
}

/// The row of the gadget's distribution on [-1, 1].
fn gadget(results: &Path, candidates: u32, tolerance: f64) -> Result<Vec<Row>> {
    let mut rows: Vec<Row> = table::read(results)?.unwrap_or_default();
    rows.retain(|row| {
        let case = (row.radius, row.candidates, row.tolerance);
        row.law == "gadget" && case == (1.0, candidates, tolerance)
    });
    Ok(rows)
}

fn gadget_covers(results: &Path, level: Level) -> Result<Option<Evidence>> {
    test_all(&gadget(results, 64, FINE)?, level, |row, level| {
        Ok(Test {
            figures: format!(
                "{} of {} do not cover, {} undecided",
                row.failures(),
                row.trials,
                row.undecided
            ),
            samples: row.trials,
            interval: failure_interval(row, level)?,
            margin: up_to(0.05),
        })
    })
}

fn reach_explains(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let mut rows = gadget(results, 32, COARSE)?;
    rows.retain(|row| row.failures() > 0);
    test_all(&rows, level, |row, level| {
        let failures = row.failures();
        Ok(Test {
            figures: format!("{} of {failures} failures are those of reach", row.reach),
            samples: failures,
            interval: Proportion::new(row.reach, failures)?.interval(level),
            margin: from(0.5),
        })
    })
}
