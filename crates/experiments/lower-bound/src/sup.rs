//! The largest error of a network of two layers without biases over the unit ball.
//!
//! The error E(x) = W x - sum_i v_i s(u_i . x) is linear on every cone in which no u_i . x changes its
//! sign, and |E| grows along rays. On the sphere it is largest inside a cone, and then at the top
//! singular vector of the cone's matrix, since a quadratic form has no other local maxima there; or
//! inside a face, where the same holds within the subspace of the face; and so on down to rays. So it
//! is enough to look at the top singular vectors of all matrices on all subspaces in which some of the
//! u_i . x are 0. Some of these vectors lie outside of their cone; the error that they have there does
//! not exceed the largest one either. The result is exact up to rounding.

use crate::square::{Square, Vector, apply, dot, length, top_direction};

/// A hidden unit x -> v s(u . x), s the ReLU.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit<const D: usize> {
    /// In-weights.
    pub u: Vector<D>,
    /// Out-weights.
    pub v: Vector<D>,
}

/// How much shorter a normal may become when the ones before it are projected out and still count.
const DEPENDENT: f64 = 1e-12;

/// The length of W x - sum_i v_i s(u_i . x).
pub(crate) fn error_at<const D: usize>(
    target: &Square<D>,
    units: &[Unit<D>],
    x: &Vector<D>,
) -> f64 {
    let mut error = apply(target, x);
    for unit in units {
        let active = dot(&unit.u, x).max(0.0);
        (0..D).for_each(|row| error[row] -= unit.v[row] * active);
    }
    length(&error)
}

/// The largest error over the unit ball, or the first one found that is above `limit`.
///
/// ```
/// use lower_bound::sup::{Unit, error_up_to};
/// // x_1 against s(x_1): off by 1 at x = (-1, 0).
/// let unit = Unit { u: [1.0, 0.0], v: [1.0, 0.0] };
/// let found = error_up_to(&[[1.0, 0.0], [0.0, 0.0]], &[unit], f64::INFINITY);
/// assert!((found - 1.0).abs() < 1e-15);
/// ```
pub fn error_up_to<const D: usize>(target: &Square<D>, units: &[Unit<D>], limit: f64) -> f64 {
    let mut largest: f64 = 0.0;
    // Rays first: they are cheap, and often enough.
    for zeros in (0..D as u32).rev() {
        let choices = (0..1_u32 << units.len()).filter(|set| set.count_ones() == zeros);
        for set in choices {
            let Some(basis) = subspace(units, set) else {
                continue;
            };
            largest = largest.max(error_on(target, units, set, &basis, limit));
            if largest > limit {
                return largest;
            }
        }
    }
    largest
}

/// The largest error at top singular vectors on the subspace where the units of `set` are 0.
fn error_on<const D: usize>(
    target: &Square<D>,
    units: &[Unit<D>],
    set: u32,
    basis: &[Vector<D>],
    limit: f64,
) -> f64 {
    let others: Vec<&Unit<D>> = (0..units.len())
        .filter(|at| set >> at & 1 == 0)
        .map(|at| &units[at])
        .collect();
    // On a line there is nothing to choose.
    let patterns = if basis.len() == 1 {
        1
    } else {
        1 << others.len()
    };
    let mut largest: f64 = 0.0;
    for pattern in 0..patterns {
        let active = others.iter().enumerate();
        let active = active.filter(|(at, _)| pattern >> at & 1 == 1);
        let x = top_in(basis, &linear(target, active.map(|(_, unit)| *unit)));
        for end in [x, x.map(|value| -value)] {
            largest = largest.max(error_at(target, units, &end));
        }
        if largest > limit {
            break;
        }
    }
    largest
}

/// W - sum v u^T over the active units.
fn linear<'a, const D: usize>(
    target: &Square<D>,
    active: impl Iterator<Item = &'a Unit<D>>,
) -> Square<D> {
    let mut matrix = *target;
    for unit in active {
        for (row, v) in matrix.iter_mut().zip(unit.v) {
            (0..D).for_each(|column| row[column] -= v * unit.u[column]);
        }
    }
    matrix
}

/// The unit vector of a subspace with the largest image.
fn top_in<const D: usize>(basis: &[Vector<D>], matrix: &Square<D>) -> Vector<D> {
    let mut restricted = [[0.0; D]; D];
    for (column, direction) in basis.iter().enumerate() {
        let image = apply(matrix, direction);
        (0..D).for_each(|row| restricted[row][column] = image[row]);
    }
    let mut weights = top_direction(&restricted);
    // Where all images vanish any direction of the subspace will do.
    if weights[..basis.len()].iter().all(|&weight| weight == 0.0) {
        weights[0] = 1.0;
    }
    let mut x = [0.0; D];
    for (direction, weight) in basis.iter().zip(weights) {
        (0..D).for_each(|at| x[at] += weight * direction[at]);
    }
    let norm = length(&x);
    x.map(|value| value / norm)
}

