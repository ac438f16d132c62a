//! The steps of training: forward, loss, backward, update. Each is a function of its own, so that a
//! training method is the loop that puts them together.
//!
//! For layers W_1 .. W_l without biases, inputs A_0 `[batch, inputs]` and the mean cross entropy L:
//!
//! ```text
//! forward    Z_i = A_{i-1} W_i^T,  A_i = relu(Z_i)
//! loss       E_l = dL/dZ_l = (softmax(Z_l) - one_hot(labels)) / batch
//! backward   dL/dW_i = E_i^T A_{i-1},  E_{i-1} = (E_i W_i) where A_{i-1} > 0, else 0
//! update     V_i <- momentum V_i + dL/dW_i + decay W_i,  W_i <- W_i - rate V_i
//! ```

use networks::matrix::{Matrix, multiply, product};
use networks::relu;

use crate::evaluate::picks;

/// The activations A_0 .. A_{l-1} and the logits Z_l of a batch, each `[batch, width]`.
///
/// `weights` are the layers' matrices `[outputs, inputs]`.
///
/// # Panics
/// If the shapes do not chain.
pub fn forward(weights: &[Matrix], inputs: Matrix) -> Vec<Matrix> {
    let mut activations = vec![inputs];
    for (layer, weight) in weights.iter().enumerate() {
        if layer > 0 {
            relu(&mut activations[layer]);
        }
        activations.push(product(activations[layer].view(), weight.transposed()));
    }
    activations
}

/// What the logits of a batch say about its labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    /// The cross entropy, in nats, added up over the batch.
    pub total: f64,
    /// The images whose largest logit is their label's.
    pub correct: usize,
    /// The derivative of the batch's mean cross entropy by the logits, `[batch, classes]`.
    pub gradient: Matrix,
}

/// The cross entropy between softmax(`logits`) and the labels.
///
/// The largest logit of a row is subtracted first, so no exponential overflows.
///
/// # Panics
/// If there is not one label, below the number of classes, per row.
pub fn cross_entropy(logits: &Matrix, labels: &[u8]) -> Loss {
    assert_eq!(logits.rows(), labels.len(), "one label per row");
    let mut loss = Loss {
        total: 0.0,
        correct: 0,
        gradient: logits.clone(),
    };
    let rows = loss
        .gradient
        .values_mut()
        .chunks_exact_mut(logits.columns());
    for (row, &label) in rows.zip(labels) {
        let label = usize::from(label);
        loss.correct += usize::from(picks(row, label));
        loss.total += cross_entropy_of_row(row, label);
        row.iter_mut()
            .for_each(|value| *value /= labels.len() as f32);
    }
    loss
}

/// The cross entropy of one row of logits, which becomes softmax - one_hot.
fn cross_entropy_of_row(row: &mut [f32], label: usize) -> f64 {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let shifted = row[label] - largest;
    row.iter_mut()
        .for_each(|value| *value = (*value - largest).exp());
    let sum: f32 = row.iter().sum();
    row.iter_mut().for_each(|value| *value /= sum);
    row[label] -= 1.0;
    f64::from(sum).ln() - f64::from(shifted)
}

/// Overwrites `gradients` with the derivatives of the loss by the weights, given its derivative by
/// the logits and the `activations` of [`forward`].
///
/// # Panics
/// If the shapes do not fit together.
pub fn backward(
    weights: &[Matrix],
    activations: &[Matrix],
    by_logits: Matrix,
    gradients: &mut [Matrix],
) {
    let mut error = by_logits;
    for layer in (0..weights.len()).rev() {
        multiply(
            error.transposed(),
            activations[layer].view(),
            &mut gradients[layer],
        );
        if layer > 0 {
            error = product(error.view(), weights[layer].view());
            silence(&mut error, &activations[layer]);
        }
    }
}

