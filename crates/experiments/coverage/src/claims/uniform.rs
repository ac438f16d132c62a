//! Uniform candidates on [-1, 1]: how the worst error falls, where it fails, and what bounds it from
//! below.

use super::{Test, assertion, between, test_all, test_stated, up_to};
use crate::quantile::{WorstErrors, failure_interval};
use crate::row::Row;
use crate::theory::{counting_floor, reach_failure};
use anyhow::Result;
use lab::claims::{Evidence, Judge};
use lab::statistics::{Interval, Level, Proportion};
use lab::table;
use std::path::Path;

/// The widest interval, [-1, 1].
const RADIUS: f64 = 1.0;

/// Shares of the instances, with the candidates beyond 1.25 lg(1/eps) that they need at most.
const SHARES: [(f64, u32); 2] = [(0.5, 4), (0.9, 8)];

/// Numbers of candidates at both ends of the slope.
const SLOPE: [u32; 2] = [12, 24];

/// The tolerance at which failures are followed.
const FIXED: f64 = 1.0 / 16.0;

pub(super) const JUDGES: &[(&str, Judge)] = &[
    ("RSS-1.1", enough_candidates),
    ("RSS-1.2", slope),
    ("RSS-1.3", distance_to_floor),
    ("RSS-1.4", failures_fall),
    ("RSS-6.1", reach_curve),
    ("RSS-7.1", counting),
];

/// What the rows say of uniform candidates.
fn uniform(rows: &[Row], candidates: u32) -> Option<WorstErrors<'_>> {
    WorstErrors::new(rows, "uniform", RADIUS, candidates)
}

fn rows(results: &Path) -> Result<Vec<Row>> {
    Ok(table::read(results)?.unwrap_or_default())
}

fn enough_candidates(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = rows(results)?;
    let mut subjects = Vec::new();
    for exponent in 1..=16 {
        for (share, more) in SHARES {
            let candidates = exponent * 5 / 4 + more;
            let tolerance = (-f64::from(exponent)).exp2();
            let row = uniform(&rows, candidates).and_then(|errors| errors.at(tolerance));
            subjects.extend(row.map(|row| (row, exponent, 1.0 - share)));
        }
    }
    test_stated(&subjects, 32, level, |&(row, exponent, most), level| {
        Ok(Test {
            figures: format!(
                "with n = {} {} of {} fail within 2^-{exponent}, a share of {most:.1} may",
                row.candidates,
                row.failures(),
                row.trials
            ),
            samples: row.trials,
            interval: failure_interval(row, level)?,
            margin: up_to(most),
        })
    })
}

/// lg(1/median), and its interval.
fn median_bits(errors: &WorstErrors, level: Level) -> Result<(f64, Interval)> {
    let bits = |error: f64| -error.log2();
    let interval = errors.interval(0.5, level)?;
    let (low, high) = (bits(interval.high), bits(interval.low));
    let median = errors.quantile(0.5).map_or(f64::NAN, bits);
    Ok((median, Interval { low, high }))
}

fn slope(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = rows(results)?;
    let [first, last] = SLOPE.map(|candidates| uniform(&rows, candidates));
    let ends: Vec<_> = first.zip(last).into_iter().collect();
    test_all(&ends, level, |(first, last), level| {
        let (low, below) = median_bits(first, level.shared_by(2))?;
        let (high, above) = median_bits(last, level.shared_by(2))?;
        let candidates = f64::from(SLOPE[1] - SLOPE[0]);
        Ok(Test {
            figures: format!("{:.3} candidates a bit", candidates / (high - low)),
            samples: first.trials().min(last.trials()),
            interval: Interval {
                low: candidates / (above.high - below.low),
                high: candidates / (above.low - below.high).max(0.0),
            },
            margin: between(1.05, 1.25),
        })
    })
}

fn distance_to_floor(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = rows(results)?;
    let subject: Vec<_> = uniform(&rows, SLOPE[1]).into_iter().collect();
    let floor = -counting_floor(SLOPE[1], RADIUS).log2();
    test_all(&subject, level, |errors, level| {
        let (median, interval) = median_bits(errors, level)?;
        Ok(Test {
            figures: format!("{:.2} bits", floor - median),
            samples: errors.trials(),
            interval: Interval {
                low: floor - interval.high,
                high: floor - interval.low,
            },
            margin: up_to(7.0),
        })
    })
}

fn failures_fall(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = rows(results)?;
    let at = |candidates| uniform(&rows, candidates).and_then(|errors| errors.at(FIXED));
    let pairs = [8, 12, 16].map(|candidates| at(candidates).zip(at(candidates + 4)));
    let pairs: Vec<(&Row, &Row)> = pairs.into_iter().flatten().collect();
    test_stated(&pairs, 3, level, |&(before, after), level| {
        let side = level.shared_by(2);
        let (many, few) = (
            failure_interval(before, side)?,
            failure_interval(after, side)?,
        );
        let shown = |row: &Row| {
            let (failures, trials) = (row.failures(), row.trials);
            format!("{failures} of {trials} fail with n = {}", row.candidates)
        };
        Ok(Test {
            figures: format!("{}, {}", shown(before), shown(after)),
            samples: before.trials.min(after.trials),
            interval: few / many,
            margin: up_to(1.0 / 1.5),
        })
    })
}

fn reach_curve(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = rows(results)?;
    let is_asked = |row: &&Row| {
        let size = (row.law.as_str(), row.radius, row.tolerance);
        size == ("uniform", RADIUS, FIXED) && [8, 12].contains(&row.candidates)
    };
    let subjects: Vec<&Row> = rows.iter().filter(is_asked).collect();
    test_stated(&subjects, 2, level, |row, level| {
        let exact = reach_failure(row.candidates, RADIUS - FIXED);
        let found = Proportion::new(row.reach, row.trials)?;
        Ok(Test {
            figures: format!(
                "with n = {} {:.4} without reach, exactly {exact:.4}",
                row.candidates,
                found.rate()
            ),
            samples: row.trials,
            interval: found.interval(level) / exact,
            margin: between(0.8, 1.25),
        })
    })
}

fn counting(results: &Path, _: Level) -> Result<Option<Evidence>> {
    let Some(rows) = table::read::<Row>(results)? else {
        return Ok(None);
    };
    let is_violation = |row: &&Row| {
        let covered = row.trials - row.failures() - row.undecided;
        covered > 0 && row.tolerance < counting_floor(row.candidates, row.radius)
    };
    let violations = rows.iter().filter(is_violation).count();
    Ok(Some(assertion(violations as u64, rows.len() as u64)))
}
