//! The rows of the experiment's tables.

use documented::{Documented, DocumentedFields};
use serde::{Deserialize, Serialize};

/// The name of the experiment, of its section in a preset and of its main table.
pub const NAME: &str = "lower-bound";

/// Raised whenever the meaning of a row changes.
pub(crate) const SCHEMA: u32 = 1;

/// A line of `lower-bound.csv`: targets x -> w x that pruned networks R -> R hit.
///
/// Targets are w = -1, -1 + 2 eps, ..., 1, a largest set of numbers that are 2 eps apart. A network hits one if a
/// pruned version is off by less than eps on -1 <= x <= 1; all of its versions were looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct Row {
    /// How the parameters are connected: `linear`, `shared`, `two-layer`, `two-layer-biased` or `three-layer`.
    pub architecture: String,
    /// Distribution of the weights: `uniform`, `normal`, `two-point` (1/2 or -1/2) or `powers` (powers of two, not
    /// random).
    pub weights: String,
    /// Parameters of a network, each of which may be pruned (alpha).
    pub parameters: u32,
    /// Binary logarithm of the number of pruned versions that may be different functions.
    pub distinct_bits: u32,
    /// The tolerance (eps), a power of two.
    pub tolerance: f64,
    /// Networks; 1 if weights are not random.
    pub networks: u64,
    /// Targets.
    pub targets: u64,
    /// Pairs of a network and a target that it hits.
    pub hits: u64,
    /// Networks that hit the target which the fewest networks hit.
    pub fewest: u64,
    /// Targets that are hit by the network which hits most.
    pub most: u64,
}

impl lab::Row for Row {
    const TABLE: &'static str = "lower-bound";
    const SHARES: &[(&str, &str)] = &[("fewest", "networks"), ("most", "targets")];
}

/// A line of `lower-bound-volume.csv`: targets x -> W x, W uniform in the spectral unit ball, that pruned networks of
/// two layers hit.
///
/// A network hits a target if a pruned version is off by less than eps on the unit ball. Largest errors over the unit
/// ball are exact up to rounding, and rounding counts as a hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct VolumeRow {
    /// Inputs and outputs (d).
    pub width: u32,
    /// Hidden neurons (k).
    pub units: u32,
    /// Parameters (alpha = 2 d k).
    pub parameters: u32,
    /// Pruned versions that may be different functions, all of which were looked at.
    pub versions: u64,
    /// The tolerance (eps).
    pub tolerance: f64,
    /// Random networks.
    pub networks: u64,
    /// Targets, drawn anew for each network; all networks together.
    pub targets: u64,
    /// Targets that were hit.
    pub hits: u64,
    /// Versions of all networks that may be within eps of something linear, as far as axes tell.
    pub nearly_linear: u64,
}

impl lab::Row for VolumeRow {
    const TABLE: &'static str = "lower-bound-volume";
}

/// A line of `lower-bound-packing.csv`: a packing of the spectral unit ball and one network that tries to hit it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct PackingRow {
    /// Rows and columns (d).
    pub width: u32,
    /// The tolerance (eps): points are 2 eps apart.
    pub tolerance: f64,
    /// Random matrices that were offered.
    pub tries: u64,
    /// Points of the packing.
    pub points: u64,
    /// Smallest distance of two points, found without the means by which they were chosen.
    pub least_distance: f64,
    /// Hidden neurons of the network.
    pub units: u32,
    /// Its parameters (alpha).
    pub parameters: u32,
    /// Points that it hits.
    pub hits: u64,
}

impl lab::Row for PackingRow {
    const TABLE: &'static str = "lower-bound-packing";
}

/// A line of `lower-bound-construction.csv`: runs of a construction by the smallest block that suffices.
///
/// A run is one random network of two layers, R^d -> R^d with blocks of hidden neurons for each input. All targets of
/// a run have the same network. Blocks are nested: a run that needs b neurons a block succeeds with every larger
/// number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct ConstructionRow {
    /// The gadgets of the two layers: `paper` or `pooled`.
    pub construction: String,
    /// Inputs and outputs (d).
    pub width: u32,
    /// The tolerance of the layer over the unit ball (eps), a power of two.
    pub tolerance: f64,
    /// The target W: its weight for d = 1, otherwise its norm and shape, or `random` and a number. Say, `0.5`,
    /// `1 rotation`, `random 2`.
    pub target: String,
    /// Runs; those without a line failed at the limit of candidates that are searched.
    pub runs: u64,
    /// Largest certified bound of the error over the unit ball of the runs that succeeded; the same in
    /// every line of this construction, width, tolerance and target.
    pub largest_error: f64,
    /// Neurons of a block (2n of the paper).
    pub block: u64,
    /// Runs that need just so many. A target that no run reached has one line, with 0 here.
    pub count: u64,
}

impl lab::Row for ConstructionRow {
    const TABLE: &'static str = "lower-bound-construction";
    const SHARES: &[(&str, &str)] = &[("count", "runs")];
}

/// A line of `lower-bound-tickets.csv`: runs by the parameters that their tickets keep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct TicketRow {
    /// `linear`: parallel links; `pooled`: two layers under the pooled gadget.
    pub network: String,
    /// Inputs and outputs (d).
    pub width: u32,
    /// The tolerance over the unit ball (eps), a power of two.
    pub tolerance: f64,
    /// How subsets are chosen: `closest` or `smallest-feasible`.
    pub selection: String,
    /// Parameters of the network (alpha).
    pub parameters: u64,
    /// The target W, as in `lower-bound-construction.csv`.
    pub target: String,
    /// Runs; those without a line failed.
    pub runs: u64,
    /// Parameters kept: out-weights of chosen neurons, and one in-weight for each neuron that is chosen by any
    /// output.
    pub kept: u64,
    /// Runs that keep just so many. Where no run succeeded there is one line, with 0 here.
    pub count: u64,
}

impl lab::Row for TicketRow {
    const TABLE: &'static str = "lower-bound-tickets";
    const SHARES: &[(&str, &str)] = &[("kept", "parameters"), ("count", "runs")];
}
