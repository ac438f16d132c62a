//! Fully connected ReLU networks, checked once when they are made.
//!
//! ```text
//! f(x) = W_l relu(W_{l-1} ... relu(W_1 x + b_1) ... + b_{l-1}) + b_l
//! ```
//!
//! The outputs are logits: no activation follows the last layer.

use std::cmp::Ordering;
use std::fmt::Display;

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::matrix::{Matrix, product};
use crate::names::natural_order;

/// One layer, `x -> W x + b`.
#[derive(Debug, Clone, PartialEq)]
pub struct Dense {
    /// The layer's name; its tensors are `{name}.weight` and `{name}.bias`.
    pub name: String,
    /// The weights, `[outputs, inputs]`.
    pub weight: Matrix,
    /// One number per output, or none at all.
    pub bias: Option<Vec<f32>>,
}

impl Dense {
    /// The layer's outputs, `[batch, outputs]`, before any activation.
    fn apply(&self, inputs: &Matrix) -> Matrix {
        let mut outputs = product(inputs.view(), self.weight.transposed());
        if let Some(bias) = &self.bias {
            for row in outputs.values_mut().chunks_exact_mut(bias.len()) {
                row.iter_mut()
                    .zip(bias)
                    .for_each(|(value, bias)| *value += bias);
            }
        }
        outputs
    }

    /// The name and `[outputs, inputs]`.
    pub(crate) fn shape(&self) -> (&str, [usize; 2]) {
        (&self.name, [self.weight.rows(), self.weight.columns()])
    }

    fn check_numbers(&self) -> Result<(), NetworkError> {
        let layer = &self.name;
        check_finite(format_args!("{layer}.weight"), self.weight.values())?;
        let Some(bias) = &self.bias else {
            return Ok(());
        };
        if bias.len() != self.weight.rows() {
            return Err(NetworkError::BiasLength {
                layer: layer.clone(),
                found: bias.len(),
                expected: self.weight.rows(),
            });
        }
        check_finite(format_args!("{layer}.bias"), bias)
    }
}

/// Why layers do not make a network.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// There is no layer.
    #[error("a network needs at least one layer, found none")]
    NoLayers,
    /// A layer whose name does not fit on a line.
    #[error("the layer name {layer:?} has a control character: name layers like fc1")]
    ControlCharacter {
        /// The layer's name.
        layer: String,
    },
    /// A layer without inputs or without outputs.
    #[error("layer `{layer}` has the empty shape [{rows}, {columns}]: give it inputs and outputs")]
    EmptyLayer {
        /// The layer's name.
        layer: String,
        /// Its outputs.
        rows: usize,
        /// Its inputs.
        columns: usize,
    },
    /// A bias that is longer or shorter than the layer's outputs.
    #[error("`{layer}.bias` has {found} numbers for {expected} outputs: give it one per output")]
    BiasLength {
        /// The layer's name.
        layer: String,
        /// The length of the bias.
        found: usize,
        /// The layer's outputs.
        expected: usize,
    },
    /// A weight or a bias that is NaN or infinite.
    #[error("`{tensor}` holds {value} at index {index}: every weight must be a finite number")]
    NotFinite {
        /// The tensor's name, such as `fc1.weight`.
        tensor: String,
        /// Where in the tensor, row after row.
        index: usize,
        /// What stands there.
        value: f32,
    },
    /// A layer whose inputs are not the outputs of the layer before it.
    #[error(
        "`{before}` is {before_shape:?} and `{layer}` is {shape:?}: shapes are [outputs, inputs], \
         and the inputs of a layer must be the outputs of the one before it"
    )]
    Chain {
        /// The earlier layer's name.
        before: String,
        /// Its shape, `[outputs, inputs]`.
        before_shape: [usize; 2],
        /// The later layer's name.
        layer: String,
        /// Its shape, `[outputs, inputs]`.
        shape: [usize; 2],
    },
    /// Names that a file could not keep apart or would put into another order.
    #[error(
        "layer `{layer}` follows `{before}`: names must differ and count upwards (fc1, fc2, ...), \
         since a file keeps no other order"
    )]
    NameOrder {
        /// The earlier layer's name.
        before: String,
        /// The later layer's name.
        layer: String,
    },
    /// Another number of replacement matrices than layers.
    #[error("found {found} weight matrices for {expected} layers: give one per layer")]
    WeightCount {
        /// The matrices given.
        found: usize,
        /// The network's layers.
        expected: usize,
    },
}

/// A fully connected network with ReLU between its layers and none after the last.
///
/// Whatever exists has passed the checks of [`Network::new`].
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    layers: Vec<Dense>,
}

