//! Sorted subset sums of half of the candidates, and the sweep that joins two halves.
//!
//! This is the meet in the middle of Horowitz and Sahni (1974): n candidates have 2^n subset sums,
//! but two sorted lists of 2^(n/2) are enough to find the best of them.

use crate::subset::{Best, Subset, preferred};

/// Distinct subset sums in ascending order, each with its preferred mask. A mask counts candidates
/// from the first of the half.
#[derive(Debug, Default, Clone)]
pub(crate) struct SortedSums {
    sums: Vec<i64>,
    masks: Vec<u32>,
}

impl SortedSums {
    /// The sums of no candidates: 0 alone.
    pub fn of_nothing() -> Self {
        Self {
            sums: vec![0],
            masks: vec![0],
        }
    }

    /// All subset sums of `candidates`.
    pub fn rebuild(&mut self, candidates: &[i64], scratch: &mut Self) {
        self.sums.clear();
        self.masks.clear();
        self.sums.push(0);
        self.masks.push(0);
        for (bit, &candidate) in candidates.iter().enumerate() {
            scratch.merge(self, self, candidate, 1 << bit);
            std::mem::swap(self, scratch);
        }
    }

    /// Becomes the union of `without` and of `with` shifted by one more candidate.
    pub fn merge(&mut self, without: &Self, with: &Self, candidate: i64, bit: u32) {
        let bound = without.sums.len() + with.sums.len();
        self.sums.resize(bound, 0);
        self.masks.resize(bound, 0);
        let (mut i, mut j, mut end) = (0, 0, 0);
        while i < without.sums.len() && j < with.sums.len() {
            let (a, b) = (without.sums[i], with.sums[j] + candidate);
            let (mask_a, mask_b) = (without.masks[i], with.masks[j] | bit);
            // Selections and sums in place of branches, which would be mispredicted half of the time.
            self.sums[end] = a.min(b);
            self.masks[end] = match a.cmp(&b) {
                std::cmp::Ordering::Less => mask_a,
                std::cmp::Ordering::Greater => mask_b,
                std::cmp::Ordering::Equal => preferred(mask_a, mask_b),
            };
            i += usize::from(a <= b);
            j += usize::from(b <= a);
            end += 1;
        }
        for i in i..without.sums.len() {
            (self.sums[end], self.masks[end]) = (without.sums[i], without.masks[i]);
            end += 1;
        }
        for j in j..with.sums.len() {
            (self.sums[end], self.masks[end]) = (with.sums[j] + candidate, with.masks[j] | bit);
            end += 1;
        }
        self.sums.truncate(end);
        self.masks.truncate(end);
    }
}

/// The subset of low and high half together whose sum is closest to `target`, by the tie rule;
/// `None` if a list is empty. The low half has `low_bits` candidates.
///
/// The sweep walks the low sums upwards and the high sums downwards. It meets every pair of
/// distinct sums that is optimal: the pair it skips in a row was met, with a smaller error, in an
/// earlier one.
pub(crate) fn closest_pair(
    low: &SortedSums,
    high: &SortedSums,
    low_bits: u32,
    target: i64,
) -> Option<Subset> {
    let mut best = Best::of(target);
    let (mut i, mut j) = (0, high.sums.len());
    while i < low.sums.len() && j > 0 {
        let (sum, missing) = (low.sums[i], target - high.sums[j - 1]);
        best.offer(sum, missing, || {
            u64::from(high.masks[j - 1]) << low_bits | u64::from(low.masks[i])
        });
        if sum < missing {
            i += 1;
        } else {
            j -= 1;
        }
    }
    best.subset()
}
