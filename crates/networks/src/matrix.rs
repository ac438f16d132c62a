//! Row-major matrices of `f32` and their products.
//!
//! This is the one place that calls `gemm`, and the one place with unsafe code. A [`View`] is a
//! matrix or its transpose without a copy, so that a forward pass (X W^T) and both products of a
//! backward pass (E^T X and E W) go through the same [`multiply`].
//!
//! Products run on one thread. Their last bits depend on the processor (its vector width and cache
//! sizes) and on the shapes, because `gemm` cuts the sums into blocks; for equal shapes on one
//! processor they are always the same.

use gemm::Parallelism;

/// A matrix of `f32`, stored row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    values: Vec<f32>,
}

impl Matrix {
    /// The matrix `[rows, columns]` with the given entries, row after row.
    ///
    /// # Panics
    /// If there are not `rows * columns` values.
    pub fn new(rows: usize, columns: usize, values: Vec<f32>) -> Matrix {
        assert_eq!(
            rows.checked_mul(columns),
            Some(values.len()),
            "[{rows}, {columns}] is not the shape of {} values",
            values.len()
        );
        Matrix {
            rows,
            columns,
            values,
        }
    }

    /// The matrix `[rows, columns]` of zeros.
    ///
    /// # Panics
    /// If memory cannot hold that many entries.
    pub fn zeros(rows: usize, columns: usize) -> Matrix {
        let count = rows
            .checked_mul(columns)
            .expect("a matrix that fits memory");
        Matrix::new(rows, columns, vec![0.0; count])
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// All entries, row after row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// All entries, row after row, to be changed in place.
    pub fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// The entries of one row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.columns..][..self.columns]
    }

    /// A copy of some rows in the given order, such as a batch of images.
    ///
    /// # Panics
    /// If one of the rows does not exist.
    pub fn gather(&self, rows: impl ExactSizeIterator<Item = usize>) -> Matrix {
        let count = rows.len();
        let mut values = Vec::with_capacity(count * self.columns);
        for row in rows {
            values.extend_from_slice(self.row(row));
        }
        Matrix::new(count, self.columns, values)
    }

    /// The matrix as a factor of a product.
    pub fn view(&self) -> View<'_> {
        View {
            rows: self.rows,
            columns: self.columns,
            row_stride: self.columns,
            column_stride: 1,
            values: &self.values,
        }
    }

    /// The transpose as a factor of a product; nothing is copied.
    pub fn transposed(&self) -> View<'_> {
        View {
            rows: self.columns,
            columns: self.rows,
            row_stride: 1,
            column_stride: self.columns,
            values: &self.values,
        }
    }
}

/// A matrix or its transpose, borrowed as a factor of a product.
///
/// Entry (i, j) is `values[i * row_stride + j * column_stride]`. Only [`Matrix::view`] and
/// [`Matrix::transposed`] make one, which keeps every entry inside `values`.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
    values: &'a [f32],
}

/// The product of two matrices.
///
/// # Panics
/// If `left` has not as many columns as `right` has rows.
///
/// ```
/// use networks::matrix::{Matrix, product};
/// let inputs = Matrix::new(1, 2, vec![1.0, 2.0]);
/// let weight = Matrix::new(3, 2, vec![1.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
/// assert_eq!(product(inputs.view(), weight.transposed()).values(), [1.0, 2.0, 3.0]);
/// ```
pub fn product(left: View, right: View) -> Matrix {
    let mut out = Matrix::zeros(left.rows, right.columns);
    multiply(left, right, &mut out);
    out
}