impl Network {
    /// Checks that layers make a network.
    ///
    /// Names must be distinct and in natural order (`fc2` before `fc10`), because a safetensors
    /// file has no order of its own: it is what makes reading the inverse of writing.
    ///
    /// # Errors
    /// [`NetworkError`] if there is no layer, a shape is empty, shapes do not chain, a bias has the
    /// wrong length, names are out of order or have control characters, or a number is not finite.
    pub fn new(layers: Vec<Dense>) -> Result<Network, NetworkError> {
        check_shapes(layers.iter().map(Dense::shape))?;
        layers.iter().try_for_each(Dense::check_numbers)?;
        Ok(Network { layers })
    }

    /// The layers from input to output; there is at least one.
    pub fn layers(&self) -> &[Dense] {
        &self.layers
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.layers[0].weight.columns()
    }

    /// The number of outputs.
    pub fn outputs(&self) -> usize {
        self.layers[self.layers.len() - 1].weight.rows()
    }

    /// The number of weights in all layers, biases not counted.
    pub fn weights(&self) -> usize {
        let count = |layer: &Dense| layer.weight.values().len();
        self.layers.iter().map(count).sum()
    }

    /// The network's name by its content: SHA-256 of [`Network::to_safetensors`] in 64 lower-case
    /// hexadecimal digits.
    pub fn sha256(&self) -> String {
        hexadecimal(&Sha256::digest(self.to_safetensors()))
    }

    /// The same network with other weights, one matrix per layer; names and biases stay.
    ///
    /// # Errors
    /// [`NetworkError`] if there is not one matrix per layer or they do not make a network.
    pub fn with_weights(&self, weights: Vec<Matrix>) -> Result<Network, NetworkError> {
        if weights.len() != self.layers.len() {
            return Err(NetworkError::WeightCount {
                found: weights.len(),
                expected: self.layers.len(),
            });
        }
        let replace = |(layer, weight): (&Dense, Matrix)| Dense {
            name: layer.name.clone(),
            weight,
            bias: layer.bias.clone(),
        };
        Network::new(self.layers.iter().zip(weights).map(replace).collect())
    }

    /// The logits `[batch, outputs]` of a batch of inputs `[batch, inputs]`.
    ///
    /// # Panics
    /// If the batch does not have [`Network::inputs`] columns.
    ///
    /// ```
    /// use networks::{Dense, Matrix, Network};
    /// let layer = |name: &str, weight| Dense { name: name.into(), weight, bias: None };
    /// // |x| = relu(x) + relu(-x)
    /// let network = Network::new(vec![
    ///     layer("fc1", Matrix::new(2, 1, vec![1.0, -1.0])),
    ///     layer("fc2", Matrix::new(1, 2, vec![1.0, 1.0])),
    /// ])?;
    /// let inputs = Matrix::new(3, 1, vec![-2.0, 0.0, 5.0]);
    /// assert_eq!(network.forward(&inputs).values(), [2.0, 0.0, 5.0]);
    /// # Ok::<(), networks::NetworkError>(())
    /// ```
    pub fn forward(&self, inputs: &Matrix) -> Matrix {
        let mut values = self.layers[0].apply(inputs);
        for layer in &self.layers[1..] {
            relu(&mut values);
            values = layer.apply(&values);
        }
        values
    }
}

/// Replaces every negative entry by 0.
pub fn relu(values: &mut Matrix) {
    for value in values.values_mut() {
        // `max` would turn a NaN into a 0 and hide an overflow.
        if *value < 0.0 {
            *value = 0.0;
        }
    }
}

/// Checks that named shapes `[outputs, inputs]` make a network.
///
/// # Errors
/// [`NetworkError`], which says which layer is in the way.
pub fn check_shapes<'a>(
    mut layers: impl Iterator<Item = (&'a str, [usize; 2])>,
) -> Result<(), NetworkError> {
    let mut before = layers.next().ok_or(NetworkError::NoLayers)?;
    check_shape(before)?;
    for layer in layers {
        check_shape(layer)?;
        check_neighbours(before, layer)?;
        before = layer;
    }
    Ok(())
}

fn check_shape((layer, [rows, columns]): (&str, [usize; 2])) -> Result<(), NetworkError> {
    if layer.chars().any(char::is_control) {
        return Err(NetworkError::ControlCharacter {
            layer: layer.to_owned(),
        });
    }
    if rows == 0 || columns == 0 {
        return Err(NetworkError::EmptyLayer {
            layer: layer.to_owned(),
            rows,
            columns,
        });
    }
    Ok(())
}

