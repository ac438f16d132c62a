//! The figures of the experiment `construction`: how many random units serve a weight, a layer, a
//! network, and what one pruned gadget looks like.

mod errors;
mod gadget;
mod growth;
mod network;
mod weights;

use std::path::Path;

use crate::sufficient_n::{Needed, Results, Setting};
use anyhow::{Context, Result};
use lab::statistics::Level;
use lab::table;
use tickets::construction::{Gadget, Split};

use charts::Figure;

/// What to do about rows that are there but say nothing.
const CURE: &str = "rows that cannot be drawn; run the experiment construction again with --fresh";

/// The error of a network that counts as success, in the figures that keep it fixed.
const EPSILON: f64 = 0.1;

/// The figures whose tables are in the folder `results`.
///
/// # Errors
/// If a table is damaged, or has rows without samples.
pub(crate) fn figures(results: &Path) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    if let Some(units) = table::read(results)? {
        figures.push(gadget::figure(&units));
    }
    if let Some(results) = Results::read(results)? {
        figures.extend(weights::figure(&results).context(CURE)?);
        figures.extend(network::figure(&results).context(CURE)?);
        figures.extend(growth::figure(&results));
        figures.extend(errors::figure(&results));
    }
    Ok(figures)
}

/// Whether a setting has as many outputs as inputs, [`EPSILON`], the paper's gadget, and this split.
fn is_shown(setting: &Setting, split: Split) -> bool {
    setting.outputs == setting.width
        && setting.epsilon == EPSILON
        && (setting.gadget, setting.split) == (Gadget::Paper, split)
}

/// The median, if it is known.
fn median(needed: &Needed) -> Option<f64> {
    Some(needed.quantile(0.5)).filter(|units| units.is_finite())
}

/// An upright bar at x over the 95 % interval of the median, if it has both ends.
fn median_bar(x: f64, needed: &Needed) -> Result<Option<[(f64, f64); 2]>> {
    let interval = needed.interval(0.5, Level::PERCENT_95)?;
    Ok(interval.is_bounded().then(|| interval.bar(x)))
}

#[cfg(test)]
mod tests;
