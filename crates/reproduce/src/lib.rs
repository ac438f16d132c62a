//! The whole paper: every experiment in one command, and every claim held against its rows.

pub mod experiments;
pub mod recomputed;
pub mod report;
pub mod splice;
pub mod verify;

use approximation::{baselines, construction, mnist_approximation, mnist_theorem};
use lab::Experiment;
use lab::claims::Claim;

/// The claims of all experiments.
pub fn claims() -> Vec<Claim> {
    [
        mnist_approximation::Config::claims(),
        mnist_theorem::Config::claims(),
        coverage::Config::claims(),
        baselines::Config::claims(),
        construction::Config::claims(),
        lower_bound::Config::claims(),
        pruning::Config::claims(),
    ]
    .concat()
}
