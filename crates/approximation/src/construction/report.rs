//! What networks need, as a table.

use super::config::NAME;
use super::guaranteed_units;
use super::needed::{Needed, Results, Setting};
use super::row::{NetworkRow, Target};
use super::targets::DRAWN;
use anyhow::{Context, Result};
use comfy_table::{Table, presets};
use lab::Row as _;
use lab::statistics::Level;
use std::path::Path;

/// The share of networks that may fail, for which the last column tells the theorem's n.
const DELTA: f64 = 0.1;

/// For each shape of the proof's construction: the median n for every target at once and for the drawn
/// ones, and the random weights that it takes.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn table(results: &Path) -> Result<String> {
    let missing = || format!("{}: no finished {NAME}", results.display());
    let results = Results::read(results)?.with_context(missing)?;
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header([
        "d",
        "outputs",
        "l",
        "epsilon",
        "networks",
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
        "{table}\n\nMedians of the smallest n (units a half) that suffices, from {}.csv: the paper's gadget and split. \
         The theorem's n is 12 lg(2 l d1 d2 / min(epsilon, 0.1)); the constant is ours.\n",
        NetworkRow::TABLE
    ))
}

fn line(results: &Results, setting: &Setting, needed: &Needed) -> Result<Vec<String>> {
    let median = needed.quantile(0.5);
    let interval = needed.interval(0.5, Level::PERCENT_95)?;
    let drawn = DRAWN.into_iter().filter_map(|target| {
        let median = results.network(setting, target)?.quantile(0.5);
        Some((median, target))
    });
    let hardest = drawn.max_by(|a, b| a.0.total_cmp(&b.0));
    let weights = (setting.instances() / 2) as f64;
    Ok(vec![
        setting.width.to_string(),
        setting.outputs.to_string(),
        setting.depth.to_string(),
        setting.epsilon.to_string(),
        needed.samples().to_string(),
        format!("{median} ({} - {})", interval.low, interval.high),
        hardest.map_or("-".to_owned(), |(median, target)| {
            format!("{median}, {}", target.name())
        }),
        format!("{:.0}", setting.parameters(median) / weights),
        guaranteed_units(setting, DELTA).to_string(),
    ])
}
