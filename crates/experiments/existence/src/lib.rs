//! How often a random target is within a tolerance of a subset sum of n random numbers, and how few numbers
//! that takes.
//!
//! Uniform numbers stand for networks of depth L + 1, products of two for networks of depth 2L, as in the
//! code beside Burkholz's papers of 2022, whose run [`mod@reference`] holds. A unit of work ([`mod@unit`]) is all
//! instances of one distribution and one n.

mod claims;
pub mod config;
mod figures;
pub mod homogeneity;
pub mod reference;
mod report;
pub mod results;
pub mod row;
pub mod unit;

pub use config::Config;
pub use row::{NAME, Row, SizeRow};

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
            title: "Existence of small subsets",
            summary: "How often a random target is near a subset sum of n random numbers, and the fewest numbers that it takes.",
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
        vec![Table::of::<Row>(), Table::of::<SizeRow>()]
    }

    fn claims(&self) -> Vec<Claim> {
        claims::claims()
    }

    fn tables(&self, results: &Path) -> Result<String> {
        report::tables(results)
    }

    fn headline(&self, results: &Path) -> Result<String> {
        report::headline(results)
    }

    fn figures(&self, results: &Path) -> Result<Vec<Figure>> {
        figures::figures(results)
    }
}
