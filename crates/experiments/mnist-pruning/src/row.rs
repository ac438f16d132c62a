//! The rows of the experiment's two tables, and what a run is named by.

use documented::{Documented, DocumentedFields};
use serde::{Deserialize, Serialize};

use crate::architecture::{Architecture, Model};

/// The name of the experiment, of its section in a preset and of its main table.
pub const NAME: &str = "mnist-pruning";

/// Raised whenever the meaning of a row changes.
pub(crate) const SCHEMA: u32 = 1;

/// What is done otherwise than in the paper's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variant {
    /// Nothing.
    Paper,
    /// The structure's second weights and their scores are scaled to the inputs that they have, r times
    /// as many as the layer (Kaiming); their variance is 2 / (r inputs), not 2 / inputs.
    FanIn,
    /// Entries are ranked by score, not by its absolute value.
    Signed,
    /// One threshold for all masks of the network, not one for each tensor.
    Global,
}

impl Variant {
    /// All, the paper's first.
    pub const ALL: [Variant; 4] = [
        Variant::Paper,
        Variant::FanIn,
        Variant::Signed,
        Variant::Global,
    ];

    /// Its name as in the rows.
    pub fn name(self) -> &'static str {
        match self {
            Variant::Paper => "paper",
            Variant::FanIn => "fan-in",
            Variant::Signed => "signed",
            Variant::Global => "global",
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// All its epochs are done.
    Finished,
    /// The loss or what is trained ceased to be finite in the epoch after the last one that counts.
    Diverged,
    /// Nothing was trained: the network was given.
    Given,
}

/// A line of `mnist-pruning.csv`: one network, trained once. The first six columns name it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct Row {
    /// The network's layers: `fc2`, `fc4` or `lenet5`.
    pub architecture: Architecture,
    /// What stands for a layer: `dense`, `wide`, `linear` or `relu`.
    pub model: Model,
    /// What is done otherwise than in the paper's code: `paper` (nothing), `fan-in`, `signed` or `global`.
    pub variant: Variant,
    /// The fraction that masks remove, 0 for dense networks.
    pub sparsity: f64,
    /// The epochs it was to be trained for.
    pub epochs: usize,
    /// Which draw of initial weights, scores and batches. Runs of one seed that differ in sparsity or
    /// variant share them.
    pub seed: u64,
    /// Weights, masked or not, with the convolutions of LeNet5.
    pub parameters: u64,
    /// Weights under masks.
    pub masked: u64,
    /// Weights that masks remove, counted in the masks.
    pub removed: u64,
    /// Images that it was tested on.
    pub test_images: u64,
    /// How the run ended: `finished`; `diverged`; `given`, if nothing was trained.
    pub ended: Ended,
    /// Epochs that were completed.
    pub completed: usize,
    /// Images classified correctly after the last epoch completed; 0 if a run diverged in its first.
    pub correct_last: u64,
    /// The same after the best epoch. Optimistic: chosen on the test images.
    pub correct_best: u64,
    /// The first epoch after which that many were correct; 0 if nothing was trained.
    pub best_epoch: usize,
    /// The first 16 hexadecimal digits of the SHA-256 of the frozen weights under masks (LeNet5's convolutions are not
    /// among them); found equal before and after training. Empty for dense networks.
    pub frozen: String,
}

impl Row {
    /// Weights that are left: those of the effective network, with the convolutions.
    pub fn remaining(&self) -> u64 {
        self.parameters - self.removed
    }
}

impl lab::Row for Row {
    const TABLE: &'static str = "mnist-pruning";
    const SHARES: &[(&str, &str)] = &[
        ("removed", "masked"),
        ("masked", "parameters"),
        ("correct_last", "test_images"),
        ("correct_best", "test_images"),
        ("completed", "epochs"),
    ];
}

/// A line of `mnist-pruning-epochs.csv`: one epoch of one run.
///
/// The first six columns name the run as in `mnist-pruning.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct EpochRow {
    /// The network's layers.
    pub architecture: Architecture,
    /// What stands for a layer.
    pub model: Model,
    /// What is done otherwise than in the paper's code.
    pub variant: Variant,
    /// The fraction that masks remove, 0 for dense networks.
    pub sparsity: f64,
    /// The epochs it was to be trained for.
    pub epochs: usize,
    /// Which draw of initial weights, scores and batches.
    pub seed: u64,
    /// Which epoch, from 1.
    pub epoch: usize,
    /// Its learning rate.
    pub learning_rate: f64,
    /// The mean cross entropy in nats per training image, each taken before its own step.
    pub loss: f64,
    /// Training images classified correctly before their own step.
    pub correct_training: u64,
    /// Test images classified correctly after the epoch.
    pub correct: u64,
}

impl lab::Row for EpochRow {
    const TABLE: &'static str = "mnist-pruning-epochs";
    const SHARES: &[(&str, &str)] = &[("epoch", "epochs")];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_are_called_what_the_rows_call_them() {
        for variant in Variant::ALL {
            let written = serde_json::to_string(&variant).unwrap();
            assert_eq!(written, format!("\"{}\"", variant.name()));
        }
    }
}
