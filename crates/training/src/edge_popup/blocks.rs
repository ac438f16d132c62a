//! Matrices in blocks of columns, as the kernels pass through them.

use super::vector::{LANES, Line};
use networks::Matrix;

/// How the entries of a matrix lie in [`Blocks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Rows as rows.
    Direct,
    /// A matrix `[outputs, links * inputs]` with outputs as columns; its column k * inputs + j, the
    /// k-th link of input j, is row j * links + k.
    ByInput {
        /// The links of an input to an output.
        links: usize,
    },
}

/// `[blocks, rows]` of `L` lines: columns in blocks, rows within a block. The last block is filled
/// up with zeros that never count.
#[derive(Debug, Clone)]
pub(super) struct Blocks<const L: usize> {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) cells: Vec<[Line; L]>,
    layout: Layout,
}

impl<const L: usize> Blocks<L> {
    /// The columns of a block.
    pub(super) const WIDTH: usize = L * LANES;

    pub(super) fn new(matrix: &Matrix, layout: Layout) -> Blocks<L> {
        let (rows, columns) = match layout {
            Layout::Direct => (matrix.rows(), matrix.columns()),
            Layout::ByInput { .. } => (matrix.columns(), matrix.rows()),
        };
        let mut blocks = Blocks {
            rows,
            columns,
            cells: vec![[Line::ZERO; L]; rows * columns.div_ceil(Self::WIDTH)],
            layout,
        };
        blocks.read(matrix);
        blocks
    }

    /// Takes over a matrix of the same shape as the first one.
    pub(super) fn read(&mut self, matrix: &Matrix) {
        assert_eq!(
            (matrix.rows(), matrix.columns()),
            self.matrix_shape(),
            "a tensor keeps its shape"
        );
        for cell in 0..self.cells.len() {
            for place in 0..self.width(cell) {
                let value = matrix.values()[self.index(cell, place)];
                self.cells[cell][place / LANES].0[place % LANES] = value;
            }
        }
    }

    pub(super) fn to_matrix(&self) -> Matrix {
        let (rows, columns) = self.matrix_shape();
        let mut matrix = Matrix::zeros(rows, columns);
        for cell in 0..self.cells.len() {
            for place in 0..self.width(cell) {
                let value = self.cells[cell][place / LANES].0[place % LANES];
                matrix.values_mut()[self.index(cell, place)] = value;
            }
        }
        matrix
    }

    pub(super) fn zeros_like(&self) -> Blocks<L> {
        Blocks {
            cells: vec![[Line::ZERO; L]; self.cells.len()],
            ..*self
        }
    }

    /// The entries of a cell.
    pub(super) fn width(&self, cell: usize) -> usize {
        (self.columns - cell / self.rows * Self::WIDTH).min(Self::WIDTH)
    }

    /// Where an entry is among the matrix's values.
    pub(super) fn index(&self, cell: usize, place: usize) -> usize {
        let (row, column) = (cell % self.rows, cell / self.rows * Self::WIDTH + place);
        match self.layout {
            Layout::Direct => row * self.columns + column,
            Layout::ByInput { links } => {
                let inputs = self.rows / links;
                column * self.rows + row % links * inputs + row / links
            }
        }
    }

    fn matrix_shape(&self) -> (usize, usize) {
        match self.layout {
            Layout::Direct => (self.rows, self.columns),
            Layout::ByInput { .. } => (self.columns, self.rows),
        }
    }
}
