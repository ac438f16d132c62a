//! Verdicts: rows in, a table of claims out.

use anyhow::{Context, Result};
use comfy_table::{ContentArrangement, Table, presets};
use lab::claims::{Claim, Verdict, any_wrong};
use lab::statistics::Interval;
use lab::{Judgement, store};
use serde::Serialize;
use std::path::Path;

/// The name of the file with the verdicts of a results folder.
pub const FILE: &str = "claims.csv";

/// A line of `claims.csv`.
#[derive(Debug, Serialize)]
pub(crate) struct Row<'a> {
    id: &'a str,
    statement: &'a str,
    /// `not run` where the rows are missing.
    pub(crate) verdict: String,
    expected: String,
    figures: &'a str,
    samples: u64,
    low: Option<f64>,
    high: Option<f64>,
    pub(crate) csv: String,
}

impl<'a> Row<'a> {
    pub(crate) fn of(judgement: &'a Judgement) -> Self {
        let (claim, evidence) = (&judgement.claim, judgement.evidence.as_ref());
        let interval = judgement.interval();
        Self {
            id: &claim.id,
            statement: &claim.statement,
            verdict: evidence.map_or("not run".to_owned(), |evidence| {
                evidence.verdict.to_string()
            }),
            expected: claim.expected.to_string(),
            figures: evidence.map_or("", |evidence| &evidence.figures),
            samples: evidence.map_or(0, |evidence| evidence.samples),
            low: interval.map(|interval| interval.low),
            high: interval.map(|interval| interval.high),
            csv: format!("{}.csv", claim.table),
        }
    }
}

/// Writes the verdicts to `claims.csv` in the results folder.
///
/// # Errors
/// A folder that cannot be written.
pub fn write(judgements: &[Judgement], results: &Path) -> Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::Any(b'\n'))
        .from_writer(Vec::new());
    for judgement in judgements {
        writer.serialize(Row::of(judgement))?;
    }
    store::write(&results.join(FILE), &writer.into_inner()?)
}

/// The verdicts as a table, and what follows from them in a few lines.
pub fn table(judgements: &[Judgement]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(150);
    table.set_header([
        "claim",
        "statement",
        "verdict",
        "evidence",
        "n",
        "interval",
        "rows",
    ]);
    for judgement in judgements {
        let row = Row::of(judgement);
        let evidence = match (&judgement.evidence, &judgement.subject) {
            (Some(evidence), _) => evidence.figures.clone(),
            (None, Some(subject)) => subject.clone(),
            (None, None) => format!("run: {}", command(judgement.experiment)),
        };
        table.add_row([
            row.id.to_owned(),
            row.statement.to_owned(),
            verdict(judgement, &row.verdict),
            evidence,
            row.samples.to_string(),
            judgement.interval().map_or(String::new(), shown),
            row.csv,
        ]);
    }
    format!("{table}\n{}.", bound(judgements))
}

/// How sure all verdicts are together.
pub(crate) fn bound(judgements: &[Judgement]) -> String {
    let wrong = any_wrong(judgements.iter().map(|judgement| &judgement.claim));
    // Rounded up, but for what the sum itself rounds.
    let percent = (1000.0 * wrong - 1e-9).ceil() / 10.0;
    format!(
        "{} claims, each tested at a level of its own: at most {percent} % that any verdict is wrong (the sum of the \
         levels; a descriptive verdict is no test and cannot be wrong)",
        judgements.len()
    )
}

/// How many claims have a verdict.
#[derive(Serialize)]
pub(crate) struct Count {
    pub(crate) verdict: &'static str,
    pub(crate) number: usize,
    /// How many of them were not expected.
    pub(crate) surprises: usize,
}

/// The verdicts that claims can have, each with its number.
pub(crate) fn counts(judgements: &[&Judgement]) -> [Count; 5] {
    let verdicts = [
        "supported",
        "inconclusive",
        "contradicted",
        "descriptive",
        "not run",
    ];
    verdicts.map(|verdict| {
        let has_it = |judgement: &&&Judgement| Row::of(judgement).verdict == verdict;
        let with_it = judgements.iter().filter(has_it);
        let surprises = with_it.clone().filter(|judgement| judgement.is_surprise());
        Count {
            verdict,
            number: with_it.count(),
            surprises: surprises.count(),
        }
    })
}

