//! From a preset and a target network to the only configuration that can run.

use super::approximate::Target;
use super::range::{self, Range};
use super::row::NAME;
use anyhow::{Context, Result, ensure};
use lab::MAX_UNITS;
use lab::preset::{MAX_COUNT, Preset, check_count, check_list};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::OnceLock;
use subset_sum::MAX_NONZERO;
use tickets::coefficients::Coefficients;
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
    /// Which weights share their coefficients: one run of everything for each.
    pub coefficients: Vec<Coefficients>,
    /// Numbers of random coefficients a weight (n of the paper).
    pub candidates: Vec<u32>,
    /// Tolerances (epsilon of the paper).
    pub tolerances: Vec<f64>,
    /// The one of the tolerances at which histograms are kept, for the first replicate.
    pub histogram_tolerance: f64,
    /// Independent draws of all coefficients.
    pub replicates: u64,
}

/// A validated configuration: parameters, target and test images.
#[derive(Debug)]
pub struct Config {
    pub(super) parameters: Parameters,
    pub(super) seed: u64,
    pub(super) range: Range,
    pub(super) target: Target,
    pub(super) test: Split,
    /// Test images that the target classifies correctly, once they are counted.
    pub(super) correct_before: OnceLock<u64>,
}

impl Config {
    /// Checks the preset's section and gets the target and the images, from the folder `data` or
    /// the embedded MNIST. Coefficients have the range of the network or of their layer.
    ///
    /// # Errors
    /// Parameters out of range; a target that cannot be read, or does not take images and give their
    /// classes; images that cannot be read.
    pub fn new(preset: &Preset, source: Source, range: Range, data: Option<&Path>) -> Result<Self> {
        let parameters: Parameters = preset.checked_section(NAME, Parameters::check)?;
        let most = parameters.images.unwrap_or(usize::MAX);
        let network = source.network()?;
        let test = source::test_images(data, network.outputs())?;
        evaluate::check(&network, &test).context("--target")?;
        Ok(Self {
            parameters,
            seed: preset.seed,
            range,
            target: Target::new(network, range).context("--target")?,
            test: test.first(most),
            correct_before: OnceLock::new(),
        })
    }

    /// Says how good the target is, and what may keep its approximation from being as good.
    pub fn introduce(&self) {
        let (correct, images) = (self.correct_before() as usize, self.test.labels.len());
        source::say_accuracy(self.target.network(), correct, images);
        for warning in range::warnings(&self.target) {
            eprintln!("warning: {warning}");
        }
    }

    /// Names the target and the images by their content.
    pub(super) fn hashes(&self) -> (String, String) {
        (self.target.network().sha256(), source::sha256(&self.test))
    }
}

impl Parameters {
    fn check(&self) -> Result<()> {
        check_count("images", self.images.unwrap_or(1), MAX_COUNT)?;
        check_list("coefficients", &self.coefficients, "", |_| true)?;
        let most = MAX_NONZERO as u32;
        check_list(
            "candidates",
            &self.candidates,
            &format!("from 1 to {most}"),
            |n| (1..=most).contains(n),
        )?;
        check_list(
            "tolerances",
            &self.tolerances,
            "from 1e-12 to 1024",
            |tolerance| (1e-12..=1024.0).contains(tolerance),
        )?;
        ensure!(
            self.tolerances.contains(&self.histogram_tolerance),
            "histogram-tolerance: must be one of the tolerances"
        );
        check_count("replicates", self.replicates, MAX_UNITS)?;
        Ok(())
    }
}
