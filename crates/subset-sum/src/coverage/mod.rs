//! Coverage: how far the numbers of a whole interval are from the nearest subset sum.
//!
//! The candidates' sums cut the number line into gaps. What matters to an interval are the gaps across
//! its ends, which two sorted halves give at once ([`halves`]), and the largest gap inside. That one is
//! found by one of three methods, all exact:
//!
//! - *bitset* ([`bitmap`]): a bit for each small cell of the line says whether a sum is there; the
//!   bits of all 2^n sums come from those of a few by shifting and merging words. The longest runs of
//!   empty cells ([`cells`]) name the few gaps that may be the largest; the halves measure them.
//! - *halves* ([`table`]): the same with every sum put into its cell, stretch by stretch, in memory of
//!   the order of 2^(n/2).
//! - *sorted* ([`sorted`]): the sums sorted, window by window; the reference.
//!
//! For a single tolerance the bitset also answers where there are too many sums for the halves.

mod bitmap;
mod cells;
mod halves;
mod holes;
mod sorted;
mod table;

pub use holes::{Cause, Coverage, Hole};

use crate::grid::{self, LARGEST};
use bitmap::{Bitmap, Magnitudes, words_needed};
use cells::{Cells, Found, Run, Runs};
use halves::Halves;
use std::ops::RangeInclusive;
use thiserror::Error;

/// The most nonzero candidates for which the worst error is computed.
pub const MOST_EXACT: usize = 36;

/// Up to so many candidates sorting is the fastest.
const FEW: usize = 9;

/// Up to so many candidates sorting costs less than trying the halves first.
const SORTABLE: usize = 24;

/// Cells for an average distance of neighbouring sums where they are rarest, as a power of two.
const CELLS_A_DISTANCE: f64 = 2.0;

/// Runs of empty cells that are shorter say too little of their gap.
const SHORTEST_RUN: i64 = 32;

/// So many candidates more than a counting argument asks for cover an interval as a rule.
const ENOUGH: usize = 10;

/// Cells for a tolerance, as a power of two.
const CELLS_A_TOLERANCE: u32 = 3;

/// Words that a bitmap may have: 64 MiB.
const MOST_WORDS: f64 = (1 << 23) as f64;

/// Times that cells are made smaller before another method is tried.
const REFINEMENTS: usize = 6;