/// Overwrites `out` with the product of two matrices, for callers that keep their buffers.
///
/// # Panics
/// If the shapes do not fit together.
pub fn multiply(left: View, right: View, out: &mut Matrix) {
    assert!(
        left.columns == right.rows && out.rows == left.rows && out.columns == right.columns,
        "[{}, {}] times [{}, {}] does not give [{}, {}]",
        left.rows,
        left.columns,
        right.rows,
        right.columns,
        out.rows,
        out.columns
    );
    // SAFETY: the shapes agree (above); each operand's strides keep all of its entries inside its
    // slice (`View`, `Matrix::new`); `out` is borrowed mutably, so it overlaps neither factor; with
    // `read_dst` false its old entries are not read.
    unsafe {
        gemm::gemm(
            left.rows,
            right.columns,
            left.columns,
            out.values.as_mut_ptr(),
            1,
            out.columns as isize,
            false,
            left.values.as_ptr(),
            left.column_stride as isize,
            left.row_stride as isize,
            right.values.as_ptr(),
            right.column_stride as isize,
            right.row_stride as isize,
            0.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small integers, of which `f32` holds every sum exactly, so that any order gives one result.
    fn integers(rows: usize, columns: usize, seed: usize) -> Matrix {
        let value = |index: usize| ((index * 7 + seed) % 11) as f32 - 5.0;
        Matrix::new(rows, columns, (0..rows * columns).map(value).collect())
    }

    fn transpose(matrix: &Matrix) -> Matrix {
        let mut out = Matrix::zeros(matrix.columns, matrix.rows);
        for row in 0..matrix.rows {
            for column in 0..matrix.columns {
                out.values[column * matrix.rows + row] = matrix.row(row)[column];
            }
        }
        out
    }

    fn by_definition(left: &Matrix, right: &Matrix) -> Matrix {
        let mut out = Matrix::zeros(left.rows, right.columns);
        for row in 0..left.rows {
            for column in 0..right.columns {
                let terms = (0..left.columns).map(|k| left.row(row)[k] * right.row(k)[column]);
                out.values[row * right.columns + column] = terms.sum();
            }
        }
        out
    }

    #[test]
    fn products_equal_the_definition_for_every_transposition() {
        let shapes = [(1, 1, 1), (2, 3, 4), (17, 5, 1), (1, 70, 33), (65, 40, 10)];
        for (rows, inner, columns) in shapes {
            let left = integers(rows, inner, 1);
            let right = integers(inner, columns, 2);
            let expected = by_definition(&left, &right);
            let (left_t, right_t) = (transpose(&left), transpose(&right));
            assert_eq!(product(left.view(), right.view()), expected);
            assert_eq!(product(left.view(), right_t.transposed()), expected);
            assert_eq!(product(left_t.transposed(), right.view()), expected);
            assert_eq!(product(left_t.transposed(), right_t.transposed()), expected);
        }
    }

    #[test]
    fn the_old_entries_of_the_result_do_not_matter() {
        let mut out = Matrix::new(2, 2, vec![f32::NAN; 4]);
        let identity = Matrix::new(2, 2, vec![1.0, 0.0, 0.0, 1.0]);
        multiply(identity.view(), identity.view(), &mut out);
        assert_eq!(out, identity);
    }

    #[test]
    fn empty_shapes_are_products_too() {
        let tall = Matrix::zeros(2, 0);
        let wide = Matrix::zeros(0, 3);
        assert_eq!(product(tall.view(), wide.view()), Matrix::zeros(2, 3));
        assert_eq!(
            product(wide.view(), Matrix::zeros(3, 2).view()),
            Matrix::zeros(0, 2)
        );
    }

    #[test]
    #[should_panic(expected = "[2, 3] times [2, 3] does not give [2, 3]")]
    fn shapes_that_do_not_fit_are_refused() {
        let matrix = Matrix::zeros(2, 3);
        product(matrix.view(), matrix.view());
    }

    #[test]
    #[should_panic(expected = "[2, 3] is not the shape of 5 values")]
    fn a_matrix_is_full() {
        Matrix::new(2, 3, vec![0.0; 5]);
    }

    #[test]
    fn rows_are_gathered_in_the_given_order() {
        let matrix = Matrix::new(3, 2, vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        let gathered = matrix.gather([2, 0].into_iter());
        assert_eq!(gathered, Matrix::new(2, 2, vec![4.0, 5.0, 0.0, 1.0]));
    }
}
