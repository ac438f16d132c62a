//! `coverage-growth`: how the covered part of an interval grows, draw by draw.

use crate::row::{GrowthRow, TrajectoryRow};
use crate::theory::expected_growth;
use lab::Row as _;
use lab::statistics::{Level, mean};

use super::{fit, fitted_line, formula, groups};
use charts::wording::span;
use charts::{Axis, Dash, Figure, Marker, Panel, Scale, Series, Shape, Style, palette};

/// The figure of the covered fraction against draws, beside the draws until half of the interval and
/// until almost all of it is covered.
pub(super) fn figure(trajectories: &[TrajectoryRow], runs: &[GrowthRow]) -> Figure {
    Figure {
        name: "coverage-growth",
        title: "How the covered part of an interval grows with every draw".to_owned(),
        rows: vec![vec![fractions(trajectories), hitting_times(runs)]],
        panel_height: 330.0,
        caption: caption(runs),
    }
}

fn fractions(rows: &[TrajectoryRow]) -> Panel {
    let (mut measured, mut predicted, mut bounds) = (Vec::new(), Vec::new(), Vec::new());
    let curves = groups(rows, |row| row.tolerance.to_bits());
    for (curve, look) in curves.into_iter().zip(Style::CURVES.into_iter().cycle()) {
        let style = look.line_alone();
        let tolerance = curve[0].tolerance;
        let curve = until_full(curve);
        let draws = |row: &TrajectoryRow| f64::from(row.step);
        let band = curve.iter().map(|row| (draws(row), row.low, row.high));
        let medians = curve.iter().map(|row| (draws(row), row.median));
        let label = format!("ε = {tolerance}");
        measured.push(Series::new("", style, Shape::Band(band.collect())));
        measured.push(Series::line(&label, style, medians));
        let label = "recursion of the mean";
        let last = curve.last().map_or(0, |row| row.step);
        let recursion = recursion(tolerance, last);
        predicted.push(Series::line(label, Style::REFERENCE, recursion));
        let label = "doubled by every draw";
        let doubled = vec![(0.0, 2.0 * tolerance), (-(2.0 * tolerance).log2(), 1.0)];
        bounds.push(Series::line(label, BOUND, doubled));
    }
    let x = Axis::new("draws", Scale::Whole).starting_at(0.0);
    let y = Axis::new("covered fraction of [−1/2, 1/2]", Scale::Log10);
    let series = [measured, predicted, bounds].concat();
    Panel::new("Covered fraction v", x, y, series)
}

/// The look of the bound by doubling.
const BOUND: Style = Style::new(palette::BLACK, Dash::Mixed, Marker::None);

/// The rows until nine tenths of the runs have covered all but the tolerance.
fn until_full(mut rows: Vec<&TrajectoryRow>) -> Vec<&TrajectoryRow> {
    rows.sort_by_key(|row| row.step);
    let full = rows.iter().position(|row| row.low >= 1.0 - row.tolerance);
    rows.truncate(full.map_or(rows.len(), |full| full + 1));
    rows
}

/// The covered fraction if every draw added what is expected of it.
fn recursion(tolerance: f64, draws: u32) -> Vec<(f64, f64)> {
    let next = |covered: &f64| Some(expected_growth(*covered));
    let fractions = std::iter::successors(Some(2.0 * tolerance), next);
    (0..=draws).map(f64::from).zip(fractions).collect()
}

fn hitting_times(rows: &[GrowthRow]) -> Panel {
    type Draws = fn(&GrowthRow) -> u32;
    const HALF: Draws = |row| row.steps_to_half;
    const FULL: Draws = |row| row.steps_to_full;
    let (mut series, mut notes) = (Vec::new(), Vec::new());
    for (name, draws, look) in [
        ("half", HALF, Style::CURVES[0]),
        ("all but ε", FULL, Style::CURVES[1]),
    ] {
        let run = |row: &GrowthRow| (-row.tolerance.ln(), f64::from(draws(row)));
        let runs: Vec<(f64, f64)> = rows.iter().map(run).collect();
        if let Some(line) = fit(&runs) {
            let slope = line.slope(0).interval(Level::PERCENT_95);
            let formula = formula(&line, "ln(1/ε)");
            notes.push(format!(
                "{name}: {formula}, slope {:.2} to {:.2}",
                slope.low, slope.high
            ));
            series.push(Series::new(
                "",
                look.line_alone(),
                fitted_line(&line, &runs),
            ));
        }
        let label = format!("until {name} is covered");
        series.extend(mean_draws(
            &label,
            look.markers_alone(),
            rows,
            |row| -row.tolerance.ln(),
            draws,
        ));
    }
    let x = Axis::new("ln(1/ε)", Scale::Linear);
    let y = Axis::new("draws", Scale::Linear).starting_at(0.0);
    Panel::new("Draws until it is covered", x, y, series).noting(notes)
}

/// Mean draws at each tolerance with their 95 % intervals; nothing without runs.
pub(super) fn mean_draws(
    label: &str,
    look: Style,
    rows: &[GrowthRow],
    x: impl Fn(&GrowthRow) -> f64,
    draws: impl Fn(&GrowthRow) -> u32,
) -> Vec<Series> {
    let (mut points, mut bars) = (Vec::new(), Vec::new());
    for runs in groups(rows, |row| row.tolerance.to_bits()) {
        let x = x(runs[0]);
        let sample: Vec<f64> = runs.iter().map(|row| f64::from(draws(row))).collect();
        points.push((x, sample.iter().sum::<f64>() / sample.len() as f64));
        // A single run has no interval.
        if let Ok(mean) = mean(&sample) {
            bars.push(mean.interval(Level::PERCENT_95).bar(x));
        }
    }
    if points.is_empty() {
        return Vec::new();
    }
    vec![Series::line(label, look, points), Series::bars(look, bars)]
}

/// How many runs there are, for captions.
pub(super) fn runs_for_each(rows: &[GrowthRow]) -> String {
    let runs = groups(rows, |row| row.tolerance.to_bits());
    let counts = runs.iter().map(|runs| runs.len() as u64);
    format!("{} runs for each ε", span(counts))
}

fn caption(rows: &[GrowthRow]) -> String {
    format!(
        "Growth dynamics of the kind that proofs of the theorem follow: [−ε, ε] is covered at first, \
         and a draw X from U[−1, 1] adds the covered part moved by X, as far as it stays in [−1/2, \
         1/2]. {}. (a) Lines: medians; bands: from a tenth to nine tenths of the runs. Dotted: \
         v + v(1−v)/2 iterated from v = 2ε, which is the mean of the next fraction given v, not \
         its median. Dashes and dots: no draw more than doubles v. (b) Means with 95 % intervals \
         (Student); lines: least squares over all runs, slopes with 95 % intervals. Doubling at every draw \
         would have the slope 1/ln 2 = 1.44; a typical draw multiplies a small v by e^(2 ln 2 − 1), which \
         predicts 2.59. Data: {}.csv and {}.csv",
        runs_for_each(rows),
        TrajectoryRow::TABLE,
        GrowthRow::TABLE,
    )
}
