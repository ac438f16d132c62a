//! How many random units it takes to approximate a weight by pruning: the paper's construction against
//! the ones before it.
//!
//! Every run draws units until one construction of [`constructions`] can be pruned to one weight,
//! and rows count the runs by the units they took. What follows for whole networks is derived from the
//! rows in [`theory`].

mod claims;
pub mod config;
pub mod constructions;
mod figures;
pub mod neurons_taken;
pub mod report;
pub mod row;
pub mod theory;
pub mod unit;

pub use crate::constructions::Construction;
pub use config::Config;
pub use row::{HistogramRow, NAME, Row};

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
            title: "Earlier constructions",
            summary: "Random units that one weight takes, by the paper's gadget and by the constructions before it as we read them.",
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
        vec![Table::of::<row::Row>(), Table::of::<row::HistogramRow>()]
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
