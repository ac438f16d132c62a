//! One join of two lists of keys.

use super::GaveUp;
use super::keys::{INDEX_BITS, Keys};
use super::scale::Scale;
use super::sieve::{Match, Sieve};

/// Room for matches. More of them would be slower than the sorted method.
const MOST_MATCHES: usize = 1 << 12;

/// Extra bits by which the keys are shifted in each round of sieving. Coarse rounds let fewer
/// windows span two buckets, fine rounds have smaller buckets.
const ROUNDS: [u32; 5] = [0, 2, 2, 3, 3];

/// Two lists of keys and what they have in common.
#[derive(Debug)]
pub(crate) struct Leaf {
    pub low: Keys,
    pub high: Keys,
    found: Vec<Match>,
}

impl Default for Leaf {
    fn default() -> Self {
        Self {
            low: Keys::default(),
            high: Keys::default(),
            found: vec![Match::default(); MOST_MATCHES],
        }
    }
}

impl Leaf {
    /// All pairs of keys that may belong to a subset within the radius; uses the lists up.
    ///
    /// In each round the longer list loses what is not near the shorter one.
    #[inline(always)]
    pub fn matches<S: Sieve>(&mut self, scale: Scale, sieve: &mut S) -> Result<&[Match], GaveUp> {
        // Indices may add to the difference of two keys, but less than one unit.
        let reach = scale.reach() + (1 << INDEX_BITS) - 1;
        let coarse = (2 * reach).leading_zeros() - 16;
        for round in ROUNDS {
            if self.low.len() * self.high.len() <= S::FEW_PAIRS {
                break;
            }
            let shift = coarse + round;
            if self.low.len() < self.high.len() {
                sieve.keep_near(&mut self.high, &self.low, reach, shift);
            } else {
                sieve.keep_near(&mut self.low, &self.high, reach, shift);
            }
        }
        let count = sieve
            .matches(&self.low, &self.high, scale.reach(), &mut self.found)
            .ok_or(GaveUp)?;
        Ok(&self.found[..count])
    }
}
