//! Coverage: how far the numbers of a whole interval are from the nearest subset sum.
//!
//! The candidates' sums cut the number line into gaps. What matters to an interval are the gaps across
//! its ends, which two sorted halves give at once (`halves`), and the largest gap inside. That one is
//! found by one of three methods, all exact:
//!
//! - *bitset* (`bitmap`): a bit for each small cell of the line says whether a sum is there; the
//!   bits of all 2^n sums come from those of a few by shifting and merging words. The longest runs of
//!   empty cells (`cells`) name the few gaps that may be the largest; the halves measure them.
//! - *halves* (`table`): the same with every sum put into its cell, stretch by stretch, in memory of
//!   the order of 2^(n/2).
//! - *sorted* (`sorted`): the sums sorted, window by window; the reference.
//!
//! For a single tolerance the bitset also answers where there are too many sums for the halves.

mod bitmap;
mod cells;
mod decide;
mod halves;
mod holes;
mod inner_gap;
mod sorted;
mod table;

pub use holes::{Cause, Coverage, Hole};

use crate::grid::{self, LARGEST};
use bitmap::{Bitmap, Magnitudes};
use halves::Halves;
use std::ops::RangeInclusive;
use thiserror::Error;

/// The most nonzero candidates for which the worst error is computed.
pub const MAX_EXACT: usize = 36;

/// The most nonzero candidates whose gaps are measured exactly where rounding leaves a decision open.
pub const MAX_MEASURED: usize = 44;

/// Words that a bitmap may have: 128 MiB.
const MAX_WORDS: f64 = (1 << 24) as f64;

/// Why coverage cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CoverageError {
    /// More nonzero candidates than the exact worst error is computed for.
    #[error("{0} nonzero candidates: the worst error is computed for at most {MAX_EXACT}")]
    TooManyNonzero(usize),
    /// Candidates whose magnitudes add up to more than 65536.
    #[error("{0} nonzero candidates add up to more than 65536: rescale them or use fewer")]
    TooMany(usize),
    /// A candidate or an end of an interval off the range of the grid.
    #[error("{} lies outside [-1024, 1024]: rescale candidates and interval", grid::to_f64(*.0))]
    TooLarge(i64),
    /// An interval whose ends are in the wrong order.
    #[error("an interval from {} to {} is empty", grid::to_f64(*.0), grid::to_f64(*.1))]
    Empty(i64, i64),
}

/// How the largest gap is found. Every method finds the same one; only the time differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum CoverageMethod {
    /// The one that is fastest for the number of candidates.
    #[default]
    Automatic,
    /// Shifted and merged bits.
    Bitset,
    /// Every sum into its cell, stretch by stretch.
    Halves,
    /// Sorted sums, the reference.
    Sorted,
}

/// Whether every number of an interval is within a tolerance of a subset sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Every number is.
    Covered,
    /// Some number is not.
    Failed(Cause),
    /// Rounding does not let the sums be told apart well enough; only above [`MAX_EXACT`],
    /// and rarely up to [`MAX_MEASURED`].
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
    method: CoverageMethod,
    nonzero: Vec<i64>,
    halves: Halves,
    /// A shorter and a longer list: stretches of the line meet longer pieces of the second one.
    uneven: Halves,
    magnitudes: Magnitudes,
    bitmap: Bitmap,
}

impl CoverageSolver {
    /// A solver that chooses among the methods by size.
    pub fn new() -> Self {
        Self::default()
    }

    /// A solver that finds worst errors by one method.
    pub fn with_method(method: CoverageMethod) -> Self {
        Self {
            method,
            ..Self::default()
        }
    }

    /// For each interval, how far its numbers are from the nearest subset sum of `candidates`, all
    /// in units of 2^-46. Zeros count for nothing.
    ///
    /// # Errors
    /// More than [`MAX_EXACT`] nonzero candidates, numbers off the grid, an empty interval.
    pub fn worst(
        &mut self,
        candidates: &[i64],
        intervals: &[RangeInclusive<i64>],
    ) -> Result<Vec<Coverage>, CoverageError> {
        self.load(candidates)?;
        intervals.iter().try_for_each(check)?;
        let count = self.nonzero.len();
        if count > MAX_EXACT {
            return Err(CoverageError::TooManyNonzero(count));
        }
        self.prepare();
        let coverages = intervals.iter().map(|interval| self.coverage(interval));
        Ok(coverages.collect())
    }

