//! The search of a join: lists of both halves, whole or by windows, with growing radius.

use super::key_lists::KeyLists;
use super::quarters::{INNER_BITS, Quarters};
use super::scale::Scale;
use super::sieve::Sieve;
use super::windows::WindowedHalf;
use super::{GaveUp, keys};
use crate::subset::{Best, Subset};

/// The fewest candidates that are searched.
pub(crate) const MIN_CANDIDATES: usize = 2 * INNER_BITS;

/// Up to this many candidates, both halves are listed whole.
const MAX_WHOLE: usize = 22;

/// Searches before a join gives up.
const ATTEMPTS: usize = 3;

/// Keys of the low half that a window should have, and the most that it may have.
const USUAL_KEYS: i64 = 1024;
const MAX_KEYS: usize = 2048;

/// The lists of a join.
#[derive(Debug, Default)]
pub(crate) struct Search {
    negated: Vec<i64>,
    low: Quarters,
    high: Quarters,
    windowed_low: WindowedHalf,
    windowed_high: WindowedHalf,
    lists: KeyLists,
}

impl Search {
    /// The closest subset of [`MIN_CANDIDATES`] candidates or more.
    #[inline(always)]
    pub fn closest(
        &mut self,
        candidates: &[i64],
        target: i64,
        sieve: &mut impl Sieve,
    ) -> Result<Subset, GaveUp> {
        let (low, high) = candidates.split_at(candidates.len() / 2);
        self.negated.clear();
        self.negated.extend(high.iter().map(|candidate| -candidate));
        let whole = candidates.len() <= MAX_WHOLE;
        if whole {
            self.low.rebuild(0, low);
            self.high.rebuild(target, &self.negated);
        } else {
            self.windowed_low.rebuild(0, low);
            self.windowed_high.rebuild(target, &self.negated);
        }
        let low_bits = low.len() as u32;
        let mut scale = Scale::expected(candidates, target)?;
        for _ in 0..ATTEMPTS {
            let mut best = Best::of(target);
            if whole {
                self.search_whole(scale, low_bits, &mut best, sieve)?;
            } else {
                self.search_windows(scale, low_bits, &mut best, sieve)?;
            }
            let radius = match best.subset() {
                Some(subset) if best.error() <= scale.radius => return Ok(subset),
                Some(_) => best.error(),
                None => scale.wider(),
            };
            scale = Scale::with_radius(candidates, target, radius)?;
        }
        Err(GaveUp)
    }

    #[inline(always)]
    fn search_whole(
        &mut self,
        scale: Scale,
        low_bits: u32,
        best: &mut Best,
        sieve: &mut impl Sieve,
    ) -> Result<(), GaveUp> {
        let Self {
            low, high, lists, ..
        } = self;
        low.fill(scale.unit_bits, &mut lists.low, sieve);
        high.fill(scale.unit_bits, &mut lists.high, sieve);
        for found in lists.matches(scale, sieve)? {
            let missing = high.sum(found.high.into());
            let mask = || u64::from(found.high) << low_bits | u64::from(found.low);
            best.offer(low.sum(found.low.into()), missing, mask);
        }
        Ok(())
    }

    /// Goes through all windows of the low half. For each, the window of the high half is wider by
    /// the radius and by the cells that a window of the low half may begin too early.
    #[inline(always)]
    fn search_windows(
        &mut self,
        scale: Scale,
        low_bits: u32,
        best: &mut Best,
        sieve: &mut impl Sieve,
    ) -> Result<(), GaveUp> {
        let Self {
            windowed_low: low,
            windowed_high: high,
            lists,
            ..
        } = self;
        low.set_unit(scale.unit_bits);
        high.set_unit(scale.unit_bits);
        let (low_range, high_range) = (low.range(), high.range());
        let mut at = low_range.0.max(high_range.0 - scale.radius);
        // Sums that a window leaves to the next one lie at most a cell below its end.
        let last = low_range.1.min(high_range.1 + scale.radius) + low.cell_width();
        // As wide as the usual number of keys needs on average; they are denser in the middle.
        let mut width = ((low_range.1 - low_range.0) >> low_bits)
            .max(1)
            .saturating_mul(USUAL_KEYS);
        low.start_at(at);
        while at <= last {
            let low_count = low.end_before(at + width);
            let margin = scale.radius + low.cell_width();
            let high_count = high.cover(at - margin, at + width + margin);
            if low_count > MAX_KEYS || high_count > keys::CAPACITY {
                // Below the width of a cell a window would not get any emptier.
                if width <= low.cell_width() {
                    return Err(GaveUp);
                }
                width /= 2;
                continue;
            }
            low.fill(scale.unit_bits, &mut lists.low, sieve);
            high.fill(scale.unit_bits, &mut lists.high, sieve);
            for found in lists.matches(scale, sieve)? {
                let (sum, low_mask) = low.subset(found.low);
                let (missing, high_mask) = high.subset(found.high);
                best.offer(sum, missing, || high_mask << low_bits | low_mask);
            }
            low.advance();
            at += width;
            // The next window should have the usual number of keys, if sums stay as dense; where there
            // were few, it is no more than about twice as wide.
            width =
                (width / (low_count as i64 + 1)).max(1) * USUAL_KEYS.min(2 * low_count as i64 + 2);
        }
        Ok(())
    }
}
