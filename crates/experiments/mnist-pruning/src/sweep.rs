//! The section of a preset: sweeps, and the runs that they name.

use crate::architecture::{Architecture, Model};
use crate::row::Variant;
use crate::run::Run;
use anyhow::{Context, Result, ensure};
use lab::preset::{MAX_COUNT, check_count, check_list};
use serde::{Deserialize, Serialize};

/// Highest number of epochs of a run.
const MAX_EPOCHS: usize = 10_000;

/// The section of a preset, unchecked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Parameters {
    /// Only so many of the first training images and of the first test images; all if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<usize>,
    /// Runs in every combination of their lists. A run that several sweeps name is done once.
    pub sweeps: Vec<Sweep>,
}

/// Runs in every combination, and a dense network beside each architecture, number of epochs and seed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sweep {
    /// Which networks.
    pub architectures: Vec<Architecture>,
    /// What stands for their layers.
    pub models: Vec<Model>,
    /// What is done otherwise than in the paper's code.
    pub variants: Vec<Variant>,
    /// Fractions that masks remove.
    pub sparsities: Vec<f64>,
    /// Epochs that runs are trained for.
    pub epochs: Vec<usize>,
    /// Draws of initial weights, scores and batches.
    pub seeds: Vec<u64>,
}

impl Parameters {
    pub(crate) fn check(&self) -> Result<()> {
        ensure!(!self.sweeps.is_empty(), "sweeps: name at least one");
        check_count("images", self.images.unwrap_or(1), MAX_COUNT)?;
        let mut numbered = self.sweeps.iter().enumerate();
        numbered.try_for_each(|(number, sweep)| {
            let named = || format!("sweep {}", number + 1);
            sweep.check().with_context(named)
        })
    }

    /// All runs: dense networks first, LeNet5's before all, since others wait for their convolutions.
    pub(crate) fn runs(&self) -> Vec<Run> {
        let dense = self.sweeps.iter().flat_map(Sweep::dense);
        let pruned = self.sweeps.iter().flat_map(Sweep::pruned);
        let mut runs: Vec<Run> = Vec::new();
        for run in dense.chain(pruned) {
            if !runs.contains(&run) {
                runs.push(run);
            }
        }
        runs.sort_by_key(|run| {
            let is_dense = run.model == Model::Dense;
            (!is_dense, is_dense && !run.architecture.is_convolved())
        });
        runs
    }
}

impl Sweep {
    fn dense(&self) -> impl Iterator<Item = Run> {
        let seeds = |epochs| self.seeds.iter().map(move |&seed| (epochs, seed));
        let budgets = self.epochs.iter().flat_map(move |&epochs| seeds(epochs));
        budgets.flat_map(|(epochs, seed)| {
            let networks = self.architectures.iter();
            networks.map(move |&architecture| Run::dense(architecture, epochs, seed))
        })
    }

    fn pruned(&self) -> impl Iterator<Item = Run> {
        let variants = |model| self.variants.iter().map(move |&variant| (model, variant));
        self.dense().flat_map(move |dense| {
            let models = self.models.iter().flat_map(move |&model| variants(model));
            models.flat_map(move |(model, variant)| {
                let sparsities = self.sparsities.iter();
                sparsities.map(move |&sparsity| Run {
                    model,
                    variant,
                    sparsity,
                    ..dense
                })
            })
        })
    }

    fn check(&self) -> Result<()> {
        check_list("architectures", &self.architectures, "", |_| true)?;
        check_list(
            "models",
            &self.models,
            "wide, linear or relu (a dense network is always beside them)",
            |&model| model != Model::Dense,
        )?;
        check_list("variants", &self.variants, "", |_| true)?;
        // A smaller fraction removes nothing from any of these networks.
        check_list(
            "sparsities",
            &self.sparsities,
            "0, or at least 1e-9 and below 1",
            |&sparsity| sparsity == 0.0 || (1e-9..1.0).contains(&sparsity),
        )?;
        check_epochs("epochs", &self.epochs)?;
        check_seeds("seeds", &self.seeds)?;
        ensure!(
            !(self.models.contains(&Model::Wide) && self.variants.contains(&Variant::FanIn)),
            "variants: fan-in is about the structure; name it in a sweep without the model wide"
        );
        Ok(())
    }
}

/// Checks numbers of epochs, which a list or a flag of this name gave.
pub(crate) fn check_epochs(name: &str, epochs: &[usize]) -> Result<()> {
    let expected = format!("from 1 to {MAX_EPOCHS}");
    check_list(name, epochs, &expected, |epochs| {
        (1..=MAX_EPOCHS).contains(epochs)
    })
}

/// Checks seeds, which a list or a flag of this name gave.
pub(crate) fn check_seeds(name: &str, seeds: &[u64]) -> Result<()> {
    check_list(name, seeds, "", |_| true)
}
