//! The constructions before the paper's, and the paper's own, as constructions that run: random units
//! are drawn until pruning them approximates one weight w.
//!
//! A [`Unit`] is a hidden neuron x -> v s(u x) of the random network. Those that are kept compute
//!
//! ```text
//! g(x) = x * (sum of u v over kept units with u > 0)   for x >= 0
//! g(x) = x * (sum of u v over kept units with u < 0)   for x <= 0
//! ```
//!
//! so w has to be hit twice, and since no x is on both sides, the error on |x| <= 1 is the larger of
//! the two.
//!
//! | construction | serves a half-line | units for tolerance eps |
//! |---|---|---|
//! | [`MalachProof`](Construction::MalachProof) | one unit, close in both weights | 1 / eps^2 |
//! | [`MalachClosest`](Construction::MalachClosest) | one unit, close in the product | 1 / eps |
//! | [`OrseauUniform`](Construction::OrseauUniform) | some of K units, one for each golden interval | 1 / eps |
//! | [`Orseau`](Construction::Orseau) | the same, from a hyperbolic distribution | log(1 / eps) log log(1 / eps) |
//! | [`Gadget`](Construction::Gadget), [`PooledGadget`](Construction::PooledGadget) | a subset sum | log(1 / eps) |
//!
//! # What is counted
//!
//! The cost of a construction is the number of units drawn up to and including the last one that it
//! had to wait for: hidden neurons, each with two random parameters. Units that are pruned count,
//! also those that could not have served (a wrong sign, a product that is 0). The count is for one
//! weight that has the units to itself. In a layer, the gadgets of all outputs share the in-weights,
//! while a unit of Malach's or Orseau's serves one weight only; [`orseau::batch`] lets many weights
//! wait for the same pool.
//!
//! Weights and tolerances are integers in units of 2^-46, weights of units in steps of 2^-23; nothing
//! is rounded. The same generator gives the same result everywhere.

pub mod bound;
pub mod coupons;
mod gadget;
pub mod golden;
mod in_weights;
mod kinds;
pub mod malach;
pub mod orseau;
#[cfg(test)]
mod tests;
mod unit;

use gadget::subsets;
use tickets::construction::Gadget;

use rand::Rng;
use serde::{Deserialize, Serialize};
use subset_sum::grid::{ONE, WEIGHT_STEP, to_f64};
use subset_sum::{Solver, SolverError};
use thiserror::Error;
use unit::{Pool, uniform_weights};

pub use in_weights::InWeights;
pub use unit::Unit;

/// The smallest tolerance in grid units, 2^-20: the intervals of [`golden`] then all hold random
/// weights.
pub const SMALLEST_TOLERANCE: i64 = 8 * WEIGHT_STEP;

/// How random units are pruned to one weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Construction {
    /// Malach et al. by the rule of the proof, as we read it: a unit whose in-weight is within half the
    /// tolerance of w and whose out-weight is within that of 1, and another for -w and -1.
    MalachProof,
    /// The same as generously as it can be read: on each half-line the unit whose product of weights is
    /// closest to w.
    MalachClosest,
    /// Orseau et al. with their distribution: a unit of each golden interval, added up greedily.
    Orseau,
    /// The same with in-weights from U\[-1, 1\], to show what theirs is good for.
    OrseauUniform,
    /// The paper's gadget of 2n units: a subset of the first n for x >= 0 and one of the others for
    /// x <= 0, as far as their in-weights have the right sign.
    Gadget,
    /// A gadget that lets every unit serve the half-line of its in-weight's sign.
    PooledGadget,
}

impl Construction {
    /// All constructions.
    pub const ALL: [Construction; 6] = [
        Construction::MalachProof,
        Construction::MalachClosest,
        Construction::Orseau,
        Construction::OrseauUniform,
        Construction::Gadget,
        Construction::PooledGadget,
    ];

