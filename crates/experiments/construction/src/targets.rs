//! Targets of a given shape: what random networks are pruned to.

use super::row::{NAME, Target};
use ::networks::{Dense, Matrix};
use anyhow::{Result, bail};
use rand::Rng;
use subset_sum::Law;
use subset_sum::grid::to_f64;
use subset_sum::sampling::{generator, uniform};
use tickets::construction::{Norms, Target as Network};

/// All kinds of targets that can be drawn.
pub const DRAWN: [Target; 5] = [
    Target::Gaussian,
    Target::Orthogonal,
    Target::SignedPermutation,
    Target::RankOne,
    Target::Trained,
];

/// Draws a target with layers of the given widths, each of norm 1. No layer may have more outputs than
/// inputs.
///
/// # Errors
/// Asked for every target at once, or for more rows or columns than the `trained` matrix has.
pub fn draw(
    target: Target,
    widths: &[usize],
    trained: &Matrix,
    seed: u64,
    replicate: u64,
) -> Result<Network> {
    let key = format!("target={target:?}/widths={widths:?}");
    let mut generator = generator(seed, NAME, &key, replicate);
    let mut layers = Vec::new();
    for (index, shape) in widths.windows(2).enumerate() {
        let weight = matrix(target, shape[1], shape[0], trained, &mut generator)?;
        let name = format!("fc{}", index + 1);
        let bias = None;
        layers.push(Dense { name, weight, bias });
    }
    let norms = match target {
        Target::SignedPermutation => Norms::AtMostOne,
        // Drawn longer than they are to be.
        _ => Norms::Rescaled,
    };
    Ok(Network::new(&networks::Network::new(layers)?, norms)?)
}

fn matrix(
    target: Target,
    rows: usize,
    columns: usize,
    trained: &Matrix,
    generator: &mut impl Rng,
) -> Result<Matrix> {
    let values = match target {
        Target::Every => bail!("not one target but all"),
        Target::Gaussian => normal(rows * columns, generator),
        Target::Orthogonal => orthonormal(rows, columns, generator),
        Target::SignedPermutation => signed_permutation(rows, columns, generator),
        Target::RankOne => {
            let (left, right) = (normal(rows, generator), normal(columns, generator));
            let products = left.iter().flat_map(|u| right.iter().map(move |v| u * v));
            products.collect()
        }
        Target::Trained => {
            let rows = chosen(rows, trained.rows(), generator)?;
            let columns = chosen(columns, trained.columns(), generator)?;
            let entry = |&row: &usize| columns.iter().map(move |&at| trained.row(row)[at].into());
            rows.iter().flat_map(entry).collect()
        }
    };
    let length = match target {
        Target::SignedPermutation => 1.0,
        // So that every norm is above 1, whatever was drawn, and is then divided by.
        _ => 2.0 * (rows * columns) as f64 / values.iter().map(|x| x * x).sum::<f64>().sqrt(),
    };
    let values = values.iter().map(|value| (length * value) as f32);
    Ok(Matrix::new(rows, columns, values.collect()))
}

fn normal(count: usize, generator: &mut impl Rng) -> Vec<f64> {
    let numbers = (0..count).map(|_| to_f64(Law::Normal.draw(generator)));
    numbers.collect()
}

/// The rows of a normal matrix, each less its part along those before it.
fn orthonormal(rows: usize, columns: usize, generator: &mut impl Rng) -> Vec<f64> {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for _ in 0..rows {
        let mut row = normal(columns, generator);
        // Twice, so that roundings of the first time are removed too.
        for other in basis.iter().chain(&basis) {
            let along: f64 = row.iter().zip(other).map(|(x, y)| x * y).sum();
            let pairs = row.iter_mut().zip(other);
            pairs.for_each(|(x, y)| *x -= along * y);
        }
        let length = row.iter().map(|x| x * x).sum::<f64>().sqrt();
        basis.push(row.into_iter().map(|x| x / length).collect());
    }
    basis.concat()
}

fn signed_permutation(rows: usize, columns: usize, generator: &mut impl Rng) -> Vec<f64> {
    let mut values = vec![0.0; rows * columns];
    let mut free: Vec<usize> = (0..columns).collect();
    for row in 0..rows {
        let column = free.swap_remove(below(free.len(), generator));
        values[row * columns + column] = if below(2, generator) == 0 { 1.0 } else { -1.0 };
    }
    values
}

/// Different numbers below `among`.
fn chosen(count: usize, among: usize, generator: &mut impl Rng) -> Result<Vec<usize>> {
    if count > among {
        bail!("a trained target has at most {among} rows or columns, not {count}");
    }
    let mut free: Vec<usize> = (0..among).collect();
    let numbers = (0..count).map(|_| free.swap_remove(below(free.len(), generator)));
    Ok(numbers.collect())
}

fn below(count: usize, generator: &mut impl Rng) -> usize {
    uniform(generator, 0, count as i64 - 1) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(target: Target, widths: &[usize]) -> Network {
        let values = (0..6 * 9).map(|at| (at as f32 - 20.0) / 1000.0);
        let trained = Matrix::new(6, 9, values.collect());
        draw(target, widths, &trained, 1, 0).unwrap()
    }

    #[test]
    fn every_layer_has_the_norm_one() {
        for target in DRAWN {
            for layer in drawn(target, &[5, 5, 2]).layers() {
                let norm = tickets::certificates::spectral_norm_bound(&layer.into());
                assert!((norm - 1.0).abs() < 1e-5, "{target:?}: {norm}");
            }
        }
    }

    #[test]
    fn rows_of_orthogonal_targets_and_permutations_are_orthonormal() {
        for target in [Target::Orthogonal, Target::SignedPermutation] {
            let network = drawn(target, &[4, 3]);
            let layer = &network.layers()[0];
            for (left, right) in (0..3).flat_map(|i| (0..3).map(move |j| (i, j))) {
                let pairs = layer.row(left).iter().zip(layer.row(right));
                let product: f32 = pairs.map(|(x, y)| x * y).sum();
                assert!((product - f32::from(u8::from(left == right))).abs() < 1e-5);
            }
        }
        let permutation = drawn(Target::SignedPermutation, &[4, 4]);
        let is_entry = |value: &f32| [0.0, 1.0, -1.0].contains(value);
        assert!(permutation.layers()[0].values().iter().all(is_entry));
    }

    #[test]
    fn minors_of_a_rank_one_target_vanish() {
        let network = drawn(Target::RankOne, &[3, 3]);
        let layer = &network.layers()[0];
        for row in 1..3 {
            for column in 1..3 {
                let minor = layer.row(0)[0] * layer.row(row)[column]
                    - layer.row(0)[column] * layer.row(row)[0];
                assert!(minor.abs() < 1e-6);
            }
        }
    }

    #[test]
    fn trained_targets_are_no_larger_than_what_was_trained() {
        let error = draw(
            Target::Trained,
            &[3, 7],
            &Matrix::new(6, 9, vec![1.0; 54]),
            1,
            0,
        );
        assert!(error.unwrap_err().to_string().contains("at most 6 rows"));
    }
}
