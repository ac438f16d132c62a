//! What Experiment 1 claims, and how its rows are held against it.

use super::authors::{self, CANDIDATES, TOLERANCE};
use super::row::{Coefficients, NAME, Row, Selection};
use anyhow::Result;
use lab::Row as _;
use lab::claims::{Claim, Evidence, Reading, Verdict, at_most};
use lab::statistics::{Interval, Level, Proportion, mean};
use lab::table;
use std::path::Path;

/// The claims of Experiment 1.
pub fn claims() -> Vec<Claim> {
    let log = "the authors' repository, results/paper/fc2_approx.out";
    vec![
        Claim {
            id: "EX-1.1",
            statement: "With 21 coefficients a weight, fewer than 1 weight in 10,000 has no subset within 0.01",
            source: log,
            reading: Reading::Read,
            prediction: "none in most draws; now and then a weight at the edge of the coefficients' range",
            test: "infeasible weights of all replicates, coefficients per weight (independent): Clopper-Pearson",
            sample_size: "10 replicates of 397,000 weights; one would do",
            expected: Verdict::Supported,
            reason: "the log reports that all 397,000 weights are within 0.01",
            experiment: NAME,
            table: Row::TABLE,
            figure: Some("mnist-approximation-tolerance"),
            judge: feasible,
        },
        Claim {
            id: "EX-1.2",
            statement: "With 21 coefficients a weight, approximation changes the accuracy by at most 0.1 points in most draws",
            source: log,
            reading: Reading::Read,
            prediction: "no change in any draw: errors are of order 1e-6",
            test: "replicates of both variants, closest subset, that change by more than 10 images of 10,000: rate at most 1/2, Clopper-Pearson",
            sample_size: "20 replicates",
            expected: Verdict::Supported,
            reason: "the log reports 97.19 % before and after, perhaps of the original network twice; measured anew here",
            experiment: NAME,
            table: Row::TABLE,
            figure: Some("mnist-approximation-accuracy"),
            judge: |results, level| accuracy_kept(results, level, CANDIDATES),
        },
        Claim {
            id: "EX-1.3",
            statement: "16 coefficients a weight are enough for the same",
            source: "derived from the authors' own weights",
            reading: Reading::Derived,
            prediction: "at n = 16 about 3 weights in a million miss 0.01",
            test: "as EX-1.2, at n = 16",
            sample_size: "20 replicates",
            expected: Verdict::Supported,
            reason: "the mean error at n = 16 is of order 1e-5",
            experiment: NAME,
            table: Row::TABLE,
            figure: Some("mnist-approximation-accuracy"),
            judge: |results, level| accuracy_kept(results, level, 16),
        },
        Claim {
            id: "EX-1.4",
            statement: "What is kept is a property of the selection: within 0.01, the smallest subsets keep less than one coefficient a weight",
            source: "derived from the authors' own weights",
            reading: Reading::Derived,
            prediction: "about 0.6, since two weights in three are within 0.01 of 0",
            test: "mean over replicates of coefficients kept a weight, per weight, n = 21, smallest feasible: t interval below 1",
            sample_size: "2 replicates or more",
            expected: Verdict::Supported,
            reason: "the theorem asks for a feasible subset, not for the closest one",
            experiment: NAME,
            table: Row::TABLE,
            figure: Some("mnist-approximation-kept"),
            judge: few_kept,
        },
        Claim {
            id: "EX-1.5",
            statement: "The closest subsets keep 44.7 % of the coefficients",
            source: log,
            reading: Reading::Read,
            prediction: "near 47 %: an optimum has no reason to be small, and the solver's tolerances may have stopped it early",
            test: "mean fraction kept over replicates, per row, n = 21: t interval, shown beside the reported figure",
            sample_size: "2 replicates or more",
            expected: Verdict::Descriptive,
            reason: "the figure depends on the target; on the authors' own it can be tested with --target",
            experiment: NAME,
            table: Row::TABLE,
            figure: Some("mnist-approximation-kept"),
            judge: fraction_kept,
        },
    ]
}

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