/// Why coverage cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CoverageError {
    /// More nonzero candidates than the exact worst error is computed for.
    #[error("{0} nonzero candidates: the worst error is computed for at most {MOST_EXACT}")]
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
    /// More than [`MOST_EXACT`] nonzero candidates, numbers off the grid, an empty interval.
    pub fn worst(
        &mut self,
        candidates: &[i64],
        intervals: &[RangeInclusive<i64>],
    ) -> Result<Vec<Coverage>, CoverageError> {
        self.load(candidates)?;
        intervals.iter().try_for_each(check)?;
        let count = self.nonzero.len();
        if count > MOST_EXACT {
            return Err(CoverageError::TooManyNonzero(count));
        }
        self.prepare();
        let coverages = intervals.iter().map(|interval| self.coverage(interval));
        Ok(coverages.collect())
    }

    /// Whether every number of `interval` is within `tolerance` of a subset sum of `candidates`,
    /// all in units of 2^-46. A negative tolerance counts as 0.
    ///
    /// Above [`MOST_EXACT`] nonzero candidates a failure that is no matter of reach has the cause
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
        self.load(candidates)?;
        check(&interval)?;
        let tolerance = tolerance.clamp(0, 4 * LARGEST);
        let (low, high) = (*interval.start(), *interval.end());
        let least: i64 = self.nonzero.iter().filter(|&&x| x < 0).sum();
        let greatest: i64 = self.nonzero.iter().filter(|&&x| x > 0).sum();
        if least > low + tolerance || greatest < high - tolerance {
            return Ok(Answer::Failed(Cause::Reach));
        }
        Ok(self.decide(&interval, tolerance))
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

    /// The holes across the ends of the interval alone.
    fn outer(&self, interval: &RangeInclusive<i64>) -> Coverage {
        let (below, first) = self.halves.neighbours(*interval.start());
        let (last, above) = self.halves.neighbours(interval.end() + 1);
        let mut found = Coverage::default();
        found.offer_outer(below, first, last, above, interval);
        found
    }

    /// The holes of an interval, of candidates that are loaded and not too many.
    fn coverage(&mut self, interval: &RangeInclusive<i64>) -> Coverage {
        let mut found = self.outer(interval);
        let (_, first) = self.halves.neighbours(*interval.start());
        let (last, _) = self.halves.neighbours(interval.end() + 1);
        if let (Some(first), Some(last)) = (first, last)
            && first < last
        {
            self.offer_inner(&mut found, first, last, interval);
        }
        found
    }

    /// Offers the largest gap between two sums of the interval, and perhaps smaller ones.
    fn offer_inner(
        &mut self,
        found: &mut Coverage,
        first: i64,
        last: i64,
        interval: &RangeInclusive<i64>,
    ) {
        let mut offer = |below, above| {
            let hole = Hole::between(Some(below), Some(above), interval);
            found.offer(Cause::InnerGap, hole);
        };
        let count = self.nonzero.len();
        let (try_bits, try_table) = match self.method {
            CoverageMethod::Automatic => (count > FEW, count > SORTABLE),
            CoverageMethod::Bitset => (true, false),
            CoverageMethod::Halves => (false, true),
            CoverageMethod::Sorted => (false, false),
        };
        let mut runs = None;
        if try_bits {
            runs = self.refined(first, last, 0, |solver, shift| {
                if words_needed(&solver.magnitudes, first, last, shift) > MOST_WORDS {
                    return None;
                }
                Some(solver.runs_of_bits(first, last, shift))
            });
        }
        if try_table && runs.is_none() {
            self.uneven
                .rebuild(&self.nonzero, (count / 2).saturating_sub(2));
            // Finer from the outset: the number of cells costs little here, a second attempt much.
            runs = self.refined(first, last, 2, |solver, shift| {
                Some(table::runs(
                    &solver.uneven,
                    first,
                    last,
                    shift,
                    SHORTEST_RUN,
                ))
            });
        }
        match runs {
            None => sorted::gaps(&self.halves, first, last, offer),
            Some((cells, runs)) => {
                for run in runs {
                    let (below, above) = self.halves.neighbours(cells.inside(run));
                    if let (Some(below), Some(above)) = (below, above) {
                        offer(below, above);
                    }
                }
            }
        }
    }
}

impl CoverageSolver {
    /// Makes cells smaller until their runs of empty cells name the largest gap between two sums; `None`
    /// if that does not come about. `runs` gives the runs of cells 2^shift wide, if it can; the
    /// cells to begin with are 2^finer times smaller than usual.
    fn refined(
        &mut self,
        first: i64,
        last: i64,
        finer: u32,
        mut runs: impl FnMut(&mut Self, u32) -> Option<(Cells, Found)>,
    ) -> Option<(Cells, Vec<Run>)> {
        let mut shift = self.usual_shift(first, last).saturating_sub(finer);
        for _ in 0..REFINEMENTS {
            let (cells, found) = runs(self, shift)?;
            let named = found.runs.filter(|_| found.least >= SHORTEST_RUN);
            if let Some(runs) = named {
                return Some((cells, runs));
            }
            if shift == 0 {
                return None;
            }
            let missing = 2.0 * SHORTEST_RUN as f64 / found.least.max(1) as f64;
            shift = shift.saturating_sub((missing.log2().ceil() as u32).max(1));
        }
        None
    }

    /// Cells a fraction of the average distance between sums wide, where the sums are rarest. The sums
    /// are taken to be normally distributed: a guess, from which refining goes on.
    fn usual_shift(&self, first: i64, last: i64) -> u32 {
        let candidates = || self.nonzero.iter().map(|&x| x as f64);
        let mean = candidates().sum::<f64>() / 2.0;
        let variance = candidates().map(|x| x * x).sum::<f64>() / 4.0;
        let exponent = |z: i64| (z as f64 - mean).powi(2) / (2.0 * variance);
        let rarest = exponent(first)
            .max(exponent(last))
            .min(self.nonzero.len() as f64 / 3.0);
        let density = (-rarest).exp() / (std::f64::consts::TAU * variance).sqrt();
        let distance = 1.0 / (density * (self.nonzero.len() as f64).exp2());
        let widest = (last - first) as f64 / 1024.0;
        (distance.min(widest).log2() - CELLS_A_DISTANCE).max(0.0) as u32
    }

