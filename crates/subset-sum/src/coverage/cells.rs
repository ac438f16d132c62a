//! Cells of the number line that a sum may be in, and the runs of empty cells that show where the
//! large gaps between sums are.
//!
//! A bit for each cell says whether a sum was put there. A sum that was put into cell q of width h
//! lies in [origin + q h - early, origin + q h + h + late): the cell and what rounding may have moved
//! it by. With `slop` = early + late it follows that
//!
//! ```text
//! a run of L empty cells lies in a gap of at least   L h - slop + 1
//!                             and of at most         (L + 2) h + slop - 1
//! a gap of g leaves a run of empty cells of at least (g - slop) / h - 1
//! ```
//!
//! so that the cells name every gap that may be the largest, and few others.

use std::ops::{Range, RangeInclusive};

/// Where the cells are. Everything is counted in grid units, cells from the origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Cells {
    /// Cells are 2^shift wide.
    pub shift: u32,
    /// Lower end of cell 0.
    pub origin: i64,
    /// By how much a sum may lie below its cell.
    pub early: i64,
    /// By how much it may lie above.
    pub late: i64,
}

/// Some empty cells between two that are not, or that are the ends of what is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub start: i64,
    pub length: i64,
}

impl Cells {
    fn slop(&self) -> i64 {
        self.early + self.late
    }

    /// The cell of a number that no rounding moved.
    pub fn of(&self, value: i64) -> i64 {
        (value - self.origin) >> self.shift
    }

    /// The lowest and the highest cell into which a sum may have been put.
    pub fn range_of(&self, sum: i64) -> (i64, i64) {
        (self.of(sum - self.late), self.of(sum + self.early))
    }

    /// The smallest gap that may leave a run of `length` empty cells.
    pub fn least_gap(&self, length: i64) -> i64 {
        (length << self.shift) - self.slop() + 1
    }

    /// The shortest run that a gap may leave.
    pub fn least_run(&self, gap: i64) -> i64 {
        ((gap - self.slop()) >> self.shift) - 1
    }

    /// The longest run that only gaps up to `gap` leave; negative if there is none.
    pub fn longest_run_within(&self, gap: i64) -> i64 {
        ((gap - self.slop() + 1) >> self.shift) - 2
    }

    /// The numbers that a run shows not to be sums; the run's [`Cells::least_gap`] must be positive.
    pub fn free(&self, run: Run) -> RangeInclusive<i64> {
        let low = self.origin + (run.start << self.shift) + self.late;
        let high = self.origin + ((run.start + run.length) << self.shift) - self.early;
        low..=high - 1
    }

    /// A number that is greater than all sums below a run and not greater than any above.
    pub fn inside(&self, run: Run) -> i64 {
        let free = self.free(run);
        free.start() + (free.end() - free.start() + 1) / 2
    }
}

/// The runs of empty cells that may belong to the largest gap. It is fed with words of 64 cells, from
/// below.
#[derive(Debug)]
pub(super) struct Runs {
    cells: Cells,
    /// First of the empty cells that reach to where the words ended.
    open: i64,
    /// Cells from here on are passed over.
    end: i64,
    /// Shorter runs are passed over.
    shortest: i64,
    longest: i64,
    found: Vec<Run>,
    /// The longest run for which there was no room.
    lost: i64,
    is_full: bool,
}

/// More runs than this are too many to be looked at one by one.
const MANY: usize = 4096;

impl Runs {
    /// Looks at the cells `within` for runs of at least `shortest`, and as long as what it takes to be
    /// the largest gap.
    pub fn new(cells: Cells, within: Range<i64>, shortest: i64) -> Self {
        Self {
            cells,
            open: within.start,
            end: within.end,
            shortest,
            longest: 0,
            found: Vec::new(),
            lost: 0,
            is_full: false,
        }
    }

    /// Takes the cells from `first` (a multiple of 64) on.
    pub fn feed(&mut self, first: i64, words: &[u64]) {
        const BLOCK: usize = 32;
        let mut at = first;
        for block in words.chunks(BLOCK) {
            let length = 64 * block.len() as i64;
            if at < self.open || at + length > self.end || has_run(block, self.shortest) {
                self.feed_slowly(at, block);
            } else {
                // The usual case: no run inside is long enough, so only those across the ends matter.
                let (low, high) = (block[0], block[block.len() - 1]);
                self.close(at + i64::from(low.trailing_zeros()));
                self.open = at + length - i64::from(high.leading_zeros());
            }
            at += length;
        }
    }

    fn feed_slowly(&mut self, first: i64, words: &[u64]) {
        for (index, &word) in words.iter().enumerate() {
            let at = first + 64 * index as i64;
            let mut rest = word & from(self.open - at) & !from(self.end - at);
            while rest != 0 {
                let set = at + i64::from(rest.trailing_zeros());
                self.close(set);
                self.open = set + 1;
                rest &= rest - 1;
            }
        }
    }

    /// Ends the open run before cell `end`.
    #[inline(always)]
    fn close(&mut self, end: i64) {
        let run = Run {
            start: self.open,
            length: end - self.open,
        };
        if run.length >= self.shortest {
            self.keep(run);
        }
    }

