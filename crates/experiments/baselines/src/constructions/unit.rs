//! Random units, and the pools that they are drawn from one after the other.

use super::BaselineError;
use rand::Rng;
use subset_sum::grid::{ONE, WEIGHT_STEP};
use subset_sum::sampling::uniform;

/// A random weight is one of the integers from -`LARGEST` to `LARGEST`, in steps of 2^-23.
pub(super) const LARGEST: i64 = ONE / WEIGHT_STEP;

/// A hidden neuron of the random network: x -> v s(u x) with the ReLU s, two random parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Units that were drawn before it.
    pub place: u64,
    /// The in-weight u, in steps of 2^-23.
    pub in_weight: i64,
    /// The out-weight v, in steps of 2^-23.
    pub out_weight: i64,
}

impl Unit {
    /// What the unit adds to the weight of its half-line: u v, in grid units of 2^-46, exact.
    pub fn product(&self) -> i64 {
        self.in_weight * self.out_weight
    }

    /// The half-line on which the unit is not zero: 0 for x >= 0 and 1 for x <= 0.
    pub fn half(&self) -> usize {
        usize::from(self.in_weight < 0)
    }
}

/// Units drawn one after the other, up to a limit.
pub(super) struct Pool<F> {
    weights: F,
    drawn: u64,
    most: u64,
}

impl<F: FnMut() -> (i64, i64)> Pool<F> {
    /// A pool of at most `most` units, whose in- and out-weights are what `weights` returns.
    pub fn new(most: u64, weights: F) -> Self {
        Self {
            weights,
            drawn: 0,
            most,
        }
    }

    /// Units drawn so far.
    pub fn drawn(&self) -> u64 {
        self.drawn
    }

    /// The next unit, or an error if the limit is reached.
    pub fn draw(&mut self) -> Result<Unit, BaselineError> {
        if self.drawn == self.most {
            return Err(BaselineError::TooFewUnits(self.most));
        }
        let (in_weight, out_weight) = (self.weights)();
        self.drawn += 1;
        Ok(Unit {
            place: self.drawn - 1,
            in_weight,
            out_weight,
        })
    }
}

/// The weights of a unit, both from U\[-1, 1\].
pub(super) fn uniform_weights(generator: &mut impl Rng) -> (i64, i64) {
    let in_weight = uniform(generator, -LARGEST, LARGEST);
    (in_weight, uniform(generator, -LARGEST, LARGEST))
}
