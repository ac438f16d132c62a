//! From a preset to the only configuration that can run.

use crate::row::NAME;
use crate::{construction, enumerated, volume};
use anyhow::{Context, Result, ensure};
use lab::preset::Preset;
use lab::{Unit, boxed};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

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
    pub(crate) seed: u64,
}

impl Config {
    /// Checks the preset's section.
    ///
    /// # Errors
    /// Parameters out of range, nothing to do, or the same twice.
    pub fn new(preset: &Preset) -> Result<Self> {
        let parameters = preset.checked_section(NAME, Parameters::check)?;
        Ok(Self {
            parameters,
            seed: preset.seed,
        })
    }
}

impl Parameters {
    fn check(&self) -> Result<()> {
        let of = |part: &'static str| move || part;
        self.enumerated
            .iter()
            .try_for_each(|part| part.check().with_context(of("enumerated")))?;
        self.volumes
            .iter()
            .try_for_each(|part| part.check().with_context(of("volumes")))?;
        self.packings
            .iter()
            .try_for_each(|part| part.check().with_context(of("packings")))?;
        self.constructions
            .iter()
            .try_for_each(|part| part.check().with_context(of("constructions")))?;
        self.tickets
            .iter()
            .try_for_each(|part| part.check().with_context(of("tickets")))?;
        let units = self.units();
        ensure!(!units.is_empty(), "nothing to do: name at least one part");
        let mut keys = HashSet::new();
        for unit in &units {
            let key = unit.key();
            ensure!(!keys.contains(&key), "{key}: must be in one entry only");
            keys.insert(key);
        }
        Ok(())
    }

    /// The units of work of all parts.
    pub(crate) fn units(&self) -> Vec<Box<dyn Unit>> {
        let enumerated = self.enumerated.iter().flat_map(|part| boxed(part.units()));
        let volumes = self.volumes.iter().flat_map(|part| part.units());
        let packings = self.packings.iter().flat_map(|part| part.units());
        let constructions = self.constructions.iter().flat_map(|part| part.units());
        let tickets = self.tickets.iter().flat_map(|part| part.units());
        enumerated
            .chain(volumes)
            .chain(packings)
            .chain(constructions)
            .chain(tickets)
            .collect()
    }
}
