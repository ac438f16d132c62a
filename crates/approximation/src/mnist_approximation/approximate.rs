//! A network whose every weight is a sum of some of its own random coefficients.

use super::row::{Coefficients, Selection};
use anyhow::{Context, Result, ensure};
use rayon::prelude::*;
use std::time::Instant;
use subset_sum::grid::{self, WEIGHT_STEP};
use subset_sum::sampling::{generator, uniform};
use subset_sum::{Solver, Subset};
use tickets::{Matrix, Network};

/// A network with its weights as integers and the range from which coefficients are drawn.
#[derive(Debug)]
pub struct Target {
    network: Network,
    /// Weights of each layer in grid units, row by row.
    weights: Vec<Vec<i64>>,
    /// Smallest and largest coefficient, in steps of 2^-23.
    range: (i64, i64),
}

impl Target {
    /// Puts the weights on the grid.
    ///
    /// # Errors
    /// A weight above 1024 in magnitude; weights that leave no multiple of 2^-23 between the
    /// smallest and the largest; biases, which the experiment does not approximate.
    pub fn new(network: Network) -> Result<Self> {
        let mut weights = Vec::new();
        for layer in network.layers() {
            ensure!(
                layer.bias.is_none(),
                "the target's layer {} has a bias; this experiment approximates weights alone: train without biases",
                layer.name
            );
            let units = layer
                .weight
                .values()
                .iter()
                .map(|&w| grid::from_f64(w.into()));
            let units: Result<Vec<i64>, _> = units.collect();
            weights.push(units.with_context(|| format!("the target's layer {}", layer.name))?);
        }
        let smallest = weights
            .iter()
            .flatten()
            .min()
            .expect("a network has weights");
        let largest = weights
            .iter()
            .flatten()
            .max()
            .expect("a network has weights");
        let low =
            smallest.div_euclid(WEIGHT_STEP) + i64::from(smallest.rem_euclid(WEIGHT_STEP) != 0);
        let range = (low, largest.div_euclid(WEIGHT_STEP));
        ensure!(
            range.0 <= range.1,
            "the target's weights are all alike: coefficients have no range"
        );
        Ok(Self {
            network,
            weights,
            range,
        })
    }

    /// The network as given.
    pub fn network(&self) -> &Network {
        &self.network
    }
}

/// One draw of all random coefficients: uniform between the target's smallest and largest weight, on
/// multiples of 2^-23.
#[derive(Debug, Clone, Copy)]
pub struct Draw {
    /// Which weights share their coefficients.
    pub coefficients: Coefficients,
    /// Coefficients for a weight.
    pub candidates: usize,
    /// Root of the seeds.
    pub seed: u64,
    /// Which independent draw, from 1.
    pub replicate: u64,
}

impl Draw {
    /// The coefficients of one row of a layer, in grid units: one set, or one set after the other
    /// for all `columns`.
    fn row(&self, range: (i64, i64), layer: &str, row: usize, columns: usize) -> Vec<i64> {
        let (variant, sets) = match self.coefficients {
            Coefficients::PerRow => ("per-row", 1),
            Coefficients::PerWeight => ("per-weight", columns),
        };
        let key = format!("{variant}/n={}/{layer}/row={row}", self.candidates);
        let mut generator = generator(self.seed, super::config::NAME, &key, self.replicate);
        (0..sets * self.candidates)
            .map(|_| uniform(&mut generator, range.0, range.1) * WEIGHT_STEP)
            .collect()
    }
}

/// Which subset stands for a weight.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// How it is chosen.
    pub selection: Selection,
    /// Largest error that counts as feasible; the closest subset alone does not depend on it.
    pub tolerance: f64,
    /// Whether weights of magnitude at most the tolerance get the empty subset.
    pub small_to_zero: bool,
}

impl Rule {
    /// A name for this rule in the record of a run.
    pub fn name(&self) -> String {
        let tolerance = self.tolerance;
        match (self.selection, self.small_to_zero) {
            (Selection::Closest, false) => "closest".to_owned(),
            (Selection::Closest, true) => format!("closest, |w| <= {tolerance} to 0"),
            (Selection::SmallestFeasible, _) => format!("smallest feasible, {tolerance}"),
            (Selection::FirstFeasible, _) => format!("first feasible, {tolerance}"),
        }
    }

