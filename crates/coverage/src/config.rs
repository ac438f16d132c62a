//! From a preset to the only configuration that can run.

use crate::unit::Part;
use crate::{decided, density, exact, fixed_size, gaps, growth, thinning};
use anyhow::{Context, Result, ensure};
use lab::preset::{Preset, check_list};
use serde::{Deserialize, Serialize};
use subset_sum::{Law, UnknownLaw};

/// The name of the experiment, of its section in a preset and of its main table.
pub const NAME: &str = "coverage";

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

/// A law of candidates, in a preset its name.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NamedLaw(pub Law);

impl TryFrom<String> for NamedLaw {
    type Error = UnknownLaw;

    fn try_from(name: String) -> Result<Self, UnknownLaw> {
        name.parse().map(Self)
    }
}

impl From<NamedLaw> for String {
    fn from(law: NamedLaw) -> Self {
        law.0.to_string()
    }
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

/// Checks a list of radii or tolerances.
pub(crate) fn check_fractions(name: &str, values: &[f64]) -> Result<()> {
    // The grid of numbers ends at 2^-46.
    check_list(name, values, "from 1e-12 to 1", |value| {
        (1e-12..=1.0).contains(value)
    })
}
