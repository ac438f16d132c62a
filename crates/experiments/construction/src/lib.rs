//! The paper's upper bound as an experiment: from one weight to a whole network.
//!
//! Random networks are drawn, and asked after how many units they can be pruned to given targets, and
//! after how many to every target there is:
//!
//! | part | question | table |
//! |---|---|---|
//! | [`weights`] | how many random numbers serve every weight: of each distribution, in gadgets, in columns of a layer | `construction-weights` |
//! | [`networks`] | how many units serve a neuron, a layer, a network; how far is the pruned one off | `construction-networks` |
//! | [`drawing`] | what does one pruned gadget look like | `construction-gadget` |

mod claims;
pub mod config;
pub mod drawing;
mod figures;
pub mod networks;
pub mod report;
pub mod row;
mod shared;
pub mod sufficient_n;
pub mod targets;
pub mod weights;

use sufficient_n::Setting;

/// Units a half for every bit that the theorem's logarithm has: its constant, as the claims have it.
pub const GUARANTEE: f64 = 12.0;

/// The share of networks that may fail in the claims, delta.
pub const DELTA: f64 = 0.1;

/// The units a half with which the theorem's form serves every target but with probability `delta`:
/// n = 12 lg(2 l d1 d2 / min(epsilon, delta)), rounded up.
pub fn guaranteed_units(setting: &Setting, delta: f64) -> f64 {
    let weights = (setting.width * setting.outputs * setting.depth) as f64;
    (GUARANTEE * ((2.0 * weights).log2() - setting.epsilon.min(delta).log2())).ceil()
}

pub use config::Config;
pub use row::{GadgetRow, NAME, NetworkRow, Numbers, Target, WeightRow};

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
            title: "From one weight to a network",
            summary: "The proof's construction, carried out: weights, neurons, layers and networks pruned out of random ones.",
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
            Table::of::<row::WeightRow>(),
            Table::of::<row::NetworkRow>(),
            Table::of::<row::GadgetRow>(),
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
