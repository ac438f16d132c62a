//! What networks need, as a table.

use super::row::{NAME, NetworkRow, Target};
use super::sufficient_n::{Needed, Results, Setting};
use super::targets::DRAWN;
use super::{DELTA, GUARANTEE, guaranteed_units};
use anyhow::{Context, Result};
use lab::Row as _;
use lab::statistics::Level;
use lab::table;
use std::path::Path;

/// For each shape of the proof's construction: the median n for every target at once and for the drawn
/// ones, and the random weights that it takes.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn table(results: &Path) -> Result<String> {
    let results = Results::read(results)?.with_context(|| table::unfinished(results, NAME))?;
    let mut table = table::markdown([
        "d",
        "outputs",
        "l",
        "epsilon",
        "networks (pruned)",
        "n, every target (95 %)",
        "n, hardest drawn",
        "random / target weights",
        "n by the theorem",
    ]);
    for setting in results
        .settings()
        .iter()
        .filter(|setting| setting.is_papers())
    {
        if let Some(needed) = results.network(setting, Target::Every) {
            table.add_row(line(&results, setting, &needed)?);
        }
    }
    Ok(format!(
        "{table}\n\nMedians of the smallest n (units a half) that suffices, from {}.csv: the paper's gadget and split; every \
         target at once over all networks, drawn ones over those that were pruned. \
         The theorem's n is 12 lg(2 l d1 d2 / min(epsilon, 0.1)); the constant is ours.\n",
        NetworkRow::TABLE
    ))
}

/// How often the theorem's width is too small for every target at once, in a line.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn headline(results: &Path) -> Result<String> {
    let results = Results::read(results)?.with_context(|| table::unfinished(results, NAME))?;
    let (mut failures, mut networks) = (0, 0);
    for setting in results.settings() {
        let needed = results.network(&setting, Target::Every);
        if let Some(needed) = needed.filter(|_| setting.is_papers()) {
            failures += needed.failures(guaranteed_units(&setting, DELTA));
            networks += needed.samples();
        }
    }
    Ok(format!(
        "with the theorem's width, C = {GUARANTEE}, {failures} of {networks} random networks miss some target"
    ))
}

fn line(results: &Results, setting: &Setting, needed: &Needed) -> Result<Vec<String>> {
    let median = needed.quantile(0.5);
    let interval = needed.interval(0.5, Level::PERCENT_95)?;
    let drawn = DRAWN.into_iter().filter_map(|target| {
        let needed = results.network(setting, target)?;
        Some((needed.quantile(0.5), target, needed.samples()))
    });
    let hardest = drawn.max_by(|a, b| a.0.total_cmp(&b.0));
    let pruned = hardest.map_or(0, |(_, _, samples)| samples);
    let weights = (setting.instances() / 2) as f64;
    Ok(vec![
        setting.width.to_string(),
        setting.outputs.to_string(),
        setting.depth.to_string(),
        setting.epsilon.to_string(),
        format!("{} ({pruned})", needed.samples()),
        format!("{median} ({} - {})", interval.low, interval.high),
        hardest.map_or("-".to_owned(), |(median, target, _)| {
            format!("{median}, {}", target.name())
        }),
        format!("{:.0}", setting.parameters(median) / weights),
        guaranteed_units(setting, DELTA).to_string(),
    ])
}
