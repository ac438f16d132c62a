//! The figures of the experiment `baselines`: the paper's construction against the ones before it.

mod network;
mod weight;

use std::path::Path;

use crate::Construction;
use crate::neurons_taken::Results;
use anyhow::{Context, Result};

use charts::{Dash, Figure, Marker, Series, Style, palette};

/// What to do about rows that are there but say nothing.
const CURE: &str = "rows that cannot be drawn; run the experiment baselines again with --fresh";

/// The figures whose tables are in the folder `results`.
///
/// # Errors
/// If a table is damaged, or has rows without runs.
pub(crate) fn figures(results: &Path) -> Result<Vec<Figure>> {
    let Some(results) = Results::read(results)? else {
        return Ok(Vec::new());
    };
    let weight = weight::figure(&results).context(CURE)?;
    Ok(weight
        .into_iter()
        .chain(network::figure(&results))
        .collect())
}

/// The name and the look of a construction in both figures.
fn look(construction: Construction) -> (&'static str, Style) {
    let (label, color, marker) = match construction {
        Construction::MalachProof => (
            "Malach et al., rule of the proof",
            palette::VERMILION,
            Marker::Square,
        ),
        Construction::MalachClosest => (
            "Malach et al., closest product",
            palette::PURPLE,
            Marker::Diamond,
        ),
        Construction::OrseauUniform => (
            "Orseau et al., uniform weights",
            palette::ORANGE,
            Marker::Triangle,
        ),
        Construction::Orseau => ("Orseau et al.", palette::GREEN, Marker::Square),
        Construction::Gadget => ("paper's gadget", palette::BLUE, Marker::Disc),
        Construction::PooledGadget => ("pooled gadget", palette::BLACK, Marker::Triangle),
    };
    (label, Style::new(color, Dash::Solid, marker))
}

/// Measured points as a line with markers over a dashed line through `all` points.
fn curve(
    construction: Construction,
    measured: Vec<(f64, f64)>,
    all: Vec<(f64, f64)>,
) -> [Series; 2] {
    let (label, style) = look(construction);
    let dashed = Style::new(style.color, Dash::Dashed, Marker::None);
    // A curve without measured points has its dashes in the legend.
    let (over, under) = if measured.is_empty() {
        ("", label)
    } else {
        (label, "")
    };
    [
        Series::line(under, dashed, all),
        Series::line(over, style, measured),
    ]
}

#[cfg(test)]
mod tests;
