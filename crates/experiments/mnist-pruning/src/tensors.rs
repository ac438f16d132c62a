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

/// A safetensors file of tensors by name, with one note in its metadata. Before the note stands the hash of note and
/// tensors: what is read back goes into rows.
pub(crate) fn to_bytes(
    tensors: &BTreeMap<String, Stored>,
    (name, note): (&str, String),
) -> Result<Vec<u8>> {
    let views: Vec<(&str, TensorView)> = tensors
        .iter()
        .map(|(name, stored)| {
            let view = TensorView::new(stored.dtype, stored.shape.clone(), &stored.bytes);
            let view = view.expect("as many bytes as its shape says");
            (name.as_str(), view)
        })
        .collect();
    let sealed = format!("{} {note}", hash(&note, &views));
    let metadata = HashMap::from([(name.to_owned(), sealed)]);
    Ok(serialize(views, Some(metadata))?)
}

/// The note of this name in a file's metadata, if note and tensors are as they were written.
pub(crate) fn note(file: &[u8], name: &str) -> Option<String> {
    let (_, header) = SafeTensors::read_metadata(file).ok()?;
    let (found, note) = header.metadata().as_ref()?.get(name)?.split_once(' ')?;
    let tensors = SafeTensors::deserialize(file).ok()?;
    let mut views = tensors.tensors();
    views.sort_by(|(left, _), (right, _)| left.cmp(right));
    (hash(note, &views) == found).then(|| note.to_owned())
}

/// The SHA-256 of a note and of tensors in the order of their names.
fn hash(note: &str, tensors: &[(impl AsRef<str>, TensorView)]) -> String {
    let mut bytes = note.as_bytes().to_vec();
    for (name, view) in tensors {
        let (name, dtype, shape) = (name.as_ref(), view.dtype(), view.shape());
        bytes.extend(format!("\n{name} {dtype} {shape:?}\n").into_bytes());
        bytes.extend(view.data());
    }
    lab::store::sha256(&bytes)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_counts_only_with_its_tensors_as_they_were_written() {
        let tensors = ["b", "a"].map(|name| (name.to_owned(), Stored::floats(&[2], &[0.5, -1.0])));
        let bytes = to_bytes(&tensors.into(), ("note", "of a run".to_owned())).unwrap();
        assert_eq!(note(&bytes, "note").unwrap(), "of a run");
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1 << (place % 8);
            let found = note(&damaged, "note");
            // Between the header's end and the first tensor there may be spaces.
            assert!(
                found.is_none() || bytes[place] == b' ',
                "{place}: {found:?}"
            );
        }
    }
}
