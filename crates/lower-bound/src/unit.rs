//! Units of work of all parts, in the order of their rows.

use crate::config::{Config, NAME};
use anyhow::Result;
use lab::claims::Claim;
use lab::{Experiment, Rows};

/// One independent piece of work.
pub trait Unit: Sync {
    /// Its stable name, also in its seeds.
    fn key(&self) -> String;

    /// Roughly how long it takes on one core.
    fn seconds(&self) -> f64;

    /// Computes its rows from the root of all seeds, on all threads of the current rayon pool.
    ///
    /// # Errors
    /// A row that has no flat form, or a result that cannot be true.
    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()>;
}

/// Units of one part as units of any.
pub(crate) fn boxed<U: Unit + 'static>(
    units: impl IntoIterator<Item = U>,
) -> impl Iterator<Item = Box<dyn Unit>> {
    units
        .into_iter()
        .map(|unit| Box::new(unit) as Box<dyn Unit>)
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
        self.parameters.units()
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
