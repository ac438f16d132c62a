//! From a preset to the only configuration that can run.

use crate::row::NAME;
use crate::unit::Unit;
use anyhow::{Result, ensure};
use lab::preset::{MAX_COUNT, Preset, check_count, check_list};
use lab::{Configured, boxed};
use serde::{Deserialize, Serialize};
use subset_sum::Law;

/// The largest number of candidates: beyond, failing instances take too long.
const MAX_CANDIDATES: u32 = 40;

/// The section of a preset, unchecked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Distributions of the candidates, `uniform` and `product`.
    pub distributions: Vec<String>,
    /// Largest distance from the target that counts as success.
    pub tolerance: f64,
    /// Numbers of candidates.
    pub measured: Vec<Measured>,
}

/// Some numbers of candidates.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The smallest number.
    pub from: u32,
    /// The largest number, after all numbers between.
    pub to: u32,
    /// Instances for each distribution and number.
    pub instances: u64,
}

/// A validated configuration.
#[derive(Debug)]
pub struct Config {
    parameters: Parameters,
    laws: Vec<Law>,
}

impl Config {
    /// Checks the preset's section.
    ///
    /// # Errors
    /// Parameters out of range.
    pub fn new(preset: &Preset) -> Result<Self> {
        let parameters: Parameters = preset.checked_section(NAME, Parameters::check)?;
        let names = parameters.distributions.iter();
        let laws = names.map(|name| name.parse()).collect::<Result<_, _>>()?;
        Ok(Self { parameters, laws })
    }
}

impl Parameters {
    fn check(&self) -> Result<()> {
        check_list(
            "distributions",
            &self.distributions,
            "uniform or product",
            |name| ["uniform", "product"].contains(&name.as_str()),
        )?;
        ensure!(
            (1e-12..=1.0).contains(&self.tolerance),
            "tolerance: must be from 1e-12 to 1"
        );
        ensure!(!self.measured.is_empty(), "measured: name at least one");
        self.measured.iter().try_for_each(Measured::check)?;
        let rising = self
            .measured
            .windows(2)
            .all(|pair| pair[0].to < pair[1].from);
        ensure!(rising, "measured: each must begin above the one before");
        Ok(())
    }
}

impl Measured {
    fn check(&self) -> Result<()> {
        ensure!(
            1 <= self.from && self.from <= self.to && self.to <= MAX_CANDIDATES,
            "from = {}, to = {}: must be 1 <= from <= to <= {MAX_CANDIDATES}",
            self.from,
            self.to
        );
        check_count("instances", self.instances, MAX_COUNT)?;
        Ok(())
    }
}

impl Configured for Config {
    fn configuration(&self) -> serde_json::Value {
        serde_json::json!(self.parameters)
    }

    fn units(&self) -> Vec<Box<dyn lab::Unit + '_>> {
        let numbers = self.parameters.measured.iter().flat_map(|measured| {
            let numbers = measured.from..=measured.to;
            numbers.map(|candidates| (candidates, measured.instances))
        });
        let numbers: Vec<(u32, u64)> = numbers.collect();
        let laws = self.laws.iter();
        let all = laws.flat_map(|&law| numbers.clone().into_iter().map(move |pair| (law, pair)));
        boxed(all.map(|(law, (candidates, instances))| Unit {
            law,
            candidates,
            tolerance: self.parameters.tolerance,
            instances,
        }))
    }
}
