//! From a preset and a target network to the only configuration that can run.

use super::row::NAME;
use anyhow::{Context, Result, ensure};
use lab::MAX_UNITS;
use lab::preset::{MAX_COUNT, Preset, check_count, check_list};
use networks::Network;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::OnceLock;
use subset_sum::MAX_NONZERO;
use tickets::certificates::RealMatrix;
use tickets::construction::{Gadget, NonnegativeInputs, Norms, Target};
use training::evaluate;
use training::mnist::Split;
use training::source::{self, Source};

/// The section of a preset, unchecked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Parameters {
    /// Only so many of the first test images; all if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<usize>,
    /// Random inputs from which the worst error is searched for.
    pub starts: usize,
    /// The most steps of a search.
    pub steps: usize,
    /// What is pruned. The first one, with its first number of candidates, is also the ticket.
    pub networks: Vec<Networks>,
}

/// Some random networks.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Networks {
    /// Which units serve which half-line.
    pub gadget: Gadget,
    /// Where inputs are taken to be nonnegative.
    pub nonnegative_inputs: NonnegativeInputs,
    /// Hidden units in a half of a block (n of the paper).
    pub units: usize,
    /// Each instance takes the closest subset of so many of its first nonzero candidates.
    pub candidates: Vec<usize>,
    /// Independent random networks.
    pub replicates: u64,
}

/// A validated configuration: parameters, target and test images.
#[derive(Debug)]
pub struct Config {
    pub(super) parameters: Parameters,
    pub(super) seed: u64,
    /// The target before it was rescaled.
    network: Network,
    /// Its SHA-256.
    pub(super) name: String,
    pub(super) target: Target,
    pub(super) test: Split,
    /// What the target puts out for the test images, once that is known.
    pub(super) outputs: OnceLock<RealMatrix>,
}

impl Config {
    /// Checks the preset's section and gets the target and the images, from the folder `data` or the
    /// embedded MNIST.
    ///
    /// # Errors
    /// Parameters out of range; a target that cannot be read, or does not take images and give
    /// their classes; images that cannot be read.
    pub fn new(preset: &Preset, source: Source, data: Option<&Path>) -> Result<Self> {
        let parameters: Parameters = preset.checked_section(NAME, Parameters::check)?;
        let most = parameters.images.unwrap_or(usize::MAX);
        let network = source.network()?;
        let test = source::test_images(data, network.outputs())?;
        evaluate::check(&network, &test).context("--target")?;
        Ok(Self {
            parameters,
            seed: preset.seed,
            name: network.sha256(),
            target: Target::new(&network, Norms::Rescaled).context("--target")?,
            test: test.first(most),
            network,
            outputs: OnceLock::new(),
        })
    }

    /// Says how good the target is.
    pub fn introduce(&self) {
        let images = self.test.labels.len();
        let correct = evaluate::correct(&self.network, &self.test, 0..images);
        source::say_accuracy(&self.network, correct, images);
    }
}

impl Parameters {
    fn check(&self) -> Result<()> {
        check_count("images", self.images.unwrap_or(1), MAX_COUNT)?;
        ensure!(!self.networks.is_empty(), "networks: name at least one");
        check_count("starts", self.starts, MAX_COUNT)?;
        for networks in &self.networks {
            let most = 1 << 16;
            ensure!(
                (1..=most).contains(&networks.units),
                "units: must be from 1 to {most}"
            );
            let range = format!("from 1 to {MAX_NONZERO}");
            check_list("candidates", &networks.candidates, &range, |m| {
                (1..=MAX_NONZERO).contains(m)
            })?;
            check_count("replicates", networks.replicates, MAX_UNITS)?;
        }
        Ok(())
    }
}
