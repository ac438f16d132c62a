//! Claims and their verdicts, a line each.

use super::numbers;
use crate::figures::Drawing;
use crate::verify;
use lab::Judgement;
use lab::claims::Verdict;
use serde::Serialize;
use std::path::Path;

/// A claim, what the rows say of it, and what was written down before.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    #[serde(flatten)]
    row: verify::Row<'a>,
    /// What was expected, where a reader would ask.
    mark: String,
    interval: String,
    /// Whether its CSV is in the folder.
    has_rows: bool,
    /// The figure that shows it, if it was drawn.
    figure: Option<&'a str>,
    registered: [(&'static str, String); 5],
}

impl<'a> Line<'a> {
    pub(super) fn of(judgement: &'a Judgement, results: &Path, drawings: &[Drawing]) -> Self {
        let claim = &judgement.claim;
        let row = verify::Row::of(judgement);
        let is_drawn = |name: &&str| drawings.iter().any(|drawing| drawing.name == *name);
        Self {
            mark: mark(judgement),
            interval: judgement
                .interval()
                .map_or(String::new(), numbers::interval),
            has_rows: results.join(&row.csv).exists(),
            figure: claim.figure.as_deref().filter(is_drawn),
            registered: verify::registered(claim),
            row,
        }
    }
}

fn mark(judgement: &Judgement) -> String {
    let expected = judgement.claim.expected;
    match judgement.verdict() {
        Some(Verdict::Contradicted) if expected == Verdict::Contradicted => "as expected".into(),
        Some(verdict) if verdict != expected => format!("expected: {expected}"),
        _ => String::new(),
    }
}
