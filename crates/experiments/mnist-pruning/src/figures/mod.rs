//! The figures of Experiment 2, where random weights are pruned and not trained.
//!
//! Runs give `fc2`, `fc4` and `lenet5`, a figure each, and `ablations`; their epochs give `epochs`.

mod ablations;
mod accuracy;
mod epochs;

use std::path::Path;

use crate::comparable_runs::{Accuracies, GUESSING, diverged, grouped, seeds, sparsity};
use crate::subject::subject;
use crate::{Architecture, EpochRow, Model, Row};
use anyhow::Result;
use lab::table;

use charts::wording::{counted, listed};
use charts::{
    Axis, Dash, Figure, Marker, Panel, Scale, Series, Shape, Style, palette, share_x, share_y,
};

/// Panels in a row of a figure with many.
const PANELS: usize = 3;

/// The figures whose tables are in the folder `results`.
///
/// # Errors
/// If a table is damaged.
pub(crate) fn figures(results: &Path) -> Result<Vec<Figure>> {
    let rows: Vec<Row> = table::read(results)?.unwrap_or_default();
    let epochs: Vec<EpochRow> = table::read(results)?.unwrap_or_default();
    let is_papers_task = subject(results)?.is_none();
    let by_architecture =
        Architecture::ALL.map(|architecture| accuracy::figure(&rows, architecture, is_papers_task));
    let others = [epochs::figure(&rows, &epochs), ablations::figure(&rows)];
    Ok(by_architecture
        .into_iter()
        .chain(others)
        .flatten()
        .collect())
}

/// A model as legends name it.
fn model_name(model: Model) -> &'static str {
    match model {
        Model::Dense => "dense",
        Model::Wide => "wide",
        Model::Linear => "structure, linear",
        Model::Relu => "structure, ReLU",
    }
}

/// The look of a model, the same in every figure.
fn model_style(model: Model) -> Style {
    let [wide, linear, relu, _] = Style::CURVES;
    match model {
        Model::Dense => Style::new(palette::BLACK, Dash::Dashed, Marker::Diamond),
        Model::Wide => wide,
        Model::Linear => linear,
        Model::Relu => relu,
    }
}

fn sparsity_axis() -> Axis {
    Axis::new("weights removed by masks (%)", Scale::Logit)
}

fn accuracy_axis() -> Axis {
    Axis::new("test accuracy (%)", Scale::Logit)
}

/// A line through the means at each sparsity, with bars over the ranges.
fn curve(label: &str, style: Style, runs: &[&Row]) -> Vec<Series> {
    let (mut line, mut bars) = (Vec::new(), Vec::new());
    for runs in grouped(runs, sparsity) {
        let removed = 100.0 * runs[0].sparsity;
        if let Some(found) = Accuracies::of(&runs) {
            line.push((removed, shown(found.mean)));
            if found.low < found.high {
                bars.push([found.low, found.high].map(|end| (removed, shown(end))));
            }
        }
    }
    if line.is_empty() {
        return Vec::new();
    }
    vec![
        Series::new("", style, Shape::Bars(bars)),
        Series::new(label, style, Shape::Line(line)),
    ]
}

/// A sparsity as captions write it.
fn removed(sparsity: f64) -> String {
    format!("{} %", (1e6 * sparsity).round() / 1e4)
}

/// An accuracy in percent where a logit axis can show it: 100 lies half of one of MNIST's images below.
fn shown(accuracy: f64) -> f64 {
    accuracy.min(99.995)
}

/// Panels in rows, each with the same ranges.
fn in_rows(panels: &mut [Panel]) -> Vec<Vec<Panel>> {
    let rows = panels.chunks_mut(PANELS).map(|row| {
        share_x(row);
        share_y(row);
        row.to_vec()
    });
    rows.collect()
}

/// What markers and bars mean.
fn seeds_sentence(runs: &[&Row]) -> String {
    let seeds: Vec<String> = seeds(runs).iter().map(u64::to_string).collect();
    match &seeds[..] {
        [one] => format!("One run for each marker, draw {one}."),
        _ => format!(
            "Lines: means of up to {} runs (draws {}); bars: smallest to largest.",
            seeds.len(),
            listed(&seeds)
        ),
    }
}

/// What became of runs that diverged, if there are any.
fn diverged_sentence(runs: &[&Row]) -> String {
    match diverged(runs) {
        0 => String::new(),
        count => format!(
            " Of {}, {count} diverged, counted as guessing ({GUESSING} %).",
            counted(runs.len(), "run")
        ),
    }
}

#[cfg(test)]
mod tests;
