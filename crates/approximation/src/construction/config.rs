//! From a preset to the only configuration that can run.

use super::row::NAME;
use super::unit::Unit;
use super::{drawing, networks, weights};
use crate::source::Source;
use anyhow::{Result, ensure};
use lab::preset::Preset;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use tickets::Matrix;

/// The most units a half that are drawn.
const MOST_UNITS: usize = 1000;

/// The section of a preset, unchecked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Parameters {
    /// Units a half of every gadget that is drawn. What needs more has failed.
    pub most_units: usize,
    /// Single weights.
    pub weights: Vec<weights::Parameters>,
    /// Columns of a layer.
    pub columns: Vec<weights::Columns>,
    /// Neurons, layers and networks.
    pub networks: Vec<networks::Parameters>,
    /// The gadget that is drawn.
    pub drawing: drawing::Parameters,
}

/// A validated configuration.
#[derive(Debug)]
pub struct Config {
    pub(super) parameters: Parameters,
    pub(super) seed: u64,
    /// The first layer of the tracked MNIST network.
    pub(super) trained: Matrix,
}

impl Config {
    /// Checks the preset's section.
    ///
    /// # Errors
    /// Parameters out of range.
    pub fn new(preset: &Preset) -> Result<Self> {
        let parameters = preset.checked_section(NAME, Parameters::check)?;
        Ok(Self {
            parameters,
            seed: preset.seed,
            trained: Source::Tracked.network()?.layers()[0].weight.clone(),
        })
    }
}

impl Parameters {
    fn check(&self) -> Result<()> {
        ensure!(
            (1..=MOST_UNITS).contains(&self.most_units),
            "most-units: must be from 1 to {MOST_UNITS}"
        );
        (self.weights.iter()).try_for_each(weights::Parameters::check)?;
        (self.columns.iter()).try_for_each(weights::Columns::check)?;
        (self.networks.iter()).try_for_each(networks::Parameters::check)?;
        self.drawing.check()?;
        let mut keys = HashSet::new();
        let twice = (self.units().iter().map(Unit::key)).find(|key| !keys.insert(key.clone()));
        ensure!(
            twice.is_none(),
            "weights, columns, networks: {} must be in one entry only",
            twice.unwrap_or_default()
        );
        Ok(())
    }
}
