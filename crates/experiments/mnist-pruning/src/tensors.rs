//! Tensors as the files of this experiment hold them, safetensors with one note in their metadata.

use anyhow::{Result, ensure};
use networks::Matrix;
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};
use std::collections::{BTreeMap, HashMap};
use training::Convolutions;

/// A tensor's type, shape and bytes.
pub(crate) struct Stored {
    pub(crate) dtype: Dtype,
    pub(crate) shape: Vec<usize>,
    pub(crate) bytes: Vec<u8>,
}

impl Stored {
    /// Numbers of any shape.
    pub(crate) fn floats(shape: &[usize], values: &[f32]) -> Stored {
        Stored {
            dtype: Dtype::F32,
            shape: shape.to_vec(),
            bytes: bytes(values),
        }
    }

    /// A matrix.
    pub(crate) fn matrix(matrix: &Matrix) -> Stored {
        Stored::floats(&[matrix.rows(), matrix.columns()], matrix.values())
    }

    /// A mask as bytes 0 and 1.
    pub(crate) fn mask(shape: [usize; 2], kept: &[bool]) -> Stored {
        Stored {
            dtype: Dtype::U8,
            shape: shape.to_vec(),
            bytes: kept.iter().map(|&kept| u8::from(kept)).collect(),
        }
    }
}

/// Names and shapes of LeNet5's convolutions.
pub(crate) const CONVOLUTIONS: [(&str, &[usize]); 2] = [
    ("conv1.weight", &[6, 1, 5, 5]),
    ("conv2.weight", &[16, 6, 5, 5]),
];

/// LeNet5's convolutions by name, shape and weights.
pub(crate) fn convolutions(
    convolutions: &Convolutions,
) -> impl Iterator<Item = (&'static str, &'static [usize], &Matrix)> {
    let weights = CONVOLUTIONS.into_iter().zip(convolutions.weights());
    weights.map(|((name, shape), weights)| (name, shape, weights))
}

/// A safetensors file of tensors by name, with one note in its metadata.
pub(crate) fn to_bytes(
    tensors: &BTreeMap<String, Stored>,
    (name, note): (&str, String),
) -> Result<Vec<u8>> {
    let views = tensors.iter().map(|(name, stored)| {
        let view = TensorView::new(stored.dtype, stored.shape.clone(), &stored.bytes);
        let view = view.expect("as many bytes as its shape says");
        (name.as_str(), view)
    });
    let metadata = HashMap::from([(name.to_owned(), note)]);
    Ok(serialize(views, Some(metadata))?)
}

/// The note of this name in a file's metadata.
pub(crate) fn note(file: &[u8], name: &str) -> Option<String> {
    let (_, header) = SafeTensors::read_metadata(file).ok()?;
    header.metadata().as_ref()?.get(name).cloned()
}

/// A tensor's numbers as a matrix, all dimensions but the first in one.
pub(crate) fn floats(name: &str, view: &TensorView) -> Result<Matrix> {
    let dtype = view.dtype();
    ensure!(
        dtype == Dtype::F32,
        "`{name}` is stored as {dtype}, not as F32"
    );
    let entries = view.data().as_chunks().0.iter();
    let numbers: Vec<f32> = entries.map(|&bytes| f32::from_le_bytes(bytes)).collect();
    ensure!(
        numbers.iter().all(|number| number.is_finite()),
        "`{name}` holds a number that is not finite"
    );
    let rows = view.shape().first().copied().unwrap_or(1);
    let columns = numbers.len().checked_div(rows).unwrap_or(0);
    Ok(Matrix::new(rows, columns, numbers))
}

/// Numbers as bytes, lowest first.
pub(crate) fn bytes(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}
