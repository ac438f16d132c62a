//! What a construction may choose: the proof's way, and named improvements.

use serde::{Deserialize, Serialize};
use subset_sum::grid::{self, ONE};
use subset_sum::{MAX_NONZERO, MAX_PREFIXES};

use super::error::ConstructionError;

/// Which neurons of a block serve which half-line of its input x.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gadget {
    /// The proof's: of the first half of a block those with a positive in-weight serve x > 0, of
    /// the second half those with a negative one x < 0. About half of either half is pruned.
    Paper,
    /// All units serve: those with a positive in-weight x > 0, those with a negative one x < 0.
    Pooled,
}

impl Gadget {
    /// Whether the unit of a block's draw `draw`, counted from 0, serves half-line 0 (x > 0) or 1
    /// (x < 0), if its in-weight has the sign for it. Draws take turns between the halves of a block.
    pub fn serves(self, draw: u64, half_line: usize) -> bool {
        self == Gadget::Pooled || draw % 2 == half_line as u64
    }
}

/// Where inputs are known not to be negative, so that half-lines x < 0 need no units and no subset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NonnegativeInputs {
    /// Nothing is known: two subset-sum instances for every weight, as the proof has it.
    Nowhere,
    /// Every layer but the first has a ReLU before it.
    AfterFirstLayer,
    /// The network's own inputs are not negative either, as those of images.
    Everywhere,
}

impl NonnegativeInputs {
    /// Whether layer `number`, counted from 1, is known to have nonnegative inputs.
    pub(crate) fn hold_in(self, number: usize) -> bool {
        match self {
            NonnegativeInputs::Nowhere => false,
            NonnegativeInputs::AfterFirstLayer => number > 1,
            NonnegativeInputs::Everywhere => true,
        }
    }

    /// The half-lines of each input of layer `number`, counted from 1: x > 0 alone, or both.
    pub(crate) fn half_lines_in(self, number: usize) -> usize {
        if self.hold_in(number) { 1 } else { 2 }
    }
}

/// How the tolerance of a weight follows from the network's epsilon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// The proof's epsilon / (2 l d_{i-1} d_i): the errors of a layer's weights are added up.
    Entrywise,
    /// epsilon / (2 l sqrt(d_{i-1} d_i)): the errors are the entries of a matrix, whose spectral
    /// norm is at most the root of the sum of their squares.
    Euclidean,
    /// Epsilon itself is the tolerance of every weight.
    PerWeight,
}

impl Split {
    /// The tolerance of a weight of a layer, for a target with so many `layers` (l).
    ///
    /// ```
    /// use tickets::construction::Split;
    /// assert_eq!(Split::Entrywise.tolerance(0.5, 2, 4, 16), 0.5 / (2.0 * 2.0 * 64.0));
    /// assert_eq!(Split::Euclidean.tolerance(0.5, 2, 4, 16), 0.5 / (2.0 * 2.0 * 8.0));
    /// ```
    pub fn tolerance(self, epsilon: f64, layers: usize, inputs: usize, outputs: usize) -> f64 {
        let weights = inputs as f64 * outputs as f64;
        let share = epsilon / (2.0 * layers as f64);
        match self {
            Split::Entrywise => share / weights,
            Split::Euclidean => share / weights.sqrt(),
            Split::PerWeight => epsilon,
        }
    }
}

/// A tolerance in units of 2^-46, rounded down: errors are whole units.
pub(crate) fn grid_tolerance(tolerance: f64) -> i64 {
    (tolerance.min(grid::to_f64(grid::LARGEST)) * ONE as f64) as i64
}

/// Which of the subsets that are close enough stands for a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// The closest one.
    Closest,
    /// The one with the fewest elements.
    SmallestFeasible,
    /// The one whose last element comes first, which tells how many units suffice.
    FirstFeasible,
}

/// The most out-weights that any construction keeps for one instance, so that a subset sum stays
/// below 128 and is exact in `i64` and in `f64`.
pub(crate) const MAX_KEPT: usize = 64;

/// How a random network is pruned to approximate a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Construction {
    /// Which units serve which half-line.
    pub gadget: Gadget,
    /// Where half-lines x < 0 are left out.
    pub nonnegative_inputs: NonnegativeInputs,
    /// How epsilon is shared out among the weights.
    pub split: Split,
    /// Which subset is taken.
    pub selection: Selection,
    /// Only so many of the first nonzero candidates are searched, at most [`MAX_PREFIXES`]; never more
    /// than [`MAX_NONZERO`] for other subsets than the first feasible one.
    pub candidates: usize,
}

impl Construction {
    /// The construction of the proof, with the first feasible subset.
    pub const PAPER: Construction = Construction {
        gadget: Gadget::Paper,
        nonnegative_inputs: NonnegativeInputs::Nowhere,
        split: Split::Entrywise,
        selection: Selection::FirstFeasible,
        candidates: MAX_PREFIXES,
    };

    /// How many nonzero candidates are searched.
    pub(crate) fn searched(&self) -> usize {
        match self.selection {
            Selection::FirstFeasible => self.candidates,
            Selection::Closest | Selection::SmallestFeasible => self.candidates.min(MAX_NONZERO),
        }
    }

    /// Checks the numbers that a layer's construction depends on.
    pub(crate) fn check(&self, epsilon: f64) -> Result<(), ConstructionError> {
        if !(1..=MAX_PREFIXES).contains(&self.candidates) {
            return Err(ConstructionError::Candidates(self.candidates));
        }
        if !(epsilon.is_finite() && epsilon > 0.0) {
            return Err(ConstructionError::Epsilon(epsilon));
        }
        Ok(())
    }
}
