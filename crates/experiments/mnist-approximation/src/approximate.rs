//! A network whose every weight is a sum of some of its own random coefficients.

use super::row::Selection;
use anyhow::{Context, Result};
use networks::{Matrix, Network};
use rayon::prelude::*;
use std::time::Instant;
use subset_sum::{Solver, Subset, grid};
use tickets::ApproximationTicket;
use tickets::coefficients::{Coefficients, Draw, Uniform, target_weights, weight};

/// A network with its weights as integers and the distribution of its coefficients: uniform between its
/// smallest and largest weight, on multiples of 2^-23.
#[derive(Debug)]
pub struct Target {
    network: Network,
    /// Weights of each layer in grid units, row by row.
    weights: Vec<Vec<i64>>,
    law: Uniform,
}

impl Target {
    /// Puts the weights on the grid.
    ///
    /// # Errors
    /// A weight above 1024 in magnitude; weights that leave no multiple of 2^-23 between the
    /// smallest and the largest; biases, which the experiment does not approximate.
    pub fn new(network: Network) -> Result<Self> {
        let weights = target_weights(&network)?;
        let law = Uniform::spanning(weights.iter().flatten().copied())
            .context("the target's weights are all alike: coefficients have no range")?;
        Ok(Self {
            network,
            weights,
            law,
        })
    }

    /// The network as given.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The distribution of the coefficients.
    pub fn law(&self) -> Uniform {
        self.law
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
    /// The closest subset for every weight. It does not depend on the tolerance.
    pub fn closest(tolerance: f64) -> Self {
        Self {
            selection: Selection::Closest,
            tolerance,
            small_to_zero: false,
        }
    }

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

/// An approximated network, and for each weight its subset and how far that is.
#[derive(Debug)]
pub struct Approximation {
    /// The network whose weights are the subset sums.
    pub network: Network,
    /// |subset sum - weight| of every weight, in grid units.
    pub errors: Vec<i64>,
    /// Coefficients kept for every weight, candidate i at bit i.
    pub masks: Vec<u64>,
    /// Time spent, summed over cores, in seconds.
    pub core_seconds: f64,
}

impl Approximation {
    /// Numbers of coefficients kept for the weights.
    pub fn sizes(&self) -> impl Iterator<Item = u32> {
        self.masks.iter().map(|mask| mask.count_ones())
    }

    /// The seed and the masks, from which the network can be made again.
    ///
    /// # Errors
    /// As [`ApproximationTicket::new`], if target or draw are not those of the approximation.
    pub fn ticket(
        &self,
        target: &Target,
        draw: Draw,
        tolerance: f64,
    ) -> Result<ApproximationTicket> {
        let (law, network) = (target.law, &target.network);
        Ok(ApproximationTicket::new(
            draw,
            law,
            tolerance,
            network,
            &self.masks,
        )?)
    }
}

/// The largest of the errors of a network's weights, in the weights' own unit.
pub fn largest_error(errors: &[i64]) -> f64 {
    grid::to_f64(errors.iter().copied().max().unwrap_or(0))
}

/// The mean of the errors of a network's weights, in the weights' own unit.
pub fn mean_error(errors: &[i64]) -> f64 {
    // Integers add up to the same sum in any order.
    let sum: i128 = errors.iter().map(|&error| i128::from(error)).sum();
    sum as f64 / errors.len() as f64 / grid::ONE as f64
}

/// Approximates every weight of the target. Rows of the matrices are shared out among the threads of
/// the current rayon pool; the result does not depend on them.
///
/// # Errors
/// As [`Solver::load`].
pub fn approximate(target: &Target, draw: Draw, rule: Rule) -> Result<Approximation> {
    let mut matrices = Vec::new();
    let (mut errors, mut masks, mut core_seconds) = (Vec::new(), Vec::new(), 0.0);
    for (layer, weights) in target.network.layers().iter().zip(&target.weights) {
        let columns = layer.weight.columns();
        let rows: Result<Vec<ApproximatedRow>> = weights
            .par_chunks(columns)
            .enumerate()
            .map_init(Solver::new, |solver, (row, weights)| {
                let started = Instant::now();
                let candidates = draw.row(target.law, &layer.name, row, columns);
                let subsets = approximate_row(solver, weights, &candidates, draw, rule)?;
                Ok((subsets, started.elapsed().as_secs_f64()))
            })
            .collect();
        let mut values = Vec::with_capacity(weights.len());
        for (subsets, seconds) in rows? {
            values.extend(subsets.iter().map(|subset| weight(subset.sum)));
            masks.extend(subsets.iter().map(|subset| subset.mask));
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
        masks,
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
            solver.load(draw.set(candidates, column))?;
        }
        subsets.push(rule.choose(solver, weight)?);
    }
    Ok(subsets)
}
