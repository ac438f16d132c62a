//! The experiment `coverage`: after how many random numbers is every target near a subset sum?
//!
//! The theorem behind the paper says that n = C log(1/epsilon) random numbers have, with high
//! probability, subset sums within epsilon of every target in [-1, 1]. The experiment measures that,
//! what leads to it and what follows from it, in seven parts that share distributions and seeds:
//!
//! | part | question | table |
//! |---|---|---|
//! | [`exact`] | how far is the worst target from all sums | `coverage` |
//! | [`decided`] | is every target within a given tolerance, for many candidates | `coverage` |
//! | [`thinning`] | what the proof for mixtures gives away | `coverage-thinning` |
//! | [`growth`] | how fast the covered fraction grows in the proof | `coverage-growth`, `coverage-trajectory` |
//! | [`gaps`] | how the sums near one target are spread | `coverage-gaps`, `coverage-hits` |
//! | [`density`] | does the gadget's distribution contain a uniform one | `coverage-density` |
//! | [`fixed_size`] | what subsets of one size reach | `coverage-fixed-size` |

mod claims;
pub mod config;
pub mod decided;
pub mod density;
pub mod exact;
mod figures;
pub mod fixed_size;
pub mod gaps;
pub mod growth;
mod instances;
mod named;
pub mod quantile;
pub mod report;
pub mod row;
pub mod theory;
pub mod thinning;
mod tolerance;

pub use config::Config;
pub use row::NAME;

use anyhow::Result;
use charts::Figure;
use lab::claims::Claim;
use lab::preset::Preset;
use lab::{About, Configured, Flags, Table};
use std::path::Path;

/// The experiment, for the list of all.
pub struct Experiment;

impl lab::Experiment for Experiment {
    fn about(&self) -> About {
        About {
            name: NAME,
            title: "Random subset sum",
            summary: "After how many random numbers is every target near a subset sum of theirs?",
            schema: row::SCHEMA,
            quick: include_str!("../quick.toml"),
            paper: include_str!("../paper.toml"),
            tiny: include_str!("../tiny.toml"),
        }
    }

    fn configure(&self, preset: &Preset, _flags: &Flags) -> Result<Box<dyn Configured>> {
        Ok(Box::new(Config::new(preset)?))
    }

    fn columns(&self) -> Vec<Table> {
        vec![
            Table::of::<row::Row>(),
            Table::of::<row::DensityRow>(),
            Table::of::<row::FixedSizeRow>(),
            Table::of::<row::GapRow>(),
            Table::of::<row::HitsRow>(),
            Table::of::<row::GrowthRow>(),
            Table::of::<row::TrajectoryRow>(),
            Table::of::<row::ThinningRow>(),
        ]
    }

    fn claims(&self) -> Vec<Claim> {
        claims::claims()
    }

    fn tables(&self, results: &Path) -> Result<String> {
        report::table(results)
    }

    fn headline(&self, results: &Path) -> Result<String> {
        report::headline(results)
    }

    fn figures(&self, results: &Path) -> Result<Vec<Figure>> {
        figures::figures(results)
    }
}
