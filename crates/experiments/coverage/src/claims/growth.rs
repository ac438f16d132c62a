//! The dynamics of the proof: how the covered fraction grows.

use super::{Test, assertion, between, test_all};
use crate::row::GrowthRow;
use anyhow::Result;
use lab::claims::{Evidence, Judge};
use lab::statistics::{Estimate, Level, Line, Observation, mean};
use lab::table;
use std::path::Path;

pub(super) const JUDGES: &[(&str, Judge)] = &[
    ("RSS-5.1", recursion),
    ("RSS-5.2", doubling),
    ("RSS-5.3", hitting_time),
];

/// All runs, the runs of each tolerance together, from the largest.
fn by_tolerance(rows: &[GrowthRow]) -> Vec<Vec<&GrowthRow>> {
    let mut rows: Vec<&GrowthRow> = rows.iter().collect();
    rows.sort_by(|a, b| b.tolerance.total_cmp(&a.tolerance));
    let groups = rows.chunk_by(|a, b| a.tolerance == b.tolerance);
    // One run has no variance.
    let groups = groups.filter(|group| group.len() > 1);
    groups.map(<[&GrowthRow]>::to_vec).collect()
}

fn recursion(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows: Vec<GrowthRow> = table::read(results)?.unwrap_or_default();
    test_all(&by_tolerance(&rows), level, |runs, level| {
        let deviations: Vec<f64> = runs.iter().map(|run| run.deviation).collect();
        let steps: u64 = runs.iter().map(|run| u64::from(run.steps_to_full)).sum();
        let mean_steps = steps as f64 / runs.len() as f64;
        let found = mean(&deviations)?;
        let ratio = |deviation: f64| 1.0 + deviation / mean_steps;
        Ok(Test {
            figures: format!(
                "mean ratio {:.4} from {:e}",
                ratio(found.value),
                runs[0].tolerance
            ),
            samples: runs.len() as u64,
            interval: found.interval(level).map(ratio),
            margin: between(0.99, 1.01),
        })
    })
}

fn doubling(results: &Path, _: Level) -> Result<Option<Evidence>> {
    let rows: Option<Vec<GrowthRow>> = table::read(results)?;
    Ok(rows.map(|rows| {
        let violations = rows.iter().filter(|run| run.largest_growth > 2.0).count();
        assertion(violations as u64, rows.len() as u64)
    }))
}

fn hitting_time(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows: Vec<GrowthRow> = table::read(results)?.unwrap_or_default();
    let groups = by_tolerance(&rows);
    if groups.len() < 2 {
        return Ok(None);
    }
    let observation =
        |run: &GrowthRow| Observation::new([-run.tolerance.ln()], run.steps_to_half.into());
    let line = Line::fit(&rows.iter().map(observation).collect::<Vec<_>>())?;
    let slope = line.slope(0);
    let mut subjects = vec![(
        format!("{:.2} draws for a factor of e", slope.value),
        slope,
        between(2.2, 3.0),
    )];
    for starts in groups.windows(3) {
        let bend = bend(starts)?;
        let name = format!(
            "slopes before and after {:e} differ by {:.2}",
            starts[1][0].tolerance, bend.value
        );
        subjects.push((name, bend, between(-1.0, 1.0)));
    }
    test_all(&subjects, level, |(name, estimate, margin), level| {
        Ok(Test {
            figures: name.clone(),
            samples: rows.len() as u64,
            interval: estimate.interval(level),
            margin: *margin,
        })
    })
}

/// By how much the slope of the mean draws until half is covered, over log(1/tolerance), changes at
/// the middle one of three tolerances. The degrees of freedom are those of the smallest sample.
fn bend(starts: &[Vec<&GrowthRow>]) -> Result<Estimate> {
    let means = starts.iter().map(|runs| {
        let draws: Vec<f64> = runs.iter().map(|run| run.steps_to_half.into()).collect();
        mean(&draws)
    });
    let means: Vec<Estimate> = means.collect::<Result<_, _>>()?;
    let at = |start: usize| -starts[start][0].tolerance.ln();
    let (before, after) = (1.0 / (at(1) - at(0)), 1.0 / (at(2) - at(1)));
    let weighted = means.iter().zip([before, -before - after, after]);
    let (mut value, mut variance) = (0.0, 0.0);
    for (mean, weight) in weighted {
        value += weight * mean.value;
        variance += (weight * mean.standard_error).powi(2);
    }
    let degrees = means.iter().map(|mean| mean.degrees_of_freedom).min();
    Ok(Estimate {
        value,
        standard_error: variance.sqrt(),
        degrees_of_freedom: degrees.expect("three samples"),
    })
}
