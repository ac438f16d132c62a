//! The operations on lists of keys that the join is made of, and their portable form.

use super::keys::{BLOCK, Keys, index, without_index};

/// Two keys that are near each other, as their indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Match {
    pub low: u16,
    pub high: u16,
}

/// The operations on keys, for one kind of processor. Distances wrap around and disregard indices.
pub(crate) trait Sieve {
    /// Pairs that are so few that it is quicker to try them all than to sieve once more.
    const FEW_PAIRS: usize;

    /// Appends each of `keys`, which have index 0, plus `add`; the index becomes the position in
    /// the list, which must have room.
    fn append(&mut self, keys: &[u32], add: u32, list: &mut Keys);

    /// Drops keys of `list` that have no key of `others` within `reach`. Never drops one that has;
    /// may keep some that have not.
    ///
    /// Looks at the bits of `key << shift` only, so a larger shift tells distant keys apart less
    /// well and close ones better. Needs `(2 * reach) << shift < 2^19`.
    fn keep_near(&mut self, list: &mut Keys, others: &Keys, reach: u32, shift: u32);

    /// Lists all matches within `reach` and returns their number, or `None` if they may not fit.
    fn matches(&self, low: &Keys, high: &Keys, reach: u32, found: &mut [Match]) -> Option<usize>;
}

const BUCKET_BITS: u32 = 14;
const BUCKETS: usize = 1 << BUCKET_BITS;

/// Portable operations, around a table with one byte for each bucket of keys.
#[derive(Debug)]
pub(crate) struct PortableSieve {
    /// A bucket is marked if it holds the number of the round, so nothing needs to be cleared.
    marks: Box<[u8; BUCKETS]>,
    round: u8,
}

impl Default for PortableSieve {
    fn default() -> Self {
        Self {
            marks: Box::new([0; BUCKETS]),
            round: 0,
        }
    }
}

impl PortableSieve {
    fn next_round(&mut self) {
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.marks.fill(0);
            self.round = 1;
        }
    }
}

fn bucket(key: u32, shift: u32) -> u32 {
    without_index(key) << shift >> (32 - BUCKET_BITS)
}

impl Sieve for PortableSieve {
    const FEW_PAIRS: usize = 1 << 11;

    fn append(&mut self, keys: &[u32], add: u32, list: &mut Keys) {
        let len = list.len();
        let room = list.storage()[len..].iter_mut().zip(len as u32..);
        for ((to, position), &key) in room.zip(keys) {
            *to = key.wrapping_add(add).wrapping_add(position);
        }
        list.set_len(len + keys.len());
    }

    fn keep_near(&mut self, list: &mut Keys, others: &Keys, reach: u32, shift: u32) {
        // The window from `key - reach` to `key + reach` must not be wider than a bucket.
        let shift = shift.min((2 * reach).leading_zeros() - BUCKET_BITS);
        self.next_round();
        for &key in others.as_slice() {
            // The window of a key that is near starts in this bucket or in the one before. (The
            // remainder changes nothing; with it the compiler needs no check of bounds.)
            let own = bucket(key, shift);
            self.marks[own as usize % BUCKETS] = self.round;
            self.marks[own.wrapping_sub(1) as usize % BUCKETS] = self.round;
        }
        let mut kept = 0;
        for number in 0..list.blocks().len() {
            let block = list.blocks()[number];
            // Separately, so that the compiler can use vector instructions.
            let mut starts = [0; BLOCK];
            for (start, &key) in starts.iter_mut().zip(&block) {
                *start = bucket(key.wrapping_sub(reach), shift);
            }
            let in_use = (list.len() - BLOCK * number).min(BLOCK);
            for (&key, &start) in block[..in_use].iter().zip(&starts) {
                // Written whether it stays or not, since nobody could predict a branch here. What is
                // overwritten was copied with its block.
                list.storage()[kept] = key;
                kept += usize::from(self.marks[start as usize % BUCKETS] == self.round);
            }
        }
        list.set_len(kept);
    }

    fn matches(&self, low: &Keys, high: &Keys, reach: u32, found: &mut [Match]) -> Option<usize> {
        const GROUP: usize = 16;
        let mut count = 0;
        for &high in high.as_slice() {
            // |low - high| <= reach is one comparison: low - (high - reach) <= 2 reach, without signs.
            let from = without_index(high).wrapping_sub(reach);
            let near = |low: u32| without_index(low).wrapping_sub(from) <= 2 * reach;
            for keys in low.as_slice().chunks(GROUP) {
                // A group is tested as a whole, which the compiler turns into vector instructions.
                if !keys.iter().fold(false, |any, &low| any | near(low)) {
                    continue;
                }
                for &low in keys {
                    found[count] = Match {
                        low: index(low),
                        high: index(high),
                    };
                    count += usize::from(near(low));
                }
                // There must be room for a whole group, of which every pair is written.
                if count + GROUP > found.len() {
                    return None;
                }
            }
        }
        Some(count)
    }
}
