//! A network of any architecture and model under training.

use crate::architecture::{Architecture, Model};
use crate::config::{NAME, Run};
use crate::drawing;
use crate::row::Variant;
use tickets::Matrix;
use training::Recipe;
use training::convolutions::{Convolutions, Pass};
use training::descent;
use training::edge_popup::{Descent, EdgePopup, Masks, Rank, Scope, Step};
use training::mnist::Split;

/// A named tensor of what training changes.
pub(crate) type Tensor = (String, Matrix);

/// Fully connected layers, in front of which a dense LeNet5 has convolutions that are trained too.
pub(crate) struct Learner {
    connected: EdgePopup,
    front: Option<Front>,
}

/// Convolutions under training.
struct Front {
    convolutions: Convolutions,
    descent: descent::Descent,
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
        let descent = Descent {
            momentum: recipe.momentum,
            weight_decay: recipe.weight_decay,
        };
        let is_trained = (run.architecture, run.model) == (Architecture::LeNet5, Model::Dense);
        let front = is_trained.then(|| {
            Front::new(
                Convolutions::draw(root, &format!("{NAME}/seed={}", run.seed)),
                recipe,
            )
        });
        let background = if is_trained { 0.0 } else { background };
        let connected = EdgePopup::new(drawing::layers(run, root), masks, descent, background);
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

    /// All that training changes: what is trained and its velocities.
    pub(crate) fn state(&self) -> Vec<Tensor> {
        let tensors = self.connected.tensors().into_iter();
        let mut state: Vec<Tensor> = tensors
            .flat_map(|tensor| {
                let name = tensor.name;
                [
                    (format!("{name}.trained"), tensor.values),
                    (format!("{name}.velocity"), tensor.velocities),
                ]
            })
            .collect();
        if let Some(front) = &self.front {
            let tensors = front
                .convolutions
                .weights()
                .iter()
                .zip(front.descent.velocities());
            for (number, (weights, velocities)) in tensors.enumerate() {
                state.push((format!("conv{}.trained", number + 1), weights.clone()));
                state.push((format!("conv{}.velocity", number + 1), velocities.clone()));
            }
        }
        state
    }

    /// Goes back to a state of the same run's network; false if it is another's.
    pub(crate) fn restore(&mut self, state: Vec<Tensor>) -> bool {
        let now = self.state();
        let is_alike = |now: &[Tensor]| {
            let shape = |(name, matrix): &Tensor| (name.clone(), matrix.rows(), matrix.columns());
            now.iter().map(shape).eq(state.iter().map(shape))
        };
        if !is_alike(&now) {
            return false;
        }
        let connected = 2 * self.connected.tensors().len();
        let mut matrices = state.into_iter().map(|(_, matrix)| matrix);
        let mut pair = || {
            (
                matrices.next().expect("counted"),
                matrices.next().expect("counted"),
            )
        };
        let pairs: Vec<(Matrix, Matrix)> = (0..connected / 2).map(|_| pair()).collect();
        self.connected.restore(&pairs);
        if let Some(front) = &mut self.front {
            let [first, second] = [pair(), pair()];
            *front.convolutions.weights_mut() = [first.0, second.0];
            front.descent.restore(vec![first.1, second.1]);
        }
        true
    }
}

impl Front {
    fn new(convolutions: Convolutions, recipe: &Recipe) -> Front {
        let weights = convolutions.weights();
        Front {
            descent: descent::Descent::new(weights, recipe.momentum, recipe.weight_decay),
            gradients: weights
                .clone()
                .map(|weight| Matrix::zeros(weight.rows(), weight.columns())),
            pass: Pass::new(recipe.batch),
            convolutions,
        }
    }
}
