//! The paper's Experiment 1: every weight of a network trained on MNIST becomes a subset sum.
//!
//! For each weight n random coefficients are drawn and a subset of them is kept whose sum
//! approximates the weight; the approximated network is then tested as a network. The authors solved
//! one mixed-integer program a weight; [`subset_sum::Solver`] finds the same optimum exactly.

pub mod approximate;
pub mod authors;
mod claims;
pub mod config;
mod evaluation;
mod figures;
pub mod range;
pub mod report;
pub mod row;
mod settings;
mod subject;
pub mod ticket;
pub mod train;
pub mod unit;

pub use config::Config;
pub use range::Range;
pub use row::{Coefficients, HistogramRow, NAME, Quantity, Row, Selection};

use anyhow::Result;
use charts::Figure;
use lab::claims::Claim;
use lab::preset::Preset;
use lab::sources::{Comparison, Settings};
use lab::{About, Configured, Flags, Table};
use std::path::Path;
use training::source::Source;

/// The experiment, for the list of all.
pub struct Experiment;

impl lab::Experiment for Experiment {
    fn about(&self) -> About {
        About {
            name: NAME,
            title: "Experiment 1: a trained network as subset sums",
            summary: "Every weight of a network trained on MNIST becomes a subset sum of a few random coefficients.",
            schema: row::SCHEMA,
            quick: include_str!("../quick.toml"),
            paper: include_str!("../paper.toml"),
            tiny: include_str!("../tiny.toml"),
        }
    }

    fn configure(&self, preset: &Preset, _flags: &Flags) -> Result<Box<dyn Configured>> {
        let range = Range::default();
        Ok(Box::new(Config::new(preset, Source::Tracked, range, None)?))
    }

    fn columns(&self) -> Vec<Table> {
        vec![Table::of::<row::Row>(), Table::of::<row::HistogramRow>()]
    }

    fn claims(&self) -> Vec<Claim> {
        claims::claims()
    }

    fn subject(&self, results: &Path) -> Result<Option<String>> {
        subject::subject(results)
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

    fn comparison(&self, results: &Path) -> Result<Option<Comparison>> {
        settings::comparison(results)
    }

    fn settings(&self, results: &Path) -> Result<Option<Settings>> {
        settings::settings(results).map(Some)
    }
}
