//! The rows of the experiment's two tables.

use documented::{Documented, DocumentedFields};
use serde::{Deserialize, Serialize};

/// The name of the experiment, of its section in a preset and of its main table.
pub const NAME: &str = "mnist-theorem";

/// Raised whenever the meaning of a row changes.
pub(crate) const SCHEMA: u32 = 1;
pub use tickets::construction::{Gadget, NonnegativeInputs};

/// A line of `mnist-theorem.csv`: one pruned random network.
///
/// Errors of the network are relative to the length of its input, which is complete with the constant one if
/// the target has biases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct Row {
    /// Which hidden neurons serve which half-line of an input: `paper` or `pooled`.
    pub gadget: Gadget,
    /// Where inputs are taken to be nonnegative, so that half-lines x < 0 have no instances: `nowhere`,
    /// `after-first-layer` or `everywhere`.
    pub nonnegative_inputs: NonnegativeInputs,
    /// Hidden neurons in a half of a block (n of the paper); a block has 2n for an input.
    pub units: usize,
    /// The most candidates of an instance (m): the first nonzero ones are searched.
    pub candidates: usize,
    /// Which independent random network, from 1.
    pub replicate: u64,
    /// Subset-sum instances: two for each weight, or one.
    pub instances: u64,
    /// Instances with fewer nonzero candidates than the most.
    pub short: u64,
    /// Instances whose weight lies outside of what their candidates reach.
    pub out_of_reach: u64,
    /// Largest distance of a subset sum from its weight, on the scale of the rescaled weights.
    pub largest_error: f64,
    /// Root mean square of these distances, on the same scale.
    pub rms_error: f64,
    /// Random parameters before pruning.
    pub initial_parameters: u64,
    /// Kept weights of M_1, M_3, ...
    pub kept_first: u64,
    /// Kept weights of M_2, M_4, ...
    pub kept_second: u64,
    /// No error on the unit ball is above this; empty for networks made for nonnegative inputs.
    pub certified_ball: Option<f64>,
    /// An error on the unit ball that was found, rounded down; empty likewise.
    pub found_ball: Option<f64>,
    /// No error on nonnegative inputs is above this.
    pub certified_nonnegative: f64,
    /// An error on nonnegative inputs that was found, rounded down.
    pub found_nonnegative: f64,
    /// Images that both networks were run on.
    pub test_images: u64,
    /// Images that the target classifies correctly.
    pub correct_before: u64,
    /// Images that the pruned network classifies correctly.
    pub correct_after: u64,
    /// Images that both put into the same class.
    pub same_label: u64,
    /// Images whose class no network with an error up to the certified one changes.
    pub certified_images: u64,
    /// Images with a larger error than the certified one, or certified and yet in another class.
    pub violations: u64,
    /// The largest error on a test image.
    pub largest_image_error: f64,
}

impl lab::Row for Row {
    const TABLE: &'static str = "mnist-theorem";
    const SHARES: &[(&str, &str)] = &[
        ("short", "instances"),
        ("out_of_reach", "instances"),
        ("kept_first kept_second", "initial_parameters"),
        ("correct_before", "test_images"),
        ("correct_after", "test_images"),
        ("same_label", "test_images"),
        ("certified_images", "test_images"),
    ];
}

/// A line of `mnist-theorem-layers.csv`: one layer of a pruned random network.
///
/// The first five columns name the network as in `mnist-theorem.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct LayerRow {
    /// Which hidden neurons serve which half-line of an input.
    pub gadget: Gadget,
    /// Where inputs are taken to be nonnegative.
    pub nonnegative_inputs: NonnegativeInputs,
    /// Hidden neurons in a half of a block.
    pub units: usize,
    /// The most candidates of an instance.
    pub candidates: usize,
    /// Which independent random network, from 1.
    pub replicate: u64,
    /// Which layer of the target, from 1.
    pub layer: usize,
    /// Inputs of the layer.
    pub inputs: usize,
    /// Outputs of the layer.
    pub outputs: usize,
    /// What the target's layer was divided by.
    pub factor: f64,
    /// Subset-sum instances.
    pub instances: u64,
    /// Instances with fewer nonzero candidates than the most.
    pub short: u64,
    /// Instances whose weight lies outside of what their candidates reach.
    pub out_of_reach: u64,
    /// Largest distance of a subset sum from its weight, on the scale of the rescaled weights.
    pub largest_error: f64,
    /// Root mean square of these distances, on the same scale.
    pub rms_error: f64,
    /// Random parameters of both matrices before pruning.
    pub initial_parameters: u64,
    /// Kept weights of the first matrix.
    pub kept_first: u64,
    /// Kept weights of the second matrix.
    pub kept_second: u64,
    /// A bound of the layer's error on the unit ball (eta); empty for networks made for nonnegative
    /// inputs.
    pub deviation_ball: Option<f64>,
    /// A bound of the layer's error on nonnegative inputs.
    pub deviation_nonnegative: f64,
}

impl lab::Row for LayerRow {
    const TABLE: &'static str = "mnist-theorem-layers";
    const SHARES: &[(&str, &str)] = &[
        ("short", "instances"),
        ("out_of_reach", "instances"),
        ("kept_first kept_second", "initial_parameters"),
    ];
}
