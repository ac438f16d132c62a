//! The authors' table beside ours, from the rows and the record of a run.

use super::config::NAME;
use super::row::{Row, Selection};
use anyhow::{Context, Result};
use comfy_table::{Table, presets};
use lab::meta::Meta;
use lab::table;
use std::path::Path;
use tickets::coefficients::Coefficients;

/// The tolerance of the authors' run.
const TOLERANCE: f64 = 0.01;

/// What the authors report of their run (`results/paper/fc2_approx.out` of their repository, and its
/// README for the time): coefficients per row, n = 21, tolerance 0.01, Gurobi on 36 cores.
const AUTHORS: [&str; 9] = [
    "authors, per row, Gurobi",
    "21",
    "8337000",
    "3725871",
    "21.00",
    "9.39",
    "yes",
    "97.19 -> 97.19 (*)",
    "77266.02 on 36 cores",
];

/// Experiment 1 as a table in Markdown: the authors' figures, then ours for the largest number of
/// candidates at tolerance 0.01, first replicate.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn table(results: &Path) -> Result<String> {
    let missing = || format!("{}: no finished {NAME}", results.display());
    let rows: Vec<Row> = table::read(results)?.with_context(missing)?;
    let meta = Meta::read(results, NAME)?.with_context(missing)?;
    let candidates = rows.iter().map(|row| row.candidates).max();
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header([
        "run",
        "n",
        "random parameters",
        "kept parameters",
        "random / weights",
        "kept / weights",
        "all within 0.01",
        "accuracy before -> after, %",
        "seconds",
    ]);
    table.add_row(AUTHORS);
    let shown = |row: &&Row| {
        let tolerance = row.tolerance == TOLERANCE && row.replicate == 1;
        tolerance && !row.small_to_zero && Some(row.candidates) == candidates
    };
    for row in rows.iter().filter(shown) {
        table.add_row(line(row, &meta));
    }
    let note = "(*) The authors' code once tested the original network again instead of the \
                approximated one; ours is the approximated network's own accuracy. Their seconds are \
                wall time, ours the approximation alone, summed over cores.";
    Ok(format!("{table}\n\n{note}\n"))
}

fn line(row: &Row, meta: &Meta) -> [String; 9] {
    let coefficients = match row.coefficients {
        Coefficients::PerRow => "per row",
        Coefficients::PerWeight => "per weight",
    };
    let (selection, measure) = match row.selection {
        Selection::Closest => ("closest", "closest".to_owned()),
        Selection::SmallestFeasible => (
            "smallest feasible",
            format!("smallest feasible, {TOLERANCE}"),
        ),
        Selection::FirstFeasible => ("first feasible", format!("first feasible, {TOLERANCE}")),
    };
    let key = row.coefficients.name();
    let unit = format!("{key}/n={}/replicate={}", row.candidates, row.replicate);
    let seconds = meta
        .measures
        .get(&unit)
        .and_then(|measures| measures.get(&measure));
    let percent = |correct: u64| 100.0 * correct as f64 / row.test_images as f64;
    let weights = row.weights as f64;
    [
        format!("ticketlab, {coefficients}, {selection}"),
        row.candidates.to_string(),
        row.initial_parameters.to_string(),
        row.kept_parameters.to_string(),
        format!("{:.2}", row.initial_parameters as f64 / weights),
        format!("{:.2}", row.kept_parameters as f64 / weights),
        if row.infeasible == 0 {
            "yes".to_owned()
        } else {
            format!("no, {} are not", row.infeasible)
        },
        format!(
            "{:.2} -> {:.2}",
            percent(row.correct_before),
            percent(row.correct_after)
        ),
        seconds.map_or("?".to_owned(), |seconds| format!("{seconds:.2} on 1 core")),
    ]
}
