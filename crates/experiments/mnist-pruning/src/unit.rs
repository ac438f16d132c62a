//! A unit of work: one network, trained from its draw or its last checkpoint to its rows.

use crate::architecture::{Architecture, Model};
use crate::checkpoint::{self, Checkpoint};
use crate::config::Config;
use crate::data::{Images, bytes, sha256};
use crate::drawing;
use crate::learner::Learner;
use crate::lenet::{Convolved, Given};
use crate::network_file;
use crate::row::{Ended, EpochRow, Row};
use crate::run::Run;
use anyhow::{Result, ensure};
use lab::{Configured, Rows, Unit, boxed};
use std::sync::Arc;
use tickets::Matrix;
use training::mnist::Split;
use training::{Convolutions, Recipe};

/// What a run came to: its rows, and the bytes of the file of its network.
pub(crate) struct Finished {
    pub(crate) row: Row,
    pub(crate) epochs: Vec<EpochRow>,
    pub(crate) network: Vec<u8>,
}

impl Finished {
    /// A LeNet5 of one's own: tested, not trained.
    pub(crate) fn given(config: &Config, run: &Run, given: &Given) -> Result<Finished> {
        let images = &config.images;
        let correct = given.network.correct(images) as u64;
        let parameters = run.architecture.parameters(run.model) as u64;
        let row = Row {
            parameters,
            ended: Ended::Given,
            correct_last: correct,
            correct_best: correct,
            ..empty_row(run, images.test.labels.len())
        };
        Ok(Finished {
            row,
            epochs: Vec::new(),
            network: given.file.clone(),
        })
    }
}

/// A run of a configuration.
struct Task<'a> {
    config: &'a Config,
    run: Run,
}

impl Configured for Config {
    fn configuration(&self) -> serde_json::Value {
        serde_json::json!({
            "parameters": self.parameters,
            "images": self.images.sha256,
            "weights": self.weights(),
        })
    }

    fn units(&self) -> Vec<Box<dyn Unit + '_>> {
        let runs = self.runs().into_iter();
        boxed(runs.map(|run| Task { config: self, run }))
    }
}

impl Unit for Task<'_> {
    fn key(&self) -> String {
        self.run.key()
    }

    /// As measured on one core with AVX-512; the convolutions are trained in dense LeNet5 alone.
    fn seconds(&self) -> f64 {
        let run = &self.run;
        let images = self.config.images.train.labels.len() as f64;
        let weights = run.architecture.connected(run.model) as f64;
        let is_front_trained = is_convolved(run) && run.model == Model::Dense;
        let convolutions = if is_front_trained { 3.3e-5 } else { 0.0 };
        run.epochs as f64 * images * (weights * 2.5e-11 + convolutions)
    }

    fn compute(&self, _: u64, rows: &mut Rows) -> Result<()> {
        let (config, run) = (self.config, &self.run);
        let finished = match run.model {
            Model::Dense if is_convolved(run) => config.dense_lenet(run)?,
            _ => finish(config, run)?,
        };
        rows.push(&finished.row)?;
        let mut epochs = finished.epochs.iter();
        epochs.try_for_each(|epoch| rows.push(epoch))
    }
}

fn is_convolved(run: &Run) -> bool {
    run.architecture == Architecture::LeNet5
}

/// What a run is trained on and tested with.
enum Inputs<'a> {
    Images(&'a Images),
    Features(Arc<Convolved>),
}

