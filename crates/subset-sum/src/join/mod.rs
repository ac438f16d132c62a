//! The closest subset by a hash join of two halves: one target, candidates seen for the first time.
//!
//! # Method
//!
//! A subset of n candidates is a subset of a low half, with sum `b`, and one of a high half, which
//! leaves `a = target - sum` missing. The error is |a - b|, so we look for the nearest pair among
//! two lists of about 2^(n/2) numbers. To sort them takes most of the time of the classical method
//! (Horowitz and Sahni, 1974); here nothing is sorted:
//!
//! 1. Both lists are written as 32-bit [`keys`], which hold a rounded sum and its index. They are
//!    made from two [`quarters`] of the candidates each, whose exact sums are few. Larger halves
//!    are listed by [`windows`] of the number line, one after the other, so that all lists fit the
//!    first cache; memory then is of the order of 2^(n/2 - 5).
//! 2. A [`sieve`] marks the buckets of the shorter list in a table and drops what is not near a
//!    mark from the longer one, back and forth with ever smaller lists ([`key_lists`]).
//! 3. What is left, a few dozen pairs, is compared, and the sums of those within reach are added up
//!    exactly, in `i64`.
//!
//! # Why the result is exact
//!
//! A [`scale`] consists of a unit, a radius and a reach. Let `A` and `B` be the rounded parts of the
//! keys of `a` and `b`, in units.
//!
//! * If |a - b| <= radius, then |A - B| <= reach. A key is the sum of two numbers, each rounded to
//!   nearest with an error in (-1/2, 1/2] units. The error of A - B is therefore less than 2, and
//!   since the radius is a whole number of units, |A - B| exceeds it by less than 2, that is by at
//!   most 1. If every candidate is a multiple of the unit, only the target is rounded, by at most
//!   half a unit, and |A - B| does not exceed the radius at all.
//! * A sieve keeps every key that has a partner within reach in the other list, so by induction
//!   both keys of such a pair survive all rounds, and the pair is among the matches.
//! * Keys count modulo 2^21 units and buckets modulo less. A wrapping difference is never larger
//!   than the true one, so wrapping can only add matches. An added match is a subset like any other
//!   and its sum is computed exactly: it costs time and does no harm. No bound on the candidates
//!   is needed.
//!
//! So every subset with an error up to the radius is met with its exact sum. If the best error met
//! is at most the radius, then all subsets of that error were met, and the tie rule has decided
//! among all of them. Otherwise the search is repeated with that error for a radius, or with a
//! larger radius if nothing was met at all.
//!
//! Where sums coincide in masses (equal candidates, say), the matches become too many; then the join
//! gives up and leaves the instance to the sorted method, which merges equal sums.

#[cfg(target_arch = "x86_64")]
mod avx512;
mod key_lists;
mod keys;
mod quarters;
mod scale;
mod search;
mod sieve;
#[cfg(test)]
mod tests;
mod windows;

use crate::subset::Subset;
pub(crate) use scale::Scale;
pub(crate) use search::MIN_CANDIDATES;
use search::Search;
use sieve::PortableSieve;

/// The instance is not one for a join; the sorted method has to do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GaveUp;

/// The memory of a join, kept from one instance to the next.
#[derive(Debug, Default)]
pub(crate) struct Join {
    search: Search,
    portable: PortableSieve,
    #[cfg(target_arch = "x86_64")]
    avx512: Option<avx512::Avx512Sieve>,
}

impl Join {
    /// A join that uses the best instructions that the processor has.
    pub fn automatic() -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            avx512: avx512::Avx512Sieve::detect(),
            ..Self::portable()
        }
    }

    /// A join that needs no special instructions.
    pub fn portable() -> Self {
        Self::default()
    }

    /// The closest subset to `target` of [`MIN_CANDIDATES`] nonzero candidates or more.
    pub fn closest(&mut self, candidates: &[i64], target: i64) -> Result<Subset, GaveUp> {
        #[cfg(target_arch = "x86_64")]
        if let Some(sieve) = &mut self.avx512 {
            return sieve.closest(&mut self.search, candidates, target);
        }
        self.search.closest(candidates, target, &mut self.portable)
    }
}
