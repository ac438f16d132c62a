//! A network of any architecture and model under training.

use crate::architecture::Model;
use crate::drawing;
use crate::row::{NAME, Variant};
use crate::run::Run;
use crate::tensors::{CONVOLUTIONS, convolutions};
use anyhow::{Result, ensure};
use networks::Matrix;
use std::collections::BTreeMap;
use training::Recipe;
use training::convolutions::{Convolutions, Pass};
use training::descent::Descent;
use training::edge_popup::{EdgePopup, Masks, Rank, Scope, Sgd, Step};
use training::mnist::Split;

/// What is trained and its velocities, by the tensor's name.
pub(crate) type State = BTreeMap<String, [Matrix; 2]>;

/// Fully connected layers, in front of which a dense LeNet5 has convolutions that are trained too.
pub(crate) struct Learner {
    connected: EdgePopup,
    front: Option<Front>,
}

/// Convolutions under training.
struct Front {
    convolutions: Convolutions,
    descent: Descent,
    gradients: [Matrix; 2],
    pass: Pass,
}

impl Learner {
    /// A run's network before its first epoch; `background` is the input that most entries have.
    pub(crate) fn new(run: &Run, root: u64, recipe: &Recipe, background: f32) -> Learner {
        let masks = Masks {
            sparsity: run.sparsity,
            rank: if run.variant == Variant::Signed {
                Rank::Signed
            } else {
                Rank::Absolute
            },
            scope: if run.variant == Variant::Global {
                Scope::Network
            } else {
                Scope::Tensor
            },
        };
        let sgd = Sgd {
            momentum: recipe.momentum,
            weight_decay: recipe.weight_decay,
        };
        let is_trained = run.architecture.is_convolved() && run.model == Model::Dense;
        let front = is_trained.then(|| {
            Front::new(
                Convolutions::draw(root, &format!("{NAME}/seed={}", run.seed)),
                recipe,
            )
        });
        let background = if is_trained { 0.0 } else { background };
        let connected = EdgePopup::new(drawing::layers(run, root), masks, sgd, background);
        Learner { connected, front }
    }

    /// One step on some of the images.
    pub(crate) fn step(&mut self, split: &Split, batch: &[usize], rate: f64) -> Step {
        let labels: Vec<u8> = batch.iter().map(|&image| split.labels[image]).collect();
        let Some(front) = &mut self.front else {
            let inputs: Vec<&[f32]> = batch.iter().map(|&image| split.images.row(image)).collect();
            return self.connected.step(&inputs, &labels, rate);
        };
        let images = split.images.gather(batch.iter().copied());
        front.convolutions.forward(&images, &mut front.pass);
        let features = front.pass.features();
        let inputs: Vec<&[f32]> = (0..batch.len()).map(|image| features.row(image)).collect();
        let (step, by_features) = self.connected.step_with_gradient(&inputs, &labels, rate);
        front
            .convolutions
            .backward(&mut front.pass, &by_features, &mut front.gradients);
        front
            .descent
            .step(front.convolutions.weights_mut(), &front.gradients, rate);
        step
    }

    /// Images of a split that it classifies correctly.
    pub(crate) fn correct(&mut self, split: &Split) -> usize {
        match &self.front {
            None => self.connected.correct(&split.images, &split.labels),
            Some(front) => self
                .connected
                .correct(&front.convolutions.features(&split.images), &split.labels),
        }
    }

    /// The fully connected layers.
    pub(crate) fn connected(&self) -> &EdgePopup {
        &self.connected
    }

    /// The convolutions under training.
    pub(crate) fn convolutions(&self) -> Option<&Convolutions> {
        self.front.as_ref().map(|front| &front.convolutions)
    }

    /// All that training changes, by name: what is trained and its velocities.
    pub(crate) fn state(&self) -> State {
        let tensors = self.connected.tensors().into_iter();
        let mut state: State = tensors
            .map(|tensor| (tensor.name, [tensor.values, tensor.velocities]))
            .collect();
        if let Some(front) = &self.front {
            let weights = convolutions(&front.convolutions);
            for ((name, _, weights), velocities) in weights.zip(front.descent.velocities()) {
                state.insert(name.to_owned(), [weights.clone(), velocities.clone()]);
            }
        }
        state
    }

    /// Goes back to a state of the same run's network.
    ///
    /// # Errors
    /// If it is another network's; nothing is changed then.
    pub(crate) fn restore(&mut self, mut state: State) -> Result<()> {
        let shapes = |state: &State| -> Vec<_> {
            let shape = |matrix: &Matrix| [matrix.rows(), matrix.columns()];
            let tensor =
                |(name, pair): (&String, &[Matrix; 2])| (name.clone(), pair.each_ref().map(shape));
            state.iter().map(tensor).collect()
        };
        ensure!(
            shapes(&state) == shapes(&self.state()),
            "a checkpoint of another network"
        );
        let mut take = |name: &str| state.remove(name).expect("the same names");
        if let Some(front) = &mut self.front {
            let [[first, by_first], [second, by_second]] = CONVOLUTIONS.map(|(name, _)| take(name));
            *front.convolutions.weights_mut() = [first, second];
            front.descent.restore(vec![by_first, by_second]);
        }
        let names = self
            .connected
            .tensors()
            .into_iter()
            .map(|tensor| tensor.name);
        let pairs: Vec<(Matrix, Matrix)> = names.map(|name| take(&name).into()).collect();
        self.connected.restore(&pairs);
        Ok(())
    }
}

impl Front {
    fn new(convolutions: Convolutions, recipe: &Recipe) -> Front {
        let weights = convolutions.weights();
        Front {
            descent: Descent::new(weights, recipe.momentum, recipe.weight_decay),
            gradients: weights
                .clone()
                .map(|weight| Matrix::zeros(weight.rows(), weight.columns())),
            pass: Pass::new(recipe.batch),
            convolutions,
        }
    }
}
