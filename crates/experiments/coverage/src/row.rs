//! The rows of the experiment's tables. Distributions are named as in [`subset_sum::Law`].

use documented::{Documented, DocumentedFields};
use serde::{Deserialize, Serialize};
use subset_sum::coverage::Cause;
use subset_sum::{Law, grid};

/// The name of the experiment, of its section in a preset and of its main table.
pub const NAME: &str = "coverage";

/// Raised whenever the meaning of a row changes.
pub(crate) const SCHEMA: u32 = 2;

/// A line of `coverage.csv`: failures to cover an interval within a tolerance.
///
/// Instance i of a distribution is one sequence of draws; with n candidates it has the first n of them, so lines of
/// one distribution belong to nested instances, and the failures at n count the instances whose smallest sufficient
/// number exceeds n.
///
/// Where worst errors were measured, the tolerances are those at which neither none nor all instances fail, and one
/// beyond on each side, so the lines hold the whole distribution of the worst error, to a sixteenth of a power of
/// two; for larger n a few tolerances were decided. The median worst error is the smallest tolerance at which at
/// most half of the instances fail, known where the next one, 2^(-1/16) of it, is there too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct Row {
    /// Distribution of the candidates.
    pub law: String,
    /// The interval is [-radius, radius].
    pub radius: f64,
    /// Random numbers drawn (n of the paper), zeros included.
    pub candidates: u32,
    /// Largest distance of a number of the interval from the nearest sum (epsilon of the paper): 2^(-k / 16)
    /// for an integer k where worst errors were measured.
    pub tolerance: f64,
    /// Instances.
    pub trials: u64,
    /// Failures because the sums do not extend far enough.
    pub reach: u64,
    /// Other failures next to an end of the interval.
    pub edge_gap: u64,
    /// Other failures, between two sums inside the interval.
    pub inner_gap: u64,
    /// Instances that could not be decided; neither failures nor successes.
    pub undecided: u64,
}

impl lab::Row for Row {
    const TABLE: &'static str = "coverage";
    const SHARES: &[(&str, &str)] = &[("reach edge_gap inner_gap undecided", "trials")];
}

impl Row {
    /// A row that counts nothing yet.
    pub(crate) fn empty(
        law: Law,
        radius: f64,
        candidates: u32,
        tolerance: i64,
        trials: u64,
    ) -> Self {
        Self {
            law: law.to_string(),
            radius,
            candidates,
            tolerance: grid::to_f64(tolerance),
            trials,
            reach: 0,
            edge_gap: 0,
            inner_gap: 0,
            undecided: 0,
        }
    }

    /// Instances that are known not to cover the interval.
    pub fn failures(&self) -> u64 {
        self.reach + self.edge_gap + self.inner_gap
    }

    /// Counts one more failure.
    pub(crate) fn count(&mut self, cause: Cause) {
        match cause {
            Cause::Reach => self.reach += 1,
            Cause::EdgeGap => self.edge_gap += 1,
            Cause::InnerGap => self.inner_gap += 1,
        }
    }
}

/// A line of `coverage-growth.csv`: one run of the restricted growth dynamics that the proof follows, as we recall it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct GrowthRow {
    /// Half the width of the interval that is covered before the first draw.
    pub tolerance: f64,
    /// Cells of the interval [-1/2, 1/2].
    pub cells: u64,
    /// Which run, from 1.
    pub run: u64,
    /// Draws until half of the interval is covered.
    pub steps_to_half: u32,
    /// Draws until all but a fraction `tolerance` of the interval is covered.
    pub steps_to_full: u32,
    /// Sum over these draws of (covered fraction after) / (its expectation given what was before) - 1.
    pub deviation: f64,
    /// Largest factor by which one draw multiplied the covered fraction.
    pub largest_growth: f64,
}

impl lab::Row for GrowthRow {
    const TABLE: &'static str = "coverage-growth";
    const SHARES: &[(&str, &str)] = &[("steps_to_half", "steps_to_full")];
}

/// A line of `coverage-trajectory.csv`: the covered fraction after so many draws, over all runs.
///
/// A run ends when it is full and counts as it was then, so the means of late steps are too small by the tolerance
/// at most.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct TrajectoryRow {
    /// Half the width of the interval that is covered before the first draw.
    pub tolerance: f64,
    /// Draws.
    pub step: u32,
    /// Runs.
    pub runs: u64,
    /// Mean covered fraction.
    pub mean: f64,
    /// The fraction that a tenth of the runs do not exceed.
    pub low: f64,
    /// Median covered fraction.
    pub median: f64,
    /// The fraction that nine tenths of the runs do not exceed.
    pub high: f64,
}

