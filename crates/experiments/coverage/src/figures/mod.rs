//! The figures of the experiment `coverage`: how many random numbers it takes until every target is
//! near a subset sum.

mod density;
mod failure;
mod fixed_size;
mod gaps;
mod growth;
mod smallest_n;
mod worst_error;

use std::collections::BTreeSet;
use std::path::Path;

use crate::quantile::WorstErrors;
use crate::row::{GrowthRow, Row};
use anyhow::{Context, Result};
use lab::statistics::{Line, Observation};
use lab::table;

use charts::wording::capitalized;
use charts::{Figure, Panel, Shape, share_y};

/// What to do about rows that are there but say nothing.
const CURE: &str = "rows that cannot be drawn; run the experiment coverage again with --fresh";

/// The figures whose tables are in the folder `results`.
///
/// # Errors
/// If a table is damaged, or has rows without instances.
pub(crate) fn figures(results: &Path) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    if let Some(rows) = table::read(results)? {
        let runs: Option<Vec<GrowthRow>> = table::read(results)?;
        figures.extend(worst_error::figure(&rows).context(CURE)?);
        figures.extend(failure::figure(&rows).context(CURE)?);
        figures.extend(smallest_n::figure(&rows, &runs.unwrap_or_default()).context(CURE)?);
    }
    if let (Some(trajectories), Some(runs)) = (table::read(results)?, table::read(results)?) {
        figures.push(growth::figure(&trajectories, &runs));
    }
    if let Some(rows) = table::read(results)? {
        figures.push(gaps::figure(&rows));
    }
    if let Some(rows) = table::read(results)? {
        figures.extend(density::figure(&rows));
    }
    if let Some(rows) = table::read(results)? {
        figures.push(fixed_size::figure(&rows).context(CURE)?);
    }
    Ok(figures)
}

/// Rows with the same key together, in the order of their first appearance.
fn groups<'a, R, K: PartialEq>(
    rows: impl IntoIterator<Item = &'a R>,
    key: impl Fn(&R) -> K,
) -> Vec<Vec<&'a R>> {
    let mut groups: Vec<Vec<&R>> = Vec::new();
    for row in rows {
        match groups.iter_mut().find(|group| key(group[0]) == key(row)) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

/// Panels in up to three columns, with the same range of y.
fn arranged(mut panels: Vec<Panel>) -> Vec<Vec<Panel>> {
    share_y(&mut panels);
    let columns = panels.len().div_ceil(panels.len().div_ceil(3));
    let mut rows: Vec<Vec<Panel>> = panels.chunks(columns).map(<[Panel]>::to_vec).collect();
    let label = rows[0][0].y.label.clone();
    for row in &mut rows {
        row[0].y.label.clone_from(&label);
    }
    rows
}

/// The worst errors of a distribution and a radius, with the numbers of candidates, which rise.
fn worst_errors<'a>(rows: &'a [Row], law: &str, radius: f64) -> Vec<(u32, WorstErrors<'a>)> {
    let is_shown = |row: &&Row| row.law == law && row.radius == radius;
    let shown = rows.iter().filter(is_shown);
    let numbers: BTreeSet<u32> = shown.map(|row| row.candidates).collect();
    numbers
        .into_iter()
        .filter_map(|n| Some((n, WorstErrors::new(rows, law, radius, n)?)))
        .collect()
}

/// The distribution as titles name it.
fn law_title(law: &str) -> String {
    match law {
        "uniform" => "Uniform on [−1,\u{a0}1]".to_owned(),
        "product" => "Product law P".to_owned(),
        "gadget" => "Gadget law D".to_owned(),
        "normal" => "Standard normal".to_owned(),
        other => match other.strip_prefix("mixture-") {
            Some(weight) => format!("Mixture M, weight {weight}"),
            None => capitalized(other),
        },
    }
}

/// What the short names of distributions mean, for captions.
fn definitions<'a>(laws: impl Iterator<Item = &'a str>) -> String {
    const PRODUCT: &str = "P: the product of independent numbers from U[0, 1] and U[−1, 1]. ";
    const GADGET: &str = "D: 0 with probability 1/2, otherwise a number from P. ";
    const MIXTURE: &str = "M: U[−1, 1] with the probability named, otherwise U[1/2, 1]. ";
    let laws: Vec<&str> = laws.collect();
    let has = |prefix: &str| laws.iter().any(|law| law.starts_with(prefix));
    let product = has("product") || has("gadget");
    let (gadget, mixture) = (has("gadget"), has("mixture-"));
    [(product, PRODUCT), (gadget, GADGET), (mixture, MIXTURE)]
        .into_iter()
        .filter_map(|(is_there, definition)| is_there.then_some(definition))
        .collect()
}

/// The least-squares line through points (x, y), `None` if they determine none.
fn fit(points: &[(f64, f64)]) -> Option<Line> {
    let observation = |&(x, y): &(f64, f64)| Observation::new([x], y);
    Line::fit(&points.iter().map(observation).collect::<Vec<_>>()).ok()
}

/// A fitted line over the range of its points.
fn fitted_line(line: &Line, points: &[(f64, f64)]) -> Shape {
    let xs = points.iter().map(|point| point.0);
    let ends = [
        xs.clone().fold(f64::INFINITY, f64::min),
        xs.fold(f64::NEG_INFINITY, f64::max),
    ];
    Shape::Line(ends.map(|x| (x, line.at([x]).value)).to_vec())
}

/// A fitted line as text.
fn formula(line: &Line, variable: &str) -> String {
    let (slope, intercept) = (line.slope(0).value, line.intercept().value);
    // What is rounded to 0 has no sign.
    let sign = if intercept <= -0.005 { '−' } else { '+' };
    format!("{slope:.2} {variable} {sign} {:.2}", intercept.abs())
}

#[cfg(test)]
mod tests;
