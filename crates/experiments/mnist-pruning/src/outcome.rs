//! What a run came to, as rows.

use crate::config::Given;
use crate::data::{Images, sha256};
use crate::learner::Learner;
use crate::row::{Ended, EpochRow, Row};
use crate::run::Run;
use crate::tensors::bytes;

/// What a run came to: its rows, and the bytes of the file of its network.
pub(crate) struct Finished {
    pub(crate) row: Row,
    pub(crate) epochs: Vec<EpochRow>,
    pub(crate) network: Vec<u8>,
}

impl Finished {
    /// A LeNet5 of one's own: tested, not trained.
    pub(crate) fn given(run: &Run, given: &Given, images: &Images) -> Finished {
        let correct = given.network.correct(images) as u64;
        let row = Row {
            parameters: run.architecture.parameters(run.model) as u64,
            ended: Ended::Given,
            correct_last: correct,
            correct_best: correct,
            ..empty_row(run, images.test.labels.len())
        };
        Finished {
            row,
            epochs: Vec::new(),
            network: given.file.clone(),
        }
    }
}

/// The row of a run that ended so.
pub(crate) fn row(
    run: &Run,
    learner: &Learner,
    epochs: &[EpochRow],
    ended: Ended,
    frozen: String,
    test_images: usize,
) -> Row {
    let (masked, removed) = masked_and_removed(learner);
    // The first of the best.
    let best = epochs.iter().rev().max_by_key(|epoch| epoch.correct);
    Row {
        parameters: run.architecture.parameters(run.model) as u64,
        masked,
        removed,
        ended,
        completed: epochs.len(),
        correct_last: epochs.last().map_or(0, |epoch| epoch.correct),
        correct_best: best.map_or(0, |epoch| epoch.correct),
        best_epoch: best.map_or(0, |epoch| epoch.epoch),
        frozen,
        ..empty_row(run, test_images)
    }
}

/// Weights under masks, and those that masks remove.
fn masked_and_removed(learner: &Learner) -> (u64, u64) {
    let tensors = learner.connected().tensors().into_iter();
    let masks = tensors.filter_map(|tensor| tensor.kept);
    let (mut masked, mut removed) = (0, 0);
    for kept in masks {
        masked += kept.len() as u64;
        removed += kept.iter().filter(|&&kept| !kept).count() as u64;
    }
    (masked, removed)
}

/// A row that names its run.
fn empty_row(run: &Run, test_images: usize) -> Row {
    Row {
        architecture: run.architecture,
        model: run.model,
        variant: run.variant,
        sparsity: run.sparsity,
        epochs: run.epochs,
        seed: run.seed,
        parameters: 0,
        masked: 0,
        removed: 0,
        test_images: test_images as u64,
        ended: Ended::Finished,
        completed: 0,
        correct_last: 0,
        correct_best: 0,
        best_epoch: 0,
        frozen: String::new(),
    }
}

/// A row of an epoch that names its run.
pub(crate) fn empty_epoch_row(run: &Run) -> EpochRow {
    EpochRow {
        architecture: run.architecture,
        model: run.model,
        variant: run.variant,
        sparsity: run.sparsity,
        epochs: run.epochs,
        seed: run.seed,
        epoch: 0,
        learning_rate: 0.0,
        loss: 0.0,
        correct_training: 0,
        correct: 0,
    }
}

/// The name of all frozen weights by their content, empty if there are none.
pub(crate) fn frozen(learner: &Learner) -> String {
    let tensors = learner.connected().tensors().into_iter();
    let frozen: Vec<Vec<u8>> = tensors
        .filter(|tensor| tensor.kept.is_some())
        .map(|tensor| bytes(tensor.weights.values()))
        .collect();
    if frozen.is_empty() {
        return String::new();
    }
    sha256(frozen.iter().map(Vec::as_slice))[..16].to_owned()
}
