//! `mnist-approximation-error`: how far the subset sums lie from the weights.

use crate::row::{Coefficients, HistogramRow, Quantity};
use anyhow::{Result, ensure};

use super::{
    HISTOGRAM, SELECTIONS, VARIANTS, paper_bins, selection_name, selection_style, variant_name,
};
use charts::wording::{capitalized, thousands};
use charts::{Axis, Bin, Figure, Panel, Scale, Series, Shape, Style, share_x, share_y};

/// So much of a histogram, in percent, may be left out at its lower end: a few lucky weights would
/// stretch the axis by decades.
const LEFT_OUT: f64 = 0.1;

/// The figure of the errors' histograms, a panel for each variant of the coefficients.
pub(super) fn figure(rows: &[HistogramRow]) -> Result<Figure> {
    let mut panels = Vec::new();
    let mut caption = None;
    for variant in VARIANTS {
        let errors = rows
            .iter()
            .filter(|row| row.quantity == Quantity::Error && row.coefficients == variant);
        let bins = paper_bins(errors);
        let panel = panel(variant, &bins);
        // A reference line alone is no histogram.
        if panel.series.len() > 1 {
            caption.get_or_insert_with(|| self::caption(&bins));
            panels.push(panel);
        }
    }
    ensure!(
        !panels.is_empty(),
        "{HISTOGRAM} counts no weight by its error: run its experiment again with --fresh"
    );
    share_x(&mut panels);
    share_y(&mut panels);
    Ok(Figure {
        name: "mnist-approximation-error",
        title: "How closely subset sums meet the weights of a trained network".to_owned(),
        rows: vec![panels],
        panel_height: 280.0,
        caption: caption.unwrap_or_default(),
    })
}

fn panel(variant: Coefficients, bins: &[&HistogramRow]) -> Panel {
    let mut series = Vec::new();
    if let Some(first) = bins.first() {
        let label = format!("tolerance ε = {}", first.tolerance);
        series.push(Series {
            label,
            style: Style::REFERENCE,
            shape: Shape::Vertical(first.tolerance),
        });
    }
    for selection in SELECTIONS {
        let chosen: Vec<_> = bins
            .iter()
            .filter(|bin| bin.selection == selection)
            .copied()
            .collect();
        if let Some(shares) = shares(&chosen) {
            let label = selection_name(selection).to_owned();
            series.push(Series {
                label,
                style: selection_style(selection),
                shape: Shape::Steps(shares),
            });
        }
    }
    let candidates = bins.first().map_or(0, |bin| bin.candidates);
    Panel {
        title: format!("{}, n = {candidates}", capitalized(variant_name(variant))),
        notes: Vec::new(),
        x: Axis::new(
            "error |subset sum − weight| (in units of the weights)",
            Scale::Log10,
        ),
        y: Axis::new("share of the weights in a bin (%)", Scale::Linear).starting_at(0.0),
        series,
    }
}

/// Bins in percent of all weights; `None` if all are empty. Up to [`LEFT_OUT`] of the exact zeros
/// and as much of the smallest other errors are left out, and the empty bins above the largest error.
fn shares(bins: &[&HistogramRow]) -> Option<Vec<Bin>> {
    let total: u64 = bins.iter().map(|bin| bin.weights).sum();
    let percent = |weights: u64| 100.0 * weights as f64 / total as f64;
    let last = bins.iter().rposition(|bin| bin.weights > 0)?;
    let mut below = 0;
    let drawn = bins[..=last].iter().filter(|bin| {
        let exact = bin.lower <= 0.0;
        below += if exact { 0 } else { bin.weights };
        percent(if exact { bin.weights } else { below }) > LEFT_OUT
    });
    let share = |bin: &&HistogramRow| Bin {
        lower: bin.lower,
        upper: bin.upper,
        height: percent(bin.weights),
    };
    Some(drawn.map(share).collect())
}

fn caption(bins: &[&HistogramRow]) -> String {
    let first = bins[0];
    let of_first = bins.iter().filter(|bin| bin.selection == first.selection);
    let weights: u64 = of_first.map(|bin| bin.weights).sum();
    format!(
        "Histograms over the {} weights of the target, in bins from one power of two to the \
         next, so that one bin reaches across the tolerance; errors of exactly 0 have a bar of their \
         own. Each histogram sums to 100 %; at most \
         {LEFT_OUT} % of exact zeros and {LEFT_OUT} % of the smallest other errors are not drawn. \
         Every weight is a subset sum of n random coefficients, n as above the panels. A subset \
         is feasible if its error is at most the tolerance; where none is, the closest one is \
         taken. Replicate {} alone, a complete count, hence no interval. Data: {HISTOGRAM}",
        thousands(weights),
        first.replicate,
    )
}
