//! Claims, and what can be said of them.
//!
//! A claim is written down before its rows exist: what the theory says, how sure that reading is, what
//! it predicts, what would falsify it and how many samples that takes. The words are data, a file
//! `claims.toml` in the experiment's crate; beside it stand functions that hold rows against them, and
//! [`registered`] pairs the two.
//!
//! Every claim is tested at a level of its own: its verdict is wrong with a probability of at most
//! [`Claim::level`], 1 in 2,000 unless the claim says otherwise, however many other claims there are. Several
//! tests inside one claim share its level ([`test_all`]). That any of several verdicts is wrong has at most the sum of
//! their levels as its probability ([`any_wrong`]).

mod margin;

use crate::statistics::{Interval, Level};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::path::Path;

pub use margin::{Test, assertion, between, from, test_all, test_stated, up_to};

/// The probability with which a verdict may be wrong unless its claim names another.
const ERROR: f64 = 1.0 / 2000.0;

/// What rows say of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The rows support the claim at its level.
    Supported,
    /// The rows contradict the claim at its level.
    Contradicted,
    /// The rows can do neither.
    Inconclusive,
    /// There are too few samples for a test, or nothing to test: figures only.
    Descriptive,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Supported => "supported",
            Self::Contradicted => "contradicted",
            Self::Inconclusive => "inconclusive",
            Self::Descriptive => "descriptive",
        })
    }
}

/// A verdict with what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What the rows say.
    pub verdict: Verdict,
    /// The figures, in words.
    pub figures: String,
    /// Samples that the verdict rests on.
    pub samples: u64,
    /// The interval of the figure that was tested, at the level of the test.
    pub interval: Option<Interval>,
}

impl Evidence {
    /// Whether violations of what must never happen were counted, instead of a figure tested.
    pub fn is_check(&self) -> bool {
        self.interval.is_none() && self.verdict != Verdict::Descriptive
    }
}

/// How far a statement of the literature can be trusted to be what it is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// Read in a text that states it, or in the authors' code.
    Read,
    /// From memory: our reading, not the paper's words.
    Recalled,
    /// Follows from a statement by a derivation of our own.
    Derived,
}

impl std::fmt::Display for Reading {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Read => "read in a source",
            Self::Recalled => "our reading, from memory",
            Self::Derived => "derived by us",
        })
    }
}

/// Holds the rows of a results folder against a claim, at its level; `None` if they are not there.
pub type Judge = fn(&Path, Level) -> Result<Option<Evidence>>;

/// Something that rows can support or contradict.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Claim {
    /// A stable name, such as `EX-1.1`.
    pub id: String,
    /// What is claimed, in one line.
    pub statement: String,
    /// Where it comes from.
    pub source: String,
    /// How sure the reading is.
    pub reading: Reading,
    /// What the laboratory expects to see.
    pub prediction: String,
    /// What is tested, and how.
    pub test: String,
    /// Samples that the test needs.
    pub sample_size: String,
    /// The verdict that is expected of the preset `paper`.
    pub expected: Verdict,
    /// Why that verdict.
    pub reason: String,
    /// The table whose rows are judged: the CSV file's name without `.csv`.
    pub table: String,
    /// The figure that shows them, if there is one: the file's name without its ending.
    pub figure: Option<String>,
    /// The probability with which the verdict may be wrong.
    #[serde(default = "error")]
    level: f64,
    /// What it measures, if that is a number which the theory leaves open or says exactly.
    pub constant: Option<Constant>,
    /// What holds rows against it.
    #[serde(skip, default = "nobody")]
    pub judge: Judge,
}

/// A number that is measured, and what the theory says of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// What the number is.
    pub quantity: String,
    /// What the theory says.
    pub theory: String,
}

impl Claim {
    /// The level at which it is tested.
    ///
    /// # Panics
    /// Never for a claim that was [`registered`].
    pub fn level(&self) -> Level {
        Level::of_error(self.level).expect("checked when it was registered")
    }
}

fn error() -> f64 {
    ERROR
}

fn nobody() -> Judge {
    |_, _| Ok(None)
}

/// The claims of a file `claims.toml`, each with the function that judges it.
///
/// # Panics
/// If the text is no list of claims, a claim is named twice or lacks a judge, or a judge lacks a claim.
pub fn registered(text: &str, judges: &[(&str, Judge)]) -> Vec<Claim> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        claim: Vec<Claim>,
    }
    let File { mut claim } = toml::from_str(text).unwrap_or_else(|error| panic!("claims: {error}"));
    for claim in &mut claim {
        let mut its = judges.iter().filter(|(id, _)| *id == claim.id);
        let (Some((_, judge)), None) = (its.next(), its.next()) else {
            panic!("claim {} must have one judge", claim.id);
        };
        claim.judge = *judge;
        let level = Level::of_error(claim.level);
        level.unwrap_or_else(|error| panic!("level of claim {}: {error}", claim.id));
    }
    for (id, _) in judges {
        let named = claim.iter().filter(|claim| claim.id == *id).count();
        assert!(named == 1, "the judge of {id} must have one claim");
    }
    claim
}

