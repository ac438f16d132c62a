//! The paper's numbers beside ours.

use super::provenance;
use anyhow::Result;
use charts::wording::thousands;
use lab::claims::Judgement;
use lab::{Row as _, table};
use mnist_pruning::Row;
use serde::Serialize;
use std::path::Path;

/// Sparsities that stand for all.
const SPARSITIES: [&str; 6] = ["0", "0.1", "0.25", "0.5", "0.9", "0.95"];

/// A table with a name for each line.
#[derive(Serialize)]
pub(super) struct Table {
    headings: Vec<String>,
    lines: Vec<Vec<String>>,
    note: String,
    csv: String,
}

/// What the theory says of a constant, and what was measured.
#[derive(Serialize)]
pub(super) struct Constant<'a> {
    id: &'a str,
    quantity: &'static str,
    theory: &'static str,
    measured: &'a str,
}

/// Experiment 1: a line for each quantity, the authors' run first; nothing where it was not run.
pub(super) fn first(results: &Path) -> Result<Option<Table>> {
    use mnist_approximation::report::{HEADINGS, NOTE, lines};
    if provenance::read(results, mnist_approximation::row::NAME)?.is_none() {
        return Ok(None);
    }
    let runs = lines(results)?;
    let line = |(index, heading): (usize, &&str)| {
        let cells = runs.iter().map(|run| run[index].clone());
        [heading.to_string()].into_iter().chain(cells).collect()
    };
    let mut lines = HEADINGS.iter().enumerate().map(line);
    let headings = lines.next().unwrap_or_default();
    let note = format!("Ours: the first draw of the most coefficients, at tolerance 0.01. {NOTE}");
    let csv = mnist_approximation::Row::TABLE;
    Ok(Some(Table::new(headings, lines, note, csv)))
}

/// Experiment 2 at some sparsities, the paper's values in brackets; nothing where it was not run.
pub(super) fn second(results: &Path) -> Result<Option<Table>> {
    use mnist_pruning::report::{HEADINGS, lines, note};
    let Some(rows) = table::read::<Row>(results)? else {
        return Ok(None);
    };
    let lines = lines(&rows).into_iter();
    let shown = lines.filter(|[_, _, _, sparsity, ..]| SPARSITIES.contains(&sparsity.as_str()));
    let headings = HEADINGS.map(str::to_owned).into();
    let shown = shown.map(|line| line.to_vec());
    Ok(Some(Table::new(headings, shown, note(&rows), Row::TABLE)))
}

impl Table {
    fn new(
        headings: Vec<String>,
        lines: impl Iterator<Item = Vec<String>>,
        note: String,
        csv: &str,
    ) -> Self {
        let typeset = |line: Vec<String>| line.iter().map(|cell| typeset(cell)).collect();
        Self {
            headings: typeset(headings),
            lines: lines.map(typeset).collect(),
            note,
            csv: format!("{csv}.csv"),
        }
    }
}

/// The text of a terminal with arrows, and with commas in whole numbers of five digits or more.
fn typeset(text: &str) -> String {
    let word = |word: &str| match word.parse() {
        Ok(count @ 10_000..) => thousands(count),
        _ if word == "->" => "→".to_owned(),
        _ => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// What the theory leaves open or says exactly, with the evidence of the claim that measures it.
pub(super) fn constants(judgements: &[Judgement]) -> Vec<Constant<'_>> {
    let constant = |(id, quantity, theory)| {
        let judgement = judgements
            .iter()
            .find(|judgement| judgement.claim.id == id)?;
        let measured = judgement.evidence.as_ref()?.figures.as_str();
        Some(Constant {
            id,
            quantity,
            theory,
            measured,
        })
    };
    CONSTANTS.into_iter().filter_map(constant).collect()
}

/// The claim, the quantity, and what the theory says of it.
const CONSTANTS: [(&str, &str, &str); 10] = [
    (
        "RSS-1.2",
        "Uniform numbers for a further bit of accuracy, every target at once",
        "C lg(1/ε) for some C; at least 1 by counting",
    ),
    (
        "RSS-3.1",
        "Weight of the uniform law on [−1/2, 1/2] in the product law",
        "(log 2)/2 = 0.3466, derived",
    ),
    (
        "RSS-3.2",
        "The same in the law of the gadget's candidates",
        "(log 2)/4 = 0.1733",
    ),
    (
        "RSS-5.3",
        "Draws of the proof's dynamics for a factor of e, until half is covered",
        "1/(2 log 2 − 1) = 2.59, a heuristic of ours; 1/log 2 = 1.44 without its restriction",
    ),
    (
        "UB-5.1",
        "Units for a further bit of one weight",
        "O(1); by our derivation 4 for the paper's gadget and 2 for the pooled one, asymptotically",
    ),
    (
        "UB-1.1",
        "Units a half that serve every weight at once, except with probability ε",
        "C lg(2/ε) for some C; we ask for C = 12",
    ),
    (
        "UB-4.1",
        "Units a half that serve every network at once, except with probability δ",
        "C lg(2 l d²/min(ε, δ)) for some C; we ask for C = 12",
    ),
    (
        "LB-1.4",
        "Parameters of the best designed network, d = 1",
        "at least lg(1/(2ε)) − 1",
    ),
    (
        "LB-1.5",
        "Parallel links of uniform weight for a further bit",
        "at least 1 by counting",
    ),
    (
        "LB-1.7",
        "Parameters of constructions against those that counting asks for, d = 2, ε = 2^-8",
        "O(1), up to a logarithm of d",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_get_commas_and_others_do_not() {
        let text = "995676 to 995710 in 77266.02 s, 0.31 -> 2^21 of 9999";
        let expected = "995,676 to 995,710 in 77266.02 s, 0.31 → 2^21 of 9999";
        assert_eq!(typeset(text), expected);
    }

    #[test]
    fn every_constant_names_a_claim() {
        let claims = crate::claims();
        for (id, ..) in CONSTANTS {
            assert!(claims.iter().any(|claim| claim.id == id), "{id}");
        }
    }
}
