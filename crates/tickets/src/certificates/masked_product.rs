//! The norm of two layers with ReLU between them, whatever units are active.
//!
//! ReLU takes a difference a - b to D (a - b), where D is diagonal with entries in \[0, 1\] that
//! depend on a and b. So an error B x of one layer is at most ||A D B|| |x| after the next one, A, and
//! with b = 0 so is what the layers A and B make of x. That is at most ||A|| ||B||, but a row of B that
//! is much longer than the others meets one column of A alone. With D = I/2 + S/2, where S has
//! entries in \[-1, 1\], and any diagonal T > 0, which commutes with S,
//!
//! ```text
//! ||A D B|| <= (||A B|| + ||A S B||) / 2        ||A S B|| <= ||A T|| ||T^-1 B||
//! ```
//!
//! T = I is one choice. Another brings the rows of T^-1 B to about length 1, a third balances
//! them with the columns of A. The entries of T are powers of two, so T rounds nothing.

use super::real_matrix::{RealMatrix, dot_rounding, norm};
use super::spectral_norm::spectral_norm_bound;

/// Rows shorter than this, relative to the longest one, are scaled as if they were so long.
const MIN_LENGTH: f64 = 1.0 / (1_u64 << 40) as f64;

/// A factor for the few roundings of the bound itself.
const ROUNDING: f64 = 1.0 + 1e-12;

/// An upper bound of ||A D B|| over all diagonal D with entries in \[0, 1\]. Their entries may have
/// been rounded once.
///
/// # Panics
/// If A does not have one column for each row of B.
pub(crate) fn masked_product_bound(a: &RealMatrix, b: &RealMatrix) -> f64 {
    let product = a.times_transposed(&b.transposed());
    let rounding = dot_rounding(b.rows()) * norm(a.values()) * norm(b.values());
    let columns = lengths(&a.transposed());
    let rows = lengths(b);
    let balance = |(b, a): (&f64, &f64)| match *b == 0.0 && *a == 0.0 {
        true => 1.0,
        false => (b / a).sqrt(),
    };
    let balanced = rows.iter().zip(&columns).map(balance);
    let scales = [vec![1.0; b.rows()], rows.clone(), balanced.collect()];
    let signed = scales.map(|scale| scaled_bound(a, b, &scale));
    let signed = signed.into_iter().fold(f64::INFINITY, f64::min);
    (0.5 * (spectral_norm_bound(&product) + signed) + rounding) * ROUNDING
}

/// ||A T|| ||T^-1 B||, T made of powers of two near the given numbers.
fn scaled_bound(a: &RealMatrix, b: &RealMatrix, scale: &[f64]) -> f64 {
    let finite = scale.iter().copied().filter(|scale| scale.is_finite());
    let largest = finite.fold(f64::MIN_POSITIVE, f64::max);
    let exponent = |scale: &f64| scale.clamp(MIN_LENGTH * largest, largest).log2().round();
    let powers: Vec<f64> = scale.iter().map(|scale| exponent(scale).exp2()).collect();
    let left = |(at, value): (usize, &f64)| value * powers[at % a.columns()];
    let right = |(at, value): (usize, &f64)| value / powers[at / b.columns()];
    let left = a.values().iter().enumerate().map(left).collect();
    let right = b.values().iter().enumerate().map(right).collect();
    spectral_norm_bound(&RealMatrix::new(a.rows(), a.columns(), left))
        * spectral_norm_bound(&RealMatrix::new(b.rows(), b.columns(), right))
}

/// The Euclidean norms of the rows.
fn lengths(matrix: &RealMatrix) -> Vec<f64> {
    (0..matrix.rows())
        .map(|row| norm(matrix.row(row)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use subset_sum::sampling::{generator, uniform};

    fn random(rows: usize, columns: usize, seed: u64) -> RealMatrix {
        let mut draws = generator(seed, "masked-product", "", rows as u64);
        let mut entry = || uniform(&mut draws, -1 << 30, 1 << 30) as f64 / f64::from(1 << 30);
        RealMatrix::new(
            rows,
            columns,
            (0..rows * columns).map(|_| entry()).collect(),
        )
    }

    /// The largest norm over the corners, where a convex function has its maximum.
    fn over_all_corners(a: &RealMatrix, b: &RealMatrix) -> f64 {
        let masked = |corner: usize| {
            let keep = |at: usize| f64::from(u8::from(corner >> (at / b.columns()) & 1 == 1));
            let entries = b.values().iter().enumerate();
            let values = entries.map(|(at, value)| value * keep(at)).collect();
            let b = RealMatrix::new(b.rows(), b.columns(), values);
            spectral_norm_bound(&a.times_transposed(&b.transposed()))
        };
        (0..1 << b.rows()).map(masked).fold(0.0, f64::max)
    }

    #[test]
    fn no_choice_of_active_units_exceeds_the_bound() {
        for seed in 0..20 {
            let (a, mut b) = (random(3, 6, seed), random(6, 4, seed + 100));
            if seed % 2 == 0 {
                // One row far longer than the others, and one of zeros.
                let mut values = b.values().to_vec();
                values[4..8].iter_mut().for_each(|value| *value *= 1000.0);
                values[8..12].fill(0.0);
                b = RealMatrix::new(6, 4, values);
            }
            let (worst, bound) = (over_all_corners(&a, &b), masked_product_bound(&a, &b));
            let plain = spectral_norm_bound(&a) * spectral_norm_bound(&b);
            assert!(worst <= bound * (1.0 + 1e-9) && bound <= plain * (1.0 + 1e-9));
            assert!(bound <= 1.5 * worst, "{bound} where {worst} is the worst");
        }
    }

    #[test]
    fn a_unit_that_neither_layer_uses_changes_no_bound() {
        let with_unused = |matrix: &RealMatrix| {
            let mut values = matrix.values().to_vec();
            values.extend(vec![0.0; matrix.columns()]);
            RealMatrix::new(matrix.rows() + 1, matrix.columns(), values)
        };
        for seed in 0..20 {
            let (a, b) = (random(3, 6, seed), random(6, 4, seed + 100));
            let bound = masked_product_bound(&a, &b);
            let a = with_unused(&a.transposed()).transposed();
            let unused = masked_product_bound(&a, &with_unused(&b));
            assert!((unused / bound - 1.0).abs() < 1e-6, "{unused}, not {bound}");
        }
    }

    #[test]
    fn a_long_row_counts_with_its_column_alone() {
        // ||A|| ||B|| = 1, but the only row of B meets the column of length 1/1000.
        let a = RealMatrix::new(2, 2, vec![1.0, 0.0, 0.0, 1e-3]);
        let b = RealMatrix::new(2, 2, vec![0.0, 0.0, 0.0, 1.0]);
        assert!((masked_product_bound(&a, &b) - 1e-3).abs() < 1e-9);
        assert_eq!(
            masked_product_bound(&a, &RealMatrix::new(2, 1, vec![0.0; 2])),
            0.0
        );
    }
}
