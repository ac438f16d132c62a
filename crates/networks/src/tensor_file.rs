//! Networks as the bytes of a safetensors file with PyTorch's tensor names.
//!
//! `{layer}.weight` is `[outputs, inputs]`, `{layer}.bias` is `[outputs]`, all 32-bit floats. The
//! format keeps its tensors in no order, so layers follow their names: `fc2` before `fc10`.
//! [`read_tensor`] reads a single tensor of any shape.

use std::collections::BTreeMap;

use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors, serialize};
use thiserror::Error;

use crate::matrix::Matrix;
use crate::names::{natural_order, one_line};
use crate::network::{Dense, Network, NetworkError, check_finite};

/// Why bytes are not a network, or hold no such tensor.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TensorFileError {
    /// Not the safetensors format, or a part of a file.
    #[error(
        "not a complete safetensors file ({}): write it with safetensors.torch.save_file, \
         or copy it again",
        one_line(.0)
    )]
    Format(SafeTensorError),
    /// A valid file that holds nothing.
    #[error("the file holds no tensors: save the network's state_dict")]
    NoTensors,
    /// A tensor that is not made of 32-bit floats.
    #[error(
        "`{}` is stored as {found}, not as F32: convert it with .float() before saving",
        one_line(tensor)
    )]
    Dtype {
        /// The tensor's name.
        tensor: String,
        /// Its element type, in the format's own notation.
        found: Dtype,
    },
    /// A tensor that is no layer's.
    #[error(
        "`{}` ends in neither .weight nor .bias: name tensors as PyTorch names those of \
         linear layers, such as fc1.weight and fc1.bias",
        one_line(tensor)
    )]
    Name {
        /// The tensor's name.
        tensor: String,
    },
    /// A tensor that was asked for and is not there.
    #[error("the file holds no `{tensor}`: save the state_dict of a network that has it")]
    Missing {
        /// The tensor's name.
        tensor: String,
    },
    /// A weight or a bias of another shape than its layer has.
    #[error(
        "`{}` has the shape {shape:?}, not {expected}: save a network with such layers",
        one_line(tensor)
    )]
    Shape {
        /// The tensor's name.
        tensor: String,
        /// Its dimensions.
        shape: Vec<usize>,
        /// The dimensions that it should have.
        expected: String,
    },
    /// A bias whose layer has no weight.
    #[error(
        "`{name}.bias` comes without `{name}.weight`: save both tensors of the layer",
        name = one_line(layer)
    )]
    BiasWithoutWeight {
        /// The layer's name.
        layer: String,
    },
    /// Tensors that do not make a network.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

impl Network {
    /// Reads a network from the bytes of a safetensors file.
    ///
    /// # Errors
    /// [`TensorFileError`], which says what was found and what to do about it.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Network, TensorFileError> {
        let file = SafeTensors::deserialize(bytes).map_err(TensorFileError::Format)?;
        if file.is_empty() {
            return Err(TensorFileError::NoTensors);
        }
        // The file's own iterator has the order of a hash map. Sorted, the error that is found
        // first is always the same one.
        let tensors: BTreeMap<&str, TensorView> = file.iter().collect();
        let mut weights = Vec::new();
        let mut biases = BTreeMap::new();
        for (tensor, view) in &tensors {
            if let Some(layer) = tensor.strip_suffix(".weight") {
                weights.push((layer, read_weight(tensor, view)?));
            } else if let Some(layer) = tensor.strip_suffix(".bias") {
                biases.insert(layer, read_bias(tensor, view)?);
            } else {
                return Err(TensorFileError::Name {
                    tensor: tensor.to_string(),
                });
            }
        }
        weights.sort_by(|(left, _), (right, _)| natural_order(left, right));
        let dense = |(layer, weight): (&str, Matrix)| Dense {
            name: layer.to_string(),
            weight,
            bias: biases.remove(layer),
        };
        let layers = weights.into_iter().map(dense).collect();
        match biases.pop_first() {
            None => Ok(Network::new(layers)?),
            Some((layer, _)) => Err(TensorFileError::BiasWithoutWeight {
                layer: layer.to_string(),
            }),
        }
    }

    /// The network as the bytes of a safetensors file, the same bytes for the same network.
    ///
    /// # Panics
    /// If the names alone exceed the format's limit of 100 MB.
    pub fn to_safetensors(&self) -> Vec<u8> {
        let mut tensors = Vec::new();
        for layer in self.layers() {
            let (weight, name) = (&layer.weight, &layer.name);
            let shape = vec![weight.rows(), weight.columns()];
            tensors.push((format!("{name}.weight"), shape, to_bytes(weight.values())));
            if let Some(bias) = &layer.bias {
                tensors.push((format!("{name}.bias"), vec![bias.len()], to_bytes(bias)));
            }
        }
        let views = tensors.iter().map(|(name, shape, bytes)| {
            let view = TensorView::new(Dtype::F32, shape.clone(), bytes);
            (name, view.expect("four bytes per entry"))
        });
        serialize(views, None).expect("names below the limit of the format")
    }
}

/// The entries of one tensor of a safetensors file, row after row; the file may hold others.
///
/// # Errors
/// [`TensorFileError`] if there is no such tensor, it has another shape, is not made of 32-bit
/// floats, or holds a number that is not finite.
pub fn read_tensor(
    bytes: &[u8],
    tensor: &str,
    shape: &[usize],
) -> Result<Vec<f32>, TensorFileError> {
    let file = SafeTensors::deserialize(bytes).map_err(TensorFileError::Format)?;
    let missing = |_| TensorFileError::Missing {
        tensor: tensor.to_string(),
    };
    let view = file.tensor(tensor).map_err(missing)?;
    if view.shape() != shape {
        return Err(wrong_shape(tensor, &view, &format!("{shape:?}")));
    }
    let values = read_values(tensor, &view)?;
    check_finite(tensor, &values)?;
    Ok(values)
}

fn read_weight(tensor: &str, view: &TensorView) -> Result<Matrix, TensorFileError> {
    match *view.shape() {
        [rows, columns] => Ok(Matrix::new(rows, columns, read_values(tensor, view)?)),
        _ => Err(wrong_shape(
            tensor,
            view,
            "[outputs, inputs] of a dense layer",
        )),
    }
}

fn read_bias(tensor: &str, view: &TensorView) -> Result<Vec<f32>, TensorFileError> {
    match *view.shape() {
        [_] => read_values(tensor, view),
        _ => Err(wrong_shape(tensor, view, "[outputs] of a dense layer")),
    }
}

/// The numbers of a tensor; its bytes may lie at any address.
fn read_values(tensor: &str, view: &TensorView) -> Result<Vec<f32>, TensorFileError> {
    if view.dtype() != Dtype::F32 {
        return Err(TensorFileError::Dtype {
            tensor: tensor.to_string(),
            found: view.dtype(),
        });
    }
    // The format's reader has checked that there are four bytes per entry.
    let (entries, _) = view.data().as_chunks::<4>();
    Ok(entries
        .iter()
        .map(|&entry| f32::from_le_bytes(entry))
        .collect())
}

fn to_bytes(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

fn wrong_shape(tensor: &str, view: &TensorView, expected: &str) -> TensorFileError {
    TensorFileError::Shape {
        tensor: tensor.to_string(),
        shape: view.shape().to_vec(),
        expected: expected.to_string(),
    }
}
