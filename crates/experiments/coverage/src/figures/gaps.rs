//! `coverage-gaps`: how far a fixed target is from the nearest sum, against the predicted distribution.

use crate::row::GapRow;
use lab::Row as _;

use super::{arranged, definitions, groups, law_title};
use charts::wording::{span, thousands};
use charts::{Axis, Figure, Panel, Scale, Series, Style, share_x};

/// Quantiles of the normalised gap against those of the exponential distribution, a panel for each distribution and
/// target.
pub(super) fn figure(rows: &[GapRow]) -> Figure {
    let mut panels: Vec<Panel> = groups(rows, |row| (row.law.clone(), row.target.to_bits()))
        .iter()
        .map(|rows| panel(rows))
        .collect();
    share_x(&mut panels);
    Figure {
        name: "coverage-gaps",
        title: "How far a target is from its nearest subset sum, against theory".to_owned(),
        rows: arranged(panels),
        panel_height: 250.0,
        caption: caption(rows),
    }
}

/// The quantile of the exponential distribution with mean 1.
fn exponential(row: &GapRow) -> f64 {
    -(-row.probability).ln_1p()
}

fn panel(rows: &[&GapRow]) -> Panel {
    let ends = rows.iter().map(|row| exponential(row));
    let low = ends.clone().fold(f64::INFINITY, f64::min);
    let high = ends.fold(0.0, f64::max);
    let diagonal = [(low, low), (high, high)];
    let mut series = vec![Series::line("as predicted", Style::REFERENCE, diagonal)];
    let mut distances = Vec::new();
    let curves = groups(rows.iter().copied(), |row| row.candidates);
    for (curve, look) in curves.iter().zip(Style::CURVES.into_iter().cycle()) {
        let points = curve.iter().map(|row| (exponential(row), row.gap));
        let label = format!("n = {}", curve[0].candidates);
        series.push(Series::line(&label, look.line_alone(), points));
        let (distance, n) = (curve[0].distance, curve[0].candidates);
        distances.push(format!("{distance:.3}\u{a0}(n = {n})"));
    }
    let title = format!("{}, z = {}", law_title(&rows[0].law), rows[0].target);
    let x = Axis::new("quantile of the exponential law", Scale::Log10);
    let y = Axis::new("quantile of the normalised gap", Scale::Log10);
    Panel::new(title, x, y, series).noting(vec![format!("distance {}", distances.join(", "))])
}

fn caption(rows: &[GapRow]) -> String {
    let fewest = rows.iter().map(|row| row.trials).min().unwrap_or(0);
    // By the inequality of Dvoretzky, Kiefer and Wolfowitz.
    let likely = ((2.0_f64 / 0.05).ln() / (2.0 * fewest as f64)).sqrt();
    format!(
        "Quantiles of 2ⁿ⁺¹ g(z) |z − nearest subset sum| over {} instances for each n, where n counts \
         the nonzero candidates and g is the normal density with the mean and the variance of a \
         uniformly random subset's sum; if sums lay like independent points the law would be \
         exponential with mean 1. {}Logarithmic axes. Above the panels: Kolmogorov-Smirnov distances \
         from that law; {} numbers of the law itself are closer than {likely:.3} with a probability of at \
         least 95 %. Data: {}.csv",
        span(rows.iter().map(|row| row.trials)),
        definitions(rows.iter().map(|row| row.law.as_str())),
        thousands(fewest),
        GapRow::TABLE,
    )
}
