//! Masks, and random matrices under a mask: only what is kept is stored.

use super::error::ConstructionError;
use super::random_network::STEPS;
use networks::Matrix;

/// The most entries of a matrix that is stored with its zeros.
const MAX_DENSE: u128 = 1 << 27;

/// Which entries of a matrix are kept: a matrix of zeros and ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    columns: usize,
    /// Where each row starts in `kept`, and at last where the last one ends.
    starts: Vec<usize>,
    /// The kept columns of row after row, ascending in each.
    kept: Vec<u32>,
}

impl Mask {
    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The number of kept entries.
    pub fn size(&self) -> usize {
        self.kept.len()
    }

    /// The kept columns of a row, in ascending order.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize) -> &[u32] {
        &self.kept[self.starts[row]..self.starts[row + 1]]
    }

    /// Whether an entry is kept.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn keeps(&self, row: usize, column: usize) -> bool {
        u32::try_from(column).is_ok_and(|column| self.row(row).binary_search(&column).is_ok())
    }
}

/// A random matrix under a mask. Kept entries are integers in steps of 2^-23, all others are 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrunedMatrix {
    mask: Mask,
    steps: Vec<i32>,
}

impl PrunedMatrix {
    /// The matrix with the given rows: columns in ascending order and entries in steps of 2^-23.
    pub(crate) fn from_rows<'a>(
        columns: usize,
        rows: impl Iterator<Item = &'a [(u32, i32)]>,
    ) -> PrunedMatrix {
        let (mut starts, mut kept, mut steps) = (vec![0], Vec::new(), Vec::new());
        for row in rows {
            kept.extend(row.iter().map(|entry| entry.0));
            steps.extend(row.iter().map(|entry| entry.1));
            starts.push(kept.len());
        }
        let mask = Mask {
            columns,
            starts,
            kept,
        };
        PrunedMatrix { mask, steps }
    }

    /// Which entries are kept.
    pub fn mask(&self) -> &Mask {
        &self.mask
    }

    /// The kept entries of a row, as columns and weights in steps of 2^-23.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, i32)> {
        let range = self.mask.starts[row]..self.mask.starts[row + 1];
        let columns = self.mask.kept[range.clone()].iter();
        columns
            .map(|&column| column as usize)
            .zip(self.steps[range].iter().copied())
    }

    /// The product with a vector, in `f64`.
    ///
    /// # Panics
    /// If the vector does not have [`Mask::columns`] numbers.
    pub fn apply(&self, inputs: &[f64]) -> Vec<f64> {
        assert_eq!(inputs.len(), self.mask.columns, "one input for each column");
        let product = |row| {
            let terms = self
                .row(row)
                .map(|(column, steps)| f64::from(steps) * inputs[column]);
            terms.sum::<f64>() / STEPS as f64
        };
        (0..self.mask.rows()).map(product).collect()
    }

    /// The matrix with its zeros. Nothing is rounded.
    ///
    /// # Errors
    /// [`ConstructionError::TooLargeForDense`] above 2^27 entries; `name` is the matrix's there.
    pub fn dense(&self, name: &str) -> Result<Matrix, ConstructionError> {
        let entries = self.mask.rows() as u128 * self.mask.columns as u128;
        if entries > MAX_DENSE {
            return Err(ConstructionError::TooLargeForDense {
                matrix: name.to_owned(),
                entries,
                most: MAX_DENSE,
            });
        }
        let mut dense = Matrix::zeros(self.mask.rows(), self.mask.columns);
        for row in 0..self.mask.rows() {
            for (column, steps) in self.row(row) {
                let at = row * self.mask.columns + column;
                dense.values_mut()[at] = steps as f32 / STEPS as f32;
            }
        }
        Ok(dense)
    }
}
