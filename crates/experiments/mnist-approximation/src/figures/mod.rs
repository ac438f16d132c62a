//! The figures of Experiment 1, where every weight of a trained network becomes a subset sum.
//!
//! Two tables feed four figures: the approximations give `accuracy` and `tolerance`, the histograms
//! over their weights give `error` and `kept`.

mod accuracy;
mod error;
mod kept;
mod tolerance;

use std::path::Path;

use crate::authors;
use crate::row::{Coefficients, HistogramRow, Row, Selection};
use crate::subject::subject;
use anyhow::Result;

use charts::{Figure, Style};
use lab::table;

const ROWS: &str = "mnist-approximation.csv";
const HISTOGRAM: &str = "mnist-approximation-histogram.csv";

const VARIANTS: [Coefficients; 2] = [Coefficients::PerWeight, Coefficients::PerRow];

const SELECTIONS: [Selection; 3] = [
    Selection::Closest,
    Selection::SmallestFeasible,
    Selection::FirstFeasible,
];

/// The figures whose tables are in the folder `results`.
///
/// # Errors
/// If a table is damaged or leaves nothing to draw.
pub(crate) fn figures(results: &Path) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    if let Some(bins) = table::read::<HistogramRow>(results)? {
        figures.push(error::figure(&bins)?);
        figures.push(kept::figure(&bins, subject(results)?.is_none())?);
    }
    if let Some(rows) = table::read::<Row>(results)? {
        figures.push(accuracy::figure(&rows)?);
        figures.push(tolerance::figure(&rows)?);
    }
    Ok(figures)
}

/// The random coefficients as legends name them.
fn variant_name(coefficients: Coefficients) -> &'static str {
    match coefficients {
        Coefficients::PerWeight => "coefficients drawn for every weight",
        Coefficients::PerRow => "coefficients shared by a row of weights",
    }
}

/// The rule as legends name it.
fn selection_name(selection: Selection) -> &'static str {
    match selection {
        Selection::Closest => "closest subset",
        Selection::SmallestFeasible => "smallest feasible subset",
        Selection::FirstFeasible => "first feasible subset",
    }
}

/// The look of a rule, the same in every figure.
fn selection_style(selection: Selection) -> Style {
    let [closest, smallest, first, _] = Style::CURVES;
    match selection {
        Selection::Closest => closest,
        Selection::SmallestFeasible => smallest,
        Selection::FirstFeasible => first,
    }
}

/// The tolerance nearest to that of the authors' run, by ratio.
pub(crate) fn paper_tolerance(tolerances: impl Iterator<Item = f64>) -> Option<f64> {
    let distance = |tolerance: f64| (tolerance / authors::TOLERANCE).ln().abs();
    tolerances.min_by(|a, b| distance(*a).total_cmp(&distance(*b)))
}

/// The histogram rows that `error` and `kept` are drawn from, of one quantity and one variant: the
/// tolerance nearest to the paper's, then the largest n, then the first replicate.
fn paper_bins<'a>(bins: impl Iterator<Item = &'a HistogramRow>) -> Vec<&'a HistogramRow> {
    let mut bins: Vec<&HistogramRow> = bins.filter(|bin| !bin.small_to_zero).collect();
    let tolerance = paper_tolerance(bins.iter().map(|bin| bin.tolerance));
    bins.retain(|bin| Some(bin.tolerance) == tolerance);
    let candidates = bins.iter().map(|bin| bin.candidates).max();
    bins.retain(|bin| Some(bin.candidates) == candidates);
    let replicate = bins.iter().map(|bin| bin.replicate).min();
    bins.retain(|bin| Some(bin.replicate) == replicate);
    bins.sort_by(|a, b| a.lower.total_cmp(&b.lower));
    bins
}

#[cfg(test)]
mod tests;
