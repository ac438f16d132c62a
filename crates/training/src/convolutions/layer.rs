//! One layer of [`Convolutions`](super::Convolutions), a convolution, ReLU and a max-pool, for a
//! whole batch: forward and backward.
//!
//! A row of X is the patch of an image that the kernels cover at one position, a row of W one
//! output's kernels, so that a convolution is a product of matrices. ReLU and max-pool are one step:
//!
//! ```text
//! forward    Z = X W^T,  pooled = max(0, the four entries of a window of Z)
//! backward   E = dL/dZ, 0 but where an entry is its window's maximum,  dL/dW = E^T X,  dL/dX = E W
//! ```

use std::array::from_fn;

use networks::matrix::{Matrix, multiply};

/// The side of every kernel, in pixels.
pub(super) const KERNEL: usize = 5;

/// The entries of a window of the max-pool, row after row.
const CORNERS: usize = 4;

/// The winner of a window without a positive entry.
const NO_CORNER: u32 = CORNERS as u32;

/// The sizes of a layer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// The channels of its input.
    pub(super) channels: usize,
    /// The side of its square input, padding included, in pixels; even.
    pub(super) side: usize,
    /// The channels of its output.
    pub(super) outputs: usize,
}

impl Sizes {
    /// The shape of the weights, `[outputs, channels * 25]`.
    pub(super) const fn weights(self) -> [usize; 2] {
        [self.outputs, self.channels * KERNEL * KERNEL]
    }

    /// The entries of an image, `channels * side^2`.
    pub(super) const fn inputs(self) -> usize {
        self.channels * self.side * self.side
    }

    /// The positions of a kernel along a side of the image.
    const fn positions(self) -> usize {
        self.side - KERNEL + 1
    }

    /// The windows of one channel.
    const fn windows(self) -> usize {
        self.positions() * self.positions() / CORNERS
    }

    /// Where in an image the rows of its patches begin, each of five pixels.
    ///
    /// The patches of all windows' first corners come first, then those of the second corners, and
    /// so on: what a max-pool compares then stands in four stretches of equal order.
    fn patch_rows(self) -> Vec<usize> {
        let mut starts = Vec::new();
        for corner in 0..CORNERS {
            for y in (corner / 2..self.positions()).step_by(2) {
                for x in (corner % 2..self.positions()).step_by(2) {
                    for channel in 0..self.channels {
                        let row_start = |row| (channel * self.side + row) * self.side + x;
                        starts.extend((y..y + KERNEL).map(row_start));
                    }
                }
            }
        }
        starts
    }
}

/// What a layer makes of a batch, and the buffers for it.
#[derive(Debug, Clone)]
pub(super) struct LayerPass {
    sizes: Sizes,
    /// [`Sizes::patch_rows`].
    patch_rows: Vec<usize>,
    /// X, `[batch * positions^2, channels * 25]`.
    patches: Matrix,
    /// Z, overwritten by E on the way back, `[batch * positions^2, outputs]`.
    products: Matrix,
    /// The corner of each window's maximum, `[batch, windows, outputs]`.
    winners: Vec<u32>,
    /// Maxima or errors of one image, `[windows, outputs]`.
    windows: Vec<f32>,
    /// The layer's output, `[batch, outputs * windows]`.
    pooled: Matrix,
}

impl LayerPass {
    /// Buffers for a batch of that many images.
    pub(super) fn new(sizes: Sizes, batch: usize) -> LayerPass {
        let [outputs, patch] = sizes.weights();
        let patches = batch * CORNERS * sizes.windows();
        let units = outputs * sizes.windows();
        LayerPass {
            sizes,
            patch_rows: sizes.patch_rows(),
            patches: Matrix::zeros(patches, patch),
            products: Matrix::zeros(patches, outputs),
            winners: vec![NO_CORNER; batch * units],
            windows: vec![0.0; units],
            pooled: Matrix::zeros(batch, units),
        }
    }

