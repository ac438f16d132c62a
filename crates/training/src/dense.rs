//! Dense training of ReLU networks without biases: how targets are made.
//!
//! Stochastic gradient descent on the cross entropy, after PyTorch's definitions. Initial weights
//! and the order of images are drawn by name from the root seed, and everything runs on one thread,
//! so that a seed gives the same network whatever the machine's load. Another processor family
//! rounds matrix products differently and gives another network of the same quality.

use networks::{Dense, Matrix, Network};
use subset_sum::sampling::{generator, shuffle, uniform};
use thiserror::Error;

use crate::descent::{Descent, backward, cross_entropy, forward, zeros_like};
use crate::mnist::Split;

pub use crate::recipe::{Recipe, RecipeError};

/// What one pass over the training images came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Epoch {
    /// Which epoch, counted from 1.
    pub number: usize,
    /// Its learning rate.
    pub learning_rate: f64,
    /// The mean cross entropy, in nats per image, each image taken before its own step.
    pub loss: f64,
    /// The training images classified correctly before their own step.
    pub correct: usize,
}

/// Why a network could not be trained.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A recipe that makes no sense.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// A shape that is no network's or not one for these images and labels.
    #[error(
        "the shape {shape:?} does not fit: give at least two widths, none of them 0, \
         the first {pixels} (pixels), the last at least {classes} (classes)"
    )]
    Shape {
        /// The widths from input to output.
        shape: Vec<usize>,
        /// The pixels of a training image.
        pixels: usize,
        /// One more than the largest label.
        classes: usize,
    },
    /// No images, or not one label for each.
    #[error("{images} images and {labels} labels: give at least one image and a label for each")]
    Images {
        /// How many images there are.
        images: usize,
        /// How many labels there are.
        labels: usize,
    },
    /// The loss or a weight ceased to be a finite number.
    #[error(
        "training diverged in epoch {epoch}: lower the learning rate, which was {learning_rate}"
    )]
    Diverged {
        /// The epoch, counted from 1.
        epoch: usize,
        /// Its learning rate.
        learning_rate: f64,
    },
}

/// Trains a network with the given widths, such as `[784, 500, 10]`; its layers are fc1, fc2, ...
///
/// `report` is called after every epoch.
///
/// # Errors
/// [`TrainError`] for a recipe, a shape or images that make no sense, and if training diverges.
pub fn train(
    shape: &[usize],
    split: &Split,
    recipe: &Recipe,
    root: u64,
    mut report: impl FnMut(Epoch),
) -> Result<Network, TrainError> {
    recipe.check()?;
    check_images(shape, split)?;
    let mut state = State::new(initial_weights(shape, root), recipe);
    for number in 1..=recipe.epochs {
        let learning_rate = recipe.learning_rate_of(number);
        let diverged = TrainError::Diverged {
            epoch: number,
            learning_rate,
        };
        let mut epoch = Epoch {
            number,
            learning_rate,
            loss: 0.0,
            correct: 0,
        };
        for images in epoch_order(split.labels.len(), root, number).chunks(recipe.batch) {
            state.step(split, images, &mut epoch);
            if !epoch.loss.is_finite() {
                return Err(diverged);
            }
        }
        if !state.is_finite() {
            return Err(diverged);
        }
        epoch.loss /= split.labels.len() as f64;
        report(epoch);
    }
    Ok(state.into_network())
}

/// All that changes from step to step.
struct State {
    weights: Vec<Matrix>,
    gradients: Vec<Matrix>,
    descent: Descent,
}

impl State {
    fn new(weights: Vec<Matrix>, recipe: &Recipe) -> State {
        State {
            gradients: zeros_like(&weights),
            descent: Descent::new(&weights, recipe.momentum, recipe.weight_decay),
            weights,
        }
    }

    /// One step on a batch of images; adds its loss and its correct images to the epoch's.
    fn step(&mut self, split: &Split, images: &[usize], epoch: &mut Epoch) {
        let inputs = split.images.gather(images.iter().copied());
        let labels: Vec<u8> = images.iter().map(|&image| split.labels[image]).collect();
        let activations = forward(&self.weights, inputs);
        let loss = cross_entropy(&activations[self.weights.len()], &labels);
        backward(
            &self.weights,
            &activations,
            loss.gradient,
            &mut self.gradients,
        );
        self.descent
            .step(&mut self.weights, &self.gradients, epoch.learning_rate);
        epoch.loss += loss.total;
        epoch.correct += loss.correct;
    }

    fn is_finite(&self) -> bool {
        let values = |weight: &Matrix| weight.values().iter().all(|value| value.is_finite());
        self.weights.iter().all(values)
    }

    fn into_network(self) -> Network {
        let dense = |(index, weight)| Dense {
            name: layer_name(index),
            weight,
            bias: None,
        };
        let layers = self.weights.into_iter().enumerate().map(dense).collect();
        Network::new(layers).expect("checked widths and finite weights")
    }
}

fn check_images(shape: &[usize], split: &Split) -> Result<(), TrainError> {
    let (images, labels) = (split.images.rows(), split.labels.len());
    if images == 0 || images != labels {
        return Err(TrainError::Images { images, labels });
    }
    let pixels = split.images.columns();
    let classes = split
        .labels
        .iter()
        .max()
        .map_or(0, |&label| usize::from(label) + 1);
    let fits = shape.len() >= 2
        && !shape.contains(&0)
        && shape[0] == pixels
        && shape[shape.len() - 1] >= classes;
    if fits {
        return Ok(());
    }
    Err(TrainError::Shape {
        shape: shape.to_vec(),
        pixels,
        classes,
    })
}

