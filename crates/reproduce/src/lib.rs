//! The whole paper: every experiment in one command, and every claim held against its rows.

pub mod experiments;
pub mod recomputed;
pub mod report;
pub mod splice;
pub mod verify;

use lab::claims::Claim;

/// The claims of all experiments.
pub fn claims() -> Vec<Claim> {
    let claims = experiments::ALL.iter().map(|entry| (entry.claims)());
    claims.flatten().collect()
}
