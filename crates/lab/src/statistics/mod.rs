//! What turns counts and samples into statements with a stated error.
//!
//! | question | answer |
//! |---|---|
//! | how large is a failure probability, is it at most delta | [`Proportion`] |
//! | how many trials does that take, how many failures may there be | [`trials_to_support`], [`allowed_failures`] |
//! | where lies a quantile | [`quantile_ranks`], [`lower_rank`], [`upper_rank`] |
//! | where lies a mean | [`mean`] |
//! | how does one quantity grow with others | [`Regression`], [`Line`] |
//! | how far is a sample from a distribution | [`KolmogorovSmirnov`] |
//! | many tests at once | [`Level::shared_by`] (Bonferroni) |
//!
//! Nothing here is drawn at random. Everything about counts rests on one function, the binomial
//! point probability of `binomial.rs`, because the incomplete beta functions of statrs and scipy
//! lose digits where the laboratory needs them, at millions of trials; Student's and the normal distribution
//! come from statrs. `tests/statistics.rs` holds every function against 40-digit arithmetic, scipy
//! and NIST.

mod binomial;
mod estimate;
mod interval;
mod kolmogorov;
mod proportion;
mod quantile;
mod regression;

pub use estimate::{Estimate, mean};
pub use interval::Interval;
pub use kolmogorov::KolmogorovSmirnov;
pub use proportion::{Proportion, allowed_failures, trials_to_support};
pub use quantile::{lower_rank, quantile_ranks, upper_rank};
pub use regression::{Line, Observation, Regression};

use thiserror::Error;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum StatisticsError {
    /// A level, a quantile or a tolerated probability that is not strictly between 0 and 1, or a
    /// p-value or a value of a distribution function outside [0, 1].
    #[error("{0} is not a probability that makes sense here")]
    NotAProbability(f64),
    /// A proportion of nothing.
    #[error("no trials")]
    NoTrials,
    /// A count above its total.
    #[error("{failures} failures in {trials} trials")]
    TooManyFailures {
        /// The count.
        failures: u64,
        /// The total.
        trials: u64,
    },
    /// A sample that is too small for its variance to be estimated.
    #[error("{found} observations where at least {needed} are needed")]
    TooFewObservations {
        /// Size of the sample.
        found: usize,
        /// The smallest size that has an answer.
        needed: usize,
    },
    /// NaN or an infinity.
    #[error("{0} is not a finite number")]
    NotFinite(f64),
    /// A weight that is zero, negative or not finite.
    #[error("{0} is no weight: weights are positive and finite")]
    InvalidWeight(f64),
    /// A predictor that is constant, or a linear function of the others, over all observations.
    #[error("predictor {0} does not vary independently of the ones before it")]
    NoSpread(usize),
}

/// The confidence level of a statement: the probability with which the procedure behind it is
/// right.
///
/// It is stored as the probability of error, which keeps its digits near a level of 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    error: f64,
}

impl Level {
    /// 95 %.
    pub const PERCENT_95: Self = Self { error: 0.05 };

    /// 99 %.
    pub const PERCENT_99: Self = Self { error: 0.01 };

    /// The level `confidence`, strictly between 0 and 1.
    ///
    /// # Errors
    /// [`StatisticsError::NotAProbability`].
    pub fn new(confidence: f64) -> Result<Self, StatisticsError> {
        let error = 1.0 - open_probability(confidence)?;
        Self::of_error(error)
    }

    /// The level whose probability of error is `error`, strictly between 0 and 1.
    ///
    /// # Errors
    /// [`StatisticsError::NotAProbability`].
    pub fn of_error(error: f64) -> Result<Self, StatisticsError> {
        open_probability(error).map(|error| Self { error })
    }

    /// The probability of error, alpha = 1 - confidence.
    pub fn error(self) -> f64 {
        self.error
    }

    /// The level at which each of `tests` statements has to hold so that all of them hold at this
    /// level (Bonferroni's inequality; Dunn 1961). It needs no independence.
    ///
    /// ```text
    /// P(some statement is wrong) <= sum of P(statement i is wrong) = tests * (alpha / tests)
    /// ```
    ///
    /// # Panics
    /// If `tests` is zero.
    ///
    /// ```
    /// use lab::statistics::Level;
    /// assert_eq!(Level::PERCENT_95.shared_by(5).error(), 0.01);
    /// ```
    #[must_use]
    pub fn shared_by(self, tests: usize) -> Self {
        assert!(tests > 0, "a level is shared by at least one test");
        Self {
            error: self.error / tests as f64,
        }
    }
}

/// `value` if it is strictly between 0 and 1.
fn open_probability(value: f64) -> Result<f64, StatisticsError> {
    if value > 0.0 && value < 1.0 {
        Ok(value)
    } else {
        Err(StatisticsError::NotAProbability(value))
    }
}

/// `value` if it lies in [0, 1].
fn closed_probability(value: f64) -> Result<f64, StatisticsError> {
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err(StatisticsError::NotAProbability(value))
    }
}

/// `value` if it is neither NaN nor infinite.
fn finite(value: f64) -> Result<f64, StatisticsError> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(StatisticsError::NotFinite(value))
    }
}

/// The smallest number in `(low, high]` at which `reached` holds, for nonnegative ends and a
/// condition that holds at `high` and, once true, stays true.
///
/// Nonnegative floating-point numbers have the order of their bits, so bisecting the bits finds the
/// exact number in at most 63 steps, however small it is.
fn first_reaching(low: f64, high: f64, reached: impl Fn(f64) -> bool) -> f64 {
    let (mut below, mut above) = (low.to_bits(), high.to_bits());
    while above > below + 1 {
        let middle = below + (above - below) / 2;
        if reached(f64::from_bits(middle)) {
            above = middle;
        } else {
            below = middle;
        }
    }
    f64::from_bits(above)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_lie_strictly_between_0_and_1() {
        for wrong in [0.0, 1.0, -0.5, 1.5, f64::NAN, f64::INFINITY, 1e-300] {
            assert!(Level::new(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Level::new(0.75).unwrap().error(), 0.25);
    }

    #[test]
    fn bisection_finds_the_exact_number_whatever_its_size() {
        for sought in [5e-324, 1e-300, 1e-10, 0.1, 1.0 - f64::EPSILON / 2.0, 1.0] {
            assert_eq!(first_reaching(0.0, 1.0, |x| x >= sought), sought);
        }
    }
}