impl<'a> Inputs<'a> {
    fn of(config: &'a Config, run: &Run) -> Result<Inputs<'a>> {
        if is_convolved(run) && run.model != Model::Dense {
            return Ok(Inputs::Features(config.convolved(run)?));
        }
        Ok(Inputs::Images(&config.images))
    }

    fn convolutions(&self) -> Option<&Convolutions> {
        match self {
            Inputs::Images(_) => None,
            Inputs::Features(convolved) => Some(&convolved.convolutions),
        }
    }

    /// Training split, test split, and the input that most entries have.
    fn splits(&self) -> (&Split, &Split, f32) {
        match self {
            Inputs::Images(images) => (&images.train, &images.test, images.background),
            Inputs::Features(convolved) => (&convolved.train, &convolved.test, 0.0),
        }
    }
}

/// Trains a run's network to the end, from its last checkpoint if there is one, and keeps the network's
/// file in the results folder.
pub(crate) fn finish(config: &Config, run: &Run) -> Result<Finished> {
    let inputs = Inputs::of(config, run)?;
    let (train, test, background) = inputs.splits();
    let recipe = Recipe {
        epochs: run.epochs,
        learning_rate: run.architecture.learning_rate(),
        ..Recipe::default()
    };
    let start = || Learner::new(run, config.seed, &recipe, background);
    let mut learner = start();
    let frozen = frozen(&learner);
    let mut last = Checkpoint {
        epochs: Vec::new(),
        state: learner.state(),
    };
    if let Some(found) = checkpoint::read(config, run).filter(|_| !config.is_fresh)
        && learner.restore(found.state.clone()).is_ok()
    {
        last = found;
    }
    let mut ended = Ended::Finished;
    while last.epochs.len() < run.epochs {
        let number = last.epochs.len() + 1;
        let epoch = train_epoch(config, run, &mut learner, train, &recipe, number);
        let state = learner.state();
        // A mask takes a score that is no number for the lowest, so the loss alone may not show it.
        let is_finite = |matrix: &Matrix| matrix.values().iter().all(|value| value.is_finite());
        let Some(epoch) = epoch.filter(|_| state.values().flatten().all(is_finite)) else {
            ended = Ended::Diverged;
            // The row and the ticket are of the last epoch that was completed.
            learner = start();
            learner.restore(last.state.clone())?;
            break;
        };
        let correct = learner.correct(test) as u64;
        last.epochs.push(EpochRow { correct, ..epoch });
        last.state = state;
        checkpoint::write(config, run, &last)?;
    }
    let epochs = last.epochs;
    ensure!(
        self::frozen(&learner) == frozen,
        "frozen weights have changed"
    );
    let row = row(run, &learner, &epochs, ended, frozen, test.labels.len());
    let network = network_file::write(config, run, &learner, inputs.convolutions(), &row)?;
    checkpoint::remove(config, run);
    Ok(Finished {
        row,
        epochs,
        network,
    })
}

/// One pass over the training images; `None` if the loss ceases to be a finite number.
fn train_epoch(
    config: &Config,
    run: &Run,
    learner: &mut Learner,
    train: &Split,
    recipe: &Recipe,
    number: usize,
) -> Option<EpochRow> {
    let learning_rate = recipe.learning_rate_of(number);
    let images = train.labels.len();
    let (mut loss, mut correct) = (0.0, 0);
    for batch in drawing::order(run, config.seed, number, images).chunks(recipe.batch) {
        let step = learner.step(train, batch, learning_rate);
        loss += step.loss;
        correct += step.correct;
        if !loss.is_finite() {
            return None;
        }
    }
    Some(EpochRow {
        architecture: run.architecture,
        model: run.model,
        variant: run.variant,
        sparsity: run.sparsity,
        epochs: run.epochs,
        seed: run.seed,
        epoch: number,
        learning_rate,
        loss: loss / images as f64,
        correct_training: correct as u64,
        correct: 0,
    })
}

fn row(
    run: &Run,
    learner: &Learner,
    epochs: &[EpochRow],
    ended: Ended,
    frozen: String,
    test_images: usize,
) -> Row {
    let masks = learner
        .connected()
        .tensors()
        .into_iter()
        .filter_map(|tensor| tensor.kept);
    let (mut masked, mut removed) = (0, 0);
    for kept in masks {
        masked += kept.len() as u64;
        removed += kept.iter().filter(|&&kept| !kept).count() as u64;
    }
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

/// The name of all frozen weights by their content, empty if there are none.
fn frozen(learner: &Learner) -> String {
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
