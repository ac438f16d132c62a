//! `mnist-approximation-kept`: how many of its coefficients a weight keeps.

use crate::authors;
use crate::row::{Coefficients, HistogramRow, Quantity, Selection};
use anyhow::{Result, ensure};

use super::{HISTOGRAM, SELECTIONS, VARIANTS, paper_bins, selection_name, variant_name};
use charts::wording::{capitalized, listed, thousands};
use charts::{
    Axis, Bin, Dash, Figure, Marker, Panel, Scale, Series, Shape, Style, palette, share_x,
};

/// One variant's histogram under one rule.
struct Histogram<'a> {
    variant: Coefficients,
    bins: Vec<&'a HistogramRow>,
    weights: u64,
}

impl Histogram<'_> {
    fn mean(&self) -> f64 {
        let kept: f64 = self
            .bins
            .iter()
            .map(|bin| bin.lower * bin.weights as f64)
            .sum();
        kept / self.weights as f64
    }

    /// Bars centred on whole numbers, in percent.
    fn bars(&self) -> Vec<Bin> {
        let bar = |bin: &&HistogramRow| Bin {
            lower: bin.lower - 0.5,
            upper: bin.lower + 0.5,
            height: 100.0 * bin.weights as f64 / self.weights as f64,
        };
        self.bins
            .iter()
            .filter(|bin| bin.weights > 0)
            .map(bar)
            .collect()
    }
}

/// The figure of the kept coefficients' histograms, a panel for each rule, with the authors' mean if they are about
/// the authors' task.
pub(super) fn figure(rows: &[HistogramRow], is_authors_task: bool) -> Result<Figure> {
    let drawn: Vec<(Selection, Vec<Histogram>)> = SELECTIONS
        .into_iter()
        .map(|selection| (selection, histograms(rows, selection)))
        .filter(|(_, histograms)| !histograms.is_empty())
        .collect();
    ensure!(
        !drawn.is_empty(),
        "{HISTOGRAM} counts no weight by what it keeps: run its experiment again with --fresh"
    );
    let mut panels: Vec<Panel> = drawn
        .iter()
        .map(|(selection, histograms)| panel(*selection, histograms, is_authors_task))
        .collect();
    share_x(&mut panels);
    for panel in &mut panels[1..] {
        panel.y.label.clear();
    }
    Ok(Figure {
        name: "mnist-approximation-kept",
        title: "How many random coefficients stand for one weight after pruning".to_owned(),
        rows: vec![panels],
        panel_height: 260.0,
        caption: caption(&drawn[0].1),
    })
}

fn histograms(rows: &[HistogramRow], selection: Selection) -> Vec<Histogram<'_>> {
    VARIANTS
        .into_iter()
        .filter_map(|variant| {
            let kept = rows
                .iter()
                .filter(|row| row.quantity == Quantity::Kept && row.coefficients == variant);
            let mut bins = paper_bins(kept);
            bins.retain(|bin| bin.selection == selection);
            let weights = bins.iter().map(|bin| bin.weights).sum();
            (weights > 0).then_some(Histogram {
                variant,
                bins,
                weights,
            })
        })
        .collect()
}

fn panel(selection: Selection, histograms: &[Histogram], is_authors_task: bool) -> Panel {
    let mut series = Vec::new();
    let mut notes = Vec::new();
    for histogram in histograms {
        let (style, short) = look(histogram.variant);
        let label = variant_name(histogram.variant).to_owned();
        series.push(Series {
            label,
            style,
            shape: Shape::Steps(histogram.bars()),
        });
        series.push(Series {
            label: String::new(),
            style,
            shape: Shape::Vertical(histogram.mean()),
        });
        notes.push(format!("mean {:.3} ({short})", histogram.mean()));
    }
    if is_authors_task && selection == Selection::Closest {
        let mean = authors::KEPT_PARAMETERS as f64 / authors::WEIGHTS as f64;
        let label = format!("mean reported by the authors, {mean:.3}");
        series.push(Series {
            label,
            style: Style::REFERENCE,
            shape: Shape::Vertical(mean),
        });
    }
    let candidates = histograms
        .iter()
        .flat_map(|h| &h.bins)
        .map(|bin| bin.candidates)
        .max()
        .unwrap_or(0);
    Panel {
        title: capitalized(selection_name(selection)),
        notes,
        x: Axis::new("coefficients kept per weight", Scale::Whole)
            .starting_at(-0.9)
            .covering(vec![f64::from(candidates) + 0.5]),
        y: Axis::new("share of the weights (%)", Scale::Linear).starting_at(0.0),
        series,
    }
}

/// The look of a variant, and its name in the notes.
fn look(variant: Coefficients) -> (Style, &'static str) {
    let (color, dash, marker, short) = match variant {
        Coefficients::PerWeight => (
            palette::BLUE,
            Dash::Solid,
            Marker::Disc,
            "drawn for every weight",
        ),
        Coefficients::PerRow => (
            palette::VERMILION,
            Dash::Dashed,
            Marker::Square,
            "shared by a row",
        ),
    };
    (
        Style {
            color,
            dash,
            marker,
        },
        short,
    )
}

fn caption(histograms: &[Histogram]) -> String {
    format!(
        "Histograms over the {} weights of the target: {}. Vertical lines: means over all \
         weights. A subset is feasible if its sum lies within the tolerance of the weight; where \
         none does, the closest one is taken. The first feasible subset is the first in the order \
         of masks. Complete counts of one replicate, hence no interval. Data: {HISTOGRAM}",
        thousands(histograms[0].weights),
        runs(histograms),
    )
}

/// Which approximations were counted, said once if it is the same for all variants.
fn runs(histograms: &[Histogram]) -> String {
    let run = |histogram: &Histogram| {
        let HistogramRow {
            candidates,
            tolerance,
            replicate,
            ..
        } = histogram.bins[0];
        format!("n = {candidates}, tolerance {tolerance}, replicate {replicate}")
    };
    let first = run(&histograms[0]);
    if histograms.iter().all(|histogram| run(histogram) == first) {
        return first;
    }
    let named = |histogram: &Histogram| {
        format!("{} for {}", run(histogram), variant_name(histogram.variant))
    };
    listed(&histograms.iter().map(named).collect::<Vec<_>>())
}
