//! The units of work of all parts, in the order of their rows.

use crate::config::Config;
use crate::row::NAME;
use anyhow::Result;
use lab::claims::Claim;
use lab::{Experiment, Rows, Unit};

impl Experiment for Config {
    const NAME: &'static str = NAME;
    const SCHEMA: u32 = 2;
    type Unit = Box<dyn Unit>;

    fn claims() -> Vec<Claim> {
        crate::claims::claims()
    }

    fn configuration(&self) -> serde_json::Value {
        serde_json::json!(self.parameters)
    }

    fn units(&self) -> Vec<Box<dyn Unit>> {
        let parts = self.parameters.parts().into_iter();
        parts
            .flat_map(|(_, part)| part.units(&self.parameters.radii))
            .collect()
    }

    fn key(&self, unit: &Box<dyn Unit>) -> String {
        unit.key()
    }

    fn seconds(&self, unit: &Box<dyn Unit>) -> f64 {
        unit.seconds()
    }

    fn compute(&self, unit: &Box<dyn Unit>, rows: &mut Rows) -> Result<()> {
        unit.compute(self.seed, rows)
    }
}
