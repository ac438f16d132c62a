//! The figures of the experiment `lower-bound`: what counting asks for, and what constructions take.

mod hits;
mod optimality;
mod tickets;
mod widths;

use std::path::Path;

use crate::network::Architecture;
use anyhow::{Context, Result};
use lab::statistics::Interval;
use lab::table;

use charts::{Color, Dash, Figure, Marker, Series, Style, palette};

/// What to do about rows that are there but say nothing.
const CURE: &str = "rows that cannot be drawn; run the experiment lower-bound again with --fresh";

/// The figures whose tables are in the folder `results`.
///
/// # Errors
/// If a table is damaged, or has rows without runs.
pub(crate) fn figures(results: &Path) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let enumerated = table::read(results)?.unwrap_or_default();
    let constructed = table::read(results)?.unwrap_or_default();
    let volumes: Vec<_> = table::read(results)?.unwrap_or_default();
    figures.extend(optimality::of_numbers(&enumerated, &constructed).context(CURE)?);
    figures.extend(optimality::of_matrices(&constructed).context(CURE)?);
    figures.extend(hits::figure(&enumerated, &volumes));
    figures.extend(widths::figure(&constructed).context(CURE)?);
    if let Some(rows) = table::read(results)? {
        figures.push(tickets::figure(&rows).context(CURE)?);
    }
    Ok(figures)
}

/// The bound of Theorem 2.
const THEOREM: Style = Style::new(palette::BLACK, Dash::Solid, Marker::None);

/// The bound by volumes.
const VOLUME: Style = Style::new(palette::BLACK, Dash::Mixed, Marker::None);

/// The paper's construction.
const PAPER: Style = Style::new(palette::VERMILION, Dash::Solid, Marker::Square);

/// The construction with the pooled gadget.
const POOLED: Style = Style::new(palette::ORANGE, Dash::Solid, Marker::Triangle);

/// Constructions by their names in rows and in legends.
const CONSTRUCTIONS: [(&str, &str, Style); 2] = [
    ("paper", "paper's construction", PAPER),
    ("pooled", "pooled gadget", POOLED),
];

/// How legends name an architecture.
fn named(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::Linear => "parallel links",
        Architecture::Shared => "shared weights",
        Architecture::TwoLayer => "two layers",
        Architecture::TwoLayerBiased => "two layers with biases",
        Architecture::ThreeLayer => "three layers",
    }
}

/// The tolerance 2^-bits as text.
fn power(bits: f64) -> String {
    let superscript = |digit: char| match digit {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4'..='9' => char::from_u32('⁴' as u32 + digit as u32 - '4' as u32).unwrap_or(digit),
        other => other,
    };
    let digits: String = bits.to_string().chars().map(superscript).collect();
    format!("2⁻{digits}")
}

/// A dashed line.
const fn formula(color: Color) -> Style {
    Style::new(color, Dash::Dashed, Marker::None)
}

/// Points with intervals along y, those that are known and finite.
fn measured(label: &str, style: Style, points: Vec<(f64, f64, Interval)>) -> Vec<Series> {
    let known: Vec<_> = points
        .into_iter()
        .filter(|point| point.1.is_finite())
        .collect();
    if known.is_empty() {
        return Vec::new();
    }
    let bars = known.iter().filter(|point| point.2.is_bounded());
    let bars = bars.map(|&(x, _, interval)| interval.bar(x));
    vec![
        Series::bars(style, bars),
        Series::line(label, style, known.iter().map(|point| (point.0, point.1))),
    ]
}

/// A curve of a formula, where it is positive.
fn line(label: &str, style: Style, points: impl Iterator<Item = (f64, f64)>) -> Series {
    let positive = points.filter(|point| point.1 > 0.0);
    Series::line(label, style, positive)
}

#[cfg(test)]
mod tests;
