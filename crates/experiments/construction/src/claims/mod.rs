//! What is claimed of the construction, and how rows are held against it.

mod networks;
mod weights;

use super::needed::{Needed, Results};
use super::row::{NAME, NetworkRow};
use anyhow::Result;
use lab::Row as _;
use lab::claims::{Claim, Evidence, Reading, Test, Verdict, up_to};
use lab::statistics::Level;
use std::path::Path;

const LEMMAS: &str = "Pensia et al. 2020, appendix, as we read it: their constant is not stated";

/// The claims of the experiment.
pub fn claims() -> Vec<Claim> {
    let claim = Claim {
        id: "",
        statement: "",
        source: "derived from the paper's construction",
        reading: Reading::Derived,
        prediction: "",
        test: "",
        sample_size: "",
        expected: Verdict::Supported,
        reason: "",
        experiment: NAME,
        table: NetworkRow::TABLE,
        figure: Some("construction-network"),
        judge: |_, _| Ok(None),
    };
    let mut claims = [weights::claims(claim), networks::claims(claim)].concat();
    claims.sort_by_key(|claim| claim.id);
    claims
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
