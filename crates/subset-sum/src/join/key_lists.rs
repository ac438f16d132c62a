//! Two lists of keys, joined: sieved by one another until few are left, and then compared pair by pair.

use super::GaveUp;
use super::keys::Keys;
use super::scale::Scale;
use super::sieve::{Match, Sieve};

/// Room for matches. More of them would be slower than the sorted method.
const MAX_MATCHES: usize = 1 << 12;

/// Rounds of sieving. Further ones would drop little more.
const ROUNDS: usize = 5;

/// Up to this many marks, and in later rounds, buckets are smaller by so many bits. The more marks
/// there are, the more it matters that few windows reach over two buckets; the fewer, that buckets
/// are small.
const SPARSE: usize = 400;
const SPARSE_BITS: u32 = 3;

/// The largest shift for many marks: beyond it, a unit of the keys would fill several buckets.
const MAX_SHIFT: u32 = 5;

/// Two lists of keys and what they have in common.
#[derive(Debug)]
pub(crate) struct KeyLists {
    pub low: Keys,
    pub high: Keys,
    found: Vec<Match>,
}

impl Default for KeyLists {
    fn default() -> Self {
        Self {
            low: Keys::default(),
            high: Keys::default(),
            found: vec![Match::default(); MAX_MATCHES],
        }
    }
}

impl KeyLists {
    /// All pairs of keys that may belong to a subset within the radius; uses the lists up.
    ///
    /// In each round the longer list loses what is not near the shorter one.
    #[inline(always)]
    pub fn matches<S: Sieve>(&mut self, scale: Scale, sieve: &mut S) -> Result<&[Match], GaveUp> {
        let reach = scale.reach();
        // The largest shift that leaves a window shorter than an eighth of a bucket. Three bits more
        // are what a sieve can take.
        let coarse = ((2 * reach).leading_zeros() - 16).min(MAX_SHIFT);
        for round in 0..ROUNDS {
            if self.low.len() * self.high.len() <= S::FEW_PAIRS {
                break;
            }
            let (list, others) = if self.low.len() < self.high.len() {
                (&mut self.high, &self.low)
            } else {
                (&mut self.low, &self.high)
            };
            let is_dense = round == 0 && others.len() > SPARSE;
            let shift = coarse + if is_dense { 0 } else { SPARSE_BITS };
            sieve.keep_near(list, others, reach, shift);
        }
        let count = sieve
            .matches(&self.low, &self.high, reach, &mut self.found)
            .ok_or(GaveUp)?;
        Ok(&self.found[..count])
    }
}
