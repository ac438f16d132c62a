//! The rows of the experiment's two tables.

use documented::{Documented, DocumentedFields};
use serde::{Deserialize, Serialize};

/// The name of the experiment, of its section in a preset and of its main table.
pub const NAME: &str = "mnist-approximation";

/// Raised whenever the meaning of a row changes.
pub(crate) const SCHEMA: u32 = 1;
pub use tickets::coefficients::Coefficients;

/// Which subset stands for a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// The subset whose sum is nearest to the weight.
    Closest,
    /// The fewest coefficients whose sum lies within the tolerance.
    SmallestFeasible,
    /// The first subset in the order of masks whose sum lies within the tolerance.
    FirstFeasible,
}

/// A line of `mnist-approximation.csv`: one approximation of the whole network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct Row {
    /// Which weights share their random coefficients: none (`per-weight`), or those of a row (`per-row`).
    pub coefficients: Coefficients,
    /// Random coefficients for a weight (n of the paper).
    pub candidates: u32,
    /// Which subset stands for a weight: `closest`, `smallest-feasible` or `first-feasible`.
    pub selection: Selection,
    /// Largest error of a weight that counts as feasible (epsilon of the paper).
    pub tolerance: f64,
    /// Whether a weight of magnitude at most the tolerance becomes 0 before any search: `true` or `false`.
    pub small_to_zero: bool,
    /// Which independent draw of all coefficients, from 1.
    pub replicate: u64,
    /// Weights of the network, biases among them.
    pub weights: u64,
    /// Random parameters before pruning, with multiplicity: weights times candidates.
    pub initial_parameters: u64,
    /// Weights without any subset within the tolerance; they take the closest one instead.
    pub infeasible: u64,
    /// Coefficients kept after pruning, with multiplicity.
    pub kept_parameters: u64,
    /// Largest distance of a subset sum from its weight.
    pub max_error: f64,
    /// Mean distance of a subset sum from its weight.
    pub mean_error: f64,
    /// Images that both networks were tested on.
    pub test_images: u64,
    /// Images that the target classifies correctly.
    pub correct_before: u64,
    /// Images that the approximated network classifies correctly.
    pub correct_after: u64,
}

impl lab::Row for Row {
    const TABLE: &'static str = "mnist-approximation";
    const SHARES: &[(&str, &str)] = &[
        ("infeasible", "weights"),
        ("kept_parameters", "initial_parameters"),
        ("correct_before", "test_images"),
        ("correct_after", "test_images"),
    ];
}

/// What a histogram counts the weights by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// |subset sum - weight|, in bins from one power of two to the next; the first bin is exactly 0.
    Error,
    /// Coefficients in the subset.
    Kept,
}

/// A line of `mnist-approximation-histogram.csv`: one bin of a histogram over the weights of one approximation.
///
/// The first six columns name the approximation as in `mnist-approximation.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct HistogramRow {
    /// Which weights share their coefficients.
    pub coefficients: Coefficients,
    /// Random coefficients for a weight.
    pub candidates: u32,
    /// Which subset stands for a weight.
    pub selection: Selection,
    /// Largest error of a weight that counts as feasible.
    pub tolerance: f64,
    /// Whether small weights became 0 before any search.
    pub small_to_zero: bool,
    /// Which independent draw of all coefficients, from 1.
    pub replicate: u64,
    /// What is counted: `error`, the distance from the weight, or `kept`, the coefficients in the subset.
    pub quantity: Quantity,
    /// Smallest value of the bin, included.
    pub lower: f64,
    /// End of the bin, excluded: the next power of two for `error` (the first bin is 0 alone), `lower` + 1 for
    /// `kept`.
    pub upper: f64,
    /// Weights in the bin.
    pub weights: u64,
}

impl lab::Row for HistogramRow {
    const TABLE: &'static str = "mnist-approximation-histogram";
}
