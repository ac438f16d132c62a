//! The closest subset of a given size, for the subset with the fewest elements.
//!
//! Most targets need few elements, so the smallest sizes are gone through one by one; beyond them the
//! subset sums of both halves are kept apart by size and joined.

use crate::sorted_sums::{SortedSums, closest_pair};
use crate::subset::Subset;

/// The largest size for [`closest_small`].
pub(crate) const SMALL: usize = 2;

/// Of the subsets with exactly `size` elements, at most [`SMALL`], the closest one to `target`.
pub(crate) fn closest_small(candidates: &[i64], size: usize, target: i64) -> Option<Subset> {
    match size {
        0 => Some(Subset::default()),
        1 => closest_single(candidates, 0, target),
        _ => (1..candidates.len())
            .filter_map(|last| {
                let pair = closest_single(&candidates[..last], candidates[last], target)?;
                let mask = pair.mask | 1 << last;
                Some(Subset { mask, ..pair })
            })
            .min_by_key(|pair| (pair.error(target), pair.mask)),
    }
}

/// The candidate that together with `rest` comes closest to `target`; of equal ones the first.
fn closest_single(candidates: &[i64], rest: i64, target: i64) -> Option<Subset> {
    let missing = target - rest;
    let errors = candidates
        .iter()
        .map(|candidate| (candidate - missing).abs());
    let (at, _) = errors.enumerate().min_by_key(|&(_, error)| error)?;
    Some(Subset {
        mask: 1 << at,
        sum: rest + candidates[at],
    })
}

/// The subset sums of both halves, in one list for each size up to `largest`.
#[derive(Debug, Default)]
pub(crate) struct SizeClasses {
    low: Vec<SortedSums>,
    high: Vec<SortedSums>,
    low_bits: u32,
}

impl SizeClasses {
    /// Subsets of at most `largest` candidates; `low` and `high` are the halves.
    pub fn build(low: &[i64], high: &[i64], largest: usize) -> Self {
        Self {
            low: classes(low, largest),
            high: classes(high, largest),
            low_bits: low.len() as u32,
        }
    }

    /// The largest size for which every list is there, if the halves have that many candidates.
    pub fn largest(&self) -> usize {
        self.low.len().max(self.high.len()).saturating_sub(1)
    }

    /// Of the subsets with exactly `size` elements the closest one to `target`.
    pub fn closest(&self, size: usize, target: i64) -> Option<Subset> {
        (0..self.low.len().min(size + 1))
            .filter_map(|in_low| Some((&self.low[in_low], self.high.get(size - in_low)?)))
            .filter_map(|(low, high)| closest_pair(low, high, self.low_bits, target))
            .min_by_key(|found| (found.error(target), found.mask))
    }
}

/// One list for each size from 0 to `largest`, or to the number of candidates if that is less.
fn classes(candidates: &[i64], largest: usize) -> Vec<SortedSums> {
    let mut lists = vec![SortedSums::of_nothing()];
    for (bit, &candidate) in candidates.iter().enumerate() {
        if lists.len() <= largest {
            lists.push(SortedSums::default());
        }
        // From the largest size down, so that the smaller lists still lack this candidate.
        for size in (1..lists.len()).rev() {
            // A new list has no more memory than it needs; one that was passed on would keep that of the
            // longest list that it ever was.
            let mut merged = SortedSums::default();
            merged.merge(&lists[size], &lists[size - 1], candidate, 1 << bit);
            lists[size] = merged;
        }
    }
    lists
}
