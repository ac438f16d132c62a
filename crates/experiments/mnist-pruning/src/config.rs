//! From a preset to the only configuration that can run: the runs, and what they share.

use crate::architecture::{Architecture, Model};
use crate::data::{Images, sha256};
use crate::lenet::{Features, Given};
use crate::row::{NAME, SCHEMA, Variant};
use crate::run::Run;
use anyhow::{Context, Result, ensure};
use lab::Flags;
use lab::preset::{Preset, check_list};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Most epochs of a run.
const MOST_EPOCHS: usize = 10_000;

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

/// A validated configuration, with what runs share once one of them has needed it.
#[derive(Debug)]
pub struct Config {
    pub(crate) parameters: Parameters,
    pub(crate) seed: u64,
    /// Where checkpoints and the networks of finished runs go.
    pub(crate) folder: PathBuf,
    /// Whether checkpoints of earlier runs are to be ignored.
    pub(crate) is_fresh: bool,
    pub(crate) given: Option<Given>,
    pub(crate) images: Images,
    pub(crate) features: Features,
}

/// What the command line changes in a preset's section.
#[derive(Debug, Clone, Default)]
pub struct Trim {
    /// Epochs of every sweep.
    pub epochs: Option<Vec<usize>>,
    /// Seeds of every sweep.
    pub seeds: Option<Vec<u64>>,
}

impl Config {
    /// Checks the preset's section as trimmed; images come from the folder `data` or are MNIST, and a
    /// LeNet5 of one's own from the file `weights` if one is given.
    ///
    /// # Errors
    /// Parameters out of range, images or weights that cannot be read or do not fit.
    pub fn new(
        preset: &Preset,
        flags: &Flags,
        trim: &Trim,
        data: Option<&Path>,
        weights: Option<&Path>,
    ) -> Result<Self> {
        trim.check()?;
        let mut parameters: Parameters = preset.checked_section(NAME, Parameters::check)?;
        for sweep in &mut parameters.sweeps {
            sweep.epochs = trim.epochs.clone().unwrap_or(sweep.epochs.clone());
            sweep.seeds = trim.seeds.clone().unwrap_or(sweep.seeds.clone());
        }
        let images = Images::new(data, parameters.images)?;
        Ok(Self {
            parameters,
            seed: preset.seed,
            folder: flags.folder.path().join(NAME),
            is_fresh: flags.fresh,
            given: weights.map(Given::new).transpose()?,
            images,
            features: Features::default(),
        })
    }

    /// The name of the given weights by their content.
    pub(crate) fn weights(&self) -> Option<String> {
        self.given
            .as_ref()
            .map(|given| sha256([given.file.as_slice()]))
    }

    /// All that a run's network depends on, in one line.
    pub(crate) fn identity(&self, run: &Run) -> String {
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "schema": SCHEMA,
            "root": self.seed,
            "run": run,
            "images": self.images.sha256,
            "weights": self.weights(),
        })
        .to_string()
    }

    /// All runs: dense networks first, LeNet5's before all, since others wait for their convolutions.
    pub fn runs(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut add = |run: Run| {
            if !runs.contains(&run) {
                runs.push(run);
            }
        };
        for sweep in &self.parameters.sweeps {
            sweep.dense().for_each(&mut add);
        }
        for sweep in &self.parameters.sweeps {
            sweep.pruned().for_each(&mut add);
        }
        runs.sort_by_key(|run| {
            (
                run.model != Model::Dense,
                run.model == Model::Dense && run.architecture != Architecture::LeNet5,
            )
        });
        runs
    }
}

impl Trim {
    fn check(&self) -> Result<()> {
        if let Some(epochs) = &self.epochs {
            check_epochs("--epochs", epochs)?;
        }
        if let Some(seeds) = &self.seeds {
            check_list("--seeds", seeds, "", |_| true)?;
        }
        Ok(())
    }
}

fn check_epochs(name: &str, epochs: &[usize]) -> Result<()> {
    check_list(
        name,
        epochs,
        &format!("from 1 to {MOST_EPOCHS}"),
        |epochs| (1..=MOST_EPOCHS).contains(epochs),
    )
}

impl Sweep {
    fn dense(&self) -> impl Iterator<Item = Run> {
        let budgets = self
            .epochs
            .iter()
            .flat_map(|&epochs| self.seeds.iter().map(move |&seed| (epochs, seed)));
        budgets.flat_map(|(epochs, seed)| {
            let networks = self.architectures.iter();
            networks.map(move |&architecture| Run::dense(architecture, epochs, seed))
        })
    }

    fn pruned(&self) -> impl Iterator<Item = Run> {
        self.dense().flat_map(move |dense| {
            let models = self
                .models
                .iter()
                .flat_map(|&model| self.variants.iter().map(move |&variant| (model, variant)));
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
        check_list("seeds", &self.seeds, "", |_| true)?;
        ensure!(
            !(self.models.contains(&Model::Wide) && self.variants.contains(&Variant::FanIn)),
            "variants: fan-in is about the structure; name it in a sweep without the model wide"
        );
        Ok(())
    }
}

impl Parameters {
    fn check(&self) -> Result<()> {
        ensure!(!self.sweeps.is_empty(), "sweeps: name at least one");
        ensure!(self.images != Some(0), "images: must be at least 1");
        let numbered = self.sweeps.iter().enumerate();
        for (number, sweep) in numbered {
            sweep
                .check()
                .with_context(|| format!("sweep {}", number + 1))?;
        }
        Ok(())
    }
}