fn check_neighbours(
    (before, before_shape): (&str, [usize; 2]),
    (layer, shape): (&str, [usize; 2]),
) -> Result<(), NetworkError> {
    if natural_order(before, layer) != Ordering::Less {
        return Err(NetworkError::NameOrder {
            before: before.to_owned(),
            layer: layer.to_owned(),
        });
    }
    if shape[1] != before_shape[0] {
        return Err(NetworkError::Chain {
            before: before.to_owned(),
            before_shape,
            layer: layer.to_owned(),
            shape,
        });
    }
    Ok(())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Checks that all numbers of a tensor are finite.
///
/// # Errors
/// [`NetworkError::NotFinite`] for the first that is not.
pub fn check_finite(tensor: impl Display, values: &[f32]) -> Result<(), NetworkError> {
    match values.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(index) => Err(NetworkError::NotFinite {
            tensor: tensor.to_string(),
            index,
            value: values[index],
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(name: &str, rows: usize, columns: usize) -> Dense {
        let values = (0..rows * columns).map(|index| index as f32 - 2.0);
        Dense {
            name: name.into(),
            weight: Matrix::new(rows, columns, values.collect()),
            bias: None,
        }
    }

    fn error(layers: Vec<Dense>) -> String {
        Network::new(layers).unwrap_err().to_string()
    }

    #[test]
    fn a_forward_pass_by_hand() {
        let mut first = layer("fc1", 2, 3); // rows (-2, -1, 0) and (1, 2, 3)
        first.bias = Some(vec![4.0, -1.0]);
        let network = Network::new(vec![first, layer("fc2", 2, 2)]).unwrap();
        // First row: (-3 + 4, 6 - 1) = (1, 5). Second row: (3 + 4, -6 - 1), rectified to (7, 0).
        let inputs = Matrix::new(2, 3, vec![1.0, 1.0, 1.0, -1.0, -1.0, -1.0]);
        // fc2 has the rows (-2, -1) and (0, 1); its negative outputs stay as they are.
        assert_eq!(network.forward(&inputs).values(), [-7.0, 5.0, -14.0, 0.0]);
    }

    #[test]
    fn sizes_are_those_of_the_outer_layers() {
        let network = Network::new(vec![layer("fc1", 5, 3), layer("fc2", 2, 5)]).unwrap();
        assert_eq!((network.inputs(), network.outputs()), (3, 2));
        assert_eq!(network.weights(), 25);
    }

    #[test]
    fn what_is_no_network_is_refused() {
        assert_eq!(Network::new(vec![]), Err(NetworkError::NoLayers));
        assert!(
            error(vec![layer("fc1", 0, 3)]).starts_with("layer `fc1` has the empty shape [0, 3]")
        );
        let chain = error(vec![layer("fc1", 5, 3), layer("fc2", 2, 4)]);
        assert!(
            chain.starts_with("`fc1` is [5, 3] and `fc2` is [2, 4]"),
            "{chain}"
        );
        let order = error(vec![layer("fc10", 5, 3), layer("fc2", 2, 5)]);
        assert!(order.starts_with("layer `fc2` follows `fc10`"), "{order}");
        let twice = error(vec![layer("fc1", 3, 3), layer("fc1", 3, 3)]);
        assert!(twice.starts_with("layer `fc1` follows `fc1`"), "{twice}");
    }

    #[test]
    fn a_bias_has_one_finite_number_per_output() {
        let mut short = layer("fc1", 2, 3);
        short.bias = Some(vec![0.0; 3]);
        let text = error(vec![short.clone()]);
        assert!(
            text.starts_with("`fc1.bias` has 3 numbers for 2 outputs"),
            "{text}"
        );
        short.bias = Some(vec![0.0, f32::NEG_INFINITY]);
        let text = error(vec![short]);
        assert!(
            text.starts_with("`fc1.bias` holds -inf at index 1"),
            "{text}"
        );
    }

    #[test]
    fn weights_are_replaced_and_checked_again() {
        let mut first = layer("fc1", 2, 3);
        first.bias = Some(vec![1.0, 2.0]);
        let network = Network::new(vec![first]).unwrap();
        let other = network.with_weights(vec![Matrix::zeros(2, 3)]).unwrap();
        assert_eq!(other.layers()[0].bias, network.layers()[0].bias);
        assert_eq!(other.forward(&Matrix::zeros(1, 3)).values(), [1.0, 2.0]);

        let count = network.with_weights(vec![]).unwrap_err();
        assert!(
            count
                .to_string()
                .starts_with("found 0 weight matrices for 1 layers")
        );
        let broken = Matrix::new(2, 3, vec![0.0, 0.0, 0.0, 0.0, f32::NAN, 0.0]);
        let text = network.with_weights(vec![broken]).unwrap_err().to_string();
        assert!(
            text.starts_with("`fc1.weight` holds NaN at index 4"),
            "{text}"
        );
    }

    #[test]
    fn relu_does_not_hide_an_overflow() {
        let mut values = Matrix::new(1, 3, vec![-1.0, f32::NAN, 2.0]);
        relu(&mut values);
        assert_eq!(values.values()[0], 0.0);
        assert!(values.values()[1].is_nan());
        assert_eq!(values.values()[2], 2.0);
    }
}
