//! What is claimed of small subsets, and how rows are held against it.

use crate::homogeneity::Homogeneity;
use crate::reference::{BOTH, INSTANCES, Reference};
use crate::results::{Results, failure};
use crate::row::Row;
use anyhow::Result;
use lab::claims::{Claim, Evidence, Test, Verdict, between, from, registered, test_all};
use lab::statistics::{Level, Proportion};
use std::path::Path;

/// The claims of the experiment.
pub fn claims() -> Vec<Claim> {
    registered(
        include_str!("claims.toml"),
        &[
            ("FU-2.1", same_sizes),
            ("FU-2.2", same_failures),
            ("FU-2.3", products_fail_more),
            ("FU-2.4", at_most_one),
        ],
    )
}

fn same_sizes(results: &Path, level: Level) -> Result<Option<Evidence>> {
    homogeneous(results, level, |results, row, reference| {
        Homogeneity::of([&results.classes(row), &reference.classes()])
    })
}

fn same_failures(results: &Path, level: Level) -> Result<Option<Evidence>> {
    homogeneous(results, level, |_, row, reference| {
        let [ours, theirs] = [row.reference_failures, reference.failures];
        Homogeneity::of([&[ours, row.instances - ours], &[theirs, INSTANCES - theirs]])
    })
}

/// Holds both kinds against the authors' runs. With too few instances nothing can be said for the claim,
/// since no difference would be found; a difference that is found says something however few there are.
fn homogeneous(
    results: &Path,
    level: Level,
    test: impl Fn(&Results, &Row, &Reference) -> Result<Homogeneity>,
) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let mut tests = Vec::new();
    for reference in &BOTH {
        if let Some(row) = results.beside(reference) {
            let found = test(&results, row, reference)?;
            tests.push((reference.distribution, row.instances, found));
        }
    }
    let Some(samples) = tests.iter().map(|test| test.1).min() else {
        return Ok(None);
    };
    let error = level.shared_by(BOTH.len()).error();
    let verdict = if tests.iter().any(|test| test.2.p_value < error) {
        Verdict::Contradicted
    } else if tests.len() == BOTH.len() && samples >= INSTANCES {
        Verdict::Supported
    } else {
        Verdict::Inconclusive
    };
    let figures = tests.iter().map(|(distribution, _, found)| {
        let Homogeneity {
            statistic,
            degrees,
            p_value,
        } = found;
        format!("{distribution}: chi-square {statistic:.2} (degrees of freedom: {degrees}), p = {p_value:.3}")
    });
    Ok(Some(Evidence {
        verdict,
        figures: figures.collect::<Vec<_>>().join("; "),
        samples,
        interval: None,
    }))
}

fn products_fail_more(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let [uniform, product] = BOTH.map(|reference| results.beside(&reference).cloned());
    let pairs: Vec<(Row, Row)> = uniform.zip(product).into_iter().collect();
    test_all(&pairs, level, |(uniform, product), level| {
        let [few, many] = [failure(uniform)?, failure(product)?];
        let [low, high] = [few, many].map(|rate| rate.interval(level.shared_by(2)));
        Ok(Test {
            figures: format!("{:.2} times", many.rate() / few.rate()),
            samples: uniform.instances.min(product.instances),
            interval: between(high.low / low.high, high.high / low.low),
            margin: from(5.0),
        })
    })
}

fn at_most_one(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let rows: Vec<&Row> = results.of("uniform").collect();
    test_all(&rows, level, |row, level| {
        let small = results.sizes_of(row).filter(|size| size.size <= 1);
        let count = small.map(|size| size.smallest).sum();
        let share = Proportion::new(count, row.instances)?;
        let exact = at_most_one_probability(row.candidates, row.tolerance);
        Ok(Test {
            figures: format!(
                "{:.5} against {exact:.5} at n = {}",
                share.rate(),
                row.candidates
            ),
            samples: row.instances,
            interval: share.interval(level).map(|share| share - exact),
            margin: between(-0.01, 0.01),
        })
    })
}

/// The probability that 0 or one of n numbers from U\[-1, 1\] is within e <= 1/2 of a target z from U\[-1, 1\].
///
/// A number is that close with probability e if |z| <= 1 - e, and (e + 1 - |z|)/2 nearer to an end:
///
/// ```text
/// P = 1 - (1 - 2e) (1 - e)^n - 2/(n+1) ((1 - e/2)^(n+1) - (1 - e)^(n+1))
/// ```
fn at_most_one_probability(candidates: u32, tolerance: f64) -> f64 {
    let n = f64::from(candidates);
    let (inner, outer) = (1.0 - tolerance, 1.0 - tolerance / 2.0);
    let edge = 2.0 / (n + 1.0) * (outer.powf(n + 1.0) - inner.powf(n + 1.0));
    1.0 - (1.0 - 2.0 * tolerance) * inner.powf(n) - edge
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_element_at_most_has_the_probability_of_the_integral() {
        for (candidates, tolerance) in [(1, 0.25_f64), (5, 0.01), (15, 0.01), (30, 0.1)] {
            let points = 100_000;
            let targets = (0..points).map(|point| (f64::from(point) + 0.5) / f64::from(points));
            let near = |z: f64| (tolerance + tolerance.min(1.0 - z)) / 2.0;
            let missed = targets
                .filter(|&z| z > tolerance)
                .map(|z| (1.0 - near(z)).powi(candidates));
            let expected = 1.0 - missed.sum::<f64>() / f64::from(points);
            let found = at_most_one_probability(candidates as u32, tolerance);
            assert!((found - expected).abs() < 2e-5, "{found} {expected}");
        }
    }
}
