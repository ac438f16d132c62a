//! `coverage-worst-error`: how far the worst number of [-1, 1] is from every subset sum.

use crate::quantile::WorstErrors;
use crate::row::Row;
use crate::theory::counting_floor;
use anyhow::Result;
use lab::Row as _;
use lab::statistics::{Level, upper_rank};

use super::{arranged, definitions, groups, law_title, worst_errors};
use charts::wording::span;
use charts::{Axis, Figure, Panel, Scale, Series, Shape, Style, share_x};

/// The interval is [-1, 1].
const RADIUS: f64 = 1.0;

/// Quantiles and their names.
const QUANTILES: [(f64, &str); 3] = [
    (0.5, "median"),
    (0.9, "90 % quantile"),
    (0.99, "99 % quantile"),
];

/// The figure of quantiles of the worst error against n, a panel for each distribution; `None` if no median is
/// known.
pub(super) fn figure(rows: &[Row]) -> Result<Option<Figure>> {
    let (mut panels, mut shown) = (Vec::new(), Vec::new());
    for law in groups(rows, |row| row.law.clone()) {
        let law = law[0].law.as_str();
        let mut known = worst_errors(rows, law, RADIUS);
        known.retain(|(_, errors)| errors.quantile(0.5).is_some());
        if !known.is_empty() {
            panels.push(panel(law, &known)?);
            shown.extend(known.iter().map(|(_, errors)| (law, errors.trials())));
        }
    }
    share_x(&mut panels);
    Ok((!panels.is_empty()).then(|| Figure {
        name: "coverage-worst-error",
        title: "How far the worst target is from every subset sum of n random numbers".to_owned(),
        rows: arranged(panels),
        panel_height: 230.0,
        caption: caption(&shown),
    }))
}

fn panel(law: &str, known: &[(u32, WorstErrors)]) -> Result<Panel> {
    let mut series = Vec::new();
    for ((probability, name), look) in QUANTILES.into_iter().zip(Style::CURVES) {
        series.extend(curve(probability, name, look.line_alone(), known)?);
    }
    let floor = |(n, _): &(u32, WorstErrors)| (f64::from(*n), counting_floor(*n, RADIUS));
    let (label, floor) = ("bound by counting, 2⁻ⁿ", known.iter().map(floor));
    series.push(Series::line(label, Style::REFERENCE, floor));
    let x = Axis::new("random numbers n", Scale::Whole);
    let y = Axis::new("worst error", Scale::Log10);
    Ok(Panel::new(law_title(law), x, y, series))
}

/// A quantile with its intervals, for those n that have the instances for an upper bound.
fn curve(
    probability: f64,
    name: &str,
    look: Style,
    known: &[(u32, WorstErrors)],
) -> Result<Vec<Series>> {
    let (mut line, mut band) = (Vec::new(), Vec::new());
    for (n, errors) in known {
        let n = f64::from(*n);
        let bound = upper_rank(errors.trials(), probability, Level::PERCENT_95)?;
        if let (Some(_), Some(error)) = (bound, errors.quantile(probability)) {
            line.push((n, error));
            let interval = errors.interval(probability, Level::PERCENT_95)?;
            if interval.is_bounded() {
                band.push((n, interval.low, interval.high));
            }
        }
    }
    let mut series = Vec::new();
    if !band.is_empty() {
        series.push(Series::new("", look, Shape::Band(band)));
    }
    if !line.is_empty() {
        series.push(Series::line(name, look, line));
    }
    Ok(series)
}

fn caption(shown: &[(&str, u64)]) -> String {
    format!(
        "The worst error is the largest distance of a number in [−1, 1] from the nearest subset sum. \
         Quantiles over {} instances for each law and n, rounded up by at most 4.5 %; bands: 95 % intervals \
         (order statistics). A quantile is left out where there are too few instances to bound it with 95 % \
         confidence: fewer than 29 for 90 %, 299 for 99 %. Dotted: 2ⁿ sums are within ε of a length of 2ⁿ · 2ε at \
         most. {}Data: {}.csv",
        span(shown.iter().map(|(_, trials)| *trials)),
        definitions(shown.iter().map(|(law, _)| *law)),
        Row::TABLE,
    )
}
