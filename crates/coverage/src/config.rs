//! From a preset to the only configuration that can run.

use crate::part::{Part, check_fractions};
use crate::row::NAME;
use crate::{decided, density, exact, fixed_size, gaps, growth, thinning};
use anyhow::{Context, Result, ensure};
use lab::preset::Preset;
use serde::{Deserialize, Serialize};
use subset_sum::Law;

/// The section of a preset, unchecked. Parts that are left out are not run.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Parameters {
    /// The intervals are [-radius, radius].
    pub radii: Vec<f64>,
    /// Worst errors, exactly.
    pub exact: Vec<exact::Parameters>,
    /// Coverage within given tolerances.
    #[serde(default)]
    pub decided: Vec<decided::Parameters>,
    /// Mixtures with and without their other part.
    pub thinning: Option<thinning::Parameters>,
    /// The growth of the covered fraction.
    pub growth: Option<growth::Parameters>,
    /// Gaps and hits at fixed targets.
    pub gaps: Option<gaps::Parameters>,
    /// Histograms of laws.
    pub density: Option<density::Parameters>,
    /// Subsets of a fixed size.
    pub fixed_size: Option<fixed_size::Parameters>,
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
    /// Parameters out of range.
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
        check_fractions("radii", &self.radii)?;
        ensure!(!self.exact.is_empty(), "exact: name at least one table");
        for (name, part) in self.parts() {
            part.check().context(name)?;
        }
        self.check_sizes()
    }

    /// All parts with their names.
    pub(crate) fn parts(&self) -> Vec<(&'static str, &dyn Part)> {
        fn named<'a, P: Part + 'a>(
            name: &'static str,
            parts: impl IntoIterator<Item = &'a P>,
        ) -> impl Iterator<Item = (&'static str, &'a dyn Part)> {
            let parts = parts.into_iter();
            parts.map(move |part| (name, part as &dyn Part))
        }
        named("exact", &self.exact)
            .chain(named("decided", &self.decided))
            .chain(named("thinning", &self.thinning))
            .chain(named("growth", &self.growth))
            .chain(named("gaps", &self.gaps))
            .chain(named("density", &self.density))
            .chain(named("fixed-size", &self.fixed_size))
            .collect()
    }

    /// Two tables for the same law and number would write the same rows twice.
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
