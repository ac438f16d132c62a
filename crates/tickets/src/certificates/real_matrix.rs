//! Row-major matrices of `f64`, for errors that are far smaller than the weights.

use networks::Matrix;

/// Partial sums of a dot product, which the compiler keeps in vector registers.
const LANES: usize = 8;

/// A matrix of `f64`, stored row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct RealMatrix {
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

impl RealMatrix {
    /// The matrix `[rows, columns]` with the given entries, row after row.
    ///
    /// # Panics
    /// If there are not `rows * columns` values.
    pub fn new(rows: usize, columns: usize, values: Vec<f64>) -> RealMatrix {
        let shape = rows.checked_mul(columns);
        assert_eq!(shape, Some(values.len()), "one value for each place");
        RealMatrix {
            rows,
            columns,
            values,
        }
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
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// All entries, row after row, to be changed in place.
    pub(crate) fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// The entries of one row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.columns..][..self.columns]
    }

    /// The transpose.
    pub fn transposed(&self) -> RealMatrix {
        let columns = 0..self.columns;
        let column = |column| (0..self.rows).map(move |row| self.row(row)[column]);
        RealMatrix::new(self.columns, self.rows, columns.flat_map(column).collect())
    }

    /// The product A x.
    ///
    /// # Panics
    /// If `vector` does not have one number for each column.
    pub fn apply(&self, vector: &[f64]) -> Vec<f64> {
        assert_eq!(vector.len(), self.columns, "one number for each column");
        (0..self.rows)
            .map(|row| dot(self.row(row), vector))
            .collect()
    }

    /// The product A B^T, whose entries are the products of every row of this matrix with every row
    /// of the other one. It has the same bits on every processor.
    ///
    /// # Panics
    /// If the matrices do not have equally many columns.
    ///
    /// ```
    /// use tickets::certificates::RealMatrix;
    /// let left = RealMatrix::new(1, 2, vec![1.0, 2.0]);
    /// let right = RealMatrix::new(3, 2, vec![1.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
    /// assert_eq!(left.times_transposed(&right).values(), [1.0, 2.0, 3.0]);
    /// ```
    pub fn times_transposed(&self, other: &RealMatrix) -> RealMatrix {
        assert_eq!(self.columns, other.columns, "rows of equal length");
        let mut values = vec![0.0; self.rows * other.rows];
        // Some rows at a time, so that they stay in the cache.
        for start in (0..self.rows).step_by(LANES) {
            for column in 0..other.rows {
                for row in start..self.rows.min(start + LANES) {
                    values[row * other.rows + column] = dot(self.row(row), other.row(column));
                }
            }
        }
        RealMatrix::new(self.rows, other.rows, values)
    }

    /// The product A^T y.
    ///
    /// # Panics
    /// If `vector` does not have one number for each row.
    pub fn apply_transposed(&self, vector: &[f64]) -> Vec<f64> {
        assert_eq!(vector.len(), self.rows, "one number for each row");
        let mut out = vec![0.0; self.columns];
        for (row, factor) in vector.iter().enumerate() {
            out.iter_mut()
                .zip(self.row(row))
                .for_each(|(sum, entry)| *sum += factor * entry);
        }
        out
    }
}

impl From<&Matrix> for RealMatrix {
    fn from(matrix: &Matrix) -> RealMatrix {
        let values = matrix.values().iter().map(|&value| f64::from(value));
        RealMatrix::new(matrix.rows(), matrix.columns(), values.collect())
    }
}

/// The sum of products of two vectors of equal length.
pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let (left_blocks, left_rest) = left.as_chunks::<LANES>();
    let (right_blocks, right_rest) = right.as_chunks::<LANES>();
    for (left, right) in left_blocks.iter().zip(right_blocks) {
        for lane in 0..LANES {
            sums[lane] += left[lane] * right[lane];
        }
    }
    let rest = left_rest
        .iter()
        .zip(right_rest)
        .map(|(left, right)| left * right);
    sums.iter().sum::<f64>() + rest.sum::<f64>()
}

/// A bound of what rounding changes in a computed dot product of so many terms, relative to the sum
/// of their magnitudes: more than n u / (1 - n u) with u = 2^-53, in any order.
pub(crate) fn dot_rounding(terms: usize) -> f64 {
    (terms + 8) as f64 * f64::EPSILON
}

/// The Euclidean norm of a vector.
pub(crate) fn norm(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}

/// The vector of length 1 in the same direction, if it has one.
pub(crate) fn unit(vector: &[f64]) -> Option<Vec<f64>> {
    let length = norm(vector);
    (length > 0.0).then(|| vector.iter().map(|value| value / length).collect())
}