    /// The tolerance in grid units.
    pub(super) fn tolerance_in_units(&self) -> i64 {
        grid::from_f64(self.tolerance).expect("tolerances are checked with the configuration")
    }

    /// The subset for a target weight. Where no subset is feasible the closest one is taken.
    fn choose(&self, solver: &mut Solver, weight: i64) -> Result<Subset> {
        let tolerance = self.tolerance_in_units();
        if self.small_to_zero && weight.abs() <= tolerance {
            return Ok(Subset::default());
        }
        let feasible = match self.selection {
            Selection::Closest => None,
            Selection::SmallestFeasible => solver.smallest_feasible(weight, tolerance)?,
            Selection::FirstFeasible => solver.first_feasible(weight, tolerance)?,
        };
        Ok(match feasible {
            Some(subset) => subset,
            None => solver.closest(weight)?,
        })
    }
}

/// An approximated network, and how far and how large each weight's subset is.
#[derive(Debug)]
pub struct Approximation {
    /// The network whose weights are the subset sums.
    pub network: Network,
    /// |subset sum - weight| of every weight, in grid units.
    pub errors: Vec<i64>,
    /// Coefficients kept for every weight.
    pub sizes: Vec<u8>,
    /// Time spent, summed over cores, in seconds.
    pub core_seconds: f64,
}

/// Approximates every weight of the target. Rows of the matrices are shared out among the threads of
/// the current rayon pool; the result does not depend on them.
///
/// # Errors
/// As [`Solver::load`].
pub fn approximate(target: &Target, draw: Draw, rule: Rule) -> Result<Approximation> {
    let mut matrices = Vec::new();
    let (mut errors, mut sizes, mut core_seconds) = (Vec::new(), Vec::new(), 0.0);
    for (layer, weights) in target.network.layers().iter().zip(&target.weights) {
        let columns = layer.weight.columns();
        let rows: Result<Vec<ApproximatedRow>> = weights
            .par_chunks(columns)
            .enumerate()
            .map_init(Solver::new, |solver, (row, weights)| {
                let started = Instant::now();
                let candidates = draw.row(target.range, &layer.name, row, columns);
                let subsets = approximate_row(solver, weights, &candidates, draw, rule)?;
                Ok((subsets, started.elapsed().as_secs_f64()))
            })
            .collect();
        let mut values = Vec::with_capacity(weights.len());
        for (subsets, seconds) in rows? {
            values.extend(subsets.iter().map(|subset| grid::to_f64(subset.sum) as f32));
            sizes.extend(subsets.iter().map(|subset| subset.size() as u8));
            let row = &weights[values.len() - subsets.len()..values.len()];
            errors.extend(
                subsets
                    .iter()
                    .zip(row)
                    .map(|(subset, &weight)| subset.error(weight)),
            );
            core_seconds += seconds;
        }
        matrices.push(Matrix::new(layer.weight.rows(), columns, values));
    }
    Ok(Approximation {
        network: target.network.with_weights(matrices)?,
        errors,
        sizes,
        core_seconds,
    })
}

/// The subsets of one row and the seconds that they took.
type ApproximatedRow = (Vec<Subset>, f64);

fn approximate_row(
    solver: &mut Solver,
    weights: &[i64],
    candidates: &[i64],
    draw: Draw,
    rule: Rule,
) -> Result<Vec<Subset>> {
    let shared = draw.coefficients == Coefficients::PerRow;
    if shared {
        solver.load(candidates)?;
    }
    let mut subsets = Vec::with_capacity(weights.len());
    for (column, &weight) in weights.iter().enumerate() {
        if !shared {
            solver.load(&candidates[column * draw.candidates..][..draw.candidates])?;
        }
        subsets.push(rule.choose(solver, weight)?);
    }
    Ok(subsets)
}
