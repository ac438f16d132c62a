//! The paper's Experiment 2: pruning random networks by edge-popup, the structure of the proof
//! against networks that are merely wide.
//!
//! Weights are drawn and frozen; scores decide which of them a network keeps, and only scores are trained
//! ([`training::edge_popup`]). Every run is named by architecture, model, variant, sparsity, epochs and seed.

pub mod architecture;
mod checkpoint;
mod claims;
pub mod comparable_runs;
pub mod config;
mod data;
mod drawing;
mod features;
mod figures;
mod files;
mod learner;
mod network;
mod outcome;
pub mod published;
pub mod report;
pub mod row;
pub mod run;
mod settings;
mod subject;
mod sweep;
mod tensors;
pub mod ticket;
mod train;
mod unit;

pub use architecture::{Architecture, Model};
pub use config::Config;
pub use row::{Ended, EpochRow, Row, Variant};

use crate::config::Overrides;
use anyhow::Result;
use charts::Figure;
use lab::claims::Claim;
use lab::preset::Preset;
use lab::sources::{Comparison, Settings};
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
            &Overrides::default(),
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
