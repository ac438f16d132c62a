//! The theorem on a trained network: 784-500-10 is pruned out of a real random network.
//!
//! The layers of the target are rescaled to norm at most 1. A random network with uniform weights and
//! twice the depth is pruned by the paper's construction; every weight becomes two subset sums of
//! products of random weights, one for each half-line of its input. What is left is run as a network
//! on the test images, and the certificate of its worst error tells which of their labels no error of
//! that size could have changed.

mod case;
mod claims;
pub mod config;
mod figures;
pub mod images;
pub mod prune;
pub mod report;
pub mod row;
pub mod ticket;
mod unit;

pub use config::Config;
pub use row::{LayerRow, NAME, Row};

use anyhow::Result;
use charts::Figure;
use lab::claims::Claim;
use lab::meta::Meta;
use lab::preset::Preset;
use lab::{About, Configured, Flags, Table};
use std::path::Path;
use training::source::Source;
use training::standard;

/// The experiment, for the list of all.
pub struct Experiment;

impl lab::Experiment for Experiment {
    fn about(&self) -> About {
        About {
            name: NAME,
            title: "The theorem on MNIST",
            summary: "The same network is pruned out of a random one as the proof does it, with a certificate of its error.",
            schema: row::SCHEMA,
            quick: include_str!("../quick.toml"),
            paper: include_str!("../paper.toml"),
            tiny: include_str!("../tiny.toml"),
        }
    }

    fn configure(&self, preset: &Preset, _flags: &Flags) -> Result<Box<dyn Configured>> {
        Ok(Box::new(Config::new(preset, Source::Tracked, None)?))
    }

    fn columns(&self) -> Vec<Table> {
        vec![Table::of::<row::Row>(), Table::of::<row::LayerRow>()]
    }

    fn claims(&self) -> Vec<Claim> {
        claims::claims()
    }

    fn subject(&self, results: &Path) -> Result<Option<String>> {
        let Some(meta) = Meta::read(results, NAME)? else {
            return Ok(None);
        };
        let images = meta
            .parameter("/parameters/images")
            .and_then(|most| most.as_u64());
        let target = meta.other("target", "--target", &standard::target_sha256()?);
        let images = meta.other("images", "--data", &standard::test_sha256(images)?);
        Ok(standard::other([target, images]))
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
