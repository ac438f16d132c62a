//! From a preset to the only configuration that can run.

use super::row::NAME;
use super::shared::Shared;
use super::{drawing, networks, weights};
use anyhow::{Result, ensure};
use lab::preset::Preset;
use lab::{Configured, Parts, Unit};
use serde::{Deserialize, Serialize};
use training::source::Source;

/// The most neurons a half that are drawn.
const MAX_NEURONS: usize = 1000;

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
    parameters: Parameters,
    shared: Shared,
}

impl Config {
    /// Checks the preset's section.
    ///
    /// # Errors
    /// Parameters out of range.
    pub fn new(preset: &Preset) -> Result<Self> {
        let parameters = preset.checked_section(NAME, Parameters::check)?;
        let shared = Shared {
            max_neurons: parameters.most_units,
            trained: Source::Tracked.network()?.layers()[0].weight.clone(),
        };
        Ok(Self { parameters, shared })
    }
}

impl Configured for Config {
    fn configuration(&self) -> serde_json::Value {
        serde_json::json!(self.parameters)
    }

    fn units(&self) -> Vec<Box<dyn Unit + '_>> {
        self.parameters.parts().units(&self.shared)
    }
}

impl Parameters {
    fn check(&self) -> Result<()> {
        ensure!(
            (1..=MAX_NEURONS).contains(&self.most_units),
            "most-units: must be from 1 to {MAX_NEURONS}"
        );
        self.parts().check()
    }

    fn parts(&self) -> Parts<'_, Shared> {
        Parts::none()
            .and("drawing", [&self.drawing])
            .and("weights", &self.weights)
            .and("columns", &self.columns)
            .and("networks", &self.networks)
    }
}
