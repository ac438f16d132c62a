//! Coverage: how far the numbers of a whole interval are from the nearest subset sum.

mod holes;
mod sorted;

pub use holes::{Cause, Coverage, Hole};

use crate::grid::{self, LARGEST};
use std::ops::RangeInclusive;
use thiserror::Error;

/// The most nonzero candidates for which the worst error is computed.
pub const MOST_EXACT: usize = 36;

/// Why coverage cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CoverageError {
    /// More nonzero candidates than the exact worst error is computed for.
    #[error("{0} nonzero candidates: the worst error is computed for at most {MOST_EXACT}")]
    TooManyNonzero(usize),
    /// A candidate or an end of an interval off the range of the grid, or sums that leave it.
    #[error("{} lies outside [-1024, 1024]: rescale candidates and interval", grid::to_f64(*.0))]
    TooLarge(i64),
    /// More candidates than their sums have room for.
    #[error("{0} nonzero candidates: at most {MOST_DECIDED} can be added up")]
    TooMany(usize),
    /// An interval whose ends are in the wrong order.
    #[error("an interval from {} to {} is empty", grid::to_f64(*.0), grid::to_f64(*.1))]
    Empty(i64, i64),
}

/// The most nonzero candidates of all: their sums and sums of two of those fit an `i64`.
pub const MOST_DECIDED: usize = 120;

/// Whether every number of an interval is within a tolerance of a subset sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Every number is.
    Covered,
    /// Some number is not.
    Failed(Cause),
    /// Rounding does not let the sums be told apart well enough; only above [`MOST_EXACT`].
    Undecided,
}

/// Computes coverage by subset sums, for one set of candidates after the other.
///
/// ```
/// use subset_sum::coverage::{Cause, CoverageSolver};
/// use subset_sum::grid::ONE;
/// let mut solver = CoverageSolver::new();
/// // The sums are -1, -1/2, 0, 1/2: nothing reaches 1.
/// let found = &solver.worst(&[-ONE, ONE / 2], &[-ONE..=ONE])?[0];
/// assert_eq!(found.worst_error(), 0.5);
/// assert_eq!(found.worst().map(|(cause, _)| cause), Some(Cause::Reach));
/// # Ok::<(), subset_sum::coverage::CoverageError>(())
/// ```
#[derive(Debug, Default)]
pub struct CoverageSolver {
    nonzero: Vec<i64>,
}

impl CoverageSolver {
    /// A solver that chooses among the methods by size.
    pub fn new() -> Self {
        Self::default()
    }

    /// For each interval, how far its numbers are from the nearest subset sum of `candidates`, all
    /// in units of 2^-46. Zeros count for nothing.
    ///
    /// # Errors
    /// More than [`MOST_EXACT`] nonzero candidates, numbers off the grid, an empty interval.
    pub fn worst(
        &mut self,
        candidates: &[i64],
        intervals: &[RangeInclusive<i64>],
    ) -> Result<Vec<Coverage>, CoverageError> {
        self.load(candidates)?;
        if self.nonzero.len() > MOST_EXACT {
            return Err(CoverageError::TooManyNonzero(self.nonzero.len()));
        }
        intervals.iter().try_for_each(check)?;
        let sums = sorted::sums(&self.nonzero);
        Ok(intervals
            .iter()
            .map(|interval| sorted::coverage(&sums, interval.clone()))
            .collect())
    }

    /// Whether every number of `interval` is within `tolerance` of a subset sum of `candidates`,
    /// all in units of 2^-46.
    ///
    /// # Errors
    /// More than [`MOST_DECIDED`] nonzero candidates, numbers off the grid, an empty interval.
    pub fn covers(
        &mut self,
        candidates: &[i64],
        interval: RangeInclusive<i64>,
        tolerance: i64,
    ) -> Result<Answer, CoverageError> {
        let found = &self.worst(candidates, std::slice::from_ref(&interval))?[0];
        Ok(found
            .failure(tolerance)
            .map_or(Answer::Covered, Answer::Failed))
    }

    fn load(&mut self, candidates: &[i64]) -> Result<(), CoverageError> {
        candidates.iter().try_for_each(|&x| in_range(x))?;
        self.nonzero.clear();
        self.nonzero.extend(candidates.iter().filter(|&&x| x != 0));
        if self.nonzero.len() > MOST_DECIDED {
            return Err(CoverageError::TooMany(self.nonzero.len()));
        }
        Ok(())
    }
}

fn check(interval: &RangeInclusive<i64>) -> Result<(), CoverageError> {
    let (&low, &high) = (interval.start(), interval.end());
    in_range(low)?;
    in_range(high)?;
    if low > high {
        return Err(CoverageError::Empty(low, high));
    }
    Ok(())
}

fn in_range(units: i64) -> Result<(), CoverageError> {
    if (-LARGEST..=LARGEST).contains(&units) {
        Ok(())
    } else {
        Err(CoverageError::TooLarge(units))
    }
}