    #[cold]
    fn keep(&mut self, run: Run) {
        if run.length > self.longest {
            self.longest = run.length;
            let least = self.cells.least_run(self.cells.least_gap(run.length));
            self.shortest = self.shortest.max(least);
        }
        // What was kept may have become too short since. If even so they are many, no more are kept, and
        // the longest of the others decides whether something is missing.
        if self.found.len() == MANY && !self.is_full {
            self.found.retain(|run| run.length >= self.shortest);
            self.is_full = self.found.len() > MANY / 2;
        }
        if self.is_full {
            self.lost = self.lost.max(run.length);
        } else {
            self.found.push(run);
        }
    }

    /// The runs that were found, unless there are too many.
    pub fn finish(mut self) -> Found {
        self.close(self.end);
        self.found.retain(|run| run.length >= self.shortest);
        let complete = self.lost < self.shortest;
        Found {
            longest: self.longest,
            least: self.cells.least_run(self.cells.least_gap(self.longest)),
            runs: complete.then_some(self.found),
        }
    }
}

/// What [`Runs`] found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Length of the longest run.
    pub longest: i64,
    /// Length of the shortest one that may belong to the largest gap.
    pub least: i64,
    /// All runs at least that long, or as long as was asked for; `None` if they are too many.
    pub runs: Option<Vec<Run>>,
}

/// A word whose bits from the given one on are set.
fn from(bit: i64) -> u64 {
    u64::MAX.checked_shl(bit.clamp(0, 64) as u32).unwrap_or(0)
}

/// Whether there may be a run of `length` zeros in the words, or of 33 if that is less, other than at
/// their outer ends.
///
/// Every such run lies in 64 consecutive bits that begin with a word or in the middle of one: at most 31
/// bits behind such a place it begins, and 31 + 33 = 64. So no run across words needs a loop over bits.
#[inline(always)]
fn has_run(words: &[u64], length: i64) -> bool {
    let length = length.clamp(1, 33) as u32;
    let mut any = 0;
    for &word in words {
        any |= starts_of_runs(word, length);
    }
    for pair in words.windows(2) {
        any |= starts_of_runs(pair[0] >> 32 | pair[1] << 32, length);
    }
    any != 0
}

/// The bits at which a run of `length` zeros begins.
#[inline(always)]
fn starts_of_runs(word: u64, length: u32) -> u64 {
    // A set bit says that `known` zeros begin there: two such stretches, one behind the other, are
    // twice as long, and two that overlap have any length between.
    let (mut zeros, mut known) = (!word, 1);
    while 2 * known <= length {
        zeros &= zeros >> known;
        known *= 2;
    }
    zeros & zeros >> (length - known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::{generator, uniform};

    /// Runs of empty cells between the set ones within a range.
    fn by_definition(set: &[i64], within: Range<i64>) -> Vec<Run> {
        let inside = set.iter().copied().filter(|cell| within.contains(cell));
        let mut ends: Vec<i64> = [within.start - 1].into_iter().chain(inside).collect();
        ends.push(within.end);
        let runs = ends.windows(2).map(|pair| Run {
            start: pair[0] + 1,
            length: pair[1] - pair[0] - 1,
        });
        runs.collect()
    }

    #[test]
    fn every_run_that_may_be_the_largest_gap_is_found() {
        let mut draws = generator(1, "cells", "", 0);
        for round in 0..2000 {
            let count = uniform(&mut draws, 1, 200);
            let density = uniform(&mut draws, 1, 60);
            let mut set: Vec<i64> = (0..64 * count).collect();
            set.retain(|_| uniform(&mut draws, 0, density) == 0);
            let mut words = vec![0; count as usize];
            for cell in &set {
                words[(cell / 64) as usize] |= 1 << (cell % 64);
            }
            let a = uniform(&mut draws, 0, 64 * count);
            let b = uniform(&mut draws, 0, 64 * count);
            let within = a.min(b)..a.max(b);
            let cells = Cells {
                shift: 3,
                origin: -7,
                early: uniform(&mut draws, 0, 30),
                late: uniform(&mut draws, 0, 30),
            };
            let shortest = uniform(&mut draws, 1, 70);
            let mut runs = Runs::new(cells, within.clone(), shortest);
            let split = if round % 2 == 0 {
                0
            } else {
                count as usize / 2
            };
            runs.feed(0, &words[..split]);
            runs.feed(64 * split as i64, &words[split..]);
            let found = runs.finish();

            let mut expected = by_definition(&set, within);
            expected.retain(|run| run.length >= shortest);
            let longest = expected.iter().map(|run| run.length).max().unwrap_or(0);
            let least = cells.least_run(cells.least_gap(longest));
            expected.retain(|run| run.length >= least);
            assert_eq!((found.longest, found.least), (longest, least));
            assert_eq!(found.runs, Some(expected));
        }
    }

    #[test]
    fn too_many_runs_are_not_named() {
        let cells = Cells::default();
        let mut runs = Runs::new(cells, 0..64 * 5000, 32);
        runs.feed(0, &[1; 5000]);
        let found = runs.finish();
        assert_eq!((found.longest, found.runs), (63, None));
    }
}
