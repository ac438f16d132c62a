//! What is claimed of the theorem's construction on a trained network, and how rows are held against it.

use super::row::{Gadget, NAME, NonnegativeInputs, Row};
use anyhow::Result;
use lab::Row as _;
use lab::claims::{Claim, Evidence, Reading, Test, Verdict, assertion, at_most, between, test_all};
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

const SOURCE: &str = "derived from the paper's construction; the bounds of its errors are ours";

/// The claims of the experiment.
pub fn claims() -> Vec<Claim> {
    let claim = Claim {
        id: "",
        statement: "",
        source: SOURCE,
        reading: Reading::Derived,
        prediction: "",
        test: "",
        sample_size: "12 networks: fewer without an exception cannot support a rate of 1/2",
        expected: Verdict::Supported,
        reason: "",
        experiment: NAME,
        table: Row::TABLE,
        figure: Some("mnist-theorem"),
        judge: accuracy_kept,
    };
    vec![
        Claim {
            id: "UB-6.1",
            statement: "784-500-10, pruned out of a random network by the theorem's construction with 21 candidates an instance, keeps the accuracy within 0.1 points in most networks",
            prediction: "in all of them, with a change of no more than a few images",
            test: "networks of the proof's gadget whose accuracy changes by more than 1 image in 1,000: rate at most 1/2, Clopper-Pearson",
            reason: "errors of 1e-4 of an input's length are below the margins of all but about 10 of 10,000 images",
            ..claim
        },
        Claim {
            id: "UB-6.2",
            statement: "No test image has a larger error than the certificate allows, and none that is certified changes its class",
            prediction: "no violation",
            test: "images that violate it, over all networks of the table",
            sample_size: "any",
            reason: "it is a theorem",
            judge: certificate_holds,
            ..claim
        },
        Claim {
            id: "UB-6.3",
            statement: "With 21 candidates at least 99 % of the test images are certified to keep their class in most networks",
            prediction: "99.2 to 99.8 %: a certificate of 5e-4 to 1.5e-3 times an input's length, by the few instances that reach least (simulated without networks), against the target's margins, of which 0.5 % are below 1.5e-3",
            test: "networks of the proof's gadget with fewer certified images: rate at most 1/2, Clopper-Pearson",
            reason: "margins are known from the target alone",
            judge: images_certified,
            ..claim
        },
        Claim {
            id: "UB-6.4",
            statement: "A further candidate gains between 0.5 and 0.95 bits of the certified error: less than the bit of a typical weight",
            prediction: "0.75 bits: 7e-2 with 12 candidates, 7e-4 with 21; a weight's median error falls by 0.97 bits",
            test: "mean over networks of log2 of the certified errors with 12 and with 21 candidates of the same random network, a candidate: t interval in [0.5, 0.95]",
            sample_size: "12 networks with both",
            reason: "instances that do not reach their weight decide the norm of the error, and they become rare more slowly than gaps become small",
            judge: gain,
            ..claim
        },
        Claim {
            id: "UB-6.5",
            statement: "The pooled gadget is as precise with half of the random weights: certified errors differ by less than a bit on average",
            prediction: "no difference: both offer an instance 21 of about 35 candidates of one law",
            test: "mean over networks of log2 of the certified errors of the gadget with n units and of the pooled one with n/2, 21 candidates: t interval in [-1, 1]",
            sample_size: "12 networks of each",
            reason: "the shares of units make instances of an input dependent, which no norm notices",
            judge: pooled,
            ..claim
        },
    ]
}

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
