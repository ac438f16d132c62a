//! The experiment `lower-bound`: counting, packing, and how close the construction comes.
//!
//! Theorem 2 of the paper: if every linear target of norm at most 1 has with probability 1/2 a pruned
//! network within eps, the network has at least d^2 lg(1 / (2 eps)) - 1 parameters, whatever it looks
//! like and whatever the distribution of its weights. The parts share seeds and nothing else:
//!
//! | part | question | table |
//! |---|---|---|
//! | [`enumerated`] | which targets do all pruned versions of a small network R -> R hit | `lower-bound` |
//! | [`volume`] | which share of the spectral unit ball do those of R^2 -> R^2 and R^3 -> R^3 hit | `lower-bound-volume`, `lower-bound-packing` |
//! | [`construction`] | how many parameters does the construction take, and what do tickets keep | `lower-bound-construction`, `lower-bound-tickets` |
//!
//! Beneath them: [`enumerate`] finds hits without looking at every mask, [`sup`] the worst error over the
//! unit ball, [`packing`] matrices that are apart; [`theory`] has the bounds.

mod claims;
pub mod config;
pub mod construction;
pub mod enumerate;
pub mod enumerated;
mod figures;
pub mod marks;
pub mod network;
pub mod packing;
pub mod parameters_needed;
mod piecewise;
pub mod plain;
pub mod report;
pub mod row;
pub mod square;
pub mod sup;
mod target;
pub mod theory;
pub mod versions;
pub mod volume;

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
            title: "The lower bound",
            summary: "All pruned versions of small networks, and how far constructions are from the parameters that counting asks for.",
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
            Table::of::<row::VolumeRow>(),
            Table::of::<row::PackingRow>(),
            Table::of::<row::ConstructionRow>(),
            Table::of::<row::TicketRow>(),
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
