//! Claims, and the verdicts that rows give them.
//!
//! A claim is written down before its rows exist: what the theory says, how sure that reading is, what
//! it predicts, what would falsify it and how many samples that takes. [`judge`] holds rows against
//! claims. Several claims in one report share one level ([`LEVEL`]): each is tested at the level
//! divided by the number of claims that are registered (Bonferroni), whether or not they were run, so
//! the chance that any verdict of the report is wrong stays below 1 minus the level.

mod margin;

use crate::statistics::{Interval, Level};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::path::Path;

pub use margin::{Test, assertion, between, from, test_all, test_stated, up_to};

/// The confidence of a whole report.
pub const LEVEL: Level = Level::PERCENT_95;

/// What rows say of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The rows support the claim at the level of the report.
    Supported,
    /// The rows contradict the claim at the level of the report.
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

/// How far a statement of the literature can be trusted to be what it is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// Something that rows can support or contradict.
#[derive(Debug, Clone, Copy)]
pub struct Claim {
    /// A stable name, such as `EX-1.1`.
    pub id: &'static str,
    /// What is claimed, in one line.
    pub statement: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// How sure the reading is.
    pub reading: Reading,
    /// What the laboratory expects to see.
    pub prediction: &'static str,
    /// What is tested, and how.
    pub test: &'static str,
    /// Samples that the test needs.
    pub sample_size: &'static str,
    /// The verdict that is expected of the preset `paper`.
    pub expected: Verdict,
    /// Why that verdict.
    pub reason: &'static str,
    /// What runs the experiment: the name of its binary, with flags after `--` if it needs some.
    pub experiment: &'static str,
    /// The table whose rows are judged: the CSV file's name without `.csv`.
    pub table: &'static str,
    /// The figure that shows them, if there is one: the file's name without its ending.
    pub figure: Option<&'static str>,
    /// Holds the rows of a results folder against the claim; `None` if they are not there.
    pub judge: fn(&Path, Level) -> Result<Option<Evidence>>,
}

/// A claim with what the rows of a folder say of it: nothing if they are not there.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The claim.
    pub claim: Claim,
    /// What the rows say.
    pub evidence: Option<Evidence>,
}

impl Judgement {
    /// The interval of the figure that was tested, if there is one.
    pub fn interval(&self) -> Option<Interval> {
        self.evidence.as_ref()?.interval
    }

    /// Whether the rows contradict what was expected to hold.
    pub fn is_surprise(&self) -> bool {
        let verdict = self.evidence.as_ref().map(|evidence| evidence.verdict);
        verdict == Some(Verdict::Contradicted) && self.claim.expected != Verdict::Contradicted
    }
}

/// Holds the rows of a results folder against claims, which share the level of the report.
///
/// # Errors
/// Rows that cannot be read.
pub fn judge(claims: &[Claim], results: &Path) -> Result<Vec<Judgement>> {
    let level = LEVEL.shared_by(claims.len().max(1));
    let judgements = claims.iter().map(|&claim| {
        let evidence =
            (claim.judge)(results, level).with_context(|| format!("claim {}", claim.id))?;
        Ok(Judgement { claim, evidence })
    });
    judgements.collect()
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
