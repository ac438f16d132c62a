//! `mnist-pruning-ablations`: what is done otherwise than in the paper's code, beside it.

use crate::comparable_runs::{ablated, grouped};
use crate::{Architecture, Model, Row, Variant};
use lab::Row as _;

use super::{
    accuracy_axis, curve, diverged_sentence, in_rows, model_name, seeds_sentence, sparsity_axis,
};
use charts::wording::{span, thousands};
use charts::{Figure, Panel, Style};

/// The figure, if there are runs of a variant.
pub(super) fn figure(rows: &[Row]) -> Option<Figure> {
    let mut pruned = Architecture::ALL
        .map(|architecture| ablated(rows, architecture))
        .concat();
    pruned.retain(|row| row.model != Model::Dense);
    let networks = grouped(&pruned, |row| {
        (row.architecture as usize, row.model as usize)
    });
    let mut panels: Vec<Panel> = networks.iter().map(|runs| panel(runs)).collect();
    let first = pruned.first()?;
    Some(Figure {
        name: "mnist-pruning-ablations",
        title: "Edge-popup otherwise than in the paper's code".to_owned(),
        rows: in_rows(&mut panels),
        panel_height: 220.0,
        caption: format!(
            "Accuracy on {} test images after the last of {} epochs, on logit scales. By fan-in: the structure's \
             second weights and scores have the variance 2 / (r inputs), not 2 / inputs. Signed: weights are \
             kept by their scores, not by absolute values. One threshold: masks remove so many weights of the \
             whole network, not of each tensor. {}{} Data: {}.csv",
            thousands(first.test_images),
            span(pruned.iter().map(|row| row.epochs as u64)),
            seeds_sentence(&pruned),
            diverged_sentence(&pruned),
            Row::TABLE
        ),
    })
}

fn panel(runs: &[&Row]) -> Panel {
    let series = Variant::ALL
        .into_iter()
        .zip(Style::CURVES)
        .flat_map(|(variant, style)| {
            let mut runs = runs.to_vec();
            runs.retain(|row| row.variant == variant);
            curve(variant_name(variant), style, &runs)
        });
    Panel {
        title: format!(
            "{}, {}",
            runs[0].architecture.name(),
            model_name(runs[0].model)
        ),
        notes: Vec::new(),
        x: sparsity_axis(),
        y: accuracy_axis(),
        series: series.collect(),
    }
}

/// A variant as the legend names it.
fn variant_name(variant: Variant) -> &'static str {
    match variant {
        Variant::Paper => "as in the paper's code",
        Variant::FanIn => "second weights by fan-in",
        Variant::Signed => "ranked by signed scores",
        Variant::Global => "one threshold for the network",
    }
}