/// An orthonormal basis of the x with u . x = 0 for the units of `set`; `None` if some u depends on
/// others, so that a smaller set has the same subspace.
fn subspace<const D: usize>(units: &[Unit<D>], set: u32) -> Option<Vec<Vector<D>>> {
    let mut all: Vec<Vector<D>> = Vec::new();
    for (_, unit) in units
        .iter()
        .enumerate()
        .filter(|(at, _)| set >> at & 1 == 1)
    {
        all.push(orthogonal(&unit.u, &all)?);
    }
    let normals = all.len();
    let axes = (0..D).map(|at| std::array::from_fn(|i| f64::from(u8::from(i == at))));
    for axis in axes {
        // An axis that nearly depends on the others would be known too poorly.
        let found = orthogonal(&axis, &all).filter(|_| all.len() < D);
        let projected: f64 = all.iter().map(|other| dot(other, &axis).powi(2)).sum();
        all.extend(found.filter(|_| projected < 1.0 - 1e-3));
    }
    Some(all.split_off(normals))
}

/// What is left of a vector beside some orthonormal ones, at length 1.
fn orthogonal<const D: usize>(vector: &Vector<D>, others: &[Vector<D>]) -> Option<Vector<D>> {
    let mut rest = *vector;
    for _ in 0..2 {
        for other in others {
            let along = dot(other, &rest);
            (0..D).for_each(|at| rest[at] -= along * other[at]);
        }
    }
    let left = length(&rest);
    (left > DEPENDENT * length(vector)).then(|| rest.map(|value| value / left))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::square::{draw_in_ball, spectral_norm};
    use rand::Rng;
    use subset_sum::grid::{ONE, to_f64};
    use subset_sum::sampling::{generator, uniform};

    fn vector<const D: usize>(draws: &mut impl Rng) -> Vector<D> {
        std::array::from_fn(|_| to_f64(uniform(draws, -ONE, ONE)))
    }

    fn units<const D: usize>(count: usize, draws: &mut impl Rng) -> Vec<Unit<D>> {
        let unit = |_| Unit {
            u: vector(draws),
            v: vector(draws),
        };
        (0..count).map(unit).collect()
    }

    /// No point has a larger error, and some of many points come close.
    fn assert_largest<const D: usize>(
        target: &Square<D>,
        units: &[Unit<D>],
        draws: &mut impl Rng,
        points: usize,
        slack: f64,
    ) {
        let largest = error_up_to(target, units, f64::INFINITY);
        let mut found: f64 = 0.0;
        for _ in 0..points {
            let x: Vector<D> = vector(draws);
            found = found.max(error_at(target, units, &x) / length(&x));
        }
        assert!(found <= largest * (1.0 + 1e-12), "{found} {largest}");
        assert!(largest <= found * slack, "{found} {largest} {units:?}");
    }

    #[test]
    fn dense_points_come_close_and_never_exceed_it() {
        let mut draws = generator(1, "tests", "sup", 0);
        for count in 0..6 {
            for _ in 0..8 {
                let target = draw_in_ball(&mut draws);
                let units = units::<2>(count, &mut draws);
                assert_largest(&target, &units, &mut draws, 20_000, 1.001);
            }
        }
        for count in 0..5 {
            for _ in 0..4 {
                let target = draw_in_ball(&mut draws);
                let units = units::<3>(count, &mut draws);
                assert_largest(&target, &units, &mut draws, 40_000, 1.02);
            }
        }
    }

    /// Pruned in-weights make normals parallel to axes and to each other.
    #[test]
    fn normals_may_coincide_or_be_few() {
        let mut draws = generator(1, "tests", "parallel", 0);
        for _ in 0..20 {
            let target = draw_in_ball(&mut draws);
            let mut units = units::<3>(4, &mut draws);
            (units[0].u[1], units[0].u[2]) = (0.0, 0.0);
            (units[1].u[1], units[1].u[2]) = (0.0, 0.0);
            units[2].u[2] = 0.0;
            units[3].u = units[2].u.map(|value| -0.5 * value);
            assert_largest(&target, &units, &mut draws, 40_000, 1.02);
        }
    }

    #[test]
    fn known_cases() {
        let target = [[0.3, -0.4], [0.1, 0.8]];
        // Without units the error is the norm; W x = s(W x) - s(-W x) row by row is no error at all.
        let norm = spectral_norm(&target);
        assert!((error_up_to(&target, &[], f64::INFINITY) - norm).abs() < 1e-15);
        let unit = |row: usize, sign: f64| Unit {
            u: target[row].map(|value| sign * value),
            v: std::array::from_fn(|at| if at == row { sign } else { 0.0 }),
        };
        let exact = [unit(0, 1.0), unit(0, -1.0), unit(1, 1.0), unit(1, -1.0)];
        assert!(error_up_to(&target, &exact, f64::INFINITY) < 1e-15);
        // W = 0 against s(x_1) + s(x_2): largest inside a cone, sqrt 2 at (1, 1) / sqrt 2.
        let row = [1.0, 0.0];
        let sum = [[1.0, 0.0], [0.0, 1.0]].map(|u| Unit { u, v: row });
        let found = error_up_to(&[[0.0; 2]; 2], &sum, f64::INFINITY);
        assert!((found - 2.0_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn the_search_ends_above_the_limit() {
        let target = [[1.0, 0.0], [0.0, 1.0]];
        assert!(error_up_to(&target, &[], 0.5) > 0.5);
    }
}
