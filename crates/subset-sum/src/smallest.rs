//! Subset sums kept apart by size, for the subset with the fewest elements.

use crate::half::{SortedSums, closest_pair};
use crate::subset::Subset;

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
    let mut scratch = SortedSums::default();
    for (bit, &candidate) in candidates.iter().enumerate() {
        if lists.len() <= largest {
            lists.push(SortedSums::default());
        }
        // From the largest size down, so that the smaller lists still lack this candidate.
        for size in (1..lists.len()).rev() {
            scratch.merge(&lists[size], &lists[size - 1], candidate, 1 << bit);
            std::mem::swap(&mut lists[size], &mut scratch);
        }
    }
    lists
}
