//! From a preset to the only configuration that can run.

use crate::row::NAME;
use crate::{construction, enumerated, volume};
use anyhow::Result;
use lab::preset::Preset;
use lab::{Configured, Parts, Unit};
use serde::{Deserialize, Serialize};

/// The section of a preset, checked by [`Config::new`]. A part that is left out is not run.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Small networks R -> R, all of whose versions are looked at.
    #[serde(default)]
    enumerated: Vec<enumerated::Parameters>,
    /// Targets from the spectral unit ball.
    #[serde(default)]
    volumes: Vec<volume::Parameters>,
    /// Packings of the ball.
    #[serde(default)]
    packings: Vec<volume::PackingParameters>,
    /// Parameters that constructions take.
    #[serde(default)]
    constructions: Vec<construction::Parameters>,
    /// Parameters that tickets keep.
    #[serde(default)]
    tickets: Vec<construction::TicketParameters>,
}

impl Configured for Config {
    fn configuration(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn units(&self) -> Vec<Box<dyn Unit + '_>> {
        self.parts().units(&())
    }
}

impl Config {
    /// Checks the preset's section.
    ///
    /// # Errors
    /// Parameters out of range, nothing to do, or the same twice.
    pub fn new(preset: &Preset) -> Result<Self> {
        preset.checked_section(NAME, Self::check)
    }

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