/// The probability that any verdict on these claims is wrong, at most: the sum of their levels.
///
/// It counts every claim, whether its rows are there or not. A verdict that only describes is no test and
/// cannot be wrong, so the sum errs on the safe side.
pub fn any_wrong<'a>(claims: impl IntoIterator<Item = &'a Claim>) -> f64 {
    let errors = claims.into_iter().map(|claim| claim.level().error());
    errors.sum::<f64>().min(1.0)
}

/// The verdict on "the figure is at most `bound`", from an interval of the figure.
///
/// ```
/// use lab::claims::{Verdict, at_most};
/// use lab::statistics::Interval;
/// assert_eq!(at_most(0.5, Interval { low: 0.1, high: 0.4 }), Verdict::Supported);
/// assert_eq!(at_most(0.5, Interval { low: 0.4, high: 0.6 }), Verdict::Inconclusive);
/// assert_eq!(at_most(0.5, Interval { low: 0.6, high: 0.7 }), Verdict::Contradicted);
/// ```
pub fn at_most(bound: f64, interval: Interval) -> Verdict {
    let low = f64::NEG_INFINITY;
    within(Interval { low, high: bound }, interval)
}

/// The verdict on "the figure lies in `margin`", from an interval of the figure: a test of
/// equivalence, where the figure is expected to equal some number and the margin is around it.
///
/// ```
/// use lab::claims::{Verdict, within};
/// use lab::statistics::Interval;
/// let margin = Interval { low: 0.9, high: 1.1 };
/// assert_eq!(within(margin, Interval { low: 0.95, high: 1.1 }), Verdict::Supported);
/// assert_eq!(within(margin, Interval { low: 0.8, high: 1.0 }), Verdict::Inconclusive);
/// assert_eq!(within(margin, Interval { low: 0.7, high: 0.8 }), Verdict::Contradicted);
/// ```
pub fn within(margin: Interval, interval: Interval) -> Verdict {
    if interval.low > margin.high || interval.high < margin.low {
        Verdict::Contradicted
    } else if margin.low <= interval.low && interval.high <= margin.high {
        Verdict::Supported
    } else {
        Verdict::Inconclusive
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JUDGE: Judge = |_, _| Ok(None);

    fn claim(id: &str, more: &str) -> String {
        format!(
            "[[claim]]\nid = '{id}'\nstatement = ''\nsource = ''\nreading = 'read'\nprediction = ''\n\
             test = ''\nsample-size = ''\nexpected = 'supported'\nreason = ''\ntable = ''\n{more}\n"
        )
    }

    #[test]
    fn claims_have_levels_of_their_own() {
        let text = claim("A", "") + &claim("B", "level = 0.01");
        let claims = registered(&text, &[("B", JUDGE), ("A", JUDGE)]);
        let errors: Vec<f64> = claims.iter().map(|claim| claim.level().error()).collect();
        assert_eq!(errors, [1.0 / 2000.0, 0.01]);
        assert!((any_wrong(&claims) - 0.0105).abs() < 1e-15);
        assert_eq!(any_wrong(&[]), 0.0);
    }

    #[test]
    #[should_panic(expected = "claim B must have one judge")]
    fn a_claim_without_a_judge_is_a_mistake() {
        registered(&(claim("A", "") + &claim("B", "")), &[("A", JUDGE)]);
    }

    #[test]
    #[should_panic(expected = "the judge of B must have one claim")]
    fn a_judge_without_a_claim_is_a_mistake() {
        registered(&claim("A", ""), &[("A", JUDGE), ("B", JUDGE)]);
    }

    #[test]
    #[should_panic(expected = "the judge of A must have one claim")]
    fn a_claim_that_is_named_twice_is_a_mistake() {
        registered(&(claim("A", "") + &claim("A", "")), &[("A", JUDGE)]);
    }

    #[test]
    #[should_panic(expected = "level of claim A")]
    fn a_level_is_a_probability() {
        registered(&claim("A", "level = 1.5"), &[("A", JUDGE)]);
    }

    #[test]
    #[should_panic(expected = "unknown field `lvel`")]
    fn a_misspelt_field_is_a_mistake() {
        registered(&claim("A", "lvel = 0.1"), &[("A", JUDGE)]);
    }
}
