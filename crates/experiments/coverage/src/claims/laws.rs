//! Other laws: mixtures, the product and the gadget.

use super::{Test, assertion, between, from, test_all, test_stated, up_to};
use crate::quantile::{failure_interval, open_interval};
use crate::row::{DensityRow, NAME, Row, ThinningRow};
use crate::theory::{PRODUCT_LEVEL, product_probability};
use anyhow::Result;
use lab::Row as _;
use lab::claims::{Claim, Evidence, Reading, Verdict};
use lab::statistics::{Interval, Level, Proportion};
use lab::table;
use std::path::Path;

/// The tolerance at which laws are shown to cover, 2^-10.
const FINE: f64 = 1.0 / 1024.0;

/// The tolerance at which failures of the gadget are told apart, 2^-6.
const COARSE: f64 = 1.0 / 64.0;

pub(super) fn claims() -> Vec<Claim> {
    let corollary = "Pensia et al. 2020, Corollary 1, as Natale et al. 2024 state it; the coefficient is derived";
    vec![
        Claim {
            id: "RSS-2.1",
            statement: "Whatever the uniform candidates of a mixture cover, all candidates cover",
            source: "the proof for mixtures in Lueker 1998, Corollary 3.3, as restated by Natale et al. 2024",
            reading: Reading::Derived,
            prediction: "no violation",
            test: "instances that cover with the uniform candidates only: none",
            sample_size: "any",
            expected: Verdict::Supported,
            reason: "leaving candidates out takes sums away and adds none",
            experiment: NAME,
            table: ThinningRow::TABLE,
            figure: None,
            judge: thinning,
        },
        Claim {
            id: "RSS-2.2",
            statement: "40 candidates, half of them uniform on [-1, 1], the others on [1/2, 1], cover [-1, 1] within 2^-10 with probability 0.95",
            source: "Lueker 1998, Corollary 3.3, as Natale et al. 2024 state it; the numbers are ours",
            reading: Reading::Derived,
            prediction: "0.99 or more; only about 0.9 with the uniform candidates alone",
            test: "instances that do not cover: rate at most 0.05, Clopper-Pearson",
            sample_size: "10,000 instances; 200 would do for a report of one claim",
            expected: Verdict::Supported,
            reason: "2^40 sums leave no gap, and a quarter of the candidates are negative, which is enough to reach -1",
            experiment: NAME,
            table: ThinningRow::TABLE,
            figure: None,
            judge: mixture_covers,
        },
        Claim {
            id: "RSS-3.1",
            statement: "The product law contains the uniform law on [-1/2, 1/2] with weight (log 2)/2 and no more",
            source: corollary,
            reading: Reading::Derived,
            prediction: "density (1/2) log(1/|t|), so 0.3466 at |t| = 1/2",
            test: "histogram: the draws in the two outermost of the inner bins over their expectation in [0.98, 1.02], and in every inner bin the density at least 0.98 (log 2)/2; Clopper-Pearson",
            sample_size: "100 million draws: 101 tests share the level",
            expected: Verdict::Supported,
            reason: "the density is exact",
            experiment: NAME,
            table: DensityRow::TABLE,
            figure: Some("coverage-density"),
            judge: |results, level| density(results, level, "product", 1.0),
        },
        Claim {
            id: "RSS-3.2",
            statement: "The gadget's law contains the uniform law on [-1/2, 1/2] with weight (log 2)/4 and no more",
            source: corollary,
            reading: Reading::Derived,
            prediction: "half of the product's density, so 0.1733 at |t| = 1/2",
            test: "as RSS-3.1, with half of the density",
            sample_size: "100 million draws: 101 tests share the level",
            expected: Verdict::Supported,
            reason: "half of what a gadget offers is 0",
            experiment: NAME,
            table: DensityRow::TABLE,
            figure: Some("coverage-density"),
            judge: |results, level| density(results, level, "gadget", 0.5),
        },
        Claim {
            id: "RSS-4.1",
            statement: "64 candidates of the gadget's law cover [-1, 1] within 2^-10 with probability 0.95",
            source: "Pensia et al. 2020, Corollary 2, as Natale et al. 2024 state it; the numbers are ours",
            reading: Reading::Derived,
            prediction: "0.997: only reach fails",
            test: "instances that do not cover: rate at most 0.05, Clopper-Pearson",
            sample_size: "10,000 instances; 200 would do for a report of one claim",
            expected: Verdict::Supported,
            reason: "some 32 nonzero candidates have sums enough, and their reach fails 3 times in 1000",
            experiment: NAME,
            table: Row::TABLE,
            figure: Some("coverage-failure"),
            judge: gadget_covers,
        },
        Claim {
            id: "RSS-6.2",
            statement: "The gadget starts slowly because it does not reach: more than half of the instances that fail with 32 candidates within 2^-6 fail by reach",
            source: "derived from the law of the sums: their reach grows by n/16 on each side",
            reading: Reading::Derived,
            prediction: "nine tenths; about 0.23 of all instances",
            test: "reach failures among all failures on [-1, 1]: rate at least 1/2, Clopper-Pearson",
            sample_size: "100 failures",
            expected: Verdict::Supported,
            reason: "16 nonzero candidates have sums enough for 2^-6",
            experiment: NAME,
            table: Row::TABLE,
            figure: Some("coverage-failure"),
            judge: reach_explains,
        },
    ]
}

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
        let interval = found.interval(level);
        Ok(Test {
            figures: format!("{} {:.4}", bins.name, found.rate() / bins.expected),
            samples: bins.draws,
            interval: Interval {
                low: interval.low / bins.expected,
                high: interval.high / bins.expected,
            },
            margin: bins.margin,
        })
    })
}

/// The row of the gadget's law on [-1, 1].
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
