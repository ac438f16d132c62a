//! `existence`: failing instances against n, and sizes at n = 15 beside the authors' run.

use crate::reference::{BOTH, CANDIDATES, INSTANCES, Reference};
use crate::results::{Results, failure};
use crate::row::{Row, SizeRow};
use anyhow::{Context, Result};
use charts::wording::{span, thousands};
use charts::{Axis, Figure, Panel, Scale, Series, Shape, Style};
use lab::Row as _;
use lab::statistics::{Level, Proportion};
use std::path::Path;

const CURE: &str = "rows that cannot be drawn; run the experiment existence again with --fresh";

/// How far to the right of ours the authors' values are drawn, so that both can be seen.
const ASIDE: f64 = 0.3;

/// The figure, if its tables are in the folder `results`.
///
/// # Errors
/// If a table is damaged, or has rows without instances.
pub(crate) fn figures(results: &Path) -> Result<Vec<Figure>> {
    let Some(results) = Results::read(results)? else {
        return Ok(Vec::new());
    };
    let panels = vec![
        failing(&results).context(CURE)?,
        sizes(&results).context(CURE)?,
    ];
    // A panel without points has no axes.
    let panels: Vec<Panel> = panels
        .into_iter()
        .filter(|panel| !panel.series.is_empty())
        .collect();
    Ok((!panels.is_empty())
        .then(|| Figure {
            name: "existence",
            title: "How often, and with how few of n random numbers, a sum is near a random target"
                .to_owned(),
            rows: vec![panels],
            panel_height: 320.0,
            caption: caption(&results.rows),
        })
        .into_iter()
        .collect())
}

/// A curve through proportions with 95 % intervals.
fn curve(label: &str, style: Style, counts: &[(u32, Proportion)]) -> [Series; 2] {
    let points = counts
        .iter()
        .map(|&(x, share)| (f64::from(x), share.rate()));
    let bars = counts
        .iter()
        .map(|&(x, share)| share.interval(Level::PERCENT_95).bar(f64::from(x)));
    [
        Series::line(label, style, points),
        Series::bars(style, bars),
    ]
}

/// What the authors' run found.
fn hollow(reference: &Reference, style: Style, counts: &[(u32, u64)]) -> Series {
    let label = format!("authors' run, {}", reference.construction);
    let share = |&(x, count): &(u32, u64)| (f64::from(x) + ASIDE, count as f64 / INSTANCES as f64);
    let points = Shape::Hollow(counts.iter().map(share).collect());
    Series::new(&label, style, points)
}

fn label(reference: &Reference) -> &'static str {
    match reference.distribution {
        "product" => "products of two",
        _ => "uniform on [−1, 1]",
    }
}

fn failing(results: &Results) -> Result<Panel> {
    let mut series = Vec::new();
    for (reference, style) in BOTH.iter().zip(Style::CURVES) {
        let rates = results
            .of(reference.distribution)
            .map(|row| Ok((row.candidates, failure(row)?)));
        let rates: Vec<_> = rates.collect::<Result<_>>()?;
        if rates.is_empty() {
            continue;
        }
        series.extend(curve(label(reference), style, &rates));
        if results.beside(reference).is_some() {
            series.push(hollow(
                reference,
                style,
                &[(CANDIDATES, reference.failures)],
            ));
        }
    }
    let x = Axis::new("random numbers n", Scale::Whole);
    let y = Axis::new("share of instances", Scale::Log10);
    let title = "No subset sum within the tolerance";
    Ok(Panel::new(title, x, y, series))
}

fn sizes(results: &Results) -> Result<Panel> {
    let mut series = Vec::new();
    for (reference, style) in BOTH.iter().zip(Style::CURVES) {
        let Some(row) = results.beside(reference) else {
            continue;
        };
        let counted = results.sizes_of(row).filter(|size| size.reference > 0);
        let shares =
            counted.map(|size| Ok((size.size, Proportion::new(size.reference, row.instances)?)));
        series.extend(curve(
            label(reference),
            style,
            &shares.collect::<Result<Vec<_>>>()?,
        ));
        let counts: Vec<(u32, u64)> = (0..).zip(reference.sizes).collect();
        series.push(hollow(reference, style, &counts));
    }
    let title = format!("Elements of the subset, n = {CANDIDATES}");
    let x = Axis::new("elements", Scale::Whole);
    let y = Axis::new("share of instances", Scale::Log10);
    Ok(Panel::new(title, x, y, series))
}

fn caption(rows: &[Row]) -> String {
    format!(
        "Targets z from U[−1, 1]; the n numbers are uniform on [−1, 1], or products of two such numbers. \
         {} instances for each kind and n; bars: 95 % intervals (Clopper and Pearson). An instance fails if \
         no subset sum is within {} of z. Right: the size of the smallest subset that is, and for failing \
         instances that of the closest one, by the rule of the authors' code. Hollow, drawn to the right of ours: the results stored with \
         the code beside Burkholz 2022, {} instances. Logarithmic axes, with a place of their own for 0. \
         Data: {}.csv and {}.csv",
        span(rows.iter().map(|row| row.instances)),
        rows.first().map_or(0.0, |row| row.tolerance),
        thousands(INSTANCES),
        Row::TABLE,
        SizeRow::TABLE
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use charts::assert_legible;
    use lab::testing::run;

    const PRESET: &str = include_str!("../tiny.toml");

    #[test]
    fn the_figure_is_legible_and_shows_both_runs() {
        let folder = run(&crate::Experiment, PRESET, 2);
        let figures = figures(folder.path()).unwrap();
        assert_eq!(figures.len(), 1);
        assert_legible(&figures[0]);
        let panels = &figures[0].rows[0];
        assert_eq!(panels.len(), 2);
        for panel in panels {
            let labels: Vec<&str> = panel
                .series
                .iter()
                .map(|series| series.label.as_str())
                .collect();
            assert!(labels.contains(&"products of two") && labels.contains(&"authors' run, 2L"));
        }
        let caption = &figures[0].caption;
        assert!(caption.contains("200 instances") && caption.contains("existence-sizes.csv"));
    }

    #[test]
    fn without_15_candidates_there_are_no_sizes_and_without_rows_no_figure() {
        let preset = PRESET.replace("from = 14", "from = 16");
        let figures = figures(run(&crate::Experiment, &preset, 2).path()).unwrap();
        assert_eq!(figures[0].rows[0].len(), 1);
        assert_legible(&figures[0]);
        let nothing = tempfile::tempdir().unwrap();
        assert!(super::figures(nothing.path()).unwrap().is_empty());
    }
}
