//! The outputs of a layer for a batch, or the loss's derivatives by them, in blocks of columns.

use super::features::{Features, relu};
use super::vector::{LANES, Line};
use networks::Matrix;

/// Lines in a block of a layer with so many outputs: few outputs would leave most of a wide block
/// empty.
pub(super) fn lines_in_block(outputs: usize) -> usize {
    if outputs <= LANES { 1 } else { 4 }
}

/// `[blocks, images, lines]`: a block holds `lines` lines of columns for every image.
#[derive(Debug, Clone, Default)]
pub(super) struct Activations {
    lines: Vec<Line>,
    lines_in_block: usize,
    images: usize,
}

impl Activations {
    /// Zeros for `columns` outputs of `images` images.
    pub(super) fn reshape(&mut self, columns: usize, images: usize) {
        self.lines_in_block = lines_in_block(columns);
        self.images = images;
        let blocks = columns.div_ceil(self.lines_in_block * LANES);
        self.lines.clear();
        self.lines
            .resize(blocks * images * self.lines_in_block, Line::ZERO);
    }

    /// Takes over a matrix `[images, columns]`.
    pub(super) fn read(&mut self, matrix: &Matrix) {
        self.reshape(matrix.columns(), matrix.rows());
        for image in 0..matrix.rows() {
            for (column, &value) in matrix.row(image).iter().enumerate() {
                self.set(image, column, value);
            }
        }
    }

    /// The first `columns` outputs of every image, `[images, columns]`.
    pub(super) fn to_matrix(&self, columns: usize) -> Matrix {
        let places =
            (0..self.images).flat_map(|image| (0..columns).map(move |column| (image, column)));
        let values = places
            .map(|(image, column)| self.get(image, column))
            .collect();
        Matrix::new(self.images, columns, values)
    }

    pub(super) fn block<const L: usize>(&self, block: usize) -> &[[Line; L]] {
        let size = self.images * L;
        self.lines[block * size..][..size].as_chunks().0
    }

    pub(super) fn block_mut<const L: usize>(&mut self, block: usize) -> &mut [[Line; L]] {
        let size = self.images * L;
        self.lines[block * size..][..size].as_chunks_mut().0
    }

    #[inline(always)]
    fn place(&self, image: usize, column: usize) -> (usize, usize) {
        let (line, lane) = (column / LANES, column % LANES);
        let (block, line) = (line / self.lines_in_block, line % self.lines_in_block);
        (
            (block * self.images + image) * self.lines_in_block + line,
            lane,
        )
    }

    #[inline(always)]
    pub(super) fn get(&self, image: usize, column: usize) -> f32 {
        let (line, lane) = self.place(image, column);
        self.lines[line].0[lane]
    }

    #[inline(always)]
    pub(super) fn set(&mut self, image: usize, column: usize, value: f32) {
        let (line, lane) = self.place(image, column);
        self.lines[line].0[lane] = value;
    }

    /// Hands the positive outputs on to the next layer.
    pub(super) fn relu(&self, columns: usize, features: &mut Features) {
        features.fill(columns, self.images, [0.0; 2], |column, image| {
            relu(self.get(image, column))
        });
    }
}
