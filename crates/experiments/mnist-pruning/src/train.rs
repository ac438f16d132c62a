//! One network, trained from its draw or its last checkpoint to its rows.

use crate::checkpoint::Checkpoint;
use crate::config::Config;
use crate::drawing;
use crate::features::Inputs;
use crate::files::{Kept, RunFiles};
use crate::learner::{Learner, State};
use crate::outcome::{Finished, empty_epoch_row, frozen, row};
use crate::row::{Ended, EpochRow};
use crate::run::Run;
use crate::{architecture::Model, network::Network, ticket};
use anyhow::{Result, ensure};
use networks::Matrix;
use training::Recipe;
use training::edge_popup::LayerWeights;

/// Trains a run's network to the end, from its last checkpoint if there is one, and keeps the network's
/// file in the results folder.
pub(crate) fn train(config: &Config, run: &Run, inputs: Inputs) -> Result<Finished> {
    let mut training = Training::new(config, run, inputs);
    let frozen_at_first = frozen(&training.learner);
    training.resume();
    let ended = training.finish()?;
    let (learner, epochs) = (&training.learner, training.last.epochs);
    let frozen = frozen(learner);
    ensure!(frozen == frozen_at_first, "frozen weights have changed");
    let test_images = inputs.test.labels.len();
    let row = row(run, learner, &epochs, ended, frozen, test_images);
    let files = training.files;
    // A run that completed no epoch has learnt nothing that a ticket could tell.
    let kept = match run.model {
        Model::Dense => Some((Kept::Network, network(learner, &files.identity())?)),
        _ if row.completed == 0 => None,
        _ => Some((
            Kept::Ticket,
            ticket::of_run(config, run, learner, inputs.convolutions, &row)?,
        )),
    };
    if let Some((kind, bytes)) = &kept {
        files.write(*kind, bytes)?;
    }
    files.remove(Kept::Checkpoint);
    Ok(Finished {
        row,
        epochs,
        network: kept.map_or_else(Vec::new, |(_, bytes)| bytes),
    })
}

/// The file of a dense network.
fn network(learner: &Learner, identity: &str) -> Result<Vec<u8>> {
    let tensors = learner.connected().tensors().into_iter();
    let layers = tensors.map(|tensor| LayerWeights::Dense(tensor.weights));
    let network = Network {
        layers: layers.collect(),
        convolutions: learner.convolutions().cloned(),
    };
    network.to_safetensors(&[], identity)
}

/// A run under training.
struct Training<'a> {
    config: &'a Config,
    run: &'a Run,
    files: RunFiles<'a>,
    inputs: Inputs<'a>,
    recipe: Recipe,
    learner: Learner,
    /// The last epoch that was completed.
    last: Checkpoint,
}

impl<'a> Training<'a> {
    /// Before the first epoch.
    fn new(config: &'a Config, run: &'a Run, inputs: Inputs<'a>) -> Self {
        let recipe = Recipe {
            epochs: run.epochs,
            learning_rate: run.architecture.learning_rate(),
            ..Recipe::default()
        };
        let learner = Learner::new(run, config.seed, &recipe, inputs.background);
        let last = Checkpoint {
            epochs: Vec::new(),
            state: learner.state(),
        };
        Self {
            config,
            run,
            files: RunFiles { config, run },
            inputs,
            recipe,
            learner,
            last,
        }
    }

    /// Goes on from the run's checkpoint, if it has one.
    fn resume(&mut self) {
        if self.config.is_fresh {
            return;
        }
        if let Some(found) = Checkpoint::find(self.files)
            && self.learner.restore(found.state.clone()).is_ok()
        {
            self.last = found;
        }
    }

    /// Trains the epochs that are left, with a checkpoint after each.
    fn finish(&mut self) -> Result<Ended> {
        while self.last.epochs.len() < self.run.epochs {
            let Some((epoch, state)) = self.epoch() else {
                // The row and the ticket are of the last epoch that was completed.
                let (root, background) = (self.config.seed, self.inputs.background);
                self.learner = Learner::new(self.run, root, &self.recipe, background);
                self.learner.restore(self.last.state.clone())?;
                return Ok(Ended::Diverged);
            };
            self.last.epochs.push(epoch);
            self.last.state = state;
            self.last.write(self.files)?;
        }
        Ok(Ended::Finished)
    }

    /// The next epoch, trained and tested; `None` if what is trained ceases to be finite.
    fn epoch(&mut self) -> Option<(EpochRow, State)> {
        let row = self.pass()?;
        let state = self.learner.state();
        // A mask takes a score that is no number for the lowest, so the loss alone may not show it.
        let is_finite = |matrix: &Matrix| matrix.values().iter().all(|value| value.is_finite());
        if !state.values().flatten().all(is_finite) {
            return None;
        }
        let correct = self.learner.correct(self.inputs.test) as u64;
        Some((EpochRow { correct, ..row }, state))
    }

    /// One pass over the training images; `None` if the loss ceases to be a finite number.
    fn pass(&mut self) -> Option<EpochRow> {
        let (train, epoch) = (self.inputs.train, self.last.epochs.len() + 1);
        let learning_rate = self.recipe.learning_rate_of(epoch);
        let images = train.labels.len();
        let (mut loss, mut correct) = (0.0, 0);
        let order = drawing::order(self.run, self.config.seed, epoch, images);
        for batch in order.chunks(self.recipe.batch) {
            let step = self.learner.step(train, batch, learning_rate);
            loss += step.loss;
            correct += step.correct;
            if !loss.is_finite() {
                return None;
            }
        }
        Some(EpochRow {
            epoch,
            learning_rate,
            loss: loss / images as f64,
            correct_training: correct as u64,
            ..empty_epoch_row(self.run)
        })
    }
}