    /// The layer's output, `[batch, outputs * windows]`, flattened channel after channel.
    pub(super) fn pooled(&self) -> &Matrix {
        &self.pooled
    }

    /// The patches of the batch, one per row.
    pub(super) fn patches(&self) -> &Matrix {
        &self.patches
    }

    /// Applies the layer to images `[batch, channels * side^2]`.
    pub(super) fn forward(&mut self, weights: &Matrix, images: &Matrix) {
        let (rows, _) = self.patches.values_mut().as_chunks_mut::<KERNEL>();
        let images = images.values().chunks_exact(images.columns());
        for (rows, image) in rows.chunks_exact_mut(self.patch_rows.len()).zip(images) {
            for (row, &start) in rows.iter_mut().zip(&self.patch_rows) {
                row.copy_from_slice(&image[start..start + KERNEL]);
            }
        }
        multiply(
            self.patches.view(),
            weights.transposed(),
            &mut self.products,
        );
        self.pool();
    }

    /// The maximum of 0 and each window's entries, and the first corner where it is found.
    fn pool(&mut self) {
        let units = self.windows.len();
        let products = self.products.values().chunks_exact(CORNERS * units);
        let pooled = self.pooled.values_mut().chunks_exact_mut(units);
        let winners = self.winners.chunks_exact_mut(units);
        for ((products, pooled), winners) in products.zip(pooled).zip(winners) {
            let corners: [&[f32]; CORNERS] = from_fn(|corner| &products[corner * units..][..units]);
            // Both results are stored whatever the comparisons say: the loop becomes vector
            // instructions, where branches on random entries would take seven times as long.
            let windows = self.windows.iter_mut().zip(winners);
            for (window, (maximum, winner)) in windows.enumerate() {
                let mut best = (0.0, NO_CORNER);
                for (corner, entries) in (0..).zip(corners) {
                    let entry = entries[window];
                    // A NaN must not be hidden.
                    if entry > best.0 || entry.is_nan() {
                        best = (entry, corner);
                    }
                }
                (*maximum, *winner) = best;
            }
            transpose(&self.windows, self.sizes.outputs, pooled);
        }
    }

    /// Overwrites `gradient` with the derivative of the loss by the weights, given its derivative
    /// by [`LayerPass::pooled`].
    pub(super) fn by_weights(&mut self, by_pooled: &Matrix, gradient: &mut Matrix) {
        let units = self.windows.len();
        let errors = self.products.values_mut().chunks_exact_mut(CORNERS * units);
        let by_pooled = by_pooled.values().chunks_exact(units);
        let winners = self.winners.chunks_exact(units);
        for ((errors, by_pooled), winners) in errors.zip(by_pooled).zip(winners) {
            transpose(by_pooled, self.sizes.windows(), &mut self.windows);
            for (corner, errors) in (0..).zip(errors.chunks_exact_mut(units)) {
                let windows = self.windows.iter().zip(winners);
                for (error, (&by_window, &winner)) in errors.iter_mut().zip(windows) {
                    *error = if winner == corner { by_window } else { 0.0 };
                }
            }
        }
        multiply(self.products.transposed(), self.patches.view(), gradient);
    }

    /// Overwrites `by_images` with the derivative of the loss by the images, given the errors that
    /// [`LayerPass::by_weights`] has left; `by_patches` is a buffer shaped like the patches.
    pub(super) fn by_images(
        &self,
        weights: &Matrix,
        by_patches: &mut Matrix,
        by_images: &mut Matrix,
    ) {
        multiply(self.products.view(), weights.view(), by_patches);
        by_images.values_mut().fill(0.0);
        let (rows, _) = by_patches.values().as_chunks::<KERNEL>();
        let inputs = self.sizes.inputs();
        let images = by_images.values_mut().chunks_exact_mut(inputs);
        for (rows, image) in rows.chunks_exact(self.patch_rows.len()).zip(images) {
            for (row, &start) in rows.iter().zip(&self.patch_rows) {
                let pixels = image[start..start + KERNEL].iter_mut();
                pixels.zip(row).for_each(|(pixel, value)| *pixel += value);
            }
        }
    }
}

