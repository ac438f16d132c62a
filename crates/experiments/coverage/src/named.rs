//! Distributions by name, and lists of fractions, as parts of the experiment read them from presets.

use anyhow::Result;
use lab::preset::check_list;
use serde::{Deserialize, Serialize};
use subset_sum::{Law, UnknownLaw};

/// A distribution of candidates, in a preset its name.
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

/// Checks a list of radii or tolerances.
pub(crate) fn check_fractions(name: &str, values: &[f64]) -> Result<()> {
    // The grid of numbers ends at 2^-46.
    check_list(name, values, "from 1e-12 to 1", |value| {
        (1e-12..=1.0).contains(value)
    })
}
