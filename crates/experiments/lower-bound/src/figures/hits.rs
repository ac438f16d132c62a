//! `lower-bound-hits`: what pruned networks hit, against what counting allows.

use crate::network::Architecture;
use crate::row::{Row, VolumeRow};
use crate::theory::volume_share;
use lab::Row as _;

use super::{THEOREM, line, named, power};
use charts::wording::span;
use charts::{Axis, Color, Dash, Figure, Marker, Panel, Scale, Series, Shape, Style, palette};

/// The tolerance of networks R -> R is 2^-`BITS`.
const BITS: i32 = 8;

/// How an architecture R -> R looks.
fn look(architecture: Architecture) -> Style {
    let (color, marker) = match architecture {
        Architecture::Linear => (palette::BLUE, Marker::Disc),
        Architecture::Shared => (palette::GREEN, Marker::Triangle),
        Architecture::TwoLayer => (palette::ORANGE, Marker::Square),
        Architecture::TwoLayerBiased => (palette::PURPLE, Marker::Diamond),
        Architecture::ThreeLayer => (palette::VERMILION, Marker::Disc),
    };
    Style::new(color, Dash::Solid, marker)
}

/// Numbers of hidden units.
const UNITS: [(Color, Marker); 6] = [
    (palette::BLUE, Marker::Disc),
    (palette::VERMILION, Marker::Square),
    (palette::GREEN, Marker::Triangle),
    (palette::PURPLE, Marker::Diamond),
    (palette::ORANGE, Marker::Disc),
    (palette::BLACK, Marker::Square),
];

/// The figure; `None` without rows of either kind.
pub(super) fn figure(rows: &[Row], volumes: &[VolumeRow]) -> Option<Figure> {
    let mut panels = Vec::new();
    panels.extend(numbers(rows));
    panels.extend(
        [2, 3]
            .into_iter()
            .filter_map(|width| matrices(volumes, width)),
    );
    if panels.is_empty() {
        return None;
    }
    let networks = rows.iter().filter(|row| row.weights == "uniform");
    Some(Figure {
        name: "lower-bound-hits",
        title: "What all pruned versions of a network hit, and what counting allows".to_owned(),
        rows: vec![panels],
        panel_height: 400.0,
        caption: format!(
            "Numbers: targets w = −1, −1 + 2ε, …, 1 that the network which hits most hits, among {} networks \
             of uniform weights of each size, ε = {}; a network of α parameters has 2^α versions, and \
             no version is near two targets. Matrices: uniform W from the unit ball of the spectral norm, {} \
             in all, that networks of two layers with k hidden units (uniform weights, 2dk parameters) hit \
             within ε on the unit ball; dashed: the share 2^α ε^(d²) that volumes allow (LB-1.3 \
             counts versions that may be near something linear instead of all 2^α, which allows less). Largest errors are \
             exact up to rounding. Shares of 0 are not shown. Data: {}.csv and {}.csv",
            span(networks.map(|row| row.networks)),
            power(BITS.into()),
            span(volumes.iter().map(|row| row.targets)),
            Row::TABLE,
            VolumeRow::TABLE
        ),
    })
}

fn numbers(rows: &[Row]) -> Option<Panel> {
    let mut series = Vec::new();
    let mut largest = 0;
    for architecture in Architecture::ALL {
        let is_shown = |row: &&Row| {
            row.architecture == architecture.name()
                && row.weights == "uniform"
                && row.tolerance == 0.5_f64.powi(BITS)
        };
        let points = rows.iter().filter(is_shown);
        let points: Vec<_> = points
            .map(|row| (f64::from(row.parameters), row.most as f64))
            .collect();
        largest = largest.max(points.last().map_or(0, |point| point.0 as u32));
        if !points.is_empty() {
            let label = named(architecture);
            series.push(line(label, look(architecture), points.into_iter()));
        }
    }
    if series.is_empty() {
        return None;
    }
    let targets = 2.0_f64.powi(BITS) + 1.0;
    let most = (1..=largest.min(BITS as u32 + 1)).map(f64::from);
    series.push(line(
        "2^α, or all targets",
        THEOREM,
        most.map(|x| (x, x.exp2().min(targets))),
    ));
    let level = Shape::Horizontal(targets);
    series.push(Series::new("", Style::REFERENCE, level));
    let x = Axis::new("parameters α", Scale::Whole);
    let y = Axis::new("targets hit, at most", Scale::Log10);
    let title = format!("numbers, ε = {}", power(BITS.into()));
    Some(Panel::new(title, x, y, series))
}

fn matrices(rows: &[VolumeRow], width: u32) -> Option<Panel> {
    let rows: Vec<&VolumeRow> = rows.iter().filter(|row| row.width == width).collect();
    let mut series = Vec::new();
    for (units, (color, marker)) in (1..).zip(UNITS) {
        let of = || rows.iter().filter(move |row| row.units == units);
        if of().next().is_none() {
            continue;
        }
        let hit = of().map(|row| (1.0 / row.tolerance, row.hits as f64 / row.targets as f64));
        let style = Style::new(color, Dash::Solid, marker);
        series.push(line(&format!("k = {units}"), style, hit));
        let allowed = of().map(|row| {
            let versions = f64::from(row.parameters).exp2();
            (
                1.0 / row.tolerance,
                volume_share(width as usize, row.tolerance, versions),
            )
        });
        let style = Style::new(color, Dash::Dashed, Marker::None);
        series.push(line("", style, allowed));
    }
    let x = Axis::new("1/ε", Scale::Log10);
    let y = Axis::new("share of the ball", Scale::Log10);
    let title = format!("matrices, d = {width}");
    (!series.is_empty()).then(|| Panel::new(title, x, y, series))
}
