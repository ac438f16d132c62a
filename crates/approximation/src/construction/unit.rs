//! The experiment's units of work, and the order of their rows.

use super::config::{Config, Parameters};
use super::row::NAME;
use super::{drawing, networks, weights};
use anyhow::Result;
use lab::claims::Claim;
use lab::{Experiment, Rows};

/// One independent piece of work.
#[derive(Debug, Clone)]
pub enum Unit {
    /// Single weights or columns.
    Weights(weights::Unit),
    /// One random network.
    Network(networks::Unit),
    /// The gadget that is drawn.
    Drawing(drawing::Parameters),
}

impl Unit {
    /// Its stable name.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Weights(unit) => unit.key(),
            Self::Network(unit) => unit.key(),
            Self::Drawing(unit) => unit.key(),
        }
    }
}

impl Parameters {
    /// All units in the order of their rows.
    pub(super) fn units(&self) -> Vec<Unit> {
        let weights = self.weights.iter().flat_map(|part| part.units());
        let columns = self.columns.iter().map(|part| part.unit());
        let networks = self.networks.iter().flat_map(|part| part.units());
        std::iter::once(Unit::Drawing(self.drawing.clone()))
            .chain(weights.chain(columns).map(Unit::Weights))
            .chain(networks.map(Unit::Network))
            .collect()
    }
}

impl Experiment for Config {
    const NAME: &'static str = NAME;
    const SCHEMA: u32 = 1;
    type Unit = Unit;

    fn claims() -> Vec<Claim> {
        super::claims::claims()
    }

    fn configuration(&self) -> serde_json::Value {
        serde_json::json!(self.parameters)
    }

    fn units(&self) -> Vec<Unit> {
        self.parameters.units()
    }

    fn key(&self, unit: &Unit) -> String {
        unit.key()
    }

    fn seconds(&self, unit: &Unit) -> f64 {
        match unit {
            Unit::Weights(unit) => unit.seconds(),
            Unit::Network(unit) => unit.seconds(),
            Unit::Drawing(_) => 1e-3,
        }
    }

    fn compute(&self, unit: &Unit, rows: &mut Rows) -> Result<()> {
        let most_units = self.parameters.most_units;
        match unit {
            Unit::Weights(unit) => unit.compute(self.seed, most_units, rows),
            Unit::Network(unit) => unit.compute(self, rows),
            Unit::Drawing(unit) => unit.compute(self.seed, rows),
        }
    }
}
