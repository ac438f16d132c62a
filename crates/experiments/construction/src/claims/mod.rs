//! What is claimed of the construction, and how rows are held against it.

mod networks;
mod weights;

use super::sufficient_n::Needed;
use anyhow::Result;
use lab::claims::{Claim, Test, registered, up_to};
use lab::statistics::Level;

/// The claims of the experiment.
pub fn claims() -> Vec<Claim> {
    let judges = [weights::JUDGES, networks::JUDGES];
    registered(include_str!("../claims.toml"), &judges.concat())
}

/// The probability that `units` are too few, which must be at most `most`.
fn failures(needed: &Needed, units: f64, most: f64, what: String, level: Level) -> Result<Test> {
    let failure = needed.failure(units)?;
    Ok(Test {
        figures: format!(
            "{} of {} fail with n = {units} for {what}",
            needed.failures(units),
            needed.samples()
        ),
        samples: needed.samples(),
        interval: failure.interval(level),
        margin: up_to(most),
    })
}