/// Sets the error of every neuron that ReLU had silenced to 0.
fn silence(error: &mut Matrix, activations: &Matrix) {
    for (error, &activation) in error.values_mut().iter_mut().zip(activations.values()) {
        if activation <= 0.0 {
            *error = 0.0;
        }
    }
}

/// Stochastic gradient descent with momentum and weight decay, in PyTorch's form: the decay is part
/// of the gradient, and the velocity is not damped.
#[derive(Debug, Clone)]
pub struct Descent {
    velocities: Vec<Matrix>,
    momentum: f32,
    weight_decay: f32,
}

impl Descent {
    /// At rest, for weights of these shapes.
    pub fn new(weights: &[Matrix], momentum: f64, weight_decay: f64) -> Descent {
        Descent {
            velocities: zeros_like(weights),
            momentum: momentum as f32,
            weight_decay: weight_decay as f32,
        }
    }

    /// The velocities, in the order of the weights.
    pub fn velocities(&self) -> &[Matrix] {
        &self.velocities
    }

    /// Goes on with other velocities.
    ///
    /// # Panics
    /// If their shapes are not those of the weights.
    pub fn restore(&mut self, velocities: Vec<Matrix>) {
        let shapes = |matrices: &[Matrix]| -> Vec<[usize; 2]> {
            let shape = |matrix: &Matrix| [matrix.rows(), matrix.columns()];
            matrices.iter().map(shape).collect()
        };
        assert_eq!(
            shapes(&velocities),
            shapes(&self.velocities),
            "a velocity for each weight"
        );
        self.velocities = velocities;
    }

    /// One step along the velocity that these gradients give.
    ///
    /// # Panics
    /// If there is not one gradient per matrix of weights.
    pub fn step(&mut self, weights: &mut [Matrix], gradients: &[Matrix], learning_rate: f64) {
        let (momentum, decay, rate) = (self.momentum, self.weight_decay, learning_rate as f32);
        assert_eq!(
            weights.len(),
            gradients.len(),
            "one gradient per matrix of weights"
        );
        for ((weight, gradient), velocity) in
            weights.iter_mut().zip(gradients).zip(&mut self.velocities)
        {
            let entries = weight.values_mut().iter_mut().zip(gradient.values());
            for ((weight, gradient), velocity) in entries.zip(velocity.values_mut()) {
                *velocity = momentum * *velocity + (gradient + decay * *weight);
                *weight -= rate * *velocity;
            }
        }
    }
}

