//! Small square matrices, and the ball of those with spectral norm at most 1.

use rand::Rng;
use subset_sum::grid::{ONE, to_f64};
use subset_sum::sampling::uniform;

/// A matrix `[row][column]`.
pub type Square<const D: usize> = [[f64; D]; D];

/// A vector.
pub type Vector<const D: usize> = [f64; D];

/// Rotations that diagonalise a matrix of up to 3 x 3, many times over.
const SWEEPS: usize = 12;

/// The dot product.
pub(crate) fn dot<const D: usize>(left: &Vector<D>, right: &Vector<D>) -> f64 {
    (0..D).map(|at| left[at] * right[at]).sum()
}

/// The Euclidean length.
pub(crate) fn length<const D: usize>(vector: &Vector<D>) -> f64 {
    dot(vector, vector).sqrt()
}

/// The product A x.
pub(crate) fn apply<const D: usize>(matrix: &Square<D>, vector: &Vector<D>) -> Vector<D> {
    std::array::from_fn(|row| dot(&matrix[row], vector))
}

/// A - B.
pub(crate) fn difference<const D: usize>(left: &Square<D>, right: &Square<D>) -> Square<D> {
    std::array::from_fn(|i| std::array::from_fn(|j| left[i][j] - right[i][j]))
}

/// The spectral norm, the largest |A x| over |x| <= 1, up to rounding.
///
/// ```
/// use lower_bound::square::spectral_norm;
/// assert!((spectral_norm(&[[3.0, 0.0], [4.0, 5.0]]) - 45.0_f64.sqrt()).abs() < 1e-14);
/// ```
pub fn spectral_norm<const D: usize>(matrix: &Square<D>) -> f64 {
    length(&apply(matrix, &top_direction(matrix)))
}

/// A unit vector x with the largest |A x|, by rotating A^T A until it is diagonal (Jacobi).
pub(crate) fn top_direction<const D: usize>(matrix: &Square<D>) -> Vector<D> {
    let column = |at: usize| -> Vector<D> { std::array::from_fn(|row| matrix[row][at]) };
    let mut gram: Square<D> =
        std::array::from_fn(|i| std::array::from_fn(|j| dot(&column(i), &column(j))));
    // Rows are the directions.
    let mut basis: Square<D> =
        std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j))));
    for _ in 0..SWEEPS {
        for (p, q) in (0..D).flat_map(|p| (p + 1..D).map(move |q| (p, q))) {
            if gram[p][q] != 0.0 {
                rotate(&mut gram, &mut basis, p, q);
            }
        }
    }
    let top = (0..D).max_by(|&a, &b| gram[a][a].total_cmp(&gram[b][b]));
    basis[top.expect("at least one direction")]
}

/// Makes the entry (p, q) of a symmetric matrix 0 by turning directions p and q.
fn rotate<const D: usize>(gram: &mut Square<D>, basis: &mut Square<D>, p: usize, q: usize) {
    let angle = 0.5 * (2.0 * gram[p][q]).atan2(gram[p][p] - gram[q][q]);
    let (sine, cosine) = angle.sin_cos();
    let turned = |a: f64, b: f64| (cosine * a + sine * b, cosine * b - sine * a);
    for at in 0..D {
        (gram[p][at], gram[q][at]) = turned(gram[p][at], gram[q][at]);
        (basis[p][at], basis[q][at]) = turned(basis[p][at], basis[q][at]);
    }
    for row in gram.iter_mut() {
        (row[p], row[q]) = turned(row[p], row[q]);
    }
    (gram[p][q], gram[q][p]) = (0.0, 0.0);
}

/// A matrix that is uniform in the ball of spectral norm at most 1: the first one in the ball among
/// matrices with uniform entries (41 % of them for D = 2, 3.4 % for D = 3).
pub fn draw_in_ball<const D: usize>(generator: &mut impl Rng) -> Square<D> {
    loop {
        let mut entry = || to_f64(uniform(generator, -ONE, ONE));
        let matrix: Square<D> = std::array::from_fn(|_| std::array::from_fn(|_| entry()));
        if spectral_norm(&matrix) <= 1.0 {
            return matrix;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use subset_sum::sampling::generator;

    #[test]
    fn a_norm_is_the_largest_length_of_an_image() {
        let mut draws = generator(1, "tests", "norms", 0);
        for _ in 0..200 {
            let matrix: Square<3> = draw_in_ball(&mut draws);
            let norm = spectral_norm(&matrix);
            let mut largest: f64 = 0.0;
            for _ in 0..2000 {
                let x: Vector<3> = std::array::from_fn(|_| to_f64(uniform(&mut draws, -ONE, ONE)));
                largest = largest.max(length(&apply(&matrix, &x)) / length(&x));
            }
            assert!(largest <= norm * (1.0 + 1e-12) && norm < 1.02 * largest);
        }
    }

    #[test]
    fn norms_that_are_known() {
        assert_eq!(spectral_norm(&[[0.0; 3]; 3]), 0.0);
        assert_eq!(spectral_norm(&[[-0.5]]), 0.5);
        let turned = [[0.0, 0.0, 2.0], [0.0, -3.0, 0.0], [1.0, 0.0, 0.0]];
        assert!((spectral_norm(&turned) - 3.0).abs() < 1e-14);
        let all = [[1.0; 3]; 3];
        assert!((spectral_norm(&all) - 3.0).abs() < 1e-14);
    }

    /// The ball's share of the cube is 0.411 for D = 2; five standard errors.
    #[test]
    fn the_ball_is_filled_evenly() {
        let mut draws = generator(1, "tests", "ball", 0);
        let matrices: Vec<Square<2>> = (0..4000).map(|_| draw_in_ball(&mut draws)).collect();
        let inner = matrices
            .iter()
            .filter(|matrix| spectral_norm(matrix) <= 0.9);
        let share = inner.count() as f64 / 4000.0;
        assert!((share - 0.9_f64.powi(4)).abs() < 0.04, "{share}");
    }
}
