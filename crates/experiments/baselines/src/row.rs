//! The rows of the experiment's two tables.

use crate::constructions::Construction;
use documented::{Documented, DocumentedFields};
use serde::{Deserialize, Serialize};

/// The name of the experiment, of its section in a preset and of its main table.
pub const NAME: &str = "baselines";

/// Raised whenever the meaning of a row changes.
pub(crate) const SCHEMA: u32 = 1;

/// A line of `baselines.csv`: the runs of one construction for one weight and tolerance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct Row {
    /// How random neurons are pruned to the weight: `malach-proof`, `malach-closest`, `orseau`, `orseau-uniform`,
    /// `gadget` or `pooled-gadget`.
    pub construction: Construction,
    /// The weight w.
    pub weight: f64,
    /// Largest error of x -> w x on -1 <= x <= 1 that counts as success (epsilon), a power of two.
    pub tolerance: f64,
    /// Runs, each with random neurons of its own.
    pub runs: u64,
    /// Runs that ended without success, at the limit of neurons or of candidates that are searched. They
    /// count as taking infinitely many neurons.
    pub gave_up: u64,
    /// Largest error of the runs that succeeded.
    pub largest_error: f64,
}

impl lab::Row for Row {
    const TABLE: &'static str = "baselines";
    const SHARES: &[(&str, &str)] = &[("gave_up", "runs")];
}

/// A line of `baselines-histogram.csv`: the runs by the random neurons they took, up to and including the last one
/// that had to be waited for.
///
/// The first three columns are those of `baselines.csv`. Bins are single numbers below 64 and 32 to a power of two
/// from there on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct HistogramRow {
    /// How random neurons are pruned to the weight.
    pub construction: Construction,
    /// The weight.
    pub weight: f64,
    /// Largest error that counts as success.
    pub tolerance: f64,
    /// Smallest number of neurons of the bin, included.
    pub lower: u64,
    /// Largest number of neurons of the bin, included.
    pub upper: u64,
    /// Runs in the bin.
    pub runs: u64,
}

impl lab::Row for HistogramRow {
    const TABLE: &'static str = "baselines-histogram";
}
