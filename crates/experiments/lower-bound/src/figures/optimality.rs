//! `lower-bound-optimality-1` and `-2`: parameters for success 1/2 against the precision, numbers and
//! matrices.

use crate::network::{Architecture, Weights};
use crate::parameters_needed::{Needed, Targets, of_construction, of_enumerated, sizes};
use crate::row::{ConstructionRow, Row};
use crate::theory::{
    designed_parameters, designed_two_layer_parameters, fewest_parameters, volume_parameters,
};
use anyhow::Result;
use lab::Row as _;
use lab::statistics::{Interval, Level};
use std::collections::BTreeSet;

use super::{CONSTRUCTIONS, THEOREM, VOLUME, formula, line, measured, named};
use charts::wording::span;
use charts::{Axis, Dash, Figure, Marker, Panel, Scale, Series, Style, palette, share_y};

/// Precisions that curves of formulas span: eps = 2^-b.
const BITS: std::ops::RangeInclusive<i32> = 2..=14;

/// How networks of designed weights and of random ones look.
fn look(architecture: Architecture) -> (Dash, Marker) {
    match architecture {
        Architecture::Linear => (Dash::Solid, Marker::Disc),
        Architecture::Shared => (Dash::Dashed, Marker::Triangle),
        Architecture::TwoLayer => (Dash::Mixed, Marker::Square),
        Architecture::TwoLayerBiased => (Dash::Dotted, Marker::Diamond),
        Architecture::ThreeLayer => (Dash::Solid, Marker::Diamond),
    }
}

fn tolerance(bits: i32) -> f64 {
    0.5_f64.powi(bits)
}

fn bounds(width: usize) -> [Series; 2] {
    let curve = |of: &dyn Fn(f64) -> f64| -> Vec<(f64, f64)> {
        BITS.map(|bits| (f64::from(bits), of(tolerance(bits))))
            .collect()
    };
    let theorem = curve(&|eps| fewest_parameters(width, eps));
    let volume = curve(&|eps| volume_parameters(width, eps, 0.5));
    [
        line("bound of Theorem 2", THEOREM, theorem.into_iter()),
        line("bound by volumes", VOLUME, volume.into_iter()),
    ]
}

/// Constructions of one width: what is needed at each tolerance, as `y` sees it.
fn construction(
    rows: &[ConstructionRow],
    width: u32,
    y: impl Fn(Needed, f64) -> Option<(f64, Interval)>,
) -> Result<Vec<Series>> {
    let mut series = Vec::new();
    for (name, label, style) in CONSTRUCTIONS {
        let mut points = Vec::new();
        for (_, eps) in sizes(rows, name).into_iter().filter(|size| size.0 == width) {
            let needed = of_construction(rows, name, width, eps, Level::PERCENT_95)?;
            let shown = needed.and_then(|needed| y(needed, eps));
            points.extend(shown.map(|(value, interval)| (-eps.log2(), value, interval)));
        }
        let dash = match width {
            1 => Dash::Solid,
            2 => Dash::Dashed,
            4 => Dash::Mixed,
            _ => Dash::Dotted,
        };
        let style = Style { dash, ..style };
        series.extend(measured(&format!("{label}, d = {width}"), style, points));
    }
    Ok(series)
}

/// Parameters as they are.
fn parameters(needed: Needed, _: f64) -> Option<(f64, Interval)> {
    Some((needed.parameters, needed.interval))
}

/// Parameters of networks that were enumerated.
fn enumerated(rows: &[Row], weights: Weights, targets: Targets) -> Result<Vec<Series>> {
    let (color, law) = match weights {
        Weights::Powers => (palette::GREEN, "powers of two"),
        _ => (palette::BLUE, "uniform"),
    };
    let mut series = Vec::new();
    for architecture in Architecture::ALL {
        let mut points = Vec::new();
        for bits in BITS {
            let of = (architecture, weights);
            let needed = of_enumerated(rows, of, tolerance(bits), targets, Level::PERCENT_95)?;
            points.extend(needed.map(|found| (f64::from(bits), found.parameters, found.interval)));
        }
        let (dash, marker) = look(architecture);
        let label = format!("{}, {law}", named(architecture));
        series.extend(measured(&label, Style::new(color, dash, marker), points));
    }
    Ok(series)
}

fn panel(title: &str, series: Vec<Series>) -> Panel {
    let x = Axis::new("lg(1/ε)", Scale::Whole);
    let y = Axis::new("parameters", Scale::Log10);
    Panel::new(title, x, y, series)
}

