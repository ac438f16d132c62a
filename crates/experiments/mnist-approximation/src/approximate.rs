//! A network whose every weight is a sum of some of its own random coefficients.

use super::range::Range;
use super::row::Selection;
use anyhow::{Context, Result};
use networks::{Dense, Matrix, Network};
use rayon::prelude::*;
use std::time::Instant;
use subset_sum::{Solver, Subset, grid};
use tickets::ApproximationTicket;
use tickets::coefficients::{Block, Coefficients, Draw, Laws, Uniform, target_blocks, weight};

/// A network with its weights as integers and the distributions of its coefficients.
#[derive(Debug)]
pub struct Target {
    network: Network,
    /// Weights and biases of each layer in grid units.
    blocks: Vec<Vec<Block>>,
    laws: Laws,
}

impl Target {
    /// Puts the weights and biases on the grid. Coefficients are uniform from the smallest to the
    /// largest weight of the network or of their layer.
    ///
    /// # Errors
    /// A weight above 1024 in magnitude; a layer that is called like another one's biases; weights
    /// that leave no multiple of 2^-23 between the smallest and the largest.
    pub fn new(network: Network, range: Range) -> Result<Self> {
        let blocks = target_blocks(&network)?;
        let laws = match range {
            Range::Network => {
                let weights = blocks.iter().flatten().flat_map(|block| &block.weights);
                Uniform::spanning(weights.copied()).map(Laws::Network)
            }
            Range::Layer => {
                let of_layer = |layer: &Vec<Block>| Uniform::resolving(weights_of(layer));
                let laws: Option<Vec<Uniform>> = blocks.iter().map(of_layer).collect();
                laws.map(Laws::Layers)
            }
        };
        let none = "the target's weights are all alike or tiny: coefficients have no range; try --range layer";
        Ok(Self {
            network,
            blocks,
            laws: laws.context(none)?,
        })
    }

    /// The network as given.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The weights and biases of each layer in grid units.
    pub(super) fn blocks(&self) -> &[Vec<Block>] {
        &self.blocks
    }

    /// The distributions of the coefficients.
    pub fn laws(&self) -> &Laws {
        &self.laws
    }
}

/// The weights and biases of a layer.
pub(super) fn weights_of(layer: &[Block]) -> impl Iterator<Item = i64> + Clone {
    layer.iter().flat_map(|block| &block.weights).copied()
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
        let (laws, network) = (target.laws.clone(), &target.network);
        Ok(ApproximationTicket::new(
            draw,
            laws,
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

/// Approximates every weight and every bias of the target. Rows of the matrices are shared out among
/// the threads of the current rayon pool; the result does not depend on them.
///
/// # Errors
/// As [`Solver::load`].
pub fn approximate(target: &Target, draw: Draw, rule: Rule) -> Result<Approximation> {
    let mut layers = Vec::new();
    let (mut errors, mut masks, mut core_seconds) = (Vec::new(), Vec::new(), 0.0);
    for (index, (layer, blocks)) in target
        .network
        .layers()
        .iter()
        .zip(&target.blocks)
        .enumerate()
    {
        let law = target.laws.of_layer(index);
        let mut values = Vec::new();
        for block in blocks {
            let (subsets, seconds) = approximate_block(block, law, draw, rule)?;
            let pairs = subsets.iter().zip(&block.weights);
            errors.extend(pairs.map(|(subset, &weight)| subset.error(weight)));
            masks.extend(subsets.iter().map(|subset| subset.mask));
            values.push(subsets.iter().map(|subset| weight(subset.sum)).collect());
            core_seconds += seconds;
        }
        layers.push(with_values(layer, values));
    }
    Ok(Approximation {
        network: Network::new(layers)?,
        errors,
        masks,
        core_seconds,
    })
}

/// A layer with other weights and, behind them, biases.
fn with_values(layer: &Dense, values: Vec<Vec<f32>>) -> Dense {
    let (rows, columns) = (layer.weight.rows(), layer.weight.columns());
    let mut values = values.into_iter();
    Dense {
        name: layer.name.clone(),
        weight: Matrix::new(rows, columns, values.next().unwrap_or_default()),
        bias: values.next(),
    }
}

/// The subsets of some numbers, row after row, and the seconds that they took, summed over cores.
fn approximate_block(
    block: &Block,
    law: Uniform,
    draw: Draw,
    rule: Rule,
) -> Result<ApproximatedRow> {
    let columns = block.columns;
    let rows: Result<Vec<ApproximatedRow>> = block
        .weights
        .par_chunks(columns)
        .enumerate()
        .map_init(Solver::new, |solver, (row, weights)| {
            let started = Instant::now();
            let candidates = draw.row(law, &block.name, row, columns);
            let subsets = approximate_row(solver, weights, &candidates, draw, rule)?;
            Ok((subsets, started.elapsed().as_secs_f64()))
        })
        .collect();
    let (subsets, seconds): (Vec<_>, Vec<f64>) = rows?.into_iter().unzip();
    Ok((subsets.concat(), seconds.iter().sum()))
}

/// Subsets and the seconds that they took.
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
