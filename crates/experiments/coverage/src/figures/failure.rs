//! `coverage-failure`: how often some number of an interval is far from every sum, and why.

use crate::quantile::failure_interval;
use crate::row::Row;
use crate::theory::reach_failure;
use anyhow::Result;
use lab::Row as _;
use lab::statistics::Level;

use super::{arranged, definitions, law_title, worst_errors};
use charts::wording::span;
use charts::{Axis, Dash, Figure, Marker, Panel, Scale, Series, Style, palette};

/// The distributions and radii that are shown.
const SHOWN: [(&str, f64); 4] = [
    ("uniform", 1.0),
    ("uniform", 0.1),
    ("gadget", 1.0),
    ("gadget", 0.1),
];

/// The tolerance that is shown if it is there; otherwise the nearest one, by ratio.
const TOLERANCE: f64 = 1.0 / 64.0;

/// How the probability of failures of any cause looks.
const TOTAL: Style = Style::new(palette::BLACK, Dash::Solid, Marker::None);

/// A cause of failures: its name, and how many instances fail for it.
type Cause = (&'static str, fn(&Row) -> u64);

const CAUSES: [Cause; 3] = [
    ("reach", |row| row.reach),
    ("edge gap", |row| row.edge_gap),
    ("inner gap", |row| row.inner_gap),
];

/// The figure of failure probabilities against n; `None` without the distributions and radii that it shows.
pub(super) fn figure(rows: &[Row]) -> Result<Option<Figure>> {
    let Some(tolerance) = tolerance(rows) else {
        return Ok(None);
    };
    let (mut panels, mut shown) = (Vec::new(), Vec::new());
    for (law, radius) in SHOWN {
        let found = failing(rows, law, radius, tolerance);
        if !found.is_empty() {
            panels.push(panel(law, radius, tolerance, &found)?);
            shown.extend(found);
        }
    }
    Ok((!panels.is_empty()).then(|| Figure {
        name: "coverage-failure",
        title: "How often, and why, some target is far from every subset sum".to_owned(),
        rows: arranged(panels),
        panel_height: 240.0,
        caption: caption(tolerance, &shown),
    }))
}

fn tolerance(rows: &[Row]) -> Option<f64> {
    let is_shown = |row: &&Row| SHOWN.contains(&(row.law.as_str(), row.radius));
    let distance = |tolerance: &f64| (tolerance / TOLERANCE).ln().abs();
    let tolerances = rows.iter().filter(is_shown).map(|row| row.tolerance);
    tolerances.min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// The rows at a tolerance for rising n, up to the first one from which on no instance fails.
fn failing<'a>(rows: &'a [Row], law: &str, radius: f64, tolerance: f64) -> Vec<&'a Row> {
    let errors = worst_errors(rows, law, radius).into_iter();
    let mut found: Vec<&Row> = errors
        .filter_map(|(_, errors)| errors.at(tolerance))
        .collect();
    let failing = found.iter().rposition(|row| row.failures() > 0);
    found.truncate(failing.map_or(0, |last| last + 2));
    found
}

fn panel(law: &str, radius: f64, tolerance: f64, rows: &[&Row]) -> Result<Panel> {
    let n = |row: &Row| f64::from(row.candidates);
    let rate = |count: u64, row: &Row| count as f64 / row.trials as f64;
    let mut series = Vec::new();
    for ((name, count), look) in CAUSES.into_iter().zip(Style::CURVES) {
        // The causes in an outer row are those at another tolerance.
        let own = rows.iter().filter(|row| row.tolerance == tolerance);
        let there = own.filter(|row| count(row) > 0);
        let points: Vec<(f64, f64)> = there.map(|row| (n(row), rate(count(row), row))).collect();
        if !points.is_empty() {
            series.push(Series::line(name, look, points));
        }
    }
    let total = rows.iter().map(|row| (n(row), rate(row.failures(), row)));
    let bars = rows
        .iter()
        .map(|row| Ok(failure_interval(row, Level::PERCENT_95)?.bar(n(row))));
    series.push(Series::line("any cause", TOTAL, total));
    series.push(Series::bars(TOTAL, bars.collect::<Result<Vec<_>>>()?));
    if law == "uniform" {
        let exact = |row: &&Row| (n(row), reach_failure(row.candidates, radius - tolerance));
        let (label, curve) = ("reach, exact probability", rows.iter().map(exact));
        series.push(Series::line(label, Style::REFERENCE, curve));
    }
    let title = format!("{}, targets in [−{radius}, {radius}]", law_title(law));
    let x = Axis::new("random numbers n", Scale::Whole);
    let y = Axis::new("share of failing instances", Scale::Log10);
    Ok(Panel::new(title, x, y, series))
}

fn caption(tolerance: f64, rows: &[&Row]) -> String {
    let undecided = match rows.iter().any(|row| row.undecided > 0) {
        true => " Instances that could not be decided widen the intervals.",
        false => "",
    };
    format!(
        "An instance of n random numbers fails if a target of the interval is farther than ε = \
         {tolerance} from all subset sums: by reach if it lies beyond the outermost sum, otherwise by an \
         edge gap if it lies between two sums that are not both in the interval, otherwise by an \
         inner gap. {} instances for each law and n, up to the first n from which on none fails; \
         bars: 95 % intervals (Clopper and Pearson).{undecided} {}Logarithmic axis, with a place of \
         its own for 0. Causes are left out where they have no instance, and where all instances \
         fail at a larger ε already. Data: {}.csv",
        span(rows.iter().map(|row| row.trials)),
        definitions(rows.iter().map(|row| row.law.as_str())),
        Row::TABLE,
    )
}