/// The figure of networks R -> R; `None` if none was measured.
pub(super) fn of_numbers(rows: &[Row], constructed: &[ConstructionRow]) -> Result<Option<Figure>> {
    let mut every = enumerated(rows, Weights::Powers, Targets::Every)?;
    every.extend(enumerated(rows, Weights::Uniform, Targets::Every)?);
    every.extend(construction(constructed, 1, parameters)?);
    if every.is_empty() {
        return Ok(None);
    }
    every.extend(bounds(1));
    let mut average = enumerated(rows, Weights::Uniform, Targets::Average)?;
    average.extend(bounds(1));
    let mut panels = vec![
        panel("every target with probability 1/2", every),
        panel("a random target with probability 1/2", average),
    ];
    share_y(&mut panels);
    let uniform = rows
        .iter()
        .filter(|row| row.weights == Weights::Uniform.name());
    let runs = constructed.iter().filter(|row| row.width == 1);
    let runs = runs.map(|row| row.runs);
    Ok(Some(Figure {
        name: "lower-bound-optimality-1",
        title: "How many parameters it takes to prune a network to w·x, and the bound".to_owned(),
        rows: vec![panels],
        panel_height: 420.0,
        caption: format!(
            "All parameters count. Dots and lines: the smallest network of which a pruned version is within \
             ε of w·x on |x| ≤ 1, for each of the targets w = −1, −1 + 2ε, …, 1 with probability 1/2 (left), \
             or for a random one of them (right): all versions of {} random networks of each size up to \
             {} parameters were looked at, and architectures without a curve did not get there; powers of two are \
             not random and always succeed. On the left the hardest target is chosen by the networks that judge it, so \
             dots can be a little too high; bars allow for that. Constructions: the largest median over targets w that are multiples of 1/4, {} runs. Bars: 95 % intervals \
             (Clopper–Pearson; ranks). Below the solid line no network serves all targets that are 2ε apart, \
             whatever the law of its weights; the few that constructions are asked for need less. Data: {}.csv and {}.csv",
            span(uniform.clone().map(|row| row.networks)),
            uniform.map(|row| row.parameters).max().unwrap_or(0),
            span(runs),
            Row::TABLE,
            ConstructionRow::TABLE
        ),
    }))
}

/// The figure of layers R^2 -> R^2, and of the ratio to the bound for all widths; `None` without rows.
pub(super) fn of_matrices(rows: &[ConstructionRow]) -> Result<Option<Figure>> {
    let mut planar = construction(rows, 2, parameters)?;
    if planar.is_empty() {
        return Ok(None);
    }
    let designed =
        |of: fn(usize, f64) -> f64| BITS.map(move |bits| (f64::from(bits), of(2, tolerance(bits))));
    planar.push(line(
        "two layers, powers of two (formula)",
        formula(palette::GREEN),
        designed(designed_two_layer_parameters),
    ));
    planar.push(line(
        "parallel links, powers of two (formula)",
        Style::new(palette::GREEN, Dash::Dotted, Marker::None),
        designed(designed_parameters),
    ));
    planar.extend(bounds(2));
    let widths: BTreeSet<u32> = rows.iter().map(|row| row.width).collect();
    let mut ratios = Vec::new();
    for width in widths {
        ratios.extend(construction(rows, width, |needed, eps| {
            let least = needed.parameters / needed.ratio(width as usize, eps)?;
            Some((needed.parameters / least, needed.interval / least))
        })?);
    }
    let runs = rows.iter().map(|row| row.runs);
    let mut ratio = panel("times the bound of Theorem 2", ratios);
    ratio.y = Axis::new("parameters / bound", Scale::Log10);
    Ok(Some(Figure {
        name: "lower-bound-optimality-2",
        title: "How optimal the construction is: layers of width d".to_owned(),
        rows: vec![vec![panel("d = 2", planar), ratio]],
        panel_height: 420.0,
        caption: format!(
            "Parameters of a random network of two layers, all entries of both matrices, with which each \
             linear target of a grid (norm 1 and 1/2, and random ones) is approximated within ε on the unit \
             ball with probability 1/2: the largest median over {} runs, with 95 % intervals (ranks), often \
             smaller than the markers. Every error is certified over the ball. Left: against both bounds and \
             what powers of two achieve. Right: over d² lg(1/(2ε)) − 1, which counting asks for if every target is served. Data: {}.csv",
            span(runs),
            ConstructionRow::TABLE
        ),
    }))
}
