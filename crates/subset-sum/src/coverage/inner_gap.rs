//! The largest gap between two sums inside an interval.

use super::bitmap::words_needed;
use super::cells::{Cells, Found, Run};
use super::{Cause, Coverage, CoverageMethod, CoverageSolver, Hole, MAX_WORDS, sorted, table};
use std::ops::RangeInclusive;

/// Up to so many candidates sorting is the fastest.
const FEW: usize = 9;

/// Up to so many candidates sorting costs less than trying the halves first.
const SORTABLE: usize = 24;

/// Cells for an average distance of neighbouring sums where they are rarest, as a power of two.
const CELLS_A_DISTANCE: f64 = 2.0;

/// Runs of empty cells that are shorter say too little of their gap.
const SHORTEST_RUN: i64 = 32;

/// Words of a bitmap for each pair of sums of the halves, beyond which sorting is faster.
const MAX_WORDS_A_PAIR: f64 = 0.5;

/// Cells of a table for each pair of sums, beyond which sorting is faster.
const MAX_CELLS_A_PAIR: f64 = 64.0;

/// Times that cells are made smaller before another method is tried.
const REFINEMENTS: usize = 6;

/// A run of empty cells says how much smaller the cells should be, but not more than by this factor, as
/// a power of two.
const FINER_AT_MOST: u32 = 3;

impl CoverageSolver {
    /// Offers the largest gap between two sums of the interval, and perhaps smaller ones.
    pub(super) fn offer_inner(
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
        let mut named = None;
        if try_bits {
            named = self.refined(first, last, |solver, shift| {
                solver.runs_of_bits(first, last, shift)
            });
        }
        if try_table && named.is_none() {
            self.uneven
                .rebuild(&self.nonzero, (count / 2).saturating_sub(4));
            named = self.refined(first, last, |solver, shift| {
                let cells = ((last - first) >> shift) as f64;
                let is_worth_it = cells <= MAX_CELLS_A_PAIR * solver.uneven.pairs();
                is_worth_it.then(|| table::runs(&solver.uneven, first, last, shift, SHORTEST_RUN))
            });
        }
        let Some((cells, runs)) = named else {
            return sorted::gaps(&self.halves, first, last, offer);
        };
        for run in runs {
            if let (Some(below), Some(above)) = self.halves.neighbours(cells.inside(run)) {
                offer(below, above);
            }
        }
    }

    /// Makes cells smaller until their runs of empty cells name the largest gap between two sums; `None`
    /// if that does not come about. `runs` gives the runs of cells 2^shift wide, if it can.
    fn refined(
        &mut self,
        first: i64,
        last: i64,
        mut runs: impl FnMut(&mut Self, u32) -> Option<(Cells, Found)>,
    ) -> Option<(Cells, Vec<Run>)> {
        let mut shift = self.usual_shift(first, last);
        for _ in 0..REFINEMENTS {
            let (cells, found) = runs(self, shift)?;
            let named = found.runs.filter(|_| found.least >= SHORTEST_RUN);
            if let Some(runs) = named {
                return Some((cells, runs));
            }
            if shift == 0 {
                return None;
            }
            let missing = (2 * SHORTEST_RUN / found.least.max(1)).max(2).ilog2();
            shift = shift.saturating_sub(missing.min(FINER_AT_MOST));
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
        let distance = 1.0 / (density * self.halves.pairs());
        let widest = (last - first) as f64 / 1024.0;
        (distance.min(widest).log2() - CELLS_A_DISTANCE).max(0.0) as u32
    }

    /// The runs of empty cells between two sums, by shifted bits; `None` if it takes too many.
    fn runs_of_bits(&mut self, first: i64, last: i64, shift: u32) -> Option<(Cells, Found)> {
        let most = MAX_WORDS.min(MAX_WORDS_A_PAIR * self.halves.pairs());
        if words_needed(&self.magnitudes, first, last, shift) > most {
            return None;
        }
        self.bitmap.rebuild(&self.magnitudes, first, last, shift);
        let cells = self.bitmap.cells();
        let within = cells.range_of(first).0..cells.range_of(last).1 + 1;
        Some((cells, self.bitmap.runs(within, SHORTEST_RUN)))
    }
}
