//! Keys: a sum and its index in one 32-bit word, and lists of them.
//!
//! ```text
//! key = (sum / 2^unit_bits rounded to nearest, modulo 2^21) * 2^11 + index
//! ```
//!
//! Wrapping addition of keys adds sums and indices at once, and a wrapping difference tells how far
//! two sums are apart, modulo 2^21 units.

/// Low bits of a key that hold an index.
pub(crate) const INDEX_BITS: u32 = 11;

/// The most keys in a list.
pub(crate) const CAPACITY: usize = 1 << INDEX_BITS;

/// Keys that are tested together.
pub(crate) const BLOCK: usize = 64;

/// The largest exponent of a unit. A sum is shifted as a bit pattern without sign, so the 21 bits
/// that a key keeps must lie within the 64 that there are.
pub(crate) const MAX_UNIT_BITS: u32 = 40;

/// The key of `sum` in units of 2^`unit_bits`, with index 0.
#[inline(always)]
pub(crate) fn key(sum: i64, unit_bits: u32) -> u32 {
    let half = (1_u64 << unit_bits) >> 1;
    ((sum as u64).wrapping_add(half) >> unit_bits << INDEX_BITS) as u32
}

/// A key with index 0.
#[inline(always)]
pub(crate) fn without_index(key: u32) -> u32 {
    key >> INDEX_BITS << INDEX_BITS
}

/// The index in a key.
#[inline(always)]
pub(crate) fn index(key: u32) -> u16 {
    key as u16 % CAPACITY as u16
}

/// A list of at most [`CAPACITY`] keys.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    /// One block more than fits, so that a whole vector can be written behind any key.
    blocks: Box<[[u32; BLOCK]; CAPACITY / BLOCK + 1]>,
    len: usize,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            blocks: Box::new([[0; BLOCK]; CAPACITY / BLOCK + 1]),
            len: 0,
        }
    }
}

impl Keys {
    pub fn len(&self) -> usize {
        self.len
    }

    /// Keeps the first `len` keys of [`Keys::storage`].
    pub fn set_len(&mut self, len: usize) {
        assert!(len <= CAPACITY);
        self.len = len;
    }

    pub fn as_slice(&self) -> &[u32] {
        &self.blocks.as_flattened()[..self.len]
    }

    /// The blocks in use; what lies behind the last key is arbitrary.
    pub fn blocks(&self) -> &[[u32; BLOCK]] {
        &self.blocks[..self.len.div_ceil(BLOCK)]
    }

    /// Everything there is room for, with one block to spare behind the capacity.
    pub fn storage(&mut self) -> &mut [u32] {
        self.blocks.as_flattened_mut()
    }
}
