//! A half that is too large to be listed at once, and is listed window by window instead.
//!
//! Five candidates make 32 *outer* sums, the others an *inner* list, sorted by cells. The sums of the
//! half that lie in an interval are then 32 runs of the inner list, one for each outer sum. As the
//! window moves up, each run moves through the inner list.

use super::keys::{CAPACITY, Keys, key};
use super::sieve::Sieve;
use crate::sums_by_cell::{SumsByCell, list_sums};

/// Candidates whose sums are the outer ones.
const OUTER_BITS: usize = 5;
const OUTER: usize = 1 << OUTER_BITS;

/// All subset sums of half of the candidates, and those of them that lie in a window.
#[derive(Debug, Default)]
pub(crate) struct WindowedHalf {
    outer: [i64; OUTER],
    inner: SumsByCell,
    /// Keys of the inner sums, with index 0.
    keys: Vec<u32>,
    runs: [Run; OUTER],
    /// Where each run ends in the list of keys.
    ends: [u16; OUTER],
}

/// A part of the inner list.
#[derive(Debug, Default, Clone, Copy)]
struct Run {
    start: usize,
    end: usize,
}

impl WindowedHalf {
    /// Takes other candidates; every sum begins with `start`.
    #[inline(always)]
    pub fn rebuild(&mut self, start: i64, candidates: &[i64]) {
        let (outer, inner) = candidates.split_at(OUTER_BITS);
        list_sums(start, outer, &mut self.outer);
        self.inner.rebuild(inner);
    }

    /// Writes keys in units of 2^`unit_bits`.
    #[inline(always)]
    pub fn set_unit(&mut self, unit_bits: u32) {
        self.keys.clear();
        self.keys
            .extend(self.inner.sums().iter().map(|&sum| key(sum, unit_bits)));
    }

    /// The smallest and the largest sum.
    pub fn range(&self) -> (i64, i64) {
        let smallest = self.outer.iter().min().expect("there are outer sums");
        let largest = self.outer.iter().max().expect("there are outer sums");
        (
            smallest + self.inner.smallest(),
            largest + self.inner.largest(),
        )
    }

    /// Width of the cells, by which a window may be off.
    pub fn cell_width(&self) -> i64 {
        self.inner.cell_width()
    }

    /// Sets the window to begin where the cells of `bound` do.
    pub fn start_at(&mut self, bound: i64) {
        for (run, outer) in self.runs.iter_mut().zip(&self.outer) {
            run.end = self.inner.at_most(bound - outer);
            run.start = run.end;
        }
    }

    /// Lets the window end where the cells of `bound` begin: it has sums below `bound` only, and
    /// leaves those to the next window that lie in its cell. Returns the number of sums.
    #[inline(always)]
    pub fn end_before(&mut self, bound: i64) -> usize {
        let mut count = 0;
        for (run, outer) in self.runs.iter_mut().zip(&self.outer) {
            run.end = self.inner.at_most(bound - outer);
            count += run.end - run.start;
        }
        count
    }

    /// Lets the next window start where this one ends.
    pub fn advance(&mut self) {
        self.runs.iter_mut().for_each(|run| run.start = run.end);
    }

    /// A window with at least the sums from `low` to `high`. Returns the number of sums.
    #[inline(always)]
    pub fn cover(&mut self, low: i64, high: i64) -> usize {
        let mut count = 0;
        for (run, outer) in self.runs.iter_mut().zip(&self.outer) {
            run.start = self.inner.at_most(low - outer);
            run.end = self.inner.beyond(high - outer);
            count += run.end - run.start;
        }
        count
    }

    /// The keys of the sums in the window, of which there must not be more than [`CAPACITY`].
    #[inline(always)]
    pub fn fill(&mut self, unit_bits: u32, keys: &mut Keys, sieve: &mut impl Sieve) {
        keys.set_len(0);
        for ((run, end), &outer) in self.runs.iter().zip(&mut self.ends).zip(&self.outer) {
            sieve.append(&self.keys[run.start..run.end], key(outer, unit_bits), keys);
            *end = keys.len() as u16;
        }
        debug_assert!(keys.len() <= CAPACITY);
    }

    /// The exact sum of a key that [`WindowedHalf::fill`] has made, and its mask.
    #[inline(always)]
    pub fn subset(&self, index: u16) -> (i64, u64) {
        // The number of runs that end before the key is that of its own one. A sum of 16-bit numbers, which the compiler turns into vector instructions.
        let outer: u16 = self.ends.iter().map(|&end| u16::from(end <= index)).sum();
        let outer = usize::from(outer);
        let before_end = usize::from(self.ends[outer] - index);
        let inner = self.runs[outer].end - before_end;
        let mask = u64::from(self.inner.masks()[inner]) << OUTER_BITS | outer as u64;
        (self.outer[outer] + self.inner.sums()[inner], mask)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sieve::PortableSieve;
    use super::*;
    use crate::sampling::{generator, uniform};

    fn sums_in(half: &mut WindowedHalf) -> Vec<i64> {
        let mut keys = Keys::default();
        half.fill(0, &mut keys, &mut PortableSieve::default());
        let sums = (0..keys.len()).map(|index| half.subset(index as u16).0);
        sums.collect()
    }

    #[test]
    fn windows_leave_no_sum_out() {
        let mut draws = generator(1, "windows", "", 0);
        let mut half = WindowedHalf::default();
        for _ in 0..300 {
            let candidates: Vec<i64> = (0..10).map(|_| uniform(&mut draws, -999, 999)).collect();
            let mut all = vec![0; 1 << candidates.len()];
            list_sums(7, &candidates, &mut all);
            half.rebuild(7, &candidates);
            half.set_unit(0);
            let (first, last) = half.range();
            assert_eq!(
                (all.iter().min(), all.iter().max()),
                (Some(&first), Some(&last))
            );

            let mut at = uniform(&mut draws, first, last);
            let wanted: Vec<i64> = all.iter().copied().filter(|&sum| sum >= at).collect();
            let mut met = Vec::new();
            half.start_at(at);
            while at <= last + half.cell_width() {
                at += uniform(&mut draws, 1, 300);
                half.end_before(at);
                let window = sums_in(&mut half);
                assert!(window.iter().all(|&sum| sum < at));
                met.extend(window);
                half.advance();
            }
            met.sort_unstable();
            assert!(wanted.iter().all(|sum| met.binary_search(sum).is_ok()));
            assert!(met.len() <= all.len());

            let low = uniform(&mut draws, first, last);
            let high = low + uniform(&mut draws, 0, 300);
            let count = half.cover(low, high);
            let covered = sums_in(&mut half);
            assert_eq!(covered.len(), count);
            let within = all.iter().filter(|sum| (low..=high).contains(sum));
            within.for_each(|sum| assert!(covered.contains(sum)));
        }
    }

    #[test]
    fn a_key_leads_back_to_its_subset() {
        let candidates = [-5, 70, 31, 9, 300, 8, -77, 250];
        let mut half = WindowedHalf::default();
        half.rebuild(100, &candidates);
        half.set_unit(0);
        let (first, last) = half.range();
        half.cover(first, last);
        sums_in(&mut half);
        for index in 0..1 << candidates.len() {
            let (sum, mask) = half.subset(index);
            let chosen = (0..candidates.len()).filter(|bit| mask >> bit & 1 == 1);
            assert_eq!(sum, 100 + chosen.map(|bit| candidates[bit]).sum::<i64>());
        }
    }
}
