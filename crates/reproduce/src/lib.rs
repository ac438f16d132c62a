//! The whole paper: every experiment in one command, and every claim held against its rows.

mod experiments;
pub mod report;
pub mod splice;
pub mod verify;

use experiments::EXPERIMENTS;
use lab::claims::Claim;

/// The claims of all experiments.
pub fn claims() -> Vec<Claim> {
    let claims = EXPERIMENTS
        .iter()
        .flat_map(|experiment| (experiment.claims)());
    claims.collect()
}
