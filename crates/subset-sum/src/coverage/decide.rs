//! Whether an interval is covered within one tolerance, for any number of candidates.

use super::bitmap::words_needed;
use super::cells::{Cells, Run};
use super::{Answer, Cause, CoverageSolver, MAX_EXACT, MAX_MEASURED, MAX_WORDS};
use std::ops::RangeInclusive;

/// So many candidates more than a counting argument asks for cover an interval as a rule.
const ENOUGH: usize = 10;

/// Cells for a tolerance, as a power of two.
const CELLS_A_TOLERANCE: u32 = 3;

/// How much narrower cells are when measuring is tried for many candidates too.
const LATE: u32 = 8;

/// Steps through sorted sums that measuring gaps may take before narrower cells are tried: some 20 ms.
const MAX_STEPS: u64 = 1 << 24;

/// How much narrower the cells become, attempt by attempt, as powers of two.
const FINER: [u32; 8] = [0, 2, 4, 6, 8, 10, 12, FINEST];

/// The last attempt, after which many runs mean that sums coincide and that their lists are short.
const FINEST: u32 = 14;

impl CoverageSolver {
    /// Decides whether the sums, among which are some on both sides of the interval or near its ends,
    /// cover it.
    ///
    /// Numbers at a tolerance from the ends are taken for sums: then the interval is covered if no
    /// gap between them exceeds twice the tolerance. The cause of a failure is that of the longest gap
    /// at best.
    pub(super) fn decide(&mut self, interval: &RangeInclusive<i64>, tolerance: i64) -> Answer {
        let count = self.nonzero.len();
        if interval.start() == interval.end() {
            // The two numbers at a tolerance would be no further apart than a gap may be.
            return self.decide_exactly(interval, tolerance);
        }
        self.nonzero
            .sort_unstable_by_key(|x| std::cmp::Reverse(x.abs()));
        let width = (interval.end() - interval.start()) as f64;
        let enough = (width / tolerance.max(1) as f64).max(1.0).log2() as usize + ENOUGH;
        // More candidates never cover less, and often a few are enough.
        if enough < count && self.gap(enough, interval, tolerance, 0) == Answer::Covered {
            return Answer::Covered;
        }
        for finer in FINER {
            let answer = self.gap(count, interval, tolerance, finer);
            if answer != Answer::Undecided {
                return answer;
            }
        }
        self.decide_exactly(interval, tolerance)
    }

    /// Decides by the worst error, if there are not too many candidates.
    fn decide_exactly(&mut self, interval: &RangeInclusive<i64>, tolerance: i64) -> Answer {
        if self.nonzero.len() > MAX_EXACT {
            return Answer::Undecided;
        }
        self.prepare();
        let failure = self.coverage(interval).failure(tolerance);
        failure.map_or(Answer::Covered, Answer::Failed)
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
        if words_needed(&self.magnitudes, low, high, shift) > MAX_WORDS {
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
        let found = self
            .bitmap
            .runs(cells.of(low) + 1..cells.of(high), shortest);
        if found.longest == 0 {
            return Answer::Covered;
        }
        if count < self.nonzero.len() {
            return Answer::Undecided;
        }
        let certain = cells.least_gap(found.longest) > widest;
        // Long lists take long to sort: for many candidates they wait until little is left open.
        let can_measure = count <= MAX_EXACT || count <= MAX_MEASURED && finer >= LATE;
        let steps = |runs: &[Run]| (runs.len() as u64) << (count / 2).min(40);
        if !certain {
            return match found.runs {
                Some(runs) if can_measure && (steps(&runs) <= MAX_STEPS || finer == FINEST) => {
                    self.measure(&runs, cells, interval, tolerance)
                }
                _ => Answer::Undecided,
            };
        }
        let longest = found
            .runs
            .into_iter()
            .flatten()
            .max_by_key(|run| run.length);
        let is_outer = longest.is_some_and(|run| {
            let free = cells.free(run);
            !interval.contains(free.start()) || !interval.contains(free.end())
        });
        Answer::Failed(if is_outer {
            Cause::EdgeGap
        } else {
            Cause::InnerGap
        })
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
        Answer::Failed(Cause::InnerGap)
    }

    /// Why sums fail that are known to, other than by reach: at an edge or inside.
    pub(super) fn cause(&mut self, interval: &RangeInclusive<i64>, tolerance: i64) -> Cause {
        self.halves.rebuild(&self.nonzero, self.nonzero.len() / 2);
        let (outer, _) = self.outer(interval);
        outer.failure(tolerance).unwrap_or(Cause::InnerGap)
    }
}
