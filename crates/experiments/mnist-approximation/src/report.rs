//! The authors' table beside ours, from the rows and the record of a run.

use super::approximate::Rule;
use super::authors::{self, TOLERANCE};
use super::figures::paper_tolerance;
use super::row::{NAME, Row, Selection};
use super::subject::subject;
use super::unit::Unit;
use anyhow::{Context, Result};
use comfy_table::{Table, presets};
use lab::meta::Meta;
use lab::table;
use std::path::Path;
use tickets::coefficients::Coefficients;

/// What the cells of a line are.
pub const HEADINGS: [&str; 10] = [
    "run",
    "n",
    "random parameters",
    "kept parameters",
    "random / weights",
    "kept / weights",
    "kept / random, %",
    "all within the tolerance",
    "accuracy before -> after, %",
    "seconds",
];

/// What the authors' line says, and what it does not.
pub const NOTE: &str = "(*) The authors' code once tested the original network again instead of the \
                        approximated one; ours is the approximated network's own accuracy. Their seconds are \
                        wall time, ours the approximation alone, summed over cores.";

/// Experiment 1 as a table in Markdown: the [`lines`] under their headings, and a note.
///
/// # Errors
/// As [`lines`].
pub fn table(results: &Path) -> Result<String> {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(HEADINGS);
    table.add_rows(lines(results)?);
    let note = match subject(results)? {
        None => NOTE,
        Some(_) => "Seconds: the approximation alone, summed over cores.",
    };
    Ok(format!(
        "{table}\n\nTolerance 0.01 where nothing else is said. {note}\n"
    ))
}

/// How many images the most coefficients change at most, in a line.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn headline(results: &Path) -> Result<String> {
    let missing = || format!("{}: no finished {NAME}", results.display());
    let mut rows: Vec<Row> = table::read(results)?.with_context(missing)?;
    let most = rows.iter().map(|row| row.candidates).max();
    let tolerance = paper_tolerance(rows.iter().map(|row| row.tolerance));
    rows.retain(|row| row.selection == Selection::Closest && !row.small_to_zero);
    rows.retain(|row| Some(row.tolerance) == tolerance && Some(row.candidates) == most);
    let changes = rows
        .iter()
        .map(|row| row.correct_before.abs_diff(row.correct_after));
    let Some((changed, row)) = changes.max().zip(rows.first()) else {
        return Ok("no closest subsets".to_owned());
    };
    Ok(format!(
        "with {} coefficients a weight accuracy changes by at most {changed} of {} images ({} draws)",
        row.candidates,
        row.test_images,
        rows.len()
    ))
}

/// Experiment 1 in lines: the authors' figures if ours are about the same, then ours for the largest number of
/// candidates at the tolerance nearest to theirs, first replicate.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn lines(results: &Path) -> Result<Vec<[String; 10]>> {
    let missing = || format!("{}: no finished {NAME}", results.display());
    let rows: Vec<Row> = table::read(results)?.with_context(missing)?;
    let meta = Meta::read(results, NAME)?.with_context(missing)?;
    let candidates = rows.iter().map(|row| row.candidates).max();
    let tolerance = paper_tolerance(rows.iter().map(|row| row.tolerance));
    let shown = |row: &&Row| {
        let is_first = row.replicate == 1 && !row.small_to_zero;
        is_first && Some(row.tolerance) == tolerance && Some(row.candidates) == candidates
    };
    let authors = subject(results)?.is_none().then(authors_line);
    let ours = rows.iter().filter(shown).map(|row| line(row, &meta));
    Ok(authors.into_iter().chain(ours).collect())
}

/// The authors' run: coefficients per row, Gurobi on 36 cores.
fn authors_line() -> [String; 10] {
    let weights = authors::WEIGHTS as f64;
    [
        "authors, per row, Gurobi".to_owned(),
        authors::CANDIDATES.to_string(),
        authors::INITIAL_PARAMETERS.to_string(),
        authors::KEPT_PARAMETERS.to_string(),
        format!("{:.2}", authors::INITIAL_PARAMETERS as f64 / weights),
        format!("{:.2}", authors::KEPT_PARAMETERS as f64 / weights),
        share(authors::KEPT_PARAMETERS, authors::INITIAL_PARAMETERS),
        "yes".to_owned(),
        "97.19 -> 97.19 (*)".to_owned(),
        "77266.02 on 36 cores".to_owned(),
    ]
}

fn line(row: &Row, meta: &Meta) -> [String; 10] {
    let coefficients = match row.coefficients {
        Coefficients::PerRow => "per row",
        Coefficients::PerWeight => "per weight",
    };
    let tolerance = match row.tolerance {
        TOLERANCE => String::new(),
        other => format!(", tolerance {other}"),
    };
    let selection = match row.selection {
        Selection::Closest => "closest",
        Selection::SmallestFeasible => "smallest feasible",
        Selection::FirstFeasible => "first feasible",
    };
    let rule = Rule {
        selection: row.selection,
        tolerance: row.tolerance,
        small_to_zero: row.small_to_zero,
    };
    let measures = meta.measures.get(&Unit::of(row).key());
    let seconds = measures.and_then(|measures| measures.get(&rule.name()));
    let weights = row.weights as f64;
    [
        format!("ticketlab, {coefficients}, {selection}{tolerance}"),
        row.candidates.to_string(),
        row.initial_parameters.to_string(),
        row.kept_parameters.to_string(),
        format!("{:.2}", row.initial_parameters as f64 / weights),
        format!("{:.2}", row.kept_parameters as f64 / weights),
        share(row.kept_parameters, row.initial_parameters),
        if row.infeasible == 0 {
            "yes".to_owned()
        } else {
            format!("no, {} are not", row.infeasible)
        },
        format!(
            "{} -> {}",
            share(row.correct_before, row.test_images),
            share(row.correct_after, row.test_images)
        ),
        seconds.map_or("?".to_owned(), |seconds| format!("{seconds:.2} on 1 core")),
    ]
}

/// A part of a whole in percent.
fn share(part: u64, whole: u64) -> String {
    format!("{:.2}", 100.0 * part as f64 / whole as f64)
}
