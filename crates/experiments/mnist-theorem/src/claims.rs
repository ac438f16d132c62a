//! What is claimed of the theorem's construction on a trained network, and how rows are held against it.

use super::row::{Gadget, NonnegativeInputs, Row};
use anyhow::Result;
use lab::claims::{
    Claim, Evidence, Judge, Test, assertion, at_most, between, registered, test_all,
};
use lab::statistics::{Level, Proportion, mean};
use lab::table;
use std::cmp::Reverse;
use std::path::Path;

/// Candidates of Experiment 1, which stand for the theorem's n here.
const CANDIDATES: usize = 21;

/// The start of the ladder that shows what a candidate gains.
const FEW_CANDIDATES: usize = 12;

/// The share of the images that is to be certified.
const CERTIFIED: f64 = 0.99;

/// The claims of the experiment.
pub fn claims() -> Vec<Claim> {
    registered(include_str!("claims.toml"), JUDGES)
}

const JUDGES: &[(&str, Judge)] = &[
    ("UB-6.1", accuracy_kept),
    ("UB-6.2", certificate_holds),
    ("UB-6.3", images_certified),
    ("UB-6.4", gain),
    ("UB-6.5", pooled),
];

/// The networks of a gadget on all inputs with so many candidates, by their replicates, and of each
/// replicate those with the most units first.
fn networks(results: &Path, gadget: Gadget, candidates: usize) -> Result<Vec<Row>> {
    let rows: Vec<Row> = table::read(results)?.unwrap_or_default();
    let is_asked = |row: &Row| {
        row.gadget == gadget
            && row.nonnegative_inputs == NonnegativeInputs::Nowhere
            && row.candidates == candidates
    };
    let mut rows: Vec<Row> = rows.into_iter().filter(is_asked).collect();
    rows.sort_by_key(|row| (row.replicate, Reverse(row.units)));
    Ok(rows)
}

/// One network of each replicate: those that differ only in their units are nested, not independent.
fn independent_networks(results: &Path) -> Result<Vec<Row>> {
    let mut rows = networks(results, Gadget::Paper, CANDIDATES)?;
    rows.dedup_by_key(|row| row.replicate);
    Ok(rows)
}

/// Whether most networks are no exception, and what to say of them.
fn most(
    rows: &[Row],
    level: Level,
    is_exception: impl Fn(&&Row) -> bool,
    figures: impl Fn(u64) -> String,
) -> Result<Option<Evidence>> {
    let samples = rows.len() as u64;
    if samples == 0 {
        return Ok(None);
    }
    let exceptions = rows.iter().filter(is_exception).count() as u64;
    let interval = Proportion::new(exceptions, samples)?.interval(level);
    Ok(Some(Evidence {
        verdict: at_most(0.5, interval),
        figures: figures(exceptions),
        samples,
        interval: Some(interval),
    }))
}

fn accuracy_kept(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = independent_networks(results)?;
    let change = |row: &Row| row.correct_before.abs_diff(row.correct_after);
    let largest = rows.iter().map(change).max().unwrap_or(0);
    let is_exception = |row: &&Row| change(row) * 1000 > row.test_images;
    most(&rows, level, is_exception, |exceptions| {
        format!(
            "{exceptions} of {} networks change by more than 0.1 points, at most {largest} images",
            rows.len()
        )
    })
}

fn images_certified(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = independent_networks(results)?;
    let share = |row: &Row| row.certified_images as f64 / row.test_images as f64;
    let least = rows.iter().map(share).fold(1.0, f64::min);
    most(
        &rows,
        level,
        |row| share(row) < CERTIFIED,
        |exceptions| {
            format!(
                "{exceptions} of {} networks have fewer, the least {:.2} %",
                rows.len(),
                100.0 * least
            )
        },
    )
}

fn certificate_holds(results: &Path, _: Level) -> Result<Option<Evidence>> {
    let rows: Vec<Row> = table::read(results)?.unwrap_or_default();
    let sum = |of: fn(&Row) -> u64| rows.iter().map(of).sum::<u64>();
    let images = sum(|row| row.test_images);
    Ok((images > 0).then(|| assertion(sum(|row| row.violations), images)))
}

/// The mean of a figure of networks must lie in a margin.
fn mean_within(
    figures: &[f64],
    level: Level,
    margin: [f64; 2],
    words: impl Fn(f64) -> String,
) -> Result<Option<Evidence>> {
    if figures.len() < 2 {
        return Ok(None);
    }
    let estimate = mean(figures)?;
    test_all(&[()], level, |(), level| {
        Ok(Test {
            figures: words(estimate.value),
            samples: figures.len() as u64,
            interval: estimate.interval(level),
            margin: between(margin[0], margin[1]),
        })
    })
}

/// log2 of the ratio of the certified errors of two networks of each replicate, where the right one
/// has so many `times` the units of the left one.
fn bits(left: &[Row], right: &[Row], times: usize) -> Vec<f64> {
    let is_partner = |row: &Row, other: &Row| {
        (other.replicate, other.units) == (row.replicate, times * row.units)
    };
    let partner = |row: &Row| right.iter().find(|other| is_partner(row, other));
    let pairs = left.iter().filter_map(|row| Some((row, partner(row)?)));
    let mut pairs: Vec<(&Row, &Row)> = pairs.collect();
    pairs.dedup_by_key(|(left, _)| left.replicate);
    let ratio =
        |(left, right): (&Row, &Row)| left.certified_nonnegative / right.certified_nonnegative;
    pairs.into_iter().map(|pair| ratio(pair).log2()).collect()
}

fn gain(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let few = networks(results, Gadget::Paper, FEW_CANDIDATES)?;
    let many = networks(results, Gadget::Paper, CANDIDATES)?;
    let further = (CANDIDATES - FEW_CANDIDATES) as f64;
    let gains: Vec<f64> = bits(&few, &many, 1)
        .iter()
        .map(|bits| bits / further)
        .collect();
    mean_within(&gains, level, [0.5, 0.95], |value| {
        format!("{value:.3} bits a candidate")
    })
}

fn pooled(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let paper = networks(results, Gadget::Paper, CANDIDATES)?;
    let pooled = networks(results, Gadget::Pooled, CANDIDATES)?;
    mean_within(&bits(&pooled, &paper, 2), level, [-1.0, 1.0], |value| {
        format!("{value:.3} bits less precise")
    })
}
