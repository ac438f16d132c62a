//! How many subsets add up to a target, or nearly: two sorted lists and a window that moves over them.

use crate::grid::{self, LARGEST};
use thiserror::Error;

/// The most candidates whose subsets are counted, zeros included: two lists of 2^20 sums.
pub const MAX_COUNTED: usize = 40;

/// Why subsets cannot be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CounterError {
    /// More candidates than there are lists for.
    #[error("{0} candidates: the subsets of at most {MAX_COUNTED} are counted")]
    TooMany(usize),
    /// A candidate off the range of the grid.
    #[error("{} lies outside [-1024, 1024]: rescale the candidates", grid::to_f64(*.0))]
    TooLarge(i64),
}

/// Counts the subsets of one set of candidates whose sums are near a target, for any number of
/// targets.
///
/// Subsets are counted, not sums: n candidates have 2^n subsets, whether their sums coincide or
/// not, and a candidate that is zero counts like any other. With one zero among the candidates
/// there are twice as many hits as without it.
///
/// ```
/// use subset_sum::counting::Counter;
/// use subset_sum::grid::ONE;
/// let mut counter = Counter::default();
/// counter.load(&[ONE, ONE, -ONE, 0])?;
/// // One of the two ones, or both and the -1; each of them with and without the zero.
/// assert_eq!(counter.hits(ONE, ONE / 2), 6);
/// assert_eq!(counter.hits_of_size(2, ONE, ONE / 2), 2);
/// # Ok::<(), subset_sum::counting::CounterError>(())
/// ```
#[derive(Debug, Default)]
pub struct Counter {
    candidates: Vec<i64>,
    /// The sums of all subsets of each half; no lists at all until they are asked for.
    sums: [Vec<i64>; 2],
    /// For each half, entry s lists the sums of its subsets with s elements.
    sums_by_size: [Vec<Vec<i64>>; 2],
    /// The largest size up to which the sums by size are listed.
    largest_listed: Option<usize>,
    scratch: Vec<i64>,
}

impl Counter {
    /// Takes other candidates, in units of 2^-46. On an error the former ones stay.
    ///
    /// # Errors
    /// More than [`MAX_COUNTED`] candidates or a magnitude above 1024.
    pub fn load(&mut self, candidates: &[i64]) -> Result<(), CounterError> {
        if candidates.len() > MAX_COUNTED {
            return Err(CounterError::TooMany(candidates.len()));
        }
        let mut off_range = candidates
            .iter()
            .filter(|x| x.unsigned_abs() > LARGEST as u64);
        if let Some(&candidate) = off_range.next() {
            return Err(CounterError::TooLarge(candidate));
        }
        self.candidates.clear();
        self.candidates.extend_from_slice(candidates);
        self.sums.iter_mut().for_each(Vec::clear);
        self.largest_listed = None;
        Ok(())
    }

    /// The number of subsets with |sum - target| <= tolerance, all in units of 2^-46. A negative
    /// tolerance has none.
    pub fn hits(&mut self, target: i64, tolerance: i64) -> u64 {
        let halves = halves(&self.candidates);
        if self.sums[0].is_empty() {
            for (half, sums) in halves.into_iter().zip(&mut self.sums) {
                list_sums(half, sums, &mut self.scratch);
            }
        }
        let [low, high] = &self.sums;
        pairs_within(low, high, target, tolerance)
    }

    /// The number of subsets with exactly `size` elements and |sum - target| <= tolerance, both in
    /// units of 2^-46. A negative tolerance has none.
    ///
    /// The sums are listed up to the size asked for; when a larger one is asked for, anew.
    pub fn hits_of_size(&mut self, size: usize, target: i64, tolerance: i64) -> u64 {
        if self.largest_listed.is_none_or(|largest| largest < size) {
            for (half, lists) in halves(&self.candidates)
                .into_iter()
                .zip(&mut self.sums_by_size)
            {
                list_sums_by_size(half, size, lists, &mut self.scratch);
            }
            self.largest_listed = Some(size);
        }
        let [low, high] = &self.sums_by_size;
        let sizes = low.iter().zip((0..=size).rev());
        sizes
            .filter_map(|(low, rest)| Some(pairs_within(low, high.get(rest)?, target, tolerance)))
            .sum()
    }
}

fn halves(candidates: &[i64]) -> [&[i64]; 2] {
    candidates.split_at(candidates.len() / 2).into()
}

/// The sums of all subsets of `candidates`, ascending, equal ones as often as they occur.
fn list_sums(candidates: &[i64], sums: &mut Vec<i64>, scratch: &mut Vec<i64>) {
    sums.clear();
    sums.push(0);
    for &candidate in candidates {
        merge(sums, sums, candidate, scratch);
        std::mem::swap(sums, scratch);
    }
}

/// The same for the subsets of each size up to `largest`, as far as there are candidates.
fn list_sums_by_size(
    candidates: &[i64],
    largest: usize,
    lists: &mut Vec<Vec<i64>>,
    scratch: &mut Vec<i64>,
) {
    lists.resize_with(largest.min(candidates.len()) + 1, Vec::new);
    lists.iter_mut().for_each(Vec::clear);
    lists[0].push(0);
    for &candidate in candidates {
        // From the largest size down, so that the smaller lists still lack this candidate.
        for size in (1..lists.len()).rev() {
            merge(&lists[size], &lists[size - 1], candidate, scratch);
            std::mem::swap(&mut lists[size], scratch);
        }
    }
}

/// Merges `without` and `with`, the latter shifted by one more candidate.
fn merge(without: &[i64], with: &[i64], candidate: i64, merged: &mut Vec<i64>) {
    merged.resize(without.len() + with.len(), 0);
    let (mut i, mut j) = (0, 0);
    for place in merged {
        let a = without.get(i).map_or(i64::MAX, |&sum| sum);
        let b = with.get(j).map_or(i64::MAX, |&sum| sum + candidate);
        *place = a.min(b);
        i += usize::from(a <= b);
        j += usize::from(a > b);
    }
}

/// The number of pairs of a low and a high sum that add up to `target`, within `tolerance`.
///
/// For ascending low sums, the high sums that go with them form a window that moves downwards. Its
/// upper end moves without branches, since nobody could predict them; its lower end follows only
/// where there is a hit, which is rare for small tolerances.
fn pairs_within(low: &[i64], high: &[i64], target: i64, tolerance: i64) -> u64 {
    // No sum is as large as a bound that saturates.
    let least = target.saturating_sub(tolerance);
    let greatest = target.saturating_add(tolerance);
    let (mut i, mut start, mut end) = (0, high.len(), high.len());
    let mut pairs = 0;
    while i < low.len() && end > 0 {
        let sum = low[i] + high[end - 1];
        if (least..=greatest).contains(&sum) {
            while start > 0 && low[i] + high[start - 1] >= least {
                start -= 1;
            }
            pairs += (end - start) as u64;
        }
        i += usize::from(sum <= greatest);
        end -= usize::from(sum > greatest);
    }
    pairs
}
