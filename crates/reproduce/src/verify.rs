//! Verdicts: rows in, a table of claims out.

use anyhow::{Context, Result};
use comfy_table::{ContentArrangement, Table, presets};
use lab::claims::{Claim, Judgement, LEVEL};
use lab::statistics::Interval;
use lab::store;
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
            id: claim.id,
            statement: claim.statement,
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
        let evidence = match &judgement.evidence {
            Some(evidence) => evidence.figures.clone(),
            None => format!("run: {}", command(&judgement.claim)),
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
    let count = judgements.len();
    format!(
        "{table}\nIntervals and tests share a level of {} % over the {count} claims (Bonferroni): each has {:.2} %.",
        percent(LEVEL.error()),
        percent(LEVEL.shared_by(count.max(1)).error())
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
    surprises.map(|judgement| judgement.claim.id).collect()
}

/// How many verdicts there are of each kind, in a line, and in another one what is contradicted unexpectedly.
pub fn summary(judgements: &[Judgement]) -> String {
    let surprises = match &surprises(judgements)[..] {
        [] => String::new(),
        ids => format!("\nunexpectedly contradicted: {}", ids.join(", ")),
    };
    format!(
        "verdicts: {}; verify shows them{surprises}",
        counted(judgements)
    )
}

/// The same as a line of Markdown.
pub fn sentence(judgements: &[Judgement]) -> String {
    let expected = match &surprises(judgements)[..] {
        [] => "no contradiction was unexpected".to_owned(),
        ids => format!("unexpectedly contradicted: {}", ids.join(", ")),
    };
    format!(
        "**{} claims: {}**; {expected}.\n",
        judgements.len(),
        counted(judgements)
    )
}

/// The verdicts as a table in Markdown, with links from the repository's root to what is published: to
/// nothing where there are no rows.
pub fn markdown(judgements: &[Judgement]) -> String {
    let mut text = String::from(
        "| claim | command `cargo run --release --bin ...` | rows | figure | verdict | evidence | n |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for judgement in judgements {
        let row = Row::of(judgement);
        let claim = &judgement.claim;
        let (mut rows, mut figure) = (claim.table.to_owned(), String::new());
        if judgement.evidence.is_some() {
            rows = format!("[{rows}](results/paper/{rows}.csv)");
            let link = |name| format!("[figure](paper-figures/{name}.svg)");
            figure = claim.figure.map_or(figure, link);
        }
        // A bar would end the cell.
        let cell = |text: &str| text.replace('|', "\\|");
        text += &format!(
            "| {id}: {statement} | `{command}` | {rows} | {figure} | {verdict} | {evidence} | {n} |\n",
            id = claim.id,
            statement = cell(claim.statement),
            command = claim.experiment,
            verdict = row.verdict,
            evidence = cell(row.figures),
            n = row.samples,
        );
    }
    text
}

fn percent(error: f64) -> f64 {
    100.0 * (1.0 - error)
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

pub(crate) fn command(claim: &Claim) -> String {
    format!("cargo run --release --bin {}", claim.experiment)
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
            .map(|judgement| judgement.claim.id)
            .collect();
        format!("--claim {id}: no such claim; there are: {}", ids.join(", "))
    })?;
    let (claim, row) = (&judgement.claim, Row::of(judgement));
    let interval = judgement.interval();
    let evidence = match &judgement.evidence {
        Some(_) => format!("{} (n = {})", row.figures, row.samples),
        None => "none yet: run the command".to_owned(),
    };
    let before = [("claim", format!("{}: {}", claim.id, claim.statement))];
    let after = [
        ("verdict", row.verdict.clone()),
        ("evidence", evidence),
        ("interval", interval.map_or("none".to_owned(), shown)),
        ("rows", row.csv.clone()),
        ("command", command(claim)),
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
        ("prediction", claim.prediction.to_owned()),
        ("test", claim.test.to_owned()),
        ("samples needed", claim.sample_size.to_owned()),
        ("expected", format!("{}: {}", claim.expected, claim.reason)),
    ]
}
