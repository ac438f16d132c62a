//! Whether one random network can be pruned to *every* target of the theorem.
//!
//! A weight lies in \[-1, 1\]. If the candidates of every instance of a network have a subset sum
//! within the tolerance of every number there, then no target can be missed. That is what the proof
//! shows to be likely. It can be checked for a given network, with no target at hand, and the
//! smallest number of units that does it is found in one pass over the instances: more units keep
//! what is covered.

use subset_sum::coverage::{CoverageError, CoverageSolver};
use subset_sum::grid::ONE;

use super::gadget::{Block, Unit};
use super::options::{Gadget, grid_tolerance};
use super::random_network::RandomLayer;

/// The subset-sum instances of a layer, whatever its target: those of a row at a time.
#[derive(Debug, Clone)]
pub struct Instances {
    random: RandomLayer,
    blocks: Vec<Block>,
}

/// A candidate of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The product of a neuron's weights, in units of 2^-46.
    pub value: i64,
    /// The smallest number of units a half (n) with which it is there.
    pub units: usize,
}

impl Instances {
    /// Draws and prunes the first matrix of a layer. Where inputs are `nonnegative`, half-lines
    /// x < 0 have no instances.
    pub fn new(random: &RandomLayer, gadget: Gadget, nonnegative: bool) -> Instances {
        Instances {
            random: *random,
            blocks: Block::all(random, gadget, nonnegative),
        }
    }

    /// The instances of one row, a list of candidates each in the order of their units: input after
    /// input, x > 0 before x < 0.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = Vec<Candidate>> {
        let blocks = self.blocks.iter().enumerate();
        blocks.flat_map(move |(number, block)| {
            let out_weights = self.random.second(row, number);
            let half_line = move |units: &Vec<_>| {
                let candidate = |unit: &Unit| Candidate {
                    value: unit.candidate(&out_weights),
                    units: unit.needed(),
                };
                units.iter().map(candidate).collect()
            };
            block.half_lines.iter().map(half_line)
        })
    }
}

/// How many units a half it takes until instances cover \[-1, 1\] within their tolerances.
///
/// ```
/// use subset_sum::coverage::CoverageSolver;
/// use tickets::construction::{EveryTarget, Gadget, Instances, RandomNetwork};
/// let random = RandomNetwork::new(&[2, 3], &[60], 1, 0)?;
/// let instances = Instances::new(&random.layers()[0], Gadget::Paper, false);
/// let mut solver = CoverageSolver::new();
/// let mut found = EveryTarget::new();
/// (0..3).try_for_each(|row| found.add_row(&instances, row, 0.01, &mut solver))?;
/// assert_eq!(found.instances(), 2 * 2 * 3);
/// // With so many units every network R^2 -> R^3 of one layer is met, and with no fewer.
/// assert!(found.units().is_some_and(|units| units > 10));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EveryTarget {
    instances: u64,
    undecided: u64,
    units: Option<usize>,
}

impl Default for EveryTarget {
    fn default() -> EveryTarget {
        EveryTarget::new()
    }
}

impl EveryTarget {
    /// No instances yet.
    pub fn new() -> EveryTarget {
        EveryTarget {
            instances: 0,
            undecided: 0,
            units: Some(0),
        }
    }

    /// Adds the instances of one row.
    ///
    /// # Errors
    /// As [`EveryTarget::add`].
    pub fn add_row(
        &mut self,
        instances: &Instances,
        row: usize,
        tolerance: f64,
        solver: &mut CoverageSolver,
    ) -> Result<(), CoverageError> {
        let mut row = instances.row(row);
        row.try_for_each(|candidates| self.add(&candidates, tolerance, solver))
    }

    /// Adds one instance: tries the units that are needed so far, and more only if they are too few.
    ///
    /// # Errors
    /// [`CoverageError`] for candidates off the grid.
    pub fn add(
        &mut self,
        candidates: &[Candidate],
        tolerance: f64,
        solver: &mut CoverageSolver,
    ) -> Result<(), CoverageError> {
        self.instances += 1;
        let Some(units) = self.units else {
            return Ok(());
        };
        let values: Vec<i64> = candidates.iter().map(|candidate| candidate.value).collect();
        let tolerance = grid_tolerance(tolerance);
        let mut is_covered = |count: usize| -> Result<bool, CoverageError> {
            let covered = solver.is_covered(&values[..count], -ONE..=ONE, tolerance)?;
            self.undecided += u64::from(covered.is_none());
            Ok(covered == Some(true))
        };
        let start = candidates.partition_point(|candidate| candidate.units <= units);
        if is_covered(start)? {
            return Ok(());
        }
        // Not covered with `few` candidates, and to be tried with `many`.
        let (mut few, mut many) = (start, start + 1);
        loop {
            if few == values.len() {
                self.units = None;
                return Ok(());
            }
            many = many.min(values.len());
            if is_covered(many)? {
                break;
            }
            (few, many) = (many, start + 2 * (many - start));
        }
        while many - few > 1 {
            let middle = few.midpoint(many);
            if is_covered(middle)? {
                many = middle;
            } else {
                few = middle;
            }
        }
        self.units = Some(candidates[many - 1].units);
        Ok(())
    }

    /// The instances so far.
    pub fn instances(&self) -> u64 {
        self.instances
    }

    /// Answers that rounding left open. They count as not covered, so there may be fewer units that
    /// suffice, but never more are needed.
    pub fn undecided(&self) -> u64 {
        self.undecided
    }

    /// The smallest number of units a half (n) with which all instances are covered; `None` if those
    /// that were drawn do not suffice.
    pub fn units(&self) -> Option<usize> {
        self.units
    }
}
