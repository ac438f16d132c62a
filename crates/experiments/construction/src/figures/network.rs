//! `construction-network`: units that networks need against their width, and how sharply.

use crate::sufficient_n::{Needed, Results, Setting};
use crate::targets::DRAWN;
use crate::{GUARANTEE, NetworkRow, Target, guaranteed_units};
use anyhow::Result;
use lab::Row as _;
use lab::statistics::Level;
use std::collections::BTreeSet;
use tickets::construction::Split;

use super::{EPSILON, is_shown, median, median_bar};
use charts::wording::span;
use charts::{Axis, Dash, Figure, Marker, Panel, Scale, Series, Shape, Style, palette};

/// The width and the depth that the second panel shows, or those next to them.
const MIDDLE: (f64, f64) = (16.0, 4.0);

/// Shares of networks near which there is an interval.
const MARKED: [f64; 3] = [0.25, 0.5, 0.75];

/// The figure of needed units; `None` if no network of the proof's construction was drawn.
pub(super) fn figure(results: &Results) -> Result<Option<Figure>> {
    let mut settings = results.settings();
    settings.retain(|setting| is_shown(setting, Split::Entrywise));
    let distance = |setting: &&Setting| {
        let of = |size: u64, middle: f64| (size as f64 / middle).log2().abs();
        of(setting.width, MIDDLE.0) + of(setting.depth, MIDDLE.1)
    };
    let middle = settings
        .iter()
        .min_by(|a, b| distance(a).total_cmp(&distance(b)));
    let Some(middle) = middle else {
        return Ok(None);
    };
    Ok(Some(Figure {
        name: "construction-network",
        title: "How many random units it takes to approximate networks by pruning".to_owned(),
        rows: vec![vec![
            by_width(results, &settings)?,
            shares(results, middle)?,
        ]],
        panel_height: 400.0,
        caption: caption(results, &settings),
    }))
}

fn by_width(results: &Results, settings: &[Setting]) -> Result<Panel> {
    let depths: BTreeSet<u64> = settings.iter().map(|setting| setting.depth).collect();
    let mut series = Vec::new();
    for (depth, look) in depths.into_iter().zip(Style::CURVES.into_iter().cycle()) {
        let (mut every, mut bars, mut worst) = (Vec::new(), Vec::new(), Vec::new());
        for setting in settings.iter().filter(|setting| setting.depth == depth) {
            let x = setting.width as f64;
            if let Some(needed) = results.network(setting, Target::Every) {
                every.extend(median(&needed).map(|units| (x, units)));
                bars.extend(median_bar(x, &needed)?);
            }
            let drawn = DRAWN
                .iter()
                .filter_map(|&target| results.network(setting, target));
            let medians = drawn.map(|needed| needed.quantile(0.5));
            let largest = medians
                .max_by(f64::total_cmp)
                .filter(|units| units.is_finite());
            worst.extend(largest.map(|units| (x, units)));
        }
        let solid = Style::new(look.color, Dash::Solid, look.marker);
        let dashed = Style::new(look.color, Dash::Dashed, Marker::None);
        let label = format!("l = {depth}");
        series.push(Series::bars(solid, bars));
        series.push(Series::line("", dashed, worst));
        series.push(Series::line(&label, solid, every));
    }
    series.push(form(settings));
    let x = Axis::new("width d", Scale::Log2);
    let y = Axis::new("units a half n, median", Scale::Linear).starting_at(0.0);
    let title = format!("By width and depth, ε = {EPSILON}");
    let note = "solid: every target at once; dashed: hardest drawn".to_owned();
    Ok(Panel::new(title, x, y, series).noting(vec![note]))
}

/// The theorem's form at the depth next to that of [`MIDDLE`].
fn form(settings: &[Setting]) -> Series {
    let distance = |depth: u64| (depth as f64 / MIDDLE.1).log2().abs();
    let depths = settings.iter().map(|setting| setting.depth);
    let depth = depths
        .min_by(|a, b| distance(*a).total_cmp(&distance(*b)))
        .unwrap_or(1);
    let same = settings.iter().filter(|setting| setting.depth == depth);
    let points = same.map(|setting| (setting.width as f64, guaranteed_units(setting, EPSILON)));
    let label = format!("n = {GUARANTEE} log₂(2ld²/ε), l = {depth}");
    Series::line(&label, Style::REFERENCE, points)
}

/// Shares of networks that n units serve.
fn shares(results: &Results, setting: &Setting) -> Result<Panel> {
    let mut series = Vec::new();
    for target in [Target::Every].into_iter().chain(DRAWN) {
        let Some(needed) = results.network(setting, target) else {
            continue;
        };
        let style = look(target);
        if target == Target::Every {
            series.push(Series::bars(style, intervals(&needed)?));
        }
        series.push(Series::new(target.name(), style, steps(&needed)));
    }
    let title = format!(
        "One size: d = {}, l = {}, ε = {EPSILON}",
        setting.width, setting.depth
    );
    let x = Axis::new("units a half n", Scale::Whole);
    let y = Axis::new("share of the networks that n units serve", Scale::Linear);
    Ok(Panel::new(title, x, y, series))
}

fn look(target: Target) -> Style {
    let (color, dash) = match target {
        Target::Every => (palette::BLACK, Dash::Solid),
        Target::Gaussian => (palette::BLUE, Dash::Solid),
        Target::Orthogonal => (palette::GREEN, Dash::Dashed),
        Target::SignedPermutation => (palette::VERMILION, Dash::Mixed),
        Target::RankOne => (palette::PURPLE, Dash::Dotted),
        Target::Trained => (palette::ORANGE, Dash::Dashed),
    };
    Style::new(color, dash, Marker::None)
}

/// The share of the networks that n units serve: a step up at each n that one of them needs.
fn steps(needed: &Needed) -> Shape {
    let all = needed.samples() as f64;
    let known = needed.counts().filter(|(units, _)| units.is_finite());
    let mut served = 0;
    let steps = known.flat_map(|(units, count)| {
        let before = served;
        served += count;
        [before, served].map(|served| (units, served as f64 / all))
    });
    Shape::Line(steps.collect())
}

/// 95 % intervals of the share at the n that serve about the [`MARKED`] ones.
fn intervals(needed: &Needed) -> Result<Vec<[(f64, f64); 2]>> {
    let mut bars = Vec::new();
    for units in MARKED.map(|share| needed.quantile(share)) {
        if units.is_finite() {
            let interval = needed.failure(units)?.interval(Level::PERCENT_95);
            bars.push([(units, 1.0 - interval.high), (units, 1.0 - interval.low)]);
        }
    }
    Ok(bars)
}

fn caption(results: &Results, settings: &[Setting]) -> String {
    let samples = |target| {
        let all = settings
            .iter()
            .filter_map(move |setting| results.network(setting, target));
        span(
            all.map(|needed| needed.samples())
                .collect::<Vec<_>>()
                .into_iter(),
        )
    };
    format!(
        "Random networks of twice the depth, in which each weight of a target with l layers of width d, norms at \
         most 1, has two times n hidden units, pruned as in the proof: every weight within ε/(2ld²), which keeps the \
         network within ε. The smallest n that suffices, for every target at once (all subset-sum instances \
         cover [−1, 1]; networks of a size: {}) and for drawn targets (networks: {}). Bars: 95 % intervals, (a) of \
         the median (order statistics), (b) Clopper and Pearson, at quartiles. (a) Dashed: the kind of drawn target \
         with the largest median. Dotted: the theorem's form, its factor a choice. Data: {}.csv",
        samples(Target::Every),
        samples(Target::Gaussian),
        NetworkRow::TABLE,
    )
}
