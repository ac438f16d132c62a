//! Networks as the bytes of a safetensors file with PyTorch's tensor names.
//!
//! `{layer}.weight` is `[outputs, inputs]`, `{layer}.bias` is `[outputs]`. What is written holds
//! 32-bit floats; what is read may hold floats of other widths and masks, and names its layers in
//! any way that tells their order. [`read_tensor`] reads a single tensor of any shape.

mod foreign;
mod numbers;
mod order;
mod state_dict;

use std::collections::BTreeMap;

use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors, serialize};
use thiserror::Error;

use crate::names::{natural_order, one_line};
use crate::network::{Dense, Network, NetworkError, check_finite};
use state_dict::StateDict;

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
    /// Another format.
    #[error("{format}, not a safetensors file; Python converts it: {cure}")]
    Foreign {
        /// The format's name.
        format: &'static str,
        /// A line of Python that makes a safetensors file of it.
        cure: &'static str,
    },
    /// A valid file that holds nothing.
    #[error("the file holds no tensors: save the network's state_dict")]
    NoTensors,
    /// A tensor of numbers that are not read.
    #[error(
        "`{}` is stored as {found}, not as {expected}: convert it with .float() before saving",
        one_line(tensor)
    )]
    Dtype {
        /// The tensor's name.
        tensor: String,
        /// Its element type, in the format's own notation.
        found: Dtype,
        /// The element types that are read.
        expected: &'static str,
    },
    /// A number that no 32-bit float can hold.
    #[error(
        "`{}` holds {found:e}, beyond the range of a 32-bit float: rescale it",
        one_line(tensor)
    )]
    Overflow {
        /// The tensor's name.
        tensor: String,
        /// The number.
        found: f64,
    },
    /// A mask with another number than 0 and 1.
    #[error(
        "`{}` holds {found}, but a mask holds 0 and 1: call torch.nn.utils.prune.remove before saving",
        one_line(tensor)
    )]
    Mask {
        /// The tensor's name.
        tensor: String,
        /// The number.
        found: f32,
    },
    /// A parameter of PyTorch's pruning without its mask, or beside itself.
    #[error(
        "the file holds {found}, but a pruned parameter is `_orig` and `_mask` together: call \
         torch.nn.utils.prune.remove before saving"
    )]
    Pruned {
        /// The tensors.
        found: String,
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
    /// Layers in an order in which they do not fit each other.
    #[error(
        "the layers in the order {order} (outputs x inputs) do not fit: `{}` has {inputs} inputs, \
         `{}` before it {outputs} outputs; name another order with --layers A,B,C",
        one_line(layer),
        one_line(before)
    )]
    Chain {
        /// The layers in the order that was tried.
        order: String,
        /// The earlier layer's name.
        before: String,
        /// Its outputs.
        outputs: usize,
        /// The later layer's name.
        layer: String,
        /// Its inputs.
        inputs: usize,
    },
    /// Layers whose order neither names nor shapes tell.
    #[error(
        "the layers {layers} (outputs x inputs) fit in more than one order, and their names do not \
         tell which: name it with --layers A,B,C, or number the names"
    )]
    ManyOrders {
        /// The layers.
        layers: String,
    },
    /// Layers that fit in no order.
    #[error(
        "no order of the layers {layers} (outputs x inputs) fits: the inputs of a layer must be the \
         outputs of the one before it; save a network of dense layers"
    )]
    NoOrder {
        /// The layers.
        layers: String,
    },
    /// An order that was asked for and is not one of the file's layers.
    #[error("--layers {found}: name each once of the layers {layers}")]
    Layers {
        /// What was asked for.
        found: String,
        /// The layers.
        layers: String,
    },
    /// Tensors that do not make a network.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

/// A network as a file has it, and what was done to read it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadNetwork {
    /// The network.
    pub network: Network,
    /// What is not as it stands in the file, each change in a line: numbers of another width,
    /// masks applied, names changed.
    pub changes: Vec<String>,
}

impl ReadNetwork {
    /// Reads a network from the bytes of a safetensors file.
    ///
    /// The layers have the order that is given by their names, if somebody gives one. Otherwise
    /// numbers in their names tell it, or else their shapes if they fit in one order only. Layers
    /// whose names do not count upwards in that order are numbered: `1.input`, `2.output`.
    ///
    /// # Errors
    /// [`TensorFileError`], which says what was found and what to do about it.
    pub fn from_safetensors(
        bytes: &[u8],
        layers: Option<&[String]>,
    ) -> Result<ReadNetwork, TensorFileError> {
        let file = open(bytes)?;
        if file.is_empty() {
            return Err(TensorFileError::NoTensors);
        }
        // The file's own iterator has the order of a hash map. Sorted, the error that is found
        // first is always the same one.
        let tensors: BTreeMap<&str, TensorView> = file.iter().collect();
        let StateDict {
            layers: unordered,
            mut changes,
        } = StateDict::new(tensors)?;
        let shapes: Vec<_> = unordered.iter().map(Dense::shape).collect();
        let order = order::order(&shapes, layers)?;
        let mut unordered: Vec<Option<Dense>> = unordered.into_iter().map(Some).collect();
        let ordered = order.iter().filter_map(|&place| unordered[place].take());
        let mut layers: Vec<Dense> = ordered.collect();
        changes.extend(number(&mut layers));
        let network = Network::new(layers)?;
        Ok(ReadNetwork { network, changes })
    }
}

/// Numbers layers whose names do not count upwards, since the format keeps no other order.
fn number(layers: &mut [Dense]) -> Option<String> {
    let count_upwards = |pair: &[Dense]| natural_order(&pair[0].name, &pair[1].name).is_lt();
    if layers.windows(2).all(count_upwards) {
        return None;
    }
    for (layer, number) in layers.iter_mut().zip(1..) {
        layer.name = format!("{number}.{}", layer.name);
    }
    Some("layers numbered in the order in which they are read".to_owned())
}

/// A file's tensors, not yet read.
fn open(bytes: &[u8]) -> Result<SafeTensors<'_>, TensorFileError> {
    let explain = |error| match foreign::recognise(bytes) {
        Some(found) => TensorFileError::Foreign {
            format: found.name,
            cure: found.cure,
        },
        None => TensorFileError::Format(error),
    };
    SafeTensors::deserialize(bytes).map_err(explain)
}

impl Network {
    /// Reads a network from the bytes of a safetensors file, as [`ReadNetwork::from_safetensors`]
    /// does without an order.
    ///
    /// # Errors
    /// As [`ReadNetwork::from_safetensors`].
    pub fn from_safetensors(bytes: &[u8]) -> Result<Network, TensorFileError> {
        Ok(ReadNetwork::from_safetensors(bytes, None)?.network)
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
    let file = open(bytes)?;
    let missing = |_| TensorFileError::Missing {
        tensor: tensor.to_string(),
    };
    let view = file.tensor(tensor).map_err(missing)?;
    if view.shape() != shape {
        return Err(numbers::wrong_shape(tensor, &view, &format!("{shape:?}")));
    }
    if view.dtype() != Dtype::F32 {
        return Err(TensorFileError::Dtype {
            tensor: tensor.to_owned(),
            found: view.dtype(),
            expected: "F32",
        });
    }
    let values = numbers::read_floats(tensor, &view)?;
    check_finite(tensor, &values)?;
    Ok(values)
}

fn to_bytes(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}
