//! Experiments that consist of parts, each with parameters and units of its own.

use crate::experiment::Unit;
use anyhow::{Context, Result};

/// One part: an entry of the experiment's section in a preset. Parts share an `S`.
pub trait Part<S> {
    /// Checks the parameters.
    ///
    /// # Errors
    /// What is wrong with them.
    fn check(&self) -> Result<()>;

    /// The units of work of parameters that were checked, in the order of their rows.
    fn units<'a>(&'a self, shared: &'a S) -> Vec<Box<dyn Unit + 'a>>;
}

/// The parts of an experiment in the order of their rows, each under the name that it has in presets.
pub struct Parts<'a, S>(Vec<(&'static str, &'a dyn Part<S>)>);

impl<'a, S> Parts<'a, S> {
    /// No parts.
    #[must_use]
    pub fn none() -> Self {
        Self(Vec::new())
    }

    /// These and further ones, which have one name in presets.
    #[must_use]
    pub fn and<P: Part<S> + 'a>(
        mut self,
        name: &'static str,
        parts: impl IntoIterator<Item = &'a P>,
    ) -> Self {
        let parts = parts.into_iter();
        self.0
            .extend(parts.map(|part| (name, part as &dyn Part<S>)));
        self
    }

    /// Checks all parameters.
    ///
    /// # Errors
    /// The first part that is wrong, by name, or that there is none.
    pub fn check(&self) -> Result<()> {
        anyhow::ensure!(!self.0.is_empty(), "nothing to do: name at least one part");
        let mut parts = self.0.iter();
        parts.try_for_each(|(name, part)| part.check().context(*name))
    }

    /// The units of work of all parts.
    pub fn units(&self, shared: &'a S) -> Vec<Box<dyn Unit + 'a>> {
        let parts = self.0.iter();
        parts.flat_map(|(_, part)| part.units(shared)).collect()
    }
}
