//! From a preset to the only configuration that can run.

use crate::row::NAME;
use crate::{construction, enumerated, volume};
use anyhow::Result;
use lab::preset::Preset;
use lab::{Configured, Parts, Unit};
use serde::{Deserialize, Serialize};

/// The section of a preset, unchecked. A part that is left out is not run.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Small networks R -> R, all of whose versions are looked at.
    #[serde(default)]
    pub enumerated: Vec<enumerated::Parameters>,
    /// Targets from the spectral unit ball.
    #[serde(default)]
    pub volumes: Vec<volume::Parameters>,
    /// Packings of the ball.
    #[serde(default)]
    pub packings: Vec<volume::PackingParameters>,
    /// Parameters that constructions take.
    #[serde(default)]
    pub constructions: Vec<construction::Parameters>,
    /// Parameters that tickets keep.
    #[serde(default)]
    pub tickets: Vec<construction::TicketParameters>,
}

/// A validated configuration.
#[derive(Debug)]
pub struct Config {
    pub(crate) parameters: Parameters,
}

impl Config {
    /// Checks the preset's section.
    ///
    /// # Errors
    /// Parameters out of range, nothing to do, or the same twice.
    pub fn new(preset: &Preset) -> Result<Self> {
        let parameters = preset.checked_section(NAME, Parameters::check)?;
        Ok(Self { parameters })
    }
}

impl Configured for Config {
    fn configuration(&self) -> serde_json::Value {
        serde_json::json!(self.parameters)
    }

    fn units(&self) -> Vec<Box<dyn Unit + '_>> {
        self.parameters.parts().units(&())
    }
}

impl Parameters {
    fn check(&self) -> Result<()> {
        self.parts().check()
    }

    fn parts(&self) -> Parts<'_, ()> {
        Parts::none()
            .and("enumerated", &self.enumerated)
            .and("volumes", &self.volumes)
            .and("packings", &self.packings)
            .and("constructions", &self.constructions)
            .and("tickets", &self.tickets)
    }
}
