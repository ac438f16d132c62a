//! What is claimed of the constructions, and how rows are held against it.

use super::neurons_taken::{Needed, Results};
use super::row::Row;
use crate::constructions::{Construction, golden};
use anyhow::Result;
use lab::claims::{
    Claim, Evidence, Judge, Test, assertion, between, from, registered, test_all, up_to,
};
use lab::statistics::{Interval, Level};
use std::path::Path;

/// The claims of the experiment.
pub fn claims() -> Vec<Claim> {
    registered(include_str!("claims.toml"), JUDGES)
}

const JUDGES: &[(&str, Judge)] = &[
    ("BL-1.1", |results, level| {
        let margin = between(1.9, 2.1);
        exponent(results, level, Construction::MalachProof, [3, 8], margin)
    }),
    ("BL-1.2", |results, level| {
        let margin = between(0.9, 1.1);
        exponent(results, level, Construction::MalachClosest, [6, 14], margin)
    }),
    ("BL-2.1", polylogarithmic),
    ("BL-2.2", |results, level| {
        exponent(
            results,
            level,
            Construction::OrseauUniform,
            [4, 12],
            from(0.7),
        )
    }),
    ("BL-2.3", golden_remainder),
    ("BL-3.1", fewest),
    ("UB-5.1", affine),
];

/// Runs at a large and at a small tolerance.
type Ends<'a> = [Needed<'a>; 2];

/// The runs of a construction at tolerances 2^-b for both `bits`, for each weight that has them.
fn ends(results: &Results, construction: Construction, bits: [u32; 2]) -> Vec<Ends<'_>> {
    let weights = results.weights().into_iter();
    let found = weights.filter_map(|weight| {
        let [first, last] = bits.map(|bits| at(results, construction, weight, bits));
        Some([first?, last?])
    });
    found.collect()
}

fn at(results: &Results, construction: Construction, weight: f64, bits: u32) -> Option<Needed<'_>> {
    results.needed(construction, weight, (-f64::from(bits)).exp2())
}

/// The growth of the median units, as `scale` sees them, over that of `x`; it must be in the margin.
fn slope(
    ends: &Ends,
    level: Level,
    x: fn(&Needed) -> f64,
    scale: fn(f64) -> f64,
    margin: Interval,
) -> Result<Test> {
    let [first, last] = ends;
    let run = x(last) - x(first);
    let median = |end: &Needed| end.quantile(0.5).map_or(f64::NAN, scale);
    let before = first.interval(0.5, level.shared_by(2))?;
    let after = last.interval(0.5, level.shared_by(2))?;
    Ok(Test {
        figures: format!(
            "slope {:.3} for {} of {}",
            (median(last) - median(first)) / run,
            first.row.construction.name(),
            first.row.weight
        ),
        samples: first.row.runs.min(last.row.runs),
        interval: (after.map(scale) - before.map(scale)) / run,
        margin,
    })
}

/// The exponent of 1/tolerance in the median units.
fn exponent(
    results: &Path,
    level: Level,
    construction: Construction,
    bits: [u32; 2],
    margin: Interval,
) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let log_inverse = |needed: &Needed| -needed.row.tolerance.ln();
    test_all(&ends(&results, construction, bits), level, |ends, level| {
        slope(ends, level, log_inverse, f64::ln, margin)
    })
}

fn polylogarithmic(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let ends = ends(&results, Construction::Orseau, [4, 20]);
    test_all(&ends, level, |ends, level| {
        let log_bits = |needed: &Needed| needed.bits().ln();
        slope(ends, level, log_bits, f64::ln, between(1.0, 1.6))
    })
}

fn affine(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let mut subjects = Vec::new();
    for bits in [[6, 13], [13, 20]] {
        for (construction, margin) in [
            (Construction::Gadget, between(3.5, 5.5)),
            (Construction::PooledGadget, between(1.75, 2.75)),
        ] {
            let ends = ends(&results, construction, bits).into_iter();
            subjects.extend(ends.map(|ends| (ends, margin)));
        }
    }
    test_all(&subjects, level, |(ends, margin), level| {
        slope(ends, level, |needed| needed.bits(), |units| units, *margin)
    })
}

fn fewest(results: &Path, level: Level) -> Result<Option<Evidence>> {
    const EARLIER: [Construction; 4] = [
        Construction::MalachProof,
        Construction::MalachClosest,
        Construction::Orseau,
        Construction::OrseauUniform,
    ];
    let results = Results::read(results)?.unwrap_or_default();
    let mut pairs = Vec::new();
    for weight in results.weights() {
        let at = |construction| at(&results, construction, weight, 8);
        let earlier = EARLIER.into_iter().filter_map(at);
        pairs.extend(earlier.filter_map(|earlier| Some((at(Construction::Gadget)?, earlier))));
    }
    test_all(&pairs, level, |(gadget, earlier), level| {
        let few = gadget.interval(0.5, level.shared_by(2))?;
        let many = earlier.interval(0.5, level.shared_by(2))?;
        let median = |needed: &Needed| needed.quantile(0.5).unwrap_or(f64::INFINITY);
        Ok(Test {
            figures: format!(
                "{} units against {} of {} for {}",
                median(gadget),
                median(earlier),
                earlier.row.construction.name(),
                gadget.row.weight
            ),
            samples: gadget.row.runs.min(earlier.row.runs),
            interval: few / many,
            margin: up_to(1.0),
        })
    })
}

fn golden_remainder(results: &Path, _: Level) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let is_golden = |row: &&Row| {
        matches!(
            row.construction,
            Construction::Orseau | Construction::OrseauUniform
        )
    };
    let rows: Vec<&Row> = results.rows().iter().filter(is_golden).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let bound = |row: &Row| golden::power(golden::count(1.0, row.tolerance));
    let violations = rows
        .iter()
        .filter(|row| row.largest_error > bound(row))
        .count();
    let runs = rows.iter().map(|row| row.runs - row.gave_up).sum();
    Ok(Some(assertion(violations as u64, runs)))
}