/// Zero matrices of the same shapes, as buffers for gradients.
pub fn zeros_like(matrices: &[Matrix]) -> Vec<Matrix> {
    let zeros = |matrix: &Matrix| Matrix::zeros(matrix.rows(), matrix.columns());
    matrices.iter().map(zeros).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use subset_sum::sampling::{generator, uniform};

    fn random(rows: usize, columns: usize, key: &str) -> Matrix {
        let mut draws = generator(1, "descent", key, 0);
        let mut draw = || uniform(&mut draws, -1 << 20, 1 << 20) as f32 / (1 << 20) as f32;
        Matrix::new(rows, columns, (0..rows * columns).map(|_| draw()).collect())
    }

    /// The mean cross entropy of a batch, in f64 and straight from the formulas.
    fn reference_loss(
        weights: &[Vec<f64>],
        widths: &[usize],
        inputs: &Matrix,
        labels: &[u8],
    ) -> f64 {
        let mut total = 0.0;
        for (row, &label) in labels.iter().enumerate() {
            let mut values: Vec<f64> = inputs.row(row).iter().map(|&x| x.into()).collect();
            for (layer, weight) in weights.iter().enumerate() {
                if layer > 0 {
                    values.iter_mut().for_each(|value| *value = value.max(0.0));
                }
                let dot = |unit: &[f64]| unit.iter().zip(&values).map(|(w, x)| w * x).sum::<f64>();
                values = weight.chunks_exact(widths[layer]).map(dot).collect();
            }
            let sum: f64 = values.iter().map(|value| value.exp()).sum();
            total += sum.ln() - values[usize::from(label)];
        }
        total / labels.len() as f64
    }

    /// Every entry of every gradient against a central difference in f64.
    ///
    /// With step h = 1e-5 the difference is off by about h^2 = 1e-10 (third derivatives are of
    /// order 1) and by 1e-16 / h = 1e-11 from rounding; the f32 gradients, of magnitude up to 1 in
    /// sums of at most 8 terms, are off by about 1e-6. Hence the tolerance of 1e-5, a thousandth of
    /// a typical entry. No unit lies within h of its kink, or the test would fail for good.
    #[test]
    fn gradients_equal_finite_differences() {
        let widths = [5, 8, 7, 4];
        let weights: Vec<Matrix> = widths
            .windows(2)
            .map(|pair| random(pair[1], pair[0], &format!("layer {pair:?}")))
            .collect();
        let (inputs, labels) = (random(6, 5, "inputs"), [0, 1, 2, 3, 3, 0]);
        let activations = forward(&weights, inputs.clone());
        let loss = cross_entropy(&activations[3], &labels);
        let mut gradients = zeros_like(&weights);
        backward(&weights, &activations, loss.gradient, &mut gradients);

        let exact = |matrix: &Matrix| matrix.values().iter().map(|&w| f64::from(w)).collect();
        let mut probe: Vec<Vec<f64>> = weights.iter().map(exact).collect();
        let found = reference_loss(&probe, &widths, &inputs, &labels);
        assert!((loss.total / 6.0 - found).abs() < 1e-6);
        let step = 1e-5;
        for (layer, gradient) in gradients.iter().enumerate() {
            for (index, &found) in gradient.values().iter().enumerate() {
                let mut at = |shift: f64| {
                    let kept = probe[layer][index];
                    probe[layer][index] = kept + shift;
                    let loss = reference_loss(&probe, &widths, &inputs, &labels);
                    probe[layer][index] = kept;
                    loss
                };
                let expected = (at(step) - at(-step)) / (2.0 * step);
                assert!(
                    (f64::from(found) - expected).abs() < 1e-5,
                    "layer {layer}, entry {index}: {found} is not {expected}"
                );
            }
        }
        let size = |gradient: &Matrix| gradient.values().iter().map(|g| g.abs()).sum::<f32>();
        assert!(gradients.iter().all(|gradient| size(gradient) > 0.1));
    }

    #[test]
    fn cross_entropy_by_hand() {
        let loss = cross_entropy(&Matrix::zeros(2, 2), &[0, 1]);
        assert!((loss.total - 2.0 * 2.0_f64.ln()).abs() < 1e-15);
        assert_eq!(loss.gradient.values(), [-0.25, 0.25, 0.25, -0.25]);
        assert_eq!(loss.correct, 1);
    }

    #[test]
    fn cross_entropy_does_not_overflow() {
        let loss = cross_entropy(&Matrix::new(1, 3, vec![1e30, 0.0, -1e30]), &[1]);
        assert_eq!(loss.total, f64::from(1e30_f32));
        assert_eq!(loss.gradient.values(), [1.0, -1.0, 0.0]);
        let broken = cross_entropy(&Matrix::new(1, 2, vec![f32::NAN, 0.0]), &[1]);
        assert!(broken.total.is_nan());
        assert_eq!(broken.correct, 0);
    }

    #[test]
    fn two_steps_by_hand() {
        let mut weights = [Matrix::new(1, 1, vec![2.0])];
        let gradients = [Matrix::new(1, 1, vec![1.0])];
        let mut descent = Descent::new(&weights, 0.5, 0.25);
        descent.step(&mut weights, &gradients, 0.5);
        // v = 1 + 0.25 * 2 = 1.5, w = 2 - 0.75
        assert_eq!(weights[0].values(), [1.25]);
        descent.step(&mut weights, &gradients, 1.0);
        // v = 0.75 + 1 + 0.3125 = 2.0625
        assert_eq!(weights[0].values(), [1.25 - 2.0625]);
    }
}
