//! Success, sizes and the authors' run, as tables.

use crate::reference::{BOTH, CANDIDATES, COUNTED, INSTANCES, Reference};
use crate::results::{Results, failure};
use crate::row::{NAME, Row};
use anyhow::{Context, Result};
use comfy_table::Table;
use lab::statistics::Level;
use lab::table;
use std::path::Path;

/// Numbers of candidates between two lines of the first table.
const STEP: u32 = 5;

/// How often instances fail and how few candidates the others take, for every fifth n; then both runs at
/// n = 15 side by side.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub(crate) fn tables(results: &Path) -> Result<String> {
    let results = Results::read(results)?.with_context(|| table::unfinished(results, NAME))?;
    let by_number = by_number(&results)?;
    let beside = beside(&results);
    Ok(format!(
        "{by_number}\n\n\"Failing\" with 95 % intervals; \"elements\" is the mean size of smallest subsets; C is what the \
         authors' code estimates, n / -log(min(tolerance, share of failing instances)).\n\n{beside}\n\nSizes by \
         the rule of the authors' code: failing instances count with their closest subset, and no subset \
         takes all numbers.\n"
    ))
}

/// How often instances fail at the n of the authors' run.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub(crate) fn headline(results: &Path) -> Result<String> {
    let results = Results::read(results)?.with_context(|| table::unfinished(results, NAME))?;
    let beside = |reference: &Reference| results.beside(reference);
    let shares = BOTH.iter().filter_map(beside).map(|row| {
        let share = 100.0 * row.failures as f64 / row.instances as f64;
        format!("{share:.2} % ({})", row.distribution)
    });
    let shares: Vec<String> = shares.collect();
    Ok(match &shares[..] {
        [] => format!("no rows with n = {CANDIDATES}"),
        _ => format!("no subset of {CANDIDATES} numbers in {}", shares.join(", ")),
    })
}

fn by_number(results: &Results) -> Result<Table> {
    let mut table = table::markdown(["numbers", "n", "instances", "failing, %", "elements", "C"]);
    for row in results.rows.iter().filter(|row| row.candidates % STEP == 0) {
        let rate = failure(row)?;
        let interval = rate.interval(Level::PERCENT_95);
        let [share, low, high] = [rate.rate(), interval.low, interval.high].map(|x| 100.0 * x);
        let elements = results.mean_size(row, |size| size.smallest);
        let constant = f64::from(row.candidates) / -row.tolerance.min(rate.rate()).ln();
        table.add_row([
            row.distribution.clone(),
            row.candidates.to_string(),
            row.instances.to_string(),
            format!("{share:.3} ({low:.3} to {high:.3})"),
            elements.map_or("-".to_owned(), |mean| format!("{mean:.3}")),
            if row.failures > 0 {
                format!("{constant:.2}")
            } else {
                "-".to_owned()
            },
        ]);
    }
    Ok(table)
}

fn beside(results: &Results) -> Table {
    let mut header = vec![
        "n = 15".to_owned(),
        "instances".to_owned(),
        "failing".to_owned(),
    ];
    header.extend((0..COUNTED).map(|size| format!("size {size}")));
    header.extend([format!("{COUNTED} and more"), "mean size".to_owned()]);
    let mut table = table::markdown(header);
    for reference in &BOTH {
        table.add_row(theirs(reference));
        if let Some(row) = results.beside(reference) {
            table.add_row(ours(results, row));
        }
    }
    table
}

fn line(name: String, instances: u64, failures: u64, classes: &[u64], mean: f64) -> Vec<String> {
    let counts = [instances, failures]
        .into_iter()
        .chain(classes.iter().copied());
    let counts = counts.map(|count| count.to_string());
    [name]
        .into_iter()
        .chain(counts)
        .chain([format!("{mean:.3}")])
        .collect()
}

fn theirs(reference: &Reference) -> Vec<String> {
    let name = format!(
        "{}, authors' run ({})",
        reference.distribution, reference.construction
    );
    let Reference {
        failures,
        mean_size,
        ..
    } = *reference;
    line(name, INSTANCES, failures, &reference.classes(), mean_size)
}

fn ours(results: &Results, row: &Row) -> Vec<String> {
    debug_assert_eq!(row.candidates, CANDIDATES);
    let mean = results
        .mean_size(row, |size| size.reference)
        .unwrap_or(f64::NAN);
    let (name, classes) = (format!("{}, ours", row.distribution), results.classes(row));
    line(name, row.instances, row.reference_failures, &classes, mean)
}
