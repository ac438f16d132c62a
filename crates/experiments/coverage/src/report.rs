//! How fast the worst error falls, as a table.

use crate::quantile::WorstErrors;
use crate::row::{NAME, Row};
use crate::theory::counting_floor;
use anyhow::{Context, Result};
use lab::table;
use std::path::Path;

const QUANTILES: [f64; 3] = [0.5, 0.9, 0.99];

/// Numbers of candidates between which the slope is taken.
const SLOPE: std::ops::RangeInclusive<u32> = 12..=24;

/// Numbers of candidates between two lines of the table.
const STEP: u32 = 4;

/// Quantiles of the worst error on the widest interval, for each distribution and every fourth number of
/// candidates, beside the floor that counting sets.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn table(results: &Path) -> Result<String> {
    let rows: Vec<Row> = table::read(results)?.with_context(|| table::unfinished(results, NAME))?;
    let radius = rows.iter().map(|row| row.radius).fold(0.0, f64::max);
    let mut table = table::markdown([
        "law",
        "n",
        "instances",
        "counting floor",
        "median",
        "90 %",
        "99 %",
    ]);
    for (law, candidates) in sizes(&rows) {
        let errors = WorstErrors::new(&rows, law, radius, candidates);
        let errors = errors.filter(|errors| errors.quantile(0.5).is_some());
        if let Some(errors) = errors.filter(|_| candidates % STEP == 0) {
            table.add_row(line(law, radius, candidates, &errors));
        }
    }
    Ok(format!(
        "{table}\n\nLargest distance of a number in [-{radius}, {radius}] from the nearest subset sum of n \
         random numbers: quantiles over instances, rounded up by at most 4.5 %.\n"
    ))
}

/// What a further bit of accuracy costs on the widest interval, in a line.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn headline(results: &Path) -> Result<String> {
    let rows: Vec<Row> = table::read(results)?.with_context(|| table::unfinished(results, NAME))?;
    let radius = rows.iter().map(|row| row.radius).fold(0.0, f64::max);
    let median = |candidates| {
        let errors = WorstErrors::new(&rows, "uniform", radius, candidates)?;
        Some((candidates, errors.quantile(0.5)?))
    };
    let sizes = sizes(&rows).into_iter();
    let uniform = sizes.filter(|(law, candidates)| *law == "uniform" && SLOPE.contains(candidates));
    let mut medians: Vec<(u32, f64)> = uniform.filter_map(|(_, n)| median(n)).collect();
    medians.sort_by_key(|(candidates, _)| *candidates);
    let (Some((few, coarse)), Some((many, fine))) = (medians.first(), medians.last()) else {
        return Ok("no median worst error of uniform numbers".to_owned());
    };
    if few == many {
        return Ok(format!(
            "{few} uniform numbers have a subset sum within {coarse:.1e} of every target, half of the time"
        ));
    }
    let bits = (coarse / fine).log2();
    Ok(format!(
        "a further bit costs {:.2} uniform numbers, every target at once (n = {few} to {many})",
        f64::from(many - few) / bits
    ))
}

/// Every distribution with every number of candidates; the rows of each stand together.
fn sizes(rows: &[Row]) -> Vec<(&str, u32)> {
    let mut sizes: Vec<_> = rows
        .iter()
        .map(|row| (row.law.as_str(), row.candidates))
        .collect();
    sizes.dedup();
    sizes
}

fn line(law: &str, radius: f64, candidates: u32, errors: &WorstErrors) -> Vec<String> {
    let quantiles = QUANTILES.map(|probability| match errors.quantile(probability) {
        Some(quantile) => format!("{quantile:.2e}"),
        None => "?".to_owned(),
    });
    let mut line = vec![
        law.to_owned(),
        candidates.to_string(),
        errors.trials().to_string(),
        format!("{:.2e}", counting_floor(candidates, radius)),
    ];
    line.extend(quantiles);
    line
}
