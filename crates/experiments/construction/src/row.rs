//! The rows of the experiment's three tables.

use documented::{Documented, DocumentedFields};
use serde::{Deserialize, Serialize};
use tickets::construction::{Gadget, Split};

/// The name of the experiment and of its section in a preset.
pub const NAME: &str = "construction";

/// Raised whenever the meaning of a row changes.
pub(crate) const SCHEMA: u32 = 1;

/// Random numbers that are to cover \[-1, 1\] with their subset sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Numbers {
    /// Uniform on \[-1, 1\]: the out-weights of a half of a gadget.
    Uniform,
    /// Products of two such numbers: in-weight times out-weight of every unit of a half.
    Product,
    /// The units of the first half of a gadget that serve x > 0; the others count as zeros.
    PositiveHalf,
    /// The units of the second half that serve x < 0.
    NegativeHalf,
    /// Both of these, as in the paper's gadget: each half must cover.
    Gadget,
    /// All units by the signs of their in-weights: a gadget whose halves are pooled.
    PooledGadget,
    /// A gadget for each of some outputs, all with the same in-weights, as a layer has them.
    SharedGadgets,
    /// The same with in-weights of their own.
    FreshGadgets,
}

/// A line of `construction-weights.csv`: instances by the numbers that they need to cover \[-1, 1\].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct WeightRow {
    /// What has to cover: `uniform`, `product`, `positive-half`, `negative-half`, `gadget`, `pooled-gadget`,
    /// `shared-gadgets` or `fresh-gadgets`.
    pub numbers: Numbers,
    /// Outputs that are to be served at once: 1, but for the last two.
    pub outputs: u64,
    /// Largest distance from a subset sum, a power of two.
    pub tolerance: f64,
    /// The smallest n that suffices: so many numbers, or neurons in a half of a gadget. Empty if
    /// those that were drawn do not suffice.
    pub units: Option<u64>,
    /// Instances that need exactly so many.
    pub instances: u64,
    /// Of their answers, those that rounding left open. They count as not covered.
    pub undecided: u64,
}

impl lab::Row for WeightRow {
    const TABLE: &'static str = "construction-weights";
    const SHARES: &[(&str, &str)] = &[("undecided", "instances")];
}

/// What a random network is to be pruned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Every target at once: each subset-sum instance covers \[-1, 1\] within the tolerance.
    Every,
    /// Independent normal weights, each layer divided by its norm.
    Gaussian,
    /// Orthonormal rows.
    Orthogonal,
    /// One weight of 1 or -1 in every row and at most one in every column.
    SignedPermutation,
    /// Layers u v^T.
    RankOne,
    /// Rows and columns of the first layer of the tracked MNIST network, divided by their norm.
    Trained,
}

impl Numbers {
    /// Their name in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform numbers",
            Self::Product => "products",
            Self::PositiveHalf => "the first half of a gadget",
            Self::NegativeHalf => "the second half of a gadget",
            Self::Gadget => "the paper's gadget",
            Self::PooledGadget => "the pooled gadget",
            Self::SharedGadgets => "gadgets with shared in-weights",
            Self::FreshGadgets => "gadgets with in-weights of their own",
        }
    }
}

impl Target {
    /// Its name in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Every => "every target",
            Self::Gaussian => "Gaussian",
            Self::Orthogonal => "orthogonal",
            Self::SignedPermutation => "signed permutation",
            Self::RankOne => "rank one",
            Self::Trained => "trained on MNIST",
        }
    }
}

/// A line of `construction-networks.csv`: one random network and one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct NetworkRow {
    /// Width d of the target's inputs and hidden layers.
    pub width: u64,
    /// Its outputs.
    pub outputs: u64,
    /// Its layers l.
    pub depth: u64,
    /// Which neurons serve which half-line: `paper` or `pooled`.
    pub gadget: Gadget,
    /// How the tolerance of a weight follows from epsilon: `entrywise`, epsilon / (2 l d_i-1 d_i); `euclidean`,
    /// epsilon / (2 l sqrt(d_i-1 d_i)); `per-weight`, epsilon.
    pub split: Split,
    /// The largest error of the network that counts as success.
    pub epsilon: f64,
    /// Which random network, from 1. Those of one replicate are the same for every gadget, split and
    /// epsilon, each a part of a larger one.
    pub replicate: u64,
    /// What it is pruned to: `every`, all targets at once, or one of `gaussian`, `orthogonal`,
    /// `signed-permutation`, `rank-one` and `trained`.
    pub target: Target,
    /// Subset-sum instances N: two for every weight.
    pub instances: u64,
    /// The smallest number of neurons in a half (n) with which every instance keeps its tolerance; empty
    /// if those that were drawn do not suffice, or for a drawn target not the first 60 of an instance
    /// that are not zero.
    pub units: Option<u64>,
    /// Answers that rounding left open, for every target at once. They count as not covered.
    pub undecided: u64,
    /// Largest error of a weight; this and what follows are empty where nothing was pruned.
    pub largest_error: Option<f64>,
    /// For one layer: the largest error of an output over inputs in \[-1, 1\], rounded up by 1e-9 of it.
    pub cube_error: Option<f64>,
    /// An error of the network that some input of length at most 1 has.
    pub found: Option<f64>,
    /// An error that no such input has.
    pub certified: Option<f64>,
}

impl lab::Row for NetworkRow {
    const TABLE: &'static str = "construction-networks";
    const SHARES: &[(&str, &str)] = &[("undecided", "instances")];
}

/// A line of `construction-gadget.csv`: a hidden neuron of one pruned gadget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct GadgetRow {
    /// The weight that the gadget stands for.
    pub weight: f64,
    /// The largest error on \[-1, 1\] that counts as success.
    pub epsilon: f64,
    /// Which neuron, from 1; those of the first half come first.
    pub unit: u64,
    /// Its random weight from the input.
    pub in_weight: f64,
    /// Its random weight to the output.
    pub out_weight: f64,
    /// Whether the in-weight is kept: `true` or `false`.
    pub keeps_in_weight: bool,
    /// Whether the out-weight is kept: `true` or `false`.
    pub keeps_out_weight: bool,
}

impl lab::Row for GadgetRow {
    const TABLE: &'static str = "construction-gadget";
}
