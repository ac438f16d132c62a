//! From a preset to the only configuration that can run.

use super::row::NAME;
use crate::constructions::Construction;
use anyhow::{Result, ensure};
use lab::preset::{MAX_COUNT, Preset, check_count, check_list};
use serde::{Deserialize, Serialize};

/// The largest number of units after which a run may give up.
const MAX_MOST_UNITS: u64 = 1 << 40;

/// The smallest tolerance is 2^-`FINEST`.
const FINEST: u32 = 20;

/// The section of a preset, checked by [`Config::new`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Units after which a run gives up.
    pub(super) most_units: u64,
    /// What is measured.
    pub(super) measured: Vec<Measured>,
}

/// Some constructions, each for all weights and tolerances.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Constructions.
    pub constructions: Vec<Construction>,
    /// Weights to approximate.
    pub weights: Vec<f64>,
    /// The largest tolerance is 2^-`from`.
    pub from: u32,
    /// The smallest is 2^-`to`, after all powers of two between.
    pub to: u32,
    /// Runs of each.
    pub runs: u64,
}

impl Config {
    /// Checks the preset's section.
    ///
    /// # Errors
    /// Parameters out of range.
    pub fn new(preset: &Preset) -> Result<Self> {
        preset.checked_section(NAME, Self::check)
    }

    fn check(&self) -> Result<()> {
        check_count("most-units", self.most_units, MAX_MOST_UNITS)?;
        ensure!(!self.measured.is_empty(), "measured: name at least one");
        self.measured.iter().try_for_each(Measured::check)
    }
}

impl Measured {
    fn check(&self) -> Result<()> {
        check_list("constructions", &self.constructions, "possible", |_| true)?;
        check_list("weights", &self.weights, "from -1 to 1", |weight| {
            (-1.0..=1.0).contains(weight)
        })?;
        ensure!(
            1 <= self.from && self.from <= self.to && self.to <= FINEST,
            "from = {}, to = {}: must be 1 <= from <= to <= {FINEST}",
            self.from,
            self.to
        );
        check_count("runs", self.runs, MAX_COUNT)?;
        Ok(())
    }

    /// Every construction with every weight and binary logarithm of 1 / tolerance.
    pub(super) fn targets(&self) -> impl Iterator<Item = (Construction, f64, u32)> {
        let pairs = self.constructions.iter().flat_map(|&name| {
            let weights = self.weights.iter();
            weights.map(move |&weight| (name, weight))
        });
        pairs.flat_map(|(name, weight)| (self.from..=self.to).map(move |bits| (name, weight, bits)))
    }
}
