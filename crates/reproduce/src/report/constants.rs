//! What the theory says of constants, and what was measured.

use charts::wording::thousands;
use lab::Judgement;
use lab::sources::Comparison;
use serde::Serialize;

/// What the theory says of a constant, and what was measured.
#[derive(Serialize)]
pub(super) struct Constant<'a> {
    id: &'a str,
    quantity: &'a str,
    theory: &'a str,
    measured: &'a str,
}

/// The same table as a page sets it.
pub(super) fn typeset(comparison: Comparison) -> Comparison {
    let line = |line: Vec<String>| line.iter().map(|cell| typeset_cell(cell)).collect();
    Comparison {
        headings: line(comparison.headings),
        lines: comparison.lines.into_iter().map(line).collect(),
        ..comparison
    }
}

/// The text of a terminal with arrows, and with commas in whole numbers of five digits or more.
fn typeset_cell(text: &str) -> String {
    let word = |word: &str| match word.parse() {
        Ok(count @ 10_000..) => thousands(count),
        _ if word == "->" => "→".to_owned(),
        _ => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// What the theory leaves open or says exactly, with the evidence of the claim that measures it.
pub(super) fn constants(judgements: &[Judgement]) -> Vec<Constant<'_>> {
    judgements.iter().filter_map(constant).collect()
}

fn constant(judgement: &Judgement) -> Option<Constant<'_>> {
    let constant = judgement.claim.constant.as_ref()?;
    Some(Constant {
        id: &judgement.claim.id,
        quantity: &constant.quantity,
        theory: &constant.theory,
        measured: &judgement.evidence.as_ref()?.figures,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_get_commas_and_others_do_not() {
        let text = "995676 to 995710 in 77266.02 s, 0.31 -> 2^21 of 9999";
        let expected = "995,676 to 995,710 in 77266.02 s, 0.31 → 2^21 of 9999";
        assert_eq!(typeset_cell(text), expected);
    }
}
