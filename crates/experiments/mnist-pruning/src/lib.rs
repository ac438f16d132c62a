//! The paper's Experiment 2: pruning random networks by edge-popup, the structure of the proof
//! against networks that are merely wide.
//!
//! Weights are drawn and frozen; scores decide which of them a network keeps, and only scores are trained
//! ([`training::edge_popup`]). Every run is named by architecture, model, variant, sparsity, epochs and seed.

pub mod architecture;
mod checkpoint;
mod claims;
pub mod compared;
pub mod config;
mod data;
mod drawing;
mod figures;
mod learner;
mod lenet;
pub mod network_file;
pub mod published;
pub mod report;
pub mod row;
pub mod run;
pub mod ticket;
mod unit;

pub use architecture::{Architecture, Model};
pub use config::Config;
pub use row::{Ended, EpochRow, Row, Variant};

use crate::config::Trim;
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
            name: row::NAME,
            title: "Experiment 2: random networks, pruned and not trained",
            summary: "Edge-popup learns which random weights to keep, in wide networks and in the structure of the proof.",
            schema: row::SCHEMA,
            quick: include_str!("../quick.toml"),
            paper: include_str!("../paper.toml"),
            tiny: include_str!("../tiny.toml"),
        }
    }

    fn configure(&self, preset: &Preset, flags: &Flags) -> Result<Box<dyn Configured>> {
        Ok(Box::new(Config::new(
            preset,
            flags,
            &Trim::default(),
            None,
            None,
        )?))
    }

    fn columns(&self) -> Vec<Table> {
        vec![Table::of::<row::Row>(), Table::of::<row::EpochRow>()]
    }

    fn claims(&self) -> Vec<Claim> {
        claims::claims()
    }

    fn tables(&self, results: &Path) -> Result<String> {
        report::table(results)
    }

    fn figures(&self, results: &Path) -> Result<Vec<Figure>> {
        figures::figures(results)
    }
}