/// The verdicts that there are with their numbers, the most frequent first.
fn counted(judgements: &[Judgement]) -> String {
    let mut counts = counts(&judgements.iter().collect::<Vec<_>>());
    counts.sort_by_key(|count| std::cmp::Reverse(count.number));
    let there = counts.iter().filter(|count| count.number > 0);
    let there = there.map(|count| format!("{} {}", count.number, count.verdict));
    there.collect::<Vec<_>>().join(", ")
}

/// The claims whose rows contradict what was expected to hold.
fn surprises(judgements: &[Judgement]) -> Vec<&str> {
    let surprises = judgements
        .iter()
        .filter(|judgement| judgement.is_surprise());
    surprises
        .map(|judgement| judgement.claim.id.as_str())
        .collect()
}

/// The preset whose rows are to decide every claim.
const COMPLETE: &str = "paper";

/// What the rows of a preset say, in a line, and in another one what is contradicted unexpectedly.
///
/// Only the preset `paper` has rows for every claim. Of any other what it shows is counted, and not what it leaves
/// open.
pub fn summary(judgements: &[Judgement], preset: &str) -> String {
    let said = match preset {
        COMPLETE => format!("verdicts: {}; verify shows them", counted(judgements)),
        _ => shown_already(judgements),
    };
    match &surprises(judgements)[..] {
        [] => said,
        ids => format!("{said}\nunexpectedly contradicted: {}", ids.join(", ")),
    }
}

/// What a first look shows, and where the rest is.
fn shown_already(judgements: &[Judgement]) -> String {
    let (mut supported, mut contradicted, mut checked) = (0, 0, 0);
    for evidence in judgements.iter().filter_map(|one| one.evidence.as_ref()) {
        match evidence.verdict {
            Verdict::Supported if evidence.is_check() => checked += 1,
            Verdict::Supported => supported += 1,
            Verdict::Contradicted => contradicted += 1,
            Verdict::Inconclusive | Verdict::Descriptive => {}
        }
    }
    let shown = supported + contradicted + checked;
    let rest = match judgements.len() - shown {
        0 => String::new(),
        rest => format!("; the other {rest} need the preset {COMPLETE}, see results/{COMPLETE}"),
    };
    format!(
        "verdicts: {supported} supported, {contradicted} contradicted, {checked} checked without a violation{rest}"
    )
}

/// The verdicts as a line of Markdown.
pub fn sentence(judgements: &[Judgement]) -> String {
    let expected = match &surprises(judgements)[..] {
        [] => "no contradiction was unexpected".to_owned(),
        ids => format!("unexpectedly contradicted: {}", ids.join(", ")),
    };
    format!(
        "**{} claims: {}**; {expected}.\n{}.\n",
        judgements.len(),
        counted(judgements),
        bound(judgements)
    )
}

/// The verdicts as a table in Markdown, with links from the repository's root to what is published: to
/// nothing where there are no rows.
pub fn markdown(judgements: &[Judgement], root: &str) -> String {
    let mut text = String::from(
        "| claim | command `cargo run --release --bin ...` | rows | figure | verdict | evidence | n |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for judgement in judgements {
        let row = Row::of(judgement);
        let claim = &judgement.claim;
        let (mut rows, mut figure) = (claim.table.clone(), String::new());
        if judgement.evidence.is_some() {
            rows = format!("[{rows}]({root}results/paper/{rows}.csv)");
            let link = |name: &String| format!("[figure]({root}paper-figures/{name}.svg)");
            figure = claim.figure.as_ref().map_or(figure, link);
        }
        // A bar would end the cell.
        let cell = |text: &str| text.replace('|', "\\|");
        text += &format!(
            "| {id}: {statement} | `{command}` | {rows} | {figure} | {verdict} | {evidence} | {n} |\n",
            id = claim.id,
            statement = cell(&claim.statement),
            command = judgement.experiment,
            verdict = row.verdict,
            evidence = cell(row.figures),
            n = row.samples,
        );
    }
    text
}

fn verdict(judgement: &Judgement, verdict: &str) -> String {
    if judgement.is_surprise() {
        format!("{verdict} (expected: {})", judgement.claim.expected)
    } else {
        verdict.to_owned()
    }
}

fn shown(interval: Interval) -> String {
    format!("[{:.4e}, {:.4e}]", interval.low, interval.high)
}

