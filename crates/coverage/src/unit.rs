//! The units of work of all parts, in the order in which their rows stand in the tables.

use crate::config::{Config, NAME};
use anyhow::Result;
use lab::claims::Claim;
use lab::{Experiment, Rows};

/// One independent piece of work.
pub trait Unit: Sync {
    /// Its stable name.
    fn key(&self) -> String;

    /// Roughly how long it takes on one core.
    fn seconds(&self) -> f64;

    /// Computes its rows from the root of all seeds, on all threads of the current rayon pool.
    ///
    /// # Errors
    /// A row that has no flat form, or a result that cannot be true.
    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()>;
}

impl Experiment for Config {
    const NAME: &'static str = NAME;
    const SCHEMA: u32 = 1;
    type Unit = Box<dyn Unit>;

    fn claims() -> Vec<Claim> {
        crate::claims::claims()
    }

    fn configuration(&self) -> serde_json::Value {
        serde_json::json!(self.parameters)
    }

    fn units(&self) -> Vec<Box<dyn Unit>> {
        let parameters = &self.parameters;
        let mut units = Vec::new();
        for table in &parameters.exact {
            units.extend(table.units(&parameters.radii));
        }
        for table in &parameters.decided {
            units.extend(table.units(&parameters.radii));
        }
        if let Some(thinning) = &parameters.thinning {
            units.extend(thinning.units(&parameters.radii));
        }
        if let Some(growth) = &parameters.growth {
            units.extend(growth.units());
        }
        if let Some(gaps) = &parameters.gaps {
            units.extend(gaps.units());
        }
        if let Some(density) = &parameters.density {
            units.extend(density.units());
        }
        if let Some(fixed_size) = &parameters.fixed_size {
            units.extend(fixed_size.units());
        }
        units
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