impl lab::Row for TrajectoryRow {
    const TABLE: &'static str = "coverage-trajectory";
}

/// A line of `coverage-gaps.csv`: a quantile of the normalised gap at a fixed target.
///
/// The normalised gap of an instance is 2^(n+1) g(z) |z - nearest sum|, where g is the normal density with the mean
/// and variance of a uniformly random subset's sum. Predicted: exponential with mean 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct GapRow {
    /// Distribution of the candidates.
    pub law: String,
    /// Candidates, none of them zero.
    pub candidates: u32,
    /// The target z.
    pub target: f64,
    /// Instances.
    pub trials: u64,
    /// Kolmogorov-Smirnov distance of all instances' gaps from the exponential distribution with mean
    /// 1; the same in every line of this distribution, number and target.
    pub distance: f64,
    /// Fraction of the instances.
    pub probability: f64,
    /// The gap that this fraction does not exceed.
    pub gap: f64,
}

impl lab::Row for GapRow {
    const TABLE: &'static str = "coverage-gaps";
}

/// A line of `coverage-hits.csv`: instances by the number of sums near a fixed target.
///
/// Near means within 1 / (2^(n+1) g(z)), with g as in `coverage-gaps.csv`, so that one hit is expected. Predicted:
/// Poisson with mean 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct HitsRow {
    /// Distribution of the candidates.
    pub law: String,
    /// Candidates, none of them zero.
    pub candidates: u32,
    /// The target z.
    pub target: f64,
    /// Instances.
    pub trials: u64,
    /// Subsets whose sum is near the target.
    pub hits: u64,
    /// Instances with that many.
    pub instances: u64,
}

impl lab::Row for HitsRow {
    const TABLE: &'static str = "coverage-hits";
    const SHARES: &[(&str, &str)] = &[("instances", "trials")];
}

/// A line of `coverage-density.csv`: a bin of the histogram of a distribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct DensityRow {
    /// Distribution of the candidates.
    pub law: String,
    /// Lower end of the bin; included, except that a zero counts in the bin of zeros alone.
    pub lower: f64,
    /// Upper end of the bin, excluded (included in the last one). Equal to `lower` for the bin of zeros.
    pub upper: f64,
    /// Candidates drawn.
    pub draws: u64,
    /// Candidates in the bin.
    pub count: u64,
}

impl lab::Row for DensityRow {
    const TABLE: &'static str = "coverage-density";
    const SHARES: &[(&str, &str)] = &[("count", "draws")];
}

/// A line of `coverage-fixed-size.csv`: subsets of a fixed size near a fixed target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct FixedSizeRow {
    /// Candidates, uniform on [-1, 1].
    pub candidates: u32,
    /// Elements of a subset.
    pub size: u32,
    /// The target.
    pub target: f64,
    /// Largest distance of a hit from the target.
    pub tolerance: f64,
    /// Instances.
    pub trials: u64,
    /// Instances with a hit.
    pub successes: u64,
    /// Hits of all instances.
    pub hits: u64,
    /// Sum over instances of the squared number of hits.
    pub squared_hits: u64,
}

impl lab::Row for FixedSizeRow {
    const TABLE: &'static str = "coverage-fixed-size";
    const SHARES: &[(&str, &str)] = &[("successes", "trials")];
}

/// A line of `coverage-thinning.csv`: what the proof for mixtures wastes, as all candidates beside those of the
/// uniform part alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct ThinningRow {
    /// Probability of the part that is uniform on [-1, 1].
    pub weight: f64,
    /// The interval is [-radius, radius].
    pub radius: f64,
    /// Candidates drawn.
    pub candidates: u32,
    /// Largest distance of a number of the interval from the nearest sum.
    pub tolerance: f64,
    /// Instances.
    pub trials: u64,
    /// Instances that cover the interval with all candidates.
    pub covered: u64,
    /// Instances that cover it with the candidates of the uniform part alone.
    pub covered_thinned: u64,
    /// Instances that cover it only when the other candidates are left out: impossible.
    pub covered_thinned_only: u64,
    /// Instances of which one or the other could not be decided; they count nowhere else.
    pub undecided: u64,
}

impl lab::Row for ThinningRow {
    const TABLE: &'static str = "coverage-thinning";
    const SHARES: &[(&str, &str)] = &[
        ("covered undecided", "trials"),
        ("covered_thinned", "trials"),
        ("covered_thinned_only", "covered_thinned"),
    ];
}