/// What makes an experiment's rows.
pub(crate) fn command(experiment: &str) -> String {
    format!("cargo run --release --bin {experiment}")
}

/// Everything about one claim.
///
/// # Errors
/// An id that no claim has.
pub fn explain(judgements: &[Judgement], id: &str) -> Result<String> {
    let judgement = judgements.iter().find(|judgement| judgement.claim.id == id);
    let judgement = judgement.with_context(|| {
        let ids: Vec<&str> = judgements
            .iter()
            .map(|judgement| judgement.claim.id.as_str())
            .collect();
        format!("--claim {id}: no such claim; there are: {}", ids.join(", "))
    })?;
    let (claim, row) = (&judgement.claim, Row::of(judgement));
    let interval = judgement.interval();
    let evidence = match (&judgement.evidence, &judgement.subject) {
        (Some(_), _) => format!("{} (n = {})", row.figures, row.samples),
        (None, Some(subject)) => format!("none: {subject}"),
        (None, None) => "none yet: run the command".to_owned(),
    };
    let before = [("claim", format!("{}: {}", claim.id, claim.statement))];
    let after = [
        ("verdict", row.verdict.clone()),
        ("evidence", evidence),
        ("interval", interval.map_or("none".to_owned(), shown)),
        ("rows", row.csv.clone()),
        ("command", command(judgement.experiment)),
    ];
    let lines = before.into_iter().chain(registered(claim)).chain(after);
    let lines: Vec<String> = lines
        .map(|(name, text)| format!("{name:<15} {text}"))
        .collect();
    Ok(lines.join("\n"))
}

/// What was written down of a claim before its rows existed, each with its name.
pub(crate) fn registered(claim: &Claim) -> [(&'static str, String); 5] {
    [
        ("source", format!("{} ({})", claim.source, claim.reading)),
        ("prediction", claim.prediction.clone()),
        ("test", claim.test.clone()),
        ("samples needed", claim.sample_size.clone()),
        ("expected", format!("{}: {}", claim.expected, claim.reason)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab::claims::Evidence;

    /// The claims of all experiments with these verdicts of the first of them, and no rows of the others.
    fn judged(verdicts: &[(Verdict, bool)]) -> Vec<Judgement> {
        let folder = tempfile::tempdir().unwrap();
        let mut judgements = crate::judge(folder.path()).unwrap();
        for (judgement, (verdict, is_test)) in judgements.iter_mut().zip(verdicts) {
            let interval = is_test.then_some(Interval {
                low: 0.0,
                high: 1.0,
            });
            judgement.claim.expected = Verdict::Supported;
            judgement.evidence = Some(Evidence {
                verdict: *verdict,
                figures: String::new(),
                samples: 1,
                interval,
            });
        }
        judgements
    }

    #[test]
    fn a_first_look_counts_what_it_shows() {
        use Verdict::{Contradicted, Descriptive, Inconclusive, Supported};
        let mut judgements = judged(&[
            (Supported, true),
            (Supported, false),
            (Supported, false),
            (Inconclusive, true),
            (Descriptive, false),
            (Contradicted, true),
        ]);
        let rest = judgements.len() - 4;
        let line = "verdicts: 1 supported, 1 contradicted, 2 checked without a violation";
        let where_else = format!("the other {rest} need the preset paper, see results/paper");
        let id = judgements[5].claim.id.clone();
        for preset in ["quick", "small.toml"] {
            assert_eq!(
                summary(&judgements, preset),
                format!("{line}; {where_else}\nunexpectedly contradicted: {id}")
            );
        }
        judgements.truncate(3);
        assert_eq!(
            summary(&judgements, "quick"),
            "verdicts: 1 supported, 0 contradicted, 2 checked without a violation"
        );
    }

    #[test]
    fn the_preset_paper_counts_every_claim() {
        let judgements = judged(&[(Verdict::Supported, true)]);
        let rest = judgements.len() - 1;
        assert_eq!(
            summary(&judgements, "paper"),
            format!("verdicts: {rest} not run, 1 supported; verify shows them")
        );
    }

    #[test]
    fn the_bound_is_the_sum_of_the_levels() {
        let judgements = judged(&[]);
        let of = |count: usize| bound(&judgements[..count]);
        assert!(of(20).starts_with("20 claims, ") && of(20).contains("at most 1 % that"));
        assert!(of(21).contains("at most 1.1 % that"), "{}", of(21));
    }
}
