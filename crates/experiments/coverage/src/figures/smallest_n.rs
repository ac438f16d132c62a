//! `coverage-smallest-n`: how many random numbers a precision takes.

use std::ops::RangeInclusive;

use crate::quantile::WorstErrors;
use crate::row::{GrowthRow, Row};
use anyhow::Result;
use lab::Row as _;
use lab::statistics::Level;

use super::growth::{mean_draws, runs_for_each};
use super::{fit, fitted_line, formula, worst_errors};
use charts::wording::span;
use charts::{Axis, Figure, Panel, Scale, Series, Style, share_x, share_y};

/// The distribution of the candidates.
const LAW: &str = "uniform";

/// The numbers of candidates that a line is fitted to.
const FITTED: RangeInclusive<u32> = 12..=24;

/// The intervals [-radius, radius], also as titles write them.
const INTERVALS: [(f64, &str); 2] = [(1.0, "[−1, 1]"), (GROWTH_RADIUS, "[−1/2, 1/2]")];

/// The interval whose covered part a [`GrowthRow`] follows.
const GROWTH_RADIUS: f64 = 0.5;

/// The figure of n against the precision, a panel for each interval; `None` if no median is known.
pub(super) fn figure(rows: &[Row], runs: &[GrowthRow]) -> Result<Option<Figure>> {
    let (mut panels, mut trials) = (Vec::new(), Vec::new());
    for (radius, interval) in INTERVALS {
        let medians = medians(rows, radius)?;
        if !medians.is_empty() {
            let runs = if radius == GROWTH_RADIUS { runs } else { &[] };
            panels.push(panel(radius, interval, &medians, runs));
            trials.extend(medians.iter().map(|median| median.trials));
        }
    }
    share_x(&mut panels);
    share_y(&mut panels);
    Ok((!panels.is_empty()).then(|| Figure {
        name: "coverage-smallest-n",
        title: "How many random numbers it takes until every target is near a subset sum"
            .to_owned(),
        rows: vec![panels],
        panel_height: 360.0,
        caption: caption(&trials, runs),
    }))
}

/// The median worst error of n candidates.
struct Median {
    candidates: u32,
    trials: u64,
    /// log2 of 1 / error.
    bits: f64,
    /// Its interval of 95 %.
    bounds: Option<(f64, f64)>,
}

fn medians(rows: &[Row], radius: f64) -> Result<Vec<Median>> {
    let errors = worst_errors(rows, LAW, radius).into_iter();
    let known = errors.filter_map(|(n, errors)| Some((n, errors.quantile(0.5)?, errors)));
    let median = |(candidates, error, errors): (u32, f64, WorstErrors)| {
        let interval = errors.interval(0.5, Level::PERCENT_95)?;
        Ok(Median {
            candidates,
            trials: errors.trials(),
            bits: -error.log2(),
            bounds: interval
                .is_bounded()
                .then(|| (-interval.high.log2(), -interval.low.log2())),
        })
    };
    known.map(median).collect()
}

fn panel(radius: f64, interval: &str, medians: &[Median], runs: &[GrowthRow]) -> Panel {
    let n = |median: &Median| f64::from(median.candidates);
    let points = medians.iter().map(|median| (median.bits, n(median)));
    let bars = medians.iter().filter_map(|median| {
        let (low, high) = median.bounds?;
        Some([(low, n(median)), (high, n(median))])
    });
    let bits = medians.iter().map(|median| median.bits);
    let floor = bits.map(|bits| (bits, bits + radius.log2()));
    let (mut series, mut notes) = (Vec::new(), Vec::new());
    let linear = medians
        .iter()
        .filter(|median| FITTED.contains(&median.candidates));
    let linear: Vec<(f64, f64)> = linear.map(|median| (median.bits, n(median))).collect();
    if let Some(line) = fit(&linear) {
        let formula = formula(&line, "log₂(1/ε)");
        notes.push(format!("least squares: n = {formula}"));
        let label = format!("least squares, n = {} to {}", FITTED.start(), FITTED.end());
        let look = Style::CURVES[2].line_alone();
        series.push(Series::new(&label, look, fitted_line(&line, &linear)));
    }
    let look = Style::CURVES[0].markers_alone();
    series.push(Series::line("median of the smallest n", look, points));
    series.push(Series::bars(look, bars));
    series.push(Series::line("bound by counting", Style::REFERENCE, floor));
    let bits = |row: &GrowthRow| -row.tolerance.log2();
    let label = "mean draws in the growth dynamics";
    let draws = |row: &GrowthRow| row.steps_to_full;
    series.extend(mean_draws(label, Style::CURVES[1], runs, bits, draws));
    let x = Axis::new("precision log₂(1/ε) (bits)", Scale::Linear);
    let y = Axis::new("random numbers n", Scale::Whole).starting_at(0.0);
    Panel::new(format!("Targets in {interval}"), x, y, series).noting(notes)
}

fn caption(trials: &[u64], runs: &[GrowthRow]) -> String {
    let rows = Row::TABLE;
    let growth = match runs {
        [] => format!("Data: {rows}.csv"),
        _ => format!(
            "(b) Squares: the dynamics that proofs of the theorem follow, where a draw adds the \
             covered part moved by it: draws until all but a part ε of the interval is within ε of a \
             sum, means with 95 % intervals (Student) over {}. Data: {rows}.csv and {}.csv",
            runs_for_each(runs),
            GrowthRow::TABLE,
        ),
    };
    format!(
        "Discs: the number n of candidates from U[−1, 1] and the ε within which half of the \
         instances have a subset sum of every target, so that n is the median over instances of \
         the smallest number that suffices for ε. {} instances for each n; bars: 95 % intervals of \
         ε (order statistics). Dotted: 2ⁿ sums are within ε of a length of 2ⁿ · 2ε at most. {growth}",
        span(trials.iter().copied()),
    )
}
