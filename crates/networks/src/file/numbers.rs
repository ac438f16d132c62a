//! The numbers of a tensor as 32-bit floats, from floats of any width.

use half::{bf16, f16};
use safetensors::tensor::{Dtype, TensorView};

use super::TensorFileError;
use crate::Matrix;

/// The numbers of a tensor, row after row; its bytes may lie at any address.
///
/// Floats of 16 bits are widened, which is exact; those of 64 bits are rounded to the nearest.
pub(super) fn read_floats(tensor: &str, view: &TensorView) -> Result<Vec<f32>, TensorFileError> {
    let bytes = view.data();
    // The format's reader has checked that the bytes are whole entries.
    match view.dtype() {
        Dtype::F32 => Ok(entries(bytes, f32::from_le_bytes)),
        Dtype::F16 => Ok(entries(bytes, |entry| f16::from_le_bytes(entry).to_f32())),
        Dtype::BF16 => Ok(entries(bytes, |entry| bf16::from_le_bytes(entry).to_f32())),
        Dtype::F64 => round(tensor, &entries(bytes, f64::from_le_bytes)),
        found => Err(TensorFileError::Dtype {
            tensor: tensor.to_owned(),
            found,
            expected: "floats of 16, 32 or 64 bits",
        }),
    }
}

/// The numbers of a mask, each 0 or 1; besides floats it may hold booleans or bytes.
pub(super) fn read_mask(tensor: &str, view: &TensorView) -> Result<Vec<f32>, TensorFileError> {
    let values = match view.dtype() {
        Dtype::BOOL | Dtype::U8 => entries(view.data(), |[byte]| f32::from(byte)),
        _ => read_floats(tensor, view)?,
    };
    match values.iter().find(|&&value| value != 0.0 && value != 1.0) {
        None => Ok(values),
        Some(&found) => Err(TensorFileError::Mask {
            tensor: tensor.to_owned(),
            found,
        }),
    }
}

/// A dense layer's weight from its numbers.
pub(super) fn to_matrix(
    tensor: &str,
    view: &TensorView,
    values: Vec<f32>,
) -> Result<Matrix, TensorFileError> {
    match *view.shape() {
        [rows, columns] => Ok(Matrix::new(rows, columns, values)),
        _ => Err(wrong_shape(
            tensor,
            view,
            "[outputs, inputs] of a dense layer",
        )),
    }
}

pub(super) fn wrong_shape(tensor: &str, view: &TensorView, expected: &str) -> TensorFileError {
    TensorFileError::Shape {
        tensor: tensor.to_owned(),
        shape: view.shape().to_vec(),
        expected: expected.to_owned(),
    }
}

fn entries<const WIDTH: usize, T>(bytes: &[u8], read: impl Fn([u8; WIDTH]) -> T) -> Vec<T> {
    let (entries, _) = bytes.as_chunks::<WIDTH>();
    entries.iter().map(|&entry| read(entry)).collect()
}

fn round(tensor: &str, values: &[f64]) -> Result<Vec<f32>, TensorFileError> {
    let overflows = |&&value: &&f64| value.is_finite() && !(value as f32).is_finite();
    match values.iter().find(overflows) {
        None => Ok(values.iter().map(|&value| value as f32).collect()),
        Some(&found) => Err(TensorFileError::Overflow {
            tensor: tensor.to_owned(),
            found,
        }),
    }
}
