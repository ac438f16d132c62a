//! Networks in `f64`, evaluated on many nonnegative inputs, with a bound of what rounding does.
//!
//! Where inputs are not negative a pruned network computes x -> W+ x in each layer, and the sums of
//! kept weights that W+ consists of are exact in `f64`. So a target and its pruned network can be
//! compared on inputs of interest, far below what `f32` resolves.

use subset_sum::grid;

use super::real_matrix::{RealMatrix, dot_rounding, norm};
use crate::construction::{PrunedNetwork, Target, rectify};

/// A factor for the few roundings of the bound itself.
const ROUNDING: f64 = 1.0 + 1e-9;

/// Layers without biases and ReLU between them.
///
/// ```
/// use tickets::certificates::{RealMatrix, RealNetwork};
/// use tickets::construction::{Norms, Target};
/// use networks::{Dense, Matrix, Network};
/// let weight = Matrix::new(1, 2, vec![0.5, -0.25]);
/// let network = Network::new(vec![Dense { name: "fc1".into(), weight, bias: None }])?;
/// let real = RealNetwork::of_target(&Target::new(&network, Norms::AtMostOne)?);
/// let inputs = RealMatrix::new(2, 2, vec![1.0, 0.0, 1.0, 1.0]);
/// assert_eq!(real.forward(&inputs).values(), [0.5, 0.25]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RealNetwork {
    layers: Vec<RealMatrix>,
}

impl RealNetwork {
    /// The target itself. A constant input is an input like the others.
    pub fn of_target(target: &Target) -> RealNetwork {
        let layers = target.layers().iter().map(RealMatrix::from).collect();
        RealNetwork { layers }
    }

    /// What a pruned network computes where no input is negative. A constant input is an input like
    /// the others.
    pub fn on_nonnegative_inputs(pruned: &PrunedNetwork) -> RealNetwork {
        let layers = pruned.layers().iter().map(|layer| {
            let [slopes, _] = layer.slopes();
            let (rows, columns) = (layer.second().mask().rows(), layer.first().mask().columns());
            let values = slopes.into_iter().map(grid::to_f64).collect();
            RealMatrix::new(rows, columns, values)
        });
        RealNetwork {
            layers: layers.collect(),
        }
    }

    /// The weights of each layer, `[outputs, inputs]`.
    pub fn layers(&self) -> &[RealMatrix] {
        &self.layers
    }

    /// The outputs, a row for each row of inputs.
    ///
    /// # Panics
    /// If the rows do not have one number for each input.
    pub fn forward(&self, inputs: &RealMatrix) -> RealMatrix {
        let mut values = inputs.times_transposed(&self.layers[0]);
        for layer in &self.layers[1..] {
            rectify(values.values_mut());
            values = values.times_transposed(layer);
        }
        values
    }

    /// How far computed outputs may be from those in exact arithmetic, relative to the length of the
    /// input.
    ///
    /// ```text
    /// r_i = F_i r_{i-1} + q_i F_i (b_{i-1} + r_{i-1})    r_0 = 0
    /// b_i = F_i b_{i-1}                                  b_0 = 1
    /// ```
    ///
    /// bound, after layer i, the rounding and the length of the exact vector. F_i is the Frobenius
    /// norm of the weights, which is also that of their magnitudes, and q_i bounds the rounding of a
    /// dot product.
    pub fn rounding(&self) -> f64 {
        let (mut rounding, mut length) = (0.0, 1.0);
        for layer in &self.layers {
            let frobenius = norm(layer.values()) * ROUNDING;
            let share = dot_rounding(layer.columns());
            rounding = frobenius * (rounding + share * (length + rounding)) * ROUNDING;
            length *= frobenius;
        }
        rounding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums of small integers are exact whatever their order, those of thirds are not.
    #[test]
    fn outputs_are_within_the_rounding_of_exact_ones() {
        let sizes = [40, 30, 5];
        let entry = |at: usize| ((at * 37 + 5) % 23) as f64 - 11.0;
        let layers = |scale: f64| RealNetwork {
            layers: sizes
                .windows(2)
                .map(|shape| {
                    let values = (0..shape[0] * shape[1]).map(|at| entry(at) / scale);
                    RealMatrix::new(shape[1], shape[0], values.collect())
                })
                .collect(),
        };
        let inputs = RealMatrix::new(1, 40, (0..40).map(|at| f64::from(at % 7)).collect());
        let exact = layers(1.0).forward(&inputs);
        let thirds = layers(3.0);
        let errors = thirds.forward(&inputs);
        let errors = errors.values().iter().zip(exact.values());
        let errors: Vec<f64> = errors.map(|(third, exact)| third - exact / 9.0).collect();
        let bound = thirds.rounding() * norm(inputs.values());
        assert!(norm(&errors) > 0.0 && norm(&errors) <= bound);
        assert!(bound < 1e-12 * norm(exact.values()), "{bound}");
    }
}
