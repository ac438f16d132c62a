//! Subset sums in the order of their masks, for the first one that is good enough.

use crate::subset::Subset;

/// Subset sums of the first candidates: the sum of mask `m` stands at index `m`.
///
/// The list grows only as far as a search has to look, one candidate at a time.
#[derive(Debug, Default)]
pub(crate) struct OrderedSums {
    sums: Vec<i64>,
    /// Sums of the whole low half with their masks, in ascending order; empty until needed.
    sorted: Vec<(i64, u32)>,
}

impl OrderedSums {
    /// Forgets everything, for other candidates.
    pub fn clear(&mut self) {
        self.sums.clear();
        self.sorted.clear();
    }

    /// The subset with the smallest mask whose sum is within `tolerance` of `target`.
    pub fn first(
        &mut self,
        low: &[i64],
        high: &[i64],
        target: i64,
        tolerance: i64,
    ) -> Option<Subset> {
        // There may be more, of longer lists that were looked through.
        self.sums.truncate(1 << low.len());
        self.first_in_low(low, target, tolerance)
            .or_else(|| self.first_beyond_low(low.len(), high, target, tolerance))
    }

    /// Looks through the masks of `low`, the first candidates, in order.
    pub fn first_in_low(&mut self, low: &[i64], target: i64, tolerance: i64) -> Option<Subset> {
        if self.sums.is_empty() {
            self.sums.push(0);
        }
        let mut seen = 0;
        loop {
            let known = self.sums.len();
            if let Some(at) = position_within(&self.sums[seen..], target, tolerance) {
                let mask = seen + at;
                let sum = self.sums[mask];
                return Some(Subset {
                    mask: mask as u64,
                    sum,
                });
            }
            seen = known;
            let candidate = low.get(known.trailing_zeros() as usize)?;
            self.sums.extend_from_within(..);
            self.sums[known..]
                .iter_mut()
                .for_each(|sum| *sum += candidate);
        }
    }

    /// Goes through the nonempty subsets of the high half in order and looks up what is missing.
    fn first_beyond_low(
        &mut self,
        low_bits: usize,
        high: &[i64],
        target: i64,
        tolerance: i64,
    ) -> Option<Subset> {
        if self.sorted.is_empty() {
            self.sorted.extend(self.sums.iter().copied().zip(0..));
            self.sorted.sort_unstable();
        }
        let mut high_sum = 0;
        for high_mask in 1..1_u64 << high.len() {
            // Counting up sets one bit and clears all below it.
            let set = high_mask.trailing_zeros() as usize;
            high_sum += high[set] - high[..set].iter().sum::<i64>();
            let missing = target - high_sum;
            let start = self
                .sorted
                .partition_point(|&(sum, _)| sum < missing - tolerance);
            let within = |&&(sum, _): &&(i64, u32)| sum <= missing + tolerance;
            let inside = self.sorted[start..].iter().take_while(within);
            let found = inside.map(|&(_, mask)| mask).min();
            if let Some(low_mask) = found {
                return Some(Subset {
                    mask: high_mask << low_bits | u64::from(low_mask),
                    sum: high_sum + self.sums[low_mask as usize],
                });
            }
        }
        None
    }
}

/// The first index whose sum is within `tolerance` of `target`. Blocks are tested as a whole, which
/// the compiler turns into vector instructions.
fn position_within(sums: &[i64], target: i64, tolerance: i64) -> Option<usize> {
    const BLOCK: usize = 16;
    let within = |&sum: &i64| (sum - target).abs() <= tolerance;
    let block = sums
        .chunks(BLOCK)
        .position(|block| block.iter().fold(false, |any, sum| any | within(sum)))?;
    let start = block * BLOCK;
    Some(start + sums[start..].iter().position(within)?)
}
