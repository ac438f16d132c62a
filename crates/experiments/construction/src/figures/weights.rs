//! `construction-weights`: units that single weights take against the precision, and columns of a layer.

use crate::sufficient_n::Results;
use crate::{Numbers, WeightRow};
use anyhow::Result;
use lab::Row as _;
use lab::statistics::{Level, Proportion};

use super::{median, median_bar};
use charts::wording::{span, thousands};
use charts::{Axis, Dash, Figure, Marker, Panel, Scale, Series, Shape, Style, palette};

/// What has to cover, with its look.
const NUMBERS: [(Numbers, &str, Style); 5] = [
    (
        Numbers::Gadget,
        "paper's gadget",
        Style::new(palette::BLUE, Dash::Solid, Marker::Disc),
    ),
    (
        Numbers::PositiveHalf,
        "its half for x > 0",
        Style::new(palette::PURPLE, Dash::Solid, Marker::Diamond),
    ),
    (
        Numbers::PooledGadget,
        "pooled gadget",
        Style::new(palette::BLACK, Dash::Solid, Marker::Triangle),
    ),
    (
        Numbers::Product,
        "products",
        Style::new(palette::ORANGE, Dash::Dashed, Marker::Square),
    ),
    (
        Numbers::Uniform,
        "uniform numbers",
        Style::new(palette::GREEN, Dash::Dashed, Marker::Triangle),
    ),
];

/// Columns with common in-weights, and without.
const COLUMNS: [(Numbers, &str); 2] = [
    (
        Numbers::SharedGadgets,
        "in-weights shared by a column, as in a layer",
    ),
    (Numbers::FreshGadgets, "in-weights drawn for every weight"),
];

/// Shares of columns near which there is an interval.
const MARKED: [f64; 5] = [0.1, 0.3, 0.5, 0.7, 0.9];

/// The figure of single weights and of columns; `None` if there are neither.
pub(super) fn figure(results: &Results) -> Result<Option<Figure>> {
    let bits: Vec<u32> = (1..=64)
        .filter(|&bits| results.weight(Numbers::Uniform, 1, bits).is_some())
        .collect();
    let columns = Columns::finest(results.weights());
    let mut panels = Vec::new();
    if !bits.is_empty() {
        panels.push(weights(results, &bits)?);
    }
    if let Some(columns) = &columns {
        panels.push(columns.panel()?);
    }
    Ok((!panels.is_empty()).then(|| Figure {
        name: "construction-weights",
        title: "How many random units it takes until a gadget serves every weight".to_owned(),
        rows: vec![panels],
        panel_height: 380.0,
        caption: caption(results, &bits, columns.as_ref()),
    }))
}

fn weights(results: &Results, bits: &[u32]) -> Result<Panel> {
    let mut series = Vec::new();
    for (numbers, label, style) in NUMBERS {
        let (mut points, mut bars) = (Vec::new(), Vec::new());
        for &bits in bits {
            if let Some(needed) = results.weight(numbers, 1, bits) {
                let x = f64::from(bits);
                points.extend(median(&needed).map(|units| (x, units)));
                bars.extend(median_bar(x, &needed)?);
            }
        }
        series.push(Series::bars(style, bars));
        series.push(Series::line(label, style, points));
    }
    for (slope, label, dash) in [
        (2.0, "n = 2 log₂(1/ε)", Dash::Mixed),
        (1.0, "n = log₂(1/ε)", Dash::Dotted),
    ] {
        let style = Style::new(palette::BLACK, dash, Marker::None);
        let points = bits
            .iter()
            .map(|&bits| (f64::from(bits), slope * f64::from(bits)));
        series.push(Series::line(label, style, points));
    }
    let x = Axis::new("precision log₂(1/ε) (bits)", Scale::Whole);
    let y = Axis::new("random numbers, or units a half: n, median", Scale::Whole).starting_at(0.0);
    Ok(Panel::new("One weight", x, y, series))
}