    /// The runs of empty cells between two sums, by shifted bits.
    fn runs_of_bits(&mut self, first: i64, last: i64, shift: u32) -> (Cells, Found) {
        self.bitmap.rebuild(&self.magnitudes, first, last, shift);
        let cells = self.bitmap.cells();
        let within = cells.range_of(first).0..cells.range_of(last).1 + 1;
        let mut runs = Runs::new(cells, within, SHORTEST_RUN);
        let (at, words) = self.bitmap.known();
        runs.feed(at, words);
        (cells, runs.finish())
    }

    /// Decides whether the sums, among which are some on both sides of the interval or near its ends,
    /// cover it.
    ///
    /// Numbers at a tolerance from the ends are taken for sums: then the interval is covered if no
    /// gap between them exceeds twice the tolerance.
    fn decide(&mut self, interval: &RangeInclusive<i64>, tolerance: i64) -> Answer {
        self.nonzero
            .sort_unstable_by_key(|x| std::cmp::Reverse(x.abs()));
        let count = self.nonzero.len();
        let width = (interval.end() - interval.start()) as f64;
        let enough = (width / tolerance.max(1) as f64).max(1.0).log2() as usize + ENOUGH;
        // More candidates never cover less, and often a few are enough.
        if enough < count && self.gap(enough, interval, tolerance, 0) == Answer::Covered {
            return Answer::Covered;
        }
        for finer in [0, 2, 4, 6] {
            let answer = self.gap(count, interval, tolerance, finer);
            if answer != Answer::Undecided {
                return answer;
            }
        }
        Answer::Undecided
    }

    /// Decides by the first `count` of the candidates, with cells 2^-finer times as wide as at first.
    fn gap(
        &mut self,
        count: usize,
        interval: &RangeInclusive<i64>,
        tolerance: i64,
        finer: u32,
    ) -> Answer {
        let widest = 2 * tolerance;
        let (low, high) = (interval.start() - tolerance, interval.end() + tolerance);
        self.magnitudes.rebuild(&self.nonzero[..count]);
        let shift = tolerance
            .max(1)
            .ilog2()
            .saturating_sub(CELLS_A_TOLERANCE + finer);
        if words_needed(&self.magnitudes, low, high, shift) > MOST_WORDS {
            return Answer::Undecided;
        }
        self.bitmap.rebuild(&self.magnitudes, low, high, shift);
        self.bitmap.mark(low);
        self.bitmap.mark(high);
        let cells = self.bitmap.cells();
        let shortest = cells.longest_run_within(widest) + 1;
        if shortest < 1 || cells.least_gap(shortest) < 1 {
            return Answer::Undecided;
        }
        let mut runs = Runs::new(cells, cells.of(low) + 1..cells.of(high), shortest);
        let (at, words) = self.bitmap.known();
        runs.feed(at, words);
        let found = runs.finish();
        if found.longest == 0 {
            return Answer::Covered;
        }
        if count < self.nonzero.len() {
            return Answer::Undecided;
        }
        let certain = cells.least_gap(found.longest) > widest;
        match found.runs {
            Some(runs) if count <= MOST_EXACT => self.measure(&runs, cells, interval, tolerance),
            Some(runs) if certain => {
                let longest = runs.into_iter().max_by_key(|run| run.length);
                let free = longest.map_or(low..=high, |run| cells.free(run));
                let inside = interval.contains(free.start()) && interval.contains(free.end());
                Answer::Failed(if inside {
                    Cause::InnerGap
                } else {
                    Cause::EdgeGap
                })
            }
            None if certain => Answer::Failed(Cause::InnerGap),
            _ => Answer::Undecided,
        }
    }

    /// Decides by measuring the gaps that runs of empty cells name.
    fn measure(
        &mut self,
        runs: &[Run],
        cells: Cells,
        interval: &RangeInclusive<i64>,
        tolerance: i64,
    ) -> Answer {
        self.halves.rebuild(&self.nonzero, self.nonzero.len() / 2);
        let (low, high) = (interval.start() - tolerance, interval.end() + tolerance);
        let is_wide = |run: &Run| {
            let (below, above) = self.halves.neighbours(cells.inside(*run));
            let (below, above) = (
                below.unwrap_or(low).max(low),
                above.unwrap_or(high).min(high),
            );
            above - below > 2 * tolerance
        };
        if !runs.iter().any(is_wide) {
            return Answer::Covered;
        }
        let outer = self.outer(interval);
        Answer::Failed(outer.failure(tolerance).unwrap_or(Cause::InnerGap))
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
