//! Spectral norms, bounded from above with every rounding accounted for.
//!
//! # Method
//!
//! ||A||^2 is the largest eigenvalue of the Gram matrix G = A A^T, taken on the shorter side of A.
//! A number m is above it exactly if m I - G is positive definite, and that a Cholesky
//! factorisation decides, whatever the spectrum looks like. A power iteration, which promises
//! nothing, proposes m; margins from 2^-40 up are added to it until the factorisation goes through.
//!
//! # Why the bound holds
//!
//! Let k be the rows and n the columns of A (k <= n), u = 2^-53 and g_j = j u / (1 - j u). First A
//! is divided by its largest magnitude, so that nothing overflows and what underflows is far below
//! the allowance.
//!
//! * The division is off by a factor 1 + u in each entry: in norm by at most u ||A||_F <=
//!   u sqrt(k) ||A||.
//! * A computed dot product of length n, in any order, is off by at most g_n |a|^T|b|. So the
//!   computed Gram matrix is off by at most g_n |A||A|^T, in norm g_n ||A||_F^2 <= g_n k ||A||^2.
//! * The differences m - G_ii are rounded by at most u m.
//! * If the factorisation of a matrix M comes to its end, then R^T R = M + D with |D| <= g_{k+1}
//!   |R^T||R|. The diagonal gives ||r_j||^2 <= M_jj / (1 - g_{k+1}) for the columns of R, so |D_ij|
//!   <= h sqrt(M_ii M_jj) with h = g_{k+1} / (1 - g_{k+1}), and ||D|| <= h tr M <= h k m. Since R^T
//!   R is not negative, the smallest eigenvalue of M is at least -h k m (Rump, "Verification of
//!   positive definiteness", 2006; Higham, "Accuracy and Stability", theorems 10.3 and 10.5).
//!
//! Together ||A||^2 <= m (1 + k (k + n + 5) u) up to terms of order u^2. The allowance taken is
//! 8 k (k + n) u, which is more for all k, n >= 1; for a 500 x 784 matrix it is 6e-10.

use subset_sum::sampling::{generator, uniform};

use super::real_matrix::{RealMatrix, dot, norm};

/// The most steps of the power iteration.
const MAX_STEPS: usize = 200;

/// The power iteration stops when an eigenvalue grows by less than this factor above 1.
const MIN_GROWTH: f64 = 1e-13;

/// Margins that are tried first; then every one is twice the one before.
const FIRST_MARGINS: [i32; 4] = [-40, -30, -20, -14];

/// An upper bound of the spectral norm of a matrix: never below it, above it by a relative error
/// that is about 10^-9 where the power iteration converges and below 10^-3 for random matrices of
/// some hundred rows. Infinite if an entry is not finite.
///
/// ```
/// use tickets::certificates::{RealMatrix, spectral_norm_bound};
/// let bound = spectral_norm_bound(&RealMatrix::new(2, 2, vec![3.0, 0.0, 4.0, 5.0]));
/// let norm = 45.0_f64.sqrt();
/// assert!(norm <= bound && bound <= norm * (1.0 + 1e-9));
/// ```
pub fn spectral_norm_bound(matrix: &RealMatrix) -> f64 {
    let largest = matrix
        .values()
        .iter()
        .fold(0.0, |largest: f64, value| largest.max(value.abs()));
    if matrix.values().iter().any(|value| !value.is_finite()) {
        return f64::INFINITY;
    }
    if largest == 0.0 {
        return 0.0;
    }
    let flat = if matrix.rows() > matrix.columns() {
        &matrix.transposed()
    } else {
        matrix
    };
    let scaled = flat.values().iter().map(|value| value / largest).collect();
    let gram = gram(&RealMatrix::new(flat.rows(), flat.columns(), scaled));
    let square = eigenvalue_bound(&gram);
    let (rows, columns) = (flat.rows() as f64, flat.columns() as f64);
    let allowance = 4.0 * f64::EPSILON * rows * (rows + columns);
    // The three roundings of this line are covered by the last factor.
    largest * (square * (1.0 + allowance)).sqrt() * (1.0 + 4.0 * f64::EPSILON)
}

/// The products of all rows with each other.
fn gram(matrix: &RealMatrix) -> RealMatrix {
    let rows = matrix.rows();
    let mut values = vec![0.0; rows * rows];
    for row in 0..rows {
        for other in 0..=row {
            let product = dot(matrix.row(row), matrix.row(other));
            values[row * rows + other] = product;
            values[other * rows + row] = product;
        }
    }
    RealMatrix::new(rows, rows, values)
}

/// A number m for which the Cholesky factorisation of m I - `gram` comes to its end.
fn eigenvalue_bound(gram: &RealMatrix) -> f64 {
    let proposed = power_iteration(gram);
    let first = FIRST_MARGINS
        .map(|exponent| 2.0_f64.powi(exponent))
        .into_iter();
    // The last margin makes m several times the trace: then the matrix is diagonally dominant.
    let doubled = (FIRST_MARGINS[3] + 1..=64).map(|exponent| 2.0_f64.powi(exponent));
    let mut bounds = first.chain(doubled).map(|margin| proposed * (1.0 + margin));
    bounds
        .find(|&bound| is_above(bound, gram))
        .expect("some margin is above the trace of a finite matrix")
}

/// A Rayleigh quotient near the largest eigenvalue, not below the largest diagonal entry.
fn power_iteration(gram: &RealMatrix) -> f64 {
    let mut draws = generator(0, "spectral-norm", "", 0);
    let mut vector: Vec<f64> = (0..gram.rows())
        .map(|_| uniform(&mut draws, -1 << 40, 1 << 40) as f64)
        .collect();
    let diagonal = (0..gram.rows()).map(|row| gram.row(row)[row]);
    let mut eigenvalue = diagonal.fold(0.0, f64::max);
    for _ in 0..MAX_STEPS {
        let length = norm(&vector);
        if length == 0.0 {
            break;
        }
        vector.iter_mut().for_each(|value| *value /= length);
        let product = gram.apply(&vector);
        let quotient = dot(&vector, &product);
        let has_converged = (quotient - eigenvalue).abs() <= MIN_GROWTH * eigenvalue;
        eigenvalue = eigenvalue.max(quotient);
        vector = product;
        if has_converged {
            break;
        }
    }
    eigenvalue
}

/// Whether the Cholesky factorisation of `bound` I - `gram` comes to its end.
fn is_above(bound: f64, gram: &RealMatrix) -> bool {
    let size = gram.rows();
    let mut factor = vec![0.0; size * size];
    for row in 0..size {
        let (above, rest) = factor.split_at_mut(row * size);
        let current = &mut rest[..=row];
        for column in 0..row {
            let other = &above[column * size..][..=column];
            let product = dot(&current[..column], &other[..column]);
            current[column] = (-gram.row(row)[column] - product) / other[column];
        }
        let pivot = bound - gram.row(row)[row] - dot(&current[..row], &current[..row]);
        // Not a number if something overflowed.
        if pivot.is_nan() || pivot <= 0.0 {
            return false;
        }
        current[row] = pivot.sqrt();
    }
    true
}
