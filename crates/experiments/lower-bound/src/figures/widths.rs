//! `lower-bound-widths`: hidden widths against the target's width and against the precision.

use crate::parameters_needed::{block, sizes};
use crate::row::ConstructionRow;
use crate::theory::least_width;
use anyhow::Result;
use lab::Row as _;
use lab::statistics::Level;

use super::{CONSTRUCTIONS, line, measured, power};
use charts::wording::span;
use charts::{Axis, Dash, Figure, Marker, Panel, Scale, Series, Style, palette, share_y};

/// The precision of the first panel is eps = 2^-`BITS`, the width of the second one `WIDTH`.
const BITS: i32 = 8;
const WIDTH: u32 = 8;

/// Layers of weights, and how their bounds look.
const LAYERS: [(usize, Dash); 3] = [(2, Dash::Solid), (3, Dash::Dashed), (8, Dash::Dotted)];

/// The figure; `None` without constructions at that precision or width.
pub(super) fn figure(rows: &[ConstructionRow]) -> Result<Option<Figure>> {
    let eps = 0.5_f64.powi(BITS);
    let by_width = constructions(rows, |size| size.1 == eps, |size| f64::from(size.0))?;
    let by_bits = constructions(rows, |size| size.0 == WIDTH, |size| -size.1.log2())?;
    let mut panels = Vec::new();
    if !by_width.is_empty() {
        let widths = (0..=4).map(|power| 1_u32 << power);
        let bound = |layers| {
            let points = widths.clone();
            points.map(move |d| (f64::from(d), least_width(d as usize, eps, layers)))
        };
        let bounds = LAYERS.map(|(layers, dash)| bounded(layers, dash, bound(layers)));
        let series = [by_width, bounds.to_vec()].concat();
        panels.push(panel(
            &format!("ε = {}", power(BITS.into())),
            Axis::new("width d", Scale::Log10),
            series,
        ));
    }
    if !by_bits.is_empty() {
        let bound = |layers| {
            let points = 4..=14;
            points.map(move |bits| {
                (
                    f64::from(bits),
                    least_width(WIDTH as usize, 0.5_f64.powi(bits), layers),
                )
            })
        };
        let bounds = LAYERS.map(|(layers, dash)| bounded(layers, dash, bound(layers)));
        let series = [by_bits, bounds.to_vec()].concat();
        let axis = Axis::new("lg(1/ε)", Scale::Whole);
        panels.push(panel(&format!("d = {WIDTH}"), axis, series));
    }
    if panels.is_empty() {
        return Ok(None);
    }
    share_y(&mut panels);
    let runs = rows.iter().map(|row| row.runs);
    Ok(Some(Figure {
        name: "lower-bound-widths",
        title: "Hidden units of the construction, and the least that counting allows".to_owned(),
        rows: vec![panels],
        panel_height: 400.0,
        caption: format!(
            "Markers: hidden units 2nd of a random network of two layers with which each linear target of a \
             grid succeeds with probability 1/2, medians over {} runs with 95 % intervals (ranks). Lines: \
             the width k with 2dk + (L − 2)k² = d² lg(1/(2ε)) − 1, for networks of L layers of weights \
             whose hidden layers have k units each: only for L = 2 does the width keep the logarithm, for \
             more layers its root. Data: {}.csv",
            span(runs),
            ConstructionRow::TABLE
        ),
    }))
}

fn bounded(layers: usize, dash: Dash, points: impl Iterator<Item = (f64, f64)>) -> Series {
    let style = Style::new(palette::BLACK, dash, Marker::None);
    line(&format!("at least, {layers} layers"), style, points)
}

fn panel(title: &str, x: Axis, series: Vec<Series>) -> Panel {
    let y = Axis::new("hidden units", Scale::Log10);
    Panel::new(title, x, y, series)
}

/// Hidden units at the sizes that are shown, by x.
fn constructions(
    rows: &[ConstructionRow],
    is_shown: impl Fn(&(u32, f64)) -> bool,
    x: impl Fn(&(u32, f64)) -> f64,
) -> Result<Vec<Series>> {
    let mut series = Vec::new();
    for (name, label, style) in CONSTRUCTIONS {
        let mut points = Vec::new();
        for size in sizes(rows, name).into_iter().filter(&is_shown) {
            let needed = block(rows, name, size.0, size.1, Level::PERCENT_95)?;
            let units = |block: f64| f64::from(size.0) * block;
            points.extend(needed.map(|found| {
                let interval = found.interval.map(units);
                (x(&size), units(found.parameters), interval)
            }));
        }
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        series.extend(measured(label, style, points));
    }
    Ok(series)
}