/// The layers' matrices, PyTorch's choice for linear layers.
fn initial_weights(shape: &[usize], root: u64) -> Vec<Matrix> {
    let layer = |(index, widths): (usize, &[usize])| {
        uniform_weights(
            [widths[1], widths[0]],
            root,
            "dense-training",
            &layer_name(index),
        )
    };
    shape.windows(2).enumerate().map(layer).collect()
}

/// A matrix `[outputs, inputs]` with entries uniform on [-1/sqrt(inputs), 1/sqrt(inputs)], drawn by
/// name on the grid 2^-23 where an `f32` is exact.
pub(crate) fn uniform_weights(
    [outputs, inputs]: [usize; 2],
    root: u64,
    purpose: &str,
    key: &str,
) -> Matrix {
    let mut draws = generator(root, purpose, key, 0);
    let steps = f64::from(1 << 23);
    let bound = (steps / (inputs as f64).sqrt()) as i64;
    let mut draw = || (uniform(&mut draws, -bound, bound) as f64 / steps) as f32;
    let values = (0..inputs * outputs).map(|_| draw()).collect();
    Matrix::new(outputs, inputs, values)
}

/// The order in which an epoch meets the images.
fn epoch_order(images: usize, root: u64, epoch: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..images).collect();
    let mut draws = generator(root, "dense-training", "order", epoch as u64);
    shuffle(&mut draws, &mut order);
    order
}

fn layer_name(index: usize) -> String {
    format!("fc{}", index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three classes of two-pixel images, of which one pixel alone or both are bright.
    fn toy() -> Split {
        let mut draws = generator(1, "dense-training", "toy", 0);
        let mut bright = || 0.75 + uniform(&mut draws, 0, 1024) as f32 / 4096.0;
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        for label in [0, 1, 2].repeat(50) {
            let pixels = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]][usize::from(label)];
            values.extend(pixels.map(|pixel: f32| pixel * bright()));
            labels.push(label);
        }
        Split {
            images: Matrix::new(labels.len(), 2, values),
            labels,
        }
    }

    fn trained(recipe: &Recipe, root: u64) -> Result<(Network, Vec<Epoch>), TrainError> {
        let mut epochs = Vec::new();
        let network = train(&[2, 16, 3], &toy(), recipe, root, |epoch| {
            epochs.push(epoch)
        })?;
        Ok((network, epochs))
    }

    #[test]
    fn separable_classes_are_learnt() {
        let (network, epochs) = trained(&Recipe::default(), 1).unwrap();
        assert_eq!(crate::correct(&network, &toy(), 0..150), 150);
        assert_eq!(epochs.len(), 10);
        assert!(epochs[9].loss < epochs[0].loss / 2.0, "{epochs:?}");
        assert!(
            (epochs[9].number, epochs[9].correct) == (10, 150),
            "{epochs:?}"
        );
        let names: Vec<&str> = network.layers().iter().map(|l| l.name.as_str()).collect();
        assert_eq!(names, ["fc1", "fc2"]);
    }

    #[test]
    fn a_seed_gives_one_network() {
        let recipe = Recipe::default();
        assert_eq!(trained(&recipe, 1), trained(&recipe, 1));
        assert_ne!(
            trained(&recipe, 1).unwrap().0,
            trained(&recipe, 2).unwrap().0
        );
    }

    #[test]
    fn initial_weights_fill_their_range_on_the_grid() {
        let weights = initial_weights(&[784, 500, 10], 1);
        assert_eq!((weights[1].rows(), weights[1].columns()), (10, 500));
        for weight in &weights {
            let bound = 1.0 / (weight.columns() as f32).sqrt();
            let largest = weight
                .values()
                .iter()
                .fold(0.0_f32, |max, w| max.max(w.abs()));
            assert!((0.99 * bound..=bound).contains(&largest), "{largest}");
            let on_grid = |w: &f32| (w * 8_388_608.0).fract() == 0.0;
            assert!(weight.values().iter().all(on_grid));
            let mean: f32 = weight.values().iter().sum::<f32>() / weight.values().len() as f32;
            // Six standard deviations of the mean of 5000 draws.
            assert!(
                mean.abs() < 6.0 * bound / (3.0_f32 * 5000.0).sqrt(),
                "{mean}"
            );
        }
    }

    #[test]
    fn every_epoch_meets_every_image_in_an_order_of_its_own() {
        let mut order = epoch_order(100, 1, 1);
        assert_ne!(order, epoch_order(100, 1, 2));
        order.sort_unstable();
        assert_eq!(order, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn divergence_is_an_error() {
        let recipe = Recipe {
            learning_rate: 1e20,
            ..Recipe::default()
        };
        let error = trained(&recipe, 1).unwrap_err();
        assert!(
            matches!(error, TrainError::Diverged { epoch: 1, .. }),
            "{error}"
        );
    }

    #[test]
    fn shapes_and_images_must_fit() {
        let refused = |shape: &[usize], split: &Split| {
            train(shape, split, &Recipe::default(), 1, |_| ()).unwrap_err()
        };
        for shape in [&[][..], &[2], &[2, 0, 3], &[3, 16, 3], &[2, 16, 2]] {
            assert!(
                matches!(refused(shape, &toy()), TrainError::Shape { .. }),
                "{shape:?}"
            );
        }
        let mut split = toy();
        split.labels.pop();
        let error = refused(&[2, 3], &split);
        assert_eq!(
            error,
            TrainError::Images {
                images: 150,
                labels: 149
            }
        );
    }
}
