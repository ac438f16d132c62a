//! The two convolutions of LeNet5, without biases: from images to features, and back for training.
//!
//! ```text
//! images [1, 28, 28] -> conv1 [6, 1, 5, 5], padding 2 -> ReLU -> max-pool 2 x 2 -> [6, 14, 14]
//!                    -> conv2 [16, 6, 5, 5]           -> ReLU -> max-pool 2 x 2 -> [16, 5, 5]
//! ```
//!
//! Shapes, order of entries and gradients at kinks are PyTorch's, so that weights can be exchanged.

mod layer;
#[cfg(test)]
mod tests;

use networks::{Matrix, TensorFileError, read_tensor};

use crate::dense::uniform_weights;
use layer::{KERNEL, LayerPass, Sizes};

/// The pixels along a side of an image.
const SIDE: usize = 28;

/// The rows and columns of zeros around an image.
const PADDING: usize = 2;

const CONV1: Sizes = Sizes {
    channels: 1,
    side: SIDE + 2 * PADDING,
    outputs: 6,
};

const CONV2: Sizes = Sizes {
    channels: 6,
    side: 14,
    outputs: 16,
};

/// The images that [`Convolutions::features`] takes at once.
const BATCH: usize = 64;

/// The two convolutions of LeNet5, without biases.
///
/// The weights are conv1 `[6, 25]` and conv2 `[16, 150]`, each kernel flattened by channel, row and
/// column as PyTorch stores it.
#[derive(Debug, Clone, PartialEq)]
pub struct Convolutions {
    weights: [Matrix; 2],
}

impl Convolutions {
    /// The convolutions with these weights, `[6, 25]` and `[16, 150]`.
    ///
    /// # Panics
    /// If a matrix has another shape.
    pub fn new(conv1: Matrix, conv2: Matrix) -> Convolutions {
        for (weight, sizes) in [(&conv1, CONV1), (&conv2, CONV2)] {
            let shape = [weight.rows(), weight.columns()];
            assert_eq!(shape, sizes.weights(), "the shape of a convolution");
        }
        Convolutions {
            weights: [conv1, conv2],
        }
    }

    /// Weights uniform on [-1/sqrt(n), 1/sqrt(n)] for kernels of n entries, PyTorch's choice, drawn
    /// by name from the root seed; `key` says which of several draws.
    pub fn draw(root: u64, key: &str) -> Convolutions {
        let draw = |name, sizes: Sizes| {
            uniform_weights(
                sizes.weights(),
                root,
                "convolutions",
                &format!("{key} {name}"),
            )
        };
        Convolutions::new(draw("conv1", CONV1), draw("conv2", CONV2))
    }

