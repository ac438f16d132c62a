//! Half of the candidates as two quarters: every subset sum of the half is one of the inner quarter
//! plus one of the outer, so two short lists of exact sums stand for a long one.

use super::keys::{CAPACITY, Keys, key};
use super::sieve::Sieve;
use crate::sums_by_cell::list_sums;

/// Candidates in the inner quarter.
pub(crate) const INNER_BITS: usize = 5;

/// Sums of the inner quarter.
pub(crate) const INNER: usize = 1 << INNER_BITS;

/// The most sums of the outer quarter.
const OUTER: usize = CAPACITY / INNER;

/// All subset sums of half of the candidates; the mask of a subset is its index.
#[derive(Debug, Clone)]
pub(crate) struct Quarters {
    inner: [i64; INNER],
    outer: [i64; OUTER],
    outer_len: usize,
}

impl Default for Quarters {
    fn default() -> Self {
        Self {
            inner: [0; INNER],
            outer: [0; OUTER],
            outer_len: 1,
        }
    }
}

impl Quarters {
    /// Takes other candidates, from [`INNER_BITS`] to [`super::keys::INDEX_BITS`] of them; every
    /// sum begins with `start`.
    #[inline(always)]
    pub fn rebuild(&mut self, start: i64, candidates: &[i64]) {
        let (inner, outer) = candidates.split_at(INNER_BITS);
        list_sums(start, inner, &mut self.inner);
        list_sums(0, outer, &mut self.outer);
        self.outer_len = 1 << outer.len();
    }

    /// The exact sum at an index.
    #[inline(always)]
    pub fn sum(&self, index: usize) -> i64 {
        self.inner[index % INNER] + self.outer[index / INNER]
    }

    /// The keys of all sums, in units of 2^`unit_bits`.
    #[inline(always)]
    pub fn fill(&self, unit_bits: u32, keys: &mut Keys, sieve: &mut impl Sieve) {
        let mut inner = [0; INNER];
        for (to, &sum) in inner.iter_mut().zip(&self.inner) {
            *to = key(sum, unit_bits);
        }
        keys.set_len(0);
        for &sum in &self.outer[..self.outer_len] {
            sieve.append(&inner, key(sum, unit_bits), keys);
        }
    }
}