    /// The name in seeds, keys and files.
    pub fn name(self) -> &'static str {
        match self {
            Construction::MalachProof => "malach-proof",
            Construction::MalachClosest => "malach-closest",
            Construction::Orseau => "orseau",
            Construction::OrseauUniform => "orseau-uniform",
            Construction::Gadget => "gadget",
            Construction::PooledGadget => "pooled-gadget",
        }
    }

    /// Draws units until they can be pruned to the target, at most `most` of them.
    ///
    /// # Errors
    /// [`BaselineError::TooFewUnits`] if `most` do not suffice; [`BaselineError::Search`] if a gadget
    /// has more than the 50 candidates a half-line that are searched.
    ///
    /// ```
    /// use subset_sum::grid::ONE;
    /// use subset_sum::sampling::generator;
    /// use baselines::constructions::{Construction, Target};
    /// let target = Target::new(ONE / 2, ONE / 64)?;
    /// let mut units = generator(1, "baselines", "example", 1);
    /// let found = Construction::PooledGadget.run(target, 1000, &mut units)?;
    /// assert!(found.mask.error(ONE / 2) <= ONE / 64);
    /// # Ok::<(), baselines::constructions::BaselineError>(())
    /// ```
    pub fn run(
        self,
        target: Target,
        most: u64,
        generator: &mut impl Rng,
    ) -> Result<Found, BaselineError> {
        let mut pool = Pool::new(most, || uniform_weights(generator));
        let solver = &mut Solver::new();
        match self {
            Construction::MalachProof => malach::proof(target, &mut pool),
            Construction::MalachClosest => malach::closest(target, &mut pool),
            Construction::Orseau => orseau::one(InWeights::Hyperbolic, target, most, generator),
            Construction::OrseauUniform => orseau::one(InWeights::Uniform, target, most, generator),
            Construction::Gadget => subsets(Gadget::Paper, target, solver, &mut pool),
            Construction::PooledGadget => subsets(Gadget::Pooled, target, solver, &mut pool),
        }
    }
}

/// A weight and how far from it a construction may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    weight: i64,
    tolerance: i64,
}

impl Target {
    /// A target in grid units.
    ///
    /// # Errors
    /// A weight outside \[-1, 1\]; a tolerance below [`SMALLEST_TOLERANCE`] or not below 1.
    pub fn new(weight: i64, tolerance: i64) -> Result<Target, BaselineError> {
        if !(-ONE..=ONE).contains(&weight) {
            return Err(BaselineError::Weight(weight));
        }
        if !(SMALLEST_TOLERANCE..ONE).contains(&tolerance) {
            return Err(BaselineError::Tolerance(tolerance));
        }
        Ok(Target { weight, tolerance })
    }

    /// The weight (w), in grid units.
    pub fn weight(self) -> i64 {
        self.weight
    }

    /// The largest error that counts as success (eps), in grid units.
    pub fn tolerance(self) -> i64 {
        self.tolerance
    }
}

/// What a construction found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Random units drawn until it succeeded: half as many as random parameters.
    pub units: u64,
    /// The units that are kept.
    pub mask: Mask,
}

impl Found {
    fn new(units: u64, kept: Vec<Unit>) -> Found {
        let mask = Mask::new(kept);
        Found { units, mask }
    }
}

/// A pruned network of one weight: the units that are kept, with both of their links. All other links
/// are pruned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    units: Vec<Unit>,
}

impl Mask {
    fn new(mut units: Vec<Unit>) -> Mask {
        units.sort_unstable_by_key(|unit| unit.place);
        Mask { units }
    }

    /// The kept units in the order in which they were drawn.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The weights that result for x >= 0 and for x <= 0, in grid units.
    pub fn weights(&self) -> [i64; 2] {
        let mut weights = [0; 2];
        for unit in &self.units {
            weights[unit.half()] += unit.product();
        }
        weights
    }

    /// The largest distance of the pruned network from `weight` times x over |x| <= 1, in grid units.
    pub fn error(&self, weight: i64) -> i64 {
        let [positive, negative] = self.weights().map(|found| (found - weight).abs());
        positive.max(negative)
    }
}

/// Why a weight is not approximated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// A target off the range of random weights.
    #[error("the target {} lies outside [-1, 1]: rescale it", to_f64(*.0))]
    Weight(i64),
    /// A tolerance that is too small for the grid, or without meaning.
    #[error("the tolerance {} is not from 2^-20 to below 1: choose one that is", to_f64(*.0))]
    Tolerance(i64),
    /// The limit is reached.
    #[error("{0} units do not suffice: allow more or widen the tolerance")]
    TooFewUnits(u64),
    /// A gadget has more candidates than can be searched.
    #[error(
        "{units} units do not suffice, and no more can be searched: widen the tolerance ({error})"
    )]
    Search {
        /// Units drawn.
        units: u64,
        /// What the solver says.
        error: SolverError,
    },
}