/// Overwrites `out` with the transpose of a matrix of that many columns.
fn transpose(matrix: &[f32], columns: usize, out: &mut [f32]) {
    let rows = matrix.len() / columns;
    for (column, out) in out.chunks_exact_mut(rows).enumerate() {
        let entries = matrix[column..].iter().step_by(columns);
        out.iter_mut()
            .zip(entries)
            .for_each(|(out, &entry)| *out = entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A layer of one window.
    const WINDOW: Sizes = Sizes {
        channels: 1,
        side: 6,
        outputs: 1,
    };

    /// A kernel that copies the upper left pixel of a patch, so that the window's entries are the
    /// image's four pixels up there.
    fn copy() -> Matrix {
        let mut kernel = Matrix::zeros(1, 25);
        kernel.values_mut()[0] = 1.0;
        kernel
    }

    /// An image of distinct values, with these four in its upper left.
    fn image(corners: [f32; 4]) -> Matrix {
        let mut values: Vec<f32> = (0..36).map(|pixel| -1.0 - pixel as f32).collect();
        values[..2].copy_from_slice(&corners[..2]);
        values[6..8].copy_from_slice(&corners[2..]);
        Matrix::new(1, 36, values)
    }

    /// The layer's output, the gradient for an error of 2 in it, and the pass.
    fn passed(corners: [f32; 4]) -> (f32, Vec<f32>, LayerPass) {
        let mut pass = LayerPass::new(WINDOW, 1);
        pass.forward(&copy(), &image(corners));
        let mut gradient = Matrix::zeros(1, 25);
        pass.by_weights(&Matrix::new(1, 1, vec![2.0]), &mut gradient);
        (pass.pooled().values()[0], gradient.values().to_vec(), pass)
    }

    /// Twice the pixels under the kernel at a corner.
    fn doubled_patch(corners: [f32; 4], [y, x]: [usize; 2]) -> Vec<f32> {
        let image = image(corners);
        let row = |row: usize| image.values()[row * 6 + x..][..5].iter();
        (y..y + 5).flat_map(row).map(|pixel| 2.0 * pixel).collect()
    }

    #[test]
    fn the_gradient_goes_to_the_first_of_the_largest_entries() {
        let cases = [
            ([1.0, 2.0, 4.0, 3.0], [1, 0]),
            ([1.0, 4.0, 4.0, 4.0], [0, 1]),
            ([3.0, 3.0, 3.0, 3.0], [0, 0]),
            ([-1.0, 0.0, 0.0, 0.5], [1, 1]),
        ];
        for (corners, winner) in cases {
            let (pooled, gradient, pass) = passed(corners);
            assert_eq!(pooled, corners.into_iter().fold(0.0, f32::max));
            assert_eq!(gradient, doubled_patch(corners, winner), "{corners:?}");
            let (mut by_patches, mut by_image) = (Matrix::zeros(4, 25), image(corners));
            pass.by_images(&copy(), &mut by_patches, &mut by_image);
            let mut expected = vec![0.0; 36];
            expected[winner[0] * 6 + winner[1]] = 2.0;
            assert_eq!(by_image.values(), expected, "{corners:?}");
        }
    }

    #[test]
    fn a_window_without_a_positive_entry_is_silent() {
        for corners in [[-1.0, -2.0, -3.0, -4.0], [0.0; 4], [-0.0; 4]] {
            let (pooled, gradient, _) = passed(corners);
            assert_eq!(pooled, 0.0);
            assert_eq!(gradient, [0.0; 25], "{corners:?}");
        }
    }

    #[test]
    fn pooling_does_not_hide_an_overflow() {
        for corner in 0..4 {
            let mut corners = [1.0, 5.0, 2.0, 3.0];
            corners[corner] = f32::NAN;
            assert!(passed(corners).0.is_nan(), "{corner}");
        }
    }
}
