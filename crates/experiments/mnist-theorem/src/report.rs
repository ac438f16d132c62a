//! The networks as a table, from the rows and the record of a run.

use super::case::{Case, name};
use super::row::{Gadget, NAME, Row};
use anyhow::{Context, Result};
use comfy_table::{Table, presets};
use lab::meta::Meta;
use lab::table;
use std::path::Path;

/// All pruned networks as a table in Markdown, a line for those that differ in the replicate alone.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn table(results: &Path) -> Result<String> {
    let missing = || format!("{}: no finished {NAME}", results.display());
    let rows: Vec<Row> = table::read(results)?.with_context(missing)?;
    let meta = Meta::read(results, NAME)?.with_context(missing)?;
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header([
        "gadget, nonnegative inputs",
        "n",
        "candidates",
        "networks",
        "random parameters",
        "kept",
        "short, out of reach",
        "error certified",
        "found",
        "on an image",
        "accuracy before -> after, %",
        "same class, certified, %",
        "seconds",
    ]);
    let of = |row: &Row| Case {
        replicate: 0,
        ..Case::of(row)
    };
    for networks in rows.chunk_by(|one, other| of(one) == of(other)) {
        table.add_row(line(networks, &meta));
    }
    let note = "Errors are relative to the length of the input, the certified and the found one the \
                worst of all inputs, or of all nonnegative ones where they are everywhere. Of several \
                networks: the largest error, the least accuracy and the least share. Seconds: the \
                construction alone, summed over cores, on average.";
    Ok(format!("{table}\n\n{note}\n"))
}

/// What pruning costs with the most candidates of the paper's gadget, in a line.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn headline(results: &Path) -> Result<String> {
    let missing = || format!("{}: no finished {NAME}", results.display());
    let mut rows: Vec<Row> = table::read(results)?.with_context(missing)?;
    rows.retain(|row| row.gadget == Gadget::Paper);
    let most = rows.iter().map(|row| row.candidates).max();
    rows.retain(|row| Some(row.candidates) == most);
    let changes = rows
        .iter()
        .map(|row| row.correct_before.abs_diff(row.correct_after));
    let shares = rows
        .iter()
        .map(|row| row.certified_images as f64 / row.test_images as f64);
    let Some((changed, row)) = changes.max().zip(rows.first()) else {
        return Ok("no networks of the paper's gadget".to_owned());
    };
    Ok(format!(
        "pruning changes accuracy by at most {changed} of {} images; {:.1} % are certified (n = {})",
        row.test_images,
        100.0 * shares.fold(1.0, f64::min),
        row.candidates
    ))
}

fn line(rows: &[Row], meta: &Meta) -> [String; 13] {
    let first = &rows[0];
    let largest = |of: fn(&Row) -> f64| rows.iter().map(of).fold(0.0, f64::max);
    let sum = |of: fn(&Row) -> u64| rows.iter().map(of).sum::<u64>();
    let least = |of: fn(&Row) -> u64| {
        let shares = rows
            .iter()
            .map(|row| 100.0 * of(row) as f64 / row.test_images as f64);
        shares.fold(100.0, f64::min)
    };
    let seconds = rows.iter().filter_map(|row| {
        let measures = meta.measures.get(&Case::of(row).key())?;
        measures.get("construction")
    });
    let seconds: f64 = seconds.sum::<f64>() / rows.len() as f64;
    [
        format!(
            "{}, {}",
            name(&first.gadget),
            name(&first.nonnegative_inputs)
        ),
        first.units.to_string(),
        first.candidates.to_string(),
        rows.len().to_string(),
        first.initial_parameters.to_string(),
        (sum(|row| row.kept_first + row.kept_second) / rows.len() as u64).to_string(),
        format!("{}, {}", sum(|row| row.short), sum(|row| row.out_of_reach)),
        format!(
            "{:.1e}",
            largest(|row| row.certified_ball.unwrap_or(row.certified_nonnegative))
        ),
        format!(
            "{:.1e}",
            largest(|row| row.found_ball.unwrap_or(row.found_nonnegative))
        ),
        format!("{:.1e}", largest(|row| row.largest_image_error)),
        format!(
            "{:.2} -> {:.2}",
            least(|row| row.correct_before),
            least(|row| row.correct_after)
        ),
        format!(
            "{:.2}, {:.2}",
            least(|row| row.same_label),
            least(|row| row.certified_images)
        ),
        format!("{seconds:.2}"),
    ]
}
