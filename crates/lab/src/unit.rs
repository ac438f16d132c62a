//! Units of work of several kinds in one experiment.

use crate::experiment::Rows;
use anyhow::Result;

/// One independent piece of work, of an experiment whose parts have different ones.
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

/// Units of one kind as units of any.
pub fn boxed<U: Unit + 'static>(units: impl IntoIterator<Item = U>) -> Vec<Box<dyn Unit>> {
    let units = units.into_iter();
    units.map(|unit| Box::new(unit) as Box<dyn Unit>).collect()
}
