//! `mnist-pruning-epochs`: how fast scores are learned, beside the weights of the dense network.

use crate::comparable_runs::{longest, percent};
use crate::{Architecture, EpochRow, Model, Row};
use lab::Row as _;

use super::{PANELS, accuracy_axis, in_rows, model_name, model_style, removed, shown};
use charts::wording::thousands;
use charts::{Axis, Figure, Panel, Scale, Series, Shape};

/// The sparsities that are shown: both ends and the middle.
const SHOWN: [f64; PANELS] = [0.05, 0.5, 0.95];

/// Above so many epochs markers would hide the line.
const MAX_MARKED: usize = 12;

/// The figure of the longest runs of every architecture, if there are runs of the sparsities shown.
pub(super) fn figure(rows: &[Row], epochs: &[EpochRow]) -> Option<Figure> {
    let mut panels = Vec::new();
    for architecture in Architecture::ALL {
        let runs = longest(rows, architecture);
        panels.extend(
            SHOWN
                .iter()
                .filter_map(|&sparsity| panel(&runs, sparsity, epochs)),
        );
    }
    let images = rows.first()?.test_images;
    let rows = in_rows(&mut panels);
    (!rows.is_empty()).then(|| Figure {
        name: "mnist-pruning-epochs",
        title: "Accuracy from epoch to epoch".to_owned(),
        rows,
        panel_height: 150.0,
        caption: format!(
            "Accuracy on {} test images after each epoch, on a logit scale: scores are trained under masks \
             that remove so many weights as the headings say, and weights of the dense network. A line for \
             each draw, which ends where the run diverged. Data: {}.csv",
            thousands(images),
            EpochRow::TABLE
        ),
    })
}

/// The runs of one sparsity and the dense ones; nothing if no pruned one has completed an epoch.
fn panel(runs: &[&Row], sparsity: f64, epochs: &[EpochRow]) -> Option<Panel> {
    let mut series = Vec::new();
    for run in runs
        .iter()
        .filter(|run| run.model == Model::Dense || run.sparsity == sparsity)
    {
        let points = epochs.iter().filter(|epoch| is_of(epoch, run));
        let points = points.map(|epoch| {
            (
                epoch.epoch as f64,
                shown(percent(epoch.correct, run.test_images)),
            )
        });
        let points: Vec<(f64, f64)> = points.collect();
        let style = match points.len() {
            0 => continue,
            1..=MAX_MARKED => model_style(run.model),
            _ => model_style(run.model).line_alone(),
        };
        series.push(Series::new(
            model_name(run.model),
            style,
            Shape::Line(points),
        ));
    }
    let is_pruned = |series: &Series| series.label != model_name(Model::Dense);
    series.iter().any(is_pruned).then(|| Panel {
        title: format!(
            "{}, {} removed",
            runs[0].architecture.name(),
            removed(sparsity)
        ),
        notes: Vec::new(),
        x: Axis::new("epoch", Scale::Whole),
        y: accuracy_axis(),
        series,
    })
}

fn is_of(epoch: &EpochRow, run: &Row) -> bool {
    let network = (
        epoch.architecture,
        epoch.model,
        epoch.variant,
        epoch.sparsity,
    );
    network == (run.architecture, run.model, run.variant, run.sparsity)
        && (epoch.epochs, epoch.seed) == (run.epochs, run.seed)
}
