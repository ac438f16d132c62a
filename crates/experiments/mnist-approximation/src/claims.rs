//! What Experiment 1 claims, and how its rows are held against it.

use super::authors::{self, CANDIDATES, TOLERANCE};
use super::row::{Coefficients, Row, Selection};
use anyhow::Result;
use lab::claims::{Claim, Evidence, Judge, Verdict, at_most, registered};
use lab::statistics::{Interval, Level, Proportion, mean};
use lab::table;
use std::path::Path;

/// The claims of Experiment 1.
pub fn claims() -> Vec<Claim> {
    registered(include_str!("claims.toml"), JUDGES)
}

const JUDGES: &[(&str, Judge)] = &[
    ("EX-1.1", feasible),
    ("EX-1.2", |results, level| {
        accuracy_kept(results, level, CANDIDATES)
    }),
    ("EX-1.3", |results, level| accuracy_kept(results, level, 16)),
    ("EX-1.4", few_kept),
    ("EX-1.5", fraction_kept),
];

/// The rows of one selection at one number of candidates and the authors' tolerance.
fn rows(results: &Path, candidates: u32, selection: Selection) -> Result<Vec<Row>> {
    let rows: Vec<Row> = table::read(results)?.unwrap_or_default();
    let is_asked = |row: &Row| {
        row.candidates == candidates
            && row.selection == selection
            && row.tolerance == TOLERANCE
            && !row.small_to_zero
    };
    Ok(rows.into_iter().filter(is_asked).collect())
}

fn of(rows: Vec<Row>, coefficients: Coefficients) -> Vec<Row> {
    rows.into_iter()
        .filter(|row| row.coefficients == coefficients)
        .collect()
}

fn feasible(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = of(
        rows(results, CANDIDATES, Selection::Closest)?,
        Coefficients::PerWeight,
    );
    let infeasible: u64 = rows.iter().map(|row| row.infeasible).sum();
    let weights: u64 = rows.iter().map(|row| row.weights).sum();
    if weights == 0 {
        return Ok(None);
    }
    let interval = Proportion::new(infeasible, weights)?.interval(level);
    Ok(Some(Evidence {
        verdict: at_most(1e-4, interval),
        figures: format!("{infeasible} of {weights} weights infeasible"),
        samples: weights,
        interval: Some(interval),
    }))
}

fn accuracy_kept(results: &Path, level: Level, candidates: u32) -> Result<Option<Evidence>> {
    let rows = rows(results, candidates, Selection::Closest)?;
    let changes: Vec<u64> = rows
        .iter()
        .map(|row| row.correct_before.abs_diff(row.correct_after))
        .collect();
    let Some(largest) = changes.iter().max() else {
        return Ok(None);
    };
    let changed = rows
        .iter()
        .zip(&changes)
        .filter(|(row, change)| *change * 1000 > row.test_images);
    let (changed, samples) = (changed.count() as u64, rows.len() as u64);
    let interval = Proportion::new(changed, samples)?.interval(level);
    Ok(Some(Evidence {
        verdict: at_most(0.5, interval),
        figures: format!(
            "{changed} of {samples} draws change by more than 0.1 points, at most {largest} images"
        ),
        samples,
        interval: Some(interval),
    }))
}

/// The mean over draws of some figure, and its interval if there is more than one draw; nothing if
/// there is none.
fn mean_over(
    rows: &[Row],
    level: Level,
    figure: impl Fn(&Row) -> f64,
) -> Result<Option<(f64, Option<Interval>)>> {
    let figures: Vec<f64> = rows.iter().map(figure).collect();
    Ok(match figures[..] {
        [] => None,
        [one] => Some((one, None)),
        _ => {
            let estimate = mean(&figures)?;
            Some((estimate.value, Some(estimate.interval(level))))
        }
    })
}

fn few_kept(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = rows(results, CANDIDATES, Selection::SmallestFeasible)?;
    let rows = of(rows, Coefficients::PerWeight);
    let kept = |row: &Row| row.kept_parameters as f64 / row.weights as f64;
    let found = mean_over(&rows, level, kept)?;
    Ok(found.map(|(value, interval)| Evidence {
        verdict: interval.map_or(Verdict::Descriptive, |interval| at_most(1.0, interval)),
        figures: format!("{value:.4} coefficients kept a weight"),
        samples: rows.len() as u64,
        interval,
    }))
}

fn fraction_kept(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = rows(results, CANDIDATES, Selection::Closest)?;
    let rows = of(rows, Coefficients::PerRow);
    let kept = |row: &Row| row.kept_parameters as f64 / row.initial_parameters as f64;
    let reported = authors::KEPT_PARAMETERS as f64 / authors::INITIAL_PARAMETERS as f64;
    let found = mean_over(&rows, level, kept)?;
    Ok(found.map(|(value, interval)| Evidence {
        verdict: Verdict::Descriptive,
        figures: format!(
            "{:.2} % kept here, {:.2} % reported",
            100.0 * value,
            100.0 * reported
        ),
        samples: rows.len() as u64,
        interval,
    }))
}
