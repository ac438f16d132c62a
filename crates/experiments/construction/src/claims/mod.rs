//! What is claimed of the construction, and how rows are held against it.

mod networks;
mod weights;

use super::sufficient_n::{Needed, Results};
use anyhow::Result;
use lab::claims::{Claim, Evidence, Test, registered, up_to};
use lab::statistics::Level;
use std::path::Path;

/// The claims of the experiment.
pub fn claims() -> Vec<Claim> {
    let judges = [weights::JUDGES, networks::JUDGES];
    registered(include_str!("../claims.toml"), &judges.concat())
}

/// What the rows of a folder say, if there are any.
fn on_rows(
    folder: &Path,
    judge: impl Fn(&Results) -> Result<Option<Evidence>>,
) -> Result<Option<Evidence>> {
    Results::read(folder)?.map_or(Ok(None), |rows| judge(&rows))
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
