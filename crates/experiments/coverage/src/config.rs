//! From a preset to the only configuration that can run.

use crate::named::check_fractions;
use crate::row::NAME;
use crate::{decided, density, exact, fixed_size, gaps, growth, thinning};
use anyhow::{Result, ensure};
use lab::preset::Preset;
use lab::{Configured, Parts, Unit};
use serde::{Deserialize, Serialize};
use subset_sum::Law;

/// The section of a preset, checked by [`Config::new`]. Parts that are left out are not run.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The intervals are [-radius, radius].
    radii: Vec<f64>,
    /// Worst errors, exactly.
    exact: Vec<exact::Parameters>,
    /// Coverage within given tolerances.
    #[serde(default)]
    decided: Vec<decided::Parameters>,
    /// Mixtures with and without their other part.
    thinning: Option<thinning::Parameters>,
    /// The growth of the covered fraction.
    growth: Option<growth::Parameters>,
    /// Gaps and hits at fixed targets.
    gaps: Option<gaps::Parameters>,
    /// Histograms of distributions.
    density: Option<density::Parameters>,
    /// Subsets of a fixed size.
    fixed_size: Option<fixed_size::Parameters>,
}

impl Configured for Config {
    fn configuration(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn units(&self) -> Vec<Box<dyn Unit + '_>> {
        self.parts().units(&self.radii)
    }
}

impl Config {
    /// Checks the preset's section.
    ///
    /// # Errors
    /// Parameters out of range.
    pub fn new(preset: &Preset) -> Result<Self> {
        preset.checked_section(NAME, Self::check)
    }

    fn check(&self) -> Result<()> {
        check_fractions("radii", &self.radii)?;
        ensure!(!self.exact.is_empty(), "exact: name at least one table");
        self.parts().check()?;
        self.check_sizes()
    }

    fn parts(&self) -> Parts<'_, Vec<f64>> {
        Parts::none()
            .and("exact", &self.exact)
            .and("decided", &self.decided)
            .and("thinning", &self.thinning)
            .and("growth", &self.growth)
            .and("gaps", &self.gaps)
            .and("density", &self.density)
            .and("fixed-size", &self.fixed_size)
    }

    /// Two tables for the same distribution and number would write the same rows twice.
    fn check_sizes(&self) -> Result<()> {
        let exact = self.exact.iter().flat_map(exact::Parameters::sizes);
        let decided = self.decided.iter().flat_map(decided::Parameters::sizes);
        let sizes: Vec<(Law, u32)> = exact.chain(decided).collect();
        for (index, size) in sizes.iter().enumerate() {
            let (law, candidates) = size;
            ensure!(
                !sizes[..index].contains(size),
                "exact, decided: law {law} with {candidates} candidates must be in one table only"
            );
        }
        Ok(())
    }
}
