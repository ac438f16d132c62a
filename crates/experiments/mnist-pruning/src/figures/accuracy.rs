//! `mnist-pruning-fc2`, `-fc4` and `-lenet5`: accuracy against the weights that are left, many to few as in the
//! paper.
//!
//! The paper's axes are proportional. On logit scales both ends can be read as well as the middle, where
//! networks differ by a point.

use crate::comparable_runs::{Accuracies, budgets, percent};
use crate::published::{self, READING_ERROR, SPARSITIES};
use crate::{Architecture, Ended, Model, Row};
use lab::Row as _;

use super::{
    accuracy_axis, curve, diverged_sentence, model_name, model_style, seeds_sentence, shown,
};
use charts::wording::{counted, span, thousands};
use charts::{Axis, Figure, Panel, Scale, Series, Shape, Style, share_x, share_y};

/// The figure of an architecture's runs, if there are any: a panel for each number of epochs, with the paper's points
/// if the runs are about its task.
pub(super) fn figure(
    rows: &[Row],
    architecture: Architecture,
    is_papers_task: bool,
) -> Option<Figure> {
    let budgets = budgets(rows, architecture);
    let mut panels: Vec<Panel> = (budgets.iter())
        .filter_map(|runs| panel(runs, architecture, is_papers_task))
        .collect();
    share_x(&mut panels);
    share_y(&mut panels);
    let panel_height = if panels.len() > 1 { 240.0 } else { 360.0 };
    let (name, title) = names(architecture);
    Some(Figure {
        name,
        title: title.to_owned(),
        caption: caption(&budgets, is_papers_task)?,
        rows: panels.into_iter().map(|panel| vec![panel]).collect(),
        panel_height,
    })
}

fn panel(runs: &[&Row], architecture: Architecture, is_papers_task: bool) -> Option<Panel> {
    let (dense, pruned) = split(runs);
    let mut series = reference(&dense, &pruned);
    if is_papers_task {
        series.extend(Model::PRUNED.map(|model| published_points(architecture, model)));
    }
    for model in Model::PRUNED {
        let mut runs = pruned.clone();
        runs.retain(|row| row.model == model);
        series.extend(curve(model_name(model), model_style(model), &runs));
    }
    Some(Panel {
        title: format!("{} of edge-popup", counted(pruned.first()?.epochs, "epoch")),
        notes: notes(architecture, &dense, is_papers_task),
        x: left_axis(&pruned),
        y: accuracy_axis(),
        series,
    })
}

/// Dense networks, and pruned ones.
fn split<'a>(runs: &[&'a Row]) -> (Vec<&'a Row>, Vec<&'a Row>) {
    runs.iter().partition(|row| row.model == Model::Dense)
}

/// The names of the files, and the title.
fn names(architecture: Architecture) -> (&'static str, &'static str) {
    match architecture {
        Architecture::Fc2 => (
            "mnist-pruning-fc2",
            "784-500-10: random networks that are pruned and not trained",
        ),
        Architecture::Fc4 => (
            "mnist-pruning-fc4",
            "784-500-500-500-10: random networks that are pruned and not trained",
        ),
        Architecture::LeNet5 => (
            "mnist-pruning-lenet5",
            "LeNet5: random layers that are pruned and not trained, on the dense network's convolutions",
        ),
    }
}

/// The dense network's accuracy, and where pruned ones have as many weights left.
fn reference(dense: &[&Row], pruned: &[&Row]) -> Vec<Series> {
    let (Some(found), Some(pruned)) = (Accuracies::of(dense), pruned.first()) else {
        return Vec::new();
    };
    let label = model_name(Model::Dense);
    let level = Shape::Horizontal(shown(found.mean));
    let removed = pruned.parameters.saturating_sub(dense[0].parameters);
    let place = Shape::Vertical(percent(removed, pruned.masked));
    vec![
        Series::new(label, model_style(Model::Dense), level),
        Series::new("weights of dense", Style::REFERENCE, place),
    ]
}

/// What was read off the paper's figure; one line in the legend is enough.
fn published_points(architecture: Architecture, model: Model) -> Series {
    let point = |sparsity| {
        let read = published::accuracy(architecture, model, sparsity)?;
        Some((100.0 * sparsity, read))
    };
    let points = SPARSITIES.into_iter().filter_map(point).collect();
    let label = match model {
        Model::Wide => "paper, by eye",
        _ => "",
    };
    Series::new(label, model_style(model), Shape::Hollow(points))
}

/// The axis of weights that are left; models differ by less than a thousandth of them.
fn left_axis(pruned: &[&Row]) -> Axis {
    let removable = pruned.iter().map(|row| row.masked).max().unwrap_or(0);
    let others = pruned
        .iter()
        .map(|row| row.parameters.saturating_sub(row.masked))
        .max();
    let scale = Scale::Left {
        removable,
        others: others.unwrap_or(0),
    };
    Axis::new("remaining parameters (thousands)", scale)
}

/// The dense network.
fn notes(architecture: Architecture, dense: &[&Row], is_papers_task: bool) -> Vec<String> {
    let read = published::accuracy(architecture, Model::Dense, 0.0).filter(|_| is_papers_task);
    let papers = read.map_or(String::new(), |read| format!(", paper {read} %"));
    let note = Accuracies::of(dense).map(|found| format!("dense: {:.2} %{papers}", found.mean));
    note.into_iter().collect()
}

fn caption(budgets: &[Vec<&Row>], is_papers_task: bool) -> Option<String> {
    let runs = budgets.concat();
    let (dense, pruned) = split(&runs);
    let first = pruned.first()?;
    let convolutions = match first.parameters.saturating_sub(first.masked) {
        0 => String::new(),
        count => convolutions(count, &dense),
    };
    let dense_weights = match dense.first() {
        Some(dense) => format!(
            " The dense network has {} (dotted: where as many are left).",
            thousands(dense.parameters)
        ),
        None => String::new(),
    };
    let papers = match is_papers_task {
        true => format!(
            " Hollow: the paper's values, read off its figure by eye, {READING_ERROR} points more or less, of one \
             seed and a number of epochs that is not known."
        ),
        false => String::new(),
    };
    Some(format!(
        "Accuracy on {} test images after the last epoch, on logit scales, log(x / (100 − x)). Masks \
         remove some of {} weights, which are random and never trained; ticks are at round percentages \
         removed.{convolutions}{dense_weights} {}{}{papers} Data: {}.csv",
        thousands(first.test_images),
        span(pruned.iter().map(|row| row.masked)),
        seeds_sentence(&pruned),
        diverged_sentence(&runs),
        Row::TABLE,
    ))
}

/// Where the weights of LeNet5's convolutions are from, ours and the paper's.
fn convolutions(count: u64, dense: &[&Row]) -> String {
    let origin = match dense.first().map(|row| row.ended) {
        Some(Ended::Given) => ", which was given",
        Some(_) => ", trained with it",
        None => "",
    };
    format!(
        " {} more are the convolutions of the dense network{origin}; the paper's, as we read its code, are from \
         another LeNet5, trained for 50 epochs.",
        thousands(count)
    )
}