/// Columns of one size, of either kind.
struct Columns<'a> {
    outputs: u64,
    tolerance: f64,
    rows: Vec<&'a WeightRow>,
}

impl<'a> Columns<'a> {
    /// Those with the smallest tolerance, if there are any.
    fn finest(rows: &'a [WeightRow]) -> Option<Self> {
        let columns = rows
            .iter()
            .filter(|row| row.numbers == Numbers::SharedGadgets);
        let finest = columns.min_by(|a, b| a.tolerance.total_cmp(&b.tolerance))?;
        let (outputs, tolerance) = (finest.outputs, finest.tolerance);
        let is_same = |row: &&WeightRow| (row.outputs, row.tolerance) == (outputs, tolerance);
        Some(Self {
            outputs,
            tolerance,
            rows: rows.iter().filter(is_same).collect(),
        })
    }

    fn of(&self, numbers: Numbers) -> impl Iterator<Item = &WeightRow> {
        let rows = self.rows.iter().copied();
        rows.filter(move |row| row.numbers == numbers)
    }

    /// Columns of one kind.
    fn count(&self, numbers: Numbers) -> u64 {
        self.of(numbers).map(|row| row.instances).sum()
    }

    fn panel(&self) -> Result<Panel> {
        let mut series = Vec::new();
        for ((numbers, label), look) in COLUMNS.into_iter().zip(Style::CURVES) {
            let ([points, bars], style) = (self.shares(numbers)?, look.line_alone());
            series.push(Series::new("", style, bars));
            series.push(Series::new(label, style, points));
        }
        let title = format!(
            "A column of {} weights, ε = 1/{}",
            self.outputs,
            self.tolerance.recip()
        );
        let x = Axis::new("units a half n", Scale::Whole);
        let y = Axis::new("share of the columns that n units serve", Scale::Linear);
        Ok(Panel::new(title, x, y, series))
    }

    /// The share that n units serve, a step up at each n that a column needs, and intervals at a few n.
    fn shares(&self, numbers: Numbers) -> Result<[Shape; 2]> {
        let all = self.count(numbers);
        let counts = self
            .of(numbers)
            .filter_map(|row| Some((row.units?, row.instances)));
        let (mut points, mut bars, mut served) = (Vec::new(), Vec::new(), 0);
        // Rows are written in rising order of n.
        for (units, instances) in counts {
            let (x, before) = (units as f64, served as f64 / all as f64);
            served += instances;
            let share = Proportion::new(served, all)?;
            points.extend([(x, before), (x, share.rate())]);
            if MARKED
                .iter()
                .any(|mark| (before..share.rate()).contains(mark))
            {
                bars.push(share.interval(Level::PERCENT_95).bar(x));
            }
        }
        Ok([Shape::Line(points), Shape::Bars(bars)])
    }
}

fn caption(results: &Results, bits: &[u32], columns: Option<&Columns>) -> String {
    let instances = bits
        .iter()
        .filter_map(|&bits| results.weight(Numbers::Uniform, 1, bits));
    let instances: Vec<u64> = instances.map(|needed| needed.samples()).collect();
    let columns = columns.map_or(String::new(), |columns| {
        format!(
            "Columns of a layer, all weights of one input, that n units a half serve at once, of {}; bars: \
             95 % intervals (Clopper and Pearson) at a few n. ",
            thousands(columns.count(Numbers::SharedGadgets))
        )
    });
    format!(
        "Every weight in [−1, 1] is to be within ε of a sum of some of n random numbers. Uniform: from \
         U[−1, 1]. Products: of two of these. Half of a gadget: products of n units' weights, 0 where the \
         in-weight is not above 0. Paper's gadget: two halves of n units, each of which covers. Pooled: \
         the same 2n units, all with in-weights above 0 for x > 0, all others for x < 0. Medians of the \
         smallest n over {} instances for each ε, with 95 % intervals (order statistics). {columns}Data: {}.csv",
        span(instances.into_iter()),
        WeightRow::TABLE,
    )
}