    /// Whether every number of `interval` is within `tolerance` of a subset sum of `candidates`,
    /// all in units of 2^-46. A negative tolerance counts as 0.
    ///
    /// Above [`MAX_MEASURED`] nonzero candidates a failure that is no matter of reach has the cause
    /// of the longest gap that is certain.
    ///
    /// # Errors
    /// Numbers off the grid, magnitudes that add up to more than 65536, an empty interval.
    pub fn covers(
        &mut self,
        candidates: &[i64],
        interval: RangeInclusive<i64>,
        tolerance: i64,
    ) -> Result<Answer, CoverageError> {
        let tolerance = tolerance.clamp(0, 4 * LARGEST);
        let answer = self.answer(candidates, &interval, tolerance)?;
        Ok(match answer {
            Answer::Failed(cause)
                if cause != Cause::Reach && self.nonzero.len() <= MAX_MEASURED =>
            {
                Answer::Failed(self.cause(&interval, tolerance))
            }
            answer => answer,
        })
    }

    /// As [`CoverageSolver::covers`], without the cause, which takes long for many candidates; `None`
    /// if undecided.
    ///
    /// # Errors
    /// As there.
    pub fn is_covered(
        &mut self,
        candidates: &[i64],
        interval: RangeInclusive<i64>,
        tolerance: i64,
    ) -> Result<Option<bool>, CoverageError> {
        let tolerance = tolerance.clamp(0, 4 * LARGEST);
        Ok(match self.answer(candidates, &interval, tolerance)? {
            Answer::Covered => Some(true),
            Answer::Failed(_) => Some(false),
            Answer::Undecided => None,
        })
    }

    fn answer(
        &mut self,
        candidates: &[i64],
        interval: &RangeInclusive<i64>,
        tolerance: i64,
    ) -> Result<Answer, CoverageError> {
        self.load(candidates)?;
        check(interval)?;
        let (low, high) = (*interval.start(), *interval.end());
        let least: i64 = self.nonzero.iter().filter(|&&x| x < 0).sum();
        let greatest: i64 = self.nonzero.iter().filter(|&&x| x > 0).sum();
        if least > low + tolerance || greatest < high - tolerance {
            return Ok(Answer::Failed(Cause::Reach));
        }
        Ok(self.decide(interval, tolerance))
    }

    fn load(&mut self, candidates: &[i64]) -> Result<(), CoverageError> {
        candidates.iter().try_for_each(|&x| in_range(x))?;
        self.nonzero.clear();
        self.nonzero.extend(candidates.iter().filter(|&&x| x != 0));
        let reach: i128 = candidates.iter().map(|&x| i128::from(x).abs()).sum();
        if reach > 1 << 62 {
            return Err(CoverageError::TooMany(self.nonzero.len()));
        }
        Ok(())
    }

    fn prepare(&mut self) {
        self.halves.rebuild(&self.nonzero, self.nonzero.len() / 2);
        self.magnitudes.rebuild(&self.nonzero);
    }

    /// The holes of an interval, of candidates that are loaded and not too many.
    fn coverage(&mut self, interval: &RangeInclusive<i64>) -> Coverage {
        let (mut found, inside) = self.outer(interval);
        if let Some((first, last)) = inside
            && first < last
        {
            self.offer_inner(&mut found, first, last, interval);
        }
        found
    }

    /// The holes across the ends of an interval, and the first and the last sum inside.
    fn outer(&self, interval: &RangeInclusive<i64>) -> (Coverage, Option<(i64, i64)>) {
        let (below, first) = self.halves.neighbours(*interval.start());
        let (last, above) = self.halves.neighbours(interval.end() + 1);
        let mut found = Coverage::default();
        found.offer_outer(below, first, interval);
        found.offer_outer(last, above, interval);
        (found, first.zip(last))
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
