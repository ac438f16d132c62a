//! The name of a run: everything that its network depends on beside the root seed and the images.

use crate::architecture::{Architecture, Model};
use crate::row::Variant;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use tickets::ticket::EdgePopupRun;

/// One network to be trained.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The network's layers.
    pub architecture: Architecture,
    /// What stands for a layer.
    pub model: Model,
    /// What is done otherwise than in the paper's code.
    pub variant: Variant,
    /// The fraction that masks remove.
    pub sparsity: f64,
    /// Epochs to be trained for.
    pub epochs: usize,
    /// Which draw of initial weights, scores and batches.
    pub seed: u64,
}

impl Run {
    /// Its stable name.
    pub fn key(&self) -> String {
        format!(
            "{}/{}/{}/sparsity={}/epochs={}/seed={}",
            self.architecture.name(),
            self.model.name(),
            self.variant.name(),
            self.sparsity,
            self.epochs,
            self.seed
        )
    }

    /// The run as tickets name it.
    pub(crate) fn named(&self) -> Result<EdgePopupRun> {
        // Both have the same fields, there as text.
        Ok(serde_json::from_value(serde_json::to_value(self)?)?)
    }

    /// The run that a ticket names.
    pub(crate) fn of_name(name: &EdgePopupRun) -> Result<Run> {
        let run = serde_json::from_value(serde_json::to_value(name)?);
        run.context("names no run of mnist-pruning, or one of another version of it")
    }

    /// The dense network whose convolutions a run of LeNet5 takes.
    pub(crate) fn dense(architecture: Architecture, epochs: usize, seed: u64) -> Run {
        Run {
            architecture,
            model: Model::Dense,
            variant: Variant::Paper,
            sparsity: 0.0,
            epochs,
            seed,
        }
    }
}