    /// Reads `conv1.weight` and `conv2.weight` from the bytes of a safetensors file, whatever else
    /// it holds.
    ///
    /// # Errors
    /// [`TensorFileError`] if a tensor is missing, has another shape than PyTorch's `[6, 1, 5, 5]`
    /// and `[16, 6, 5, 5]`, is not made of 32-bit floats, or holds a number that is not finite.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Convolutions, TensorFileError> {
        let read = |tensor, sizes: Sizes| {
            let [outputs, patch] = sizes.weights();
            let values = read_tensor(bytes, tensor, &[outputs, sizes.channels, KERNEL, KERNEL]);
            values.map(|values| Matrix::new(outputs, patch, values))
        };
        let conv1 = read("conv1.weight", CONV1)?;
        Ok(Convolutions::new(conv1, read("conv2.weight", CONV2)?))
    }

    /// The weights of conv1 `[6, 25]` and conv2 `[16, 150]`.
    pub fn weights(&self) -> &[Matrix; 2] {
        &self.weights
    }

    /// The weights, to be changed in place; their shapes must stay.
    pub fn weights_mut(&mut self) -> &mut [Matrix; 2] {
        &mut self.weights
    }

    /// The features `[count, 400]` of images `[count, 784]`, flattened by channel, row and column.
    ///
    /// # Panics
    /// If an image does not have 784 pixels.
    pub fn features(&self, images: &Matrix) -> Matrix {
        let mut pass = Pass::new(BATCH.min(images.rows()));
        let width = pass.features().columns();
        let mut features = Vec::with_capacity(images.rows() * width);
        for start in (0..images.rows()).step_by(BATCH) {
            let batch = images.gather(start..images.rows().min(start + BATCH));
            self.forward(&batch, &mut pass);
            features.extend_from_slice(pass.features().values());
        }
        Matrix::new(images.rows(), width, features)
    }

    /// Computes the features of a batch of images `[batch, 784]`, and keeps in `pass` what
    /// [`Convolutions::backward`] needs.
    ///
    /// # Panics
    /// If an image does not have 784 pixels.
    pub fn forward(&self, images: &Matrix, pass: &mut Pass) {
        assert_eq!(images.columns(), SIDE * SIDE, "the pixels of an image");
        if pass.images.rows() != images.rows() {
            *pass = Pass::new(images.rows());
        }
        pass.pad(images);
        pass.conv1.forward(&self.weights[0], &pass.images);
        pass.conv2.forward(&self.weights[1], pass.conv1.pooled());
    }

    /// Overwrites `gradients` with the derivatives of the loss by the weights of both convolutions,
    /// given its derivative by the features, `[batch, 400]`, and what [`Convolutions::forward`] with
    /// the same weights has left in `pass`.
    ///
    /// A maximum found more than once in a window passes its gradient to the first in row-major
    /// order; the derivative of ReLU at 0 is 0.
    ///
    /// # Panics
    /// If the shapes do not fit together.
    pub fn backward(&self, pass: &mut Pass, by_features: &Matrix, gradients: &mut [Matrix]) {
        let [by_conv1, by_conv2] = gradients else {
            panic!("{} gradients of two convolutions", gradients.len());
        };
        let shape = |matrix: &Matrix| [matrix.rows(), matrix.columns()];
        assert_eq!(shape(by_features), shape(pass.features()), "the features");
        pass.conv2.by_weights(by_features, by_conv2);
        pass.conv2
            .by_images(&self.weights[1], &mut pass.by_patches, &mut pass.by_pooled);
        pass.conv1.by_weights(&pass.by_pooled, by_conv1);
    }
}

/// A batch on its way through [`Convolutions`], with buffers that are used again for the next one.
#[derive(Debug, Clone)]
pub struct Pass {
    /// The images with their padding, `[batch, 32 * 32]`.
    images: Matrix,
    conv1: LayerPass,
    conv2: LayerPass,
    /// The derivatives of the loss by conv2's patches.
    by_patches: Matrix,
    /// The derivatives of the loss by conv1's pooled outputs.
    by_pooled: Matrix,
}

impl Pass {
    /// Buffers for a batch of that many images; a batch of another size replaces them.
    pub fn new(batch: usize) -> Pass {
        let (conv1, conv2) = (LayerPass::new(CONV1, batch), LayerPass::new(CONV2, batch));
        let patches = conv2.patches();
        Pass {
            images: Matrix::zeros(batch, CONV1.inputs()),
            by_patches: Matrix::zeros(patches.rows(), patches.columns()),
            by_pooled: Matrix::zeros(batch, CONV2.inputs()),
            conv1,
            conv2,
        }
    }

    /// The features of the batch, `[batch, 400]`, flattened by channel, row and column.
    pub fn features(&self) -> &Matrix {
        self.conv2.pooled()
    }

    /// Copies images between the zeros of their padding.
    fn pad(&mut self, images: &Matrix) {
        let padded = self.images.values_mut().chunks_exact_mut(CONV1.inputs());
        for (padded, image) in padded.zip(images.values().chunks_exact(SIDE * SIDE)) {
            let padded_rows = padded.chunks_exact_mut(CONV1.side).skip(PADDING);
            for (padded, row) in padded_rows.zip(image.chunks_exact(SIDE)) {
                padded[PADDING..][..SIDE].copy_from_slice(row);
            }
        }
    }
}
