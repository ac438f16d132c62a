//! The operations on keys for processors with AVX-512.
//!
//! A table of 2^13 bits fits sixteen vector registers, where it answers 64 lookups in some forty
//! instructions. From memory, a gather takes about two cycles for each of them.
//!
//! A table has 2^10 bytes. Of the 32 bits of a shifted key, the first 10 choose a byte and the next
//! 3 a bit; the 3 after them matter where a window of keys starts, for the bits that it covers.

use super::GaveUp;
use super::keys::{BLOCK, INDEX_BITS, Keys, index, without_index};
use super::search::Search;
use super::sieve::{Match, Sieve};
use crate::cpu;
use crate::subset::Subset;
use std::arch::x86_64::*;

/// Bits of a table, one for each bucket of keys.
const BUCKET_BITS: u32 = 13;
const BUCKETS: usize = 1 << BUCKET_BITS;

/// A table in registers.
type Table = [__m512i; BUCKETS / 512];

/// Marks before they are packed to a table: a byte for each bucket, not zero if it holds a key.
type Marks = [[u8; 64]; BUCKETS / 64];

/// From this many keys on, marks are set as bytes. A byte is only stored, while a bit has to be read
/// first; for many keys this saves more than it costs to pack the bytes.
const MANY_KEYS: usize = 256;

/// Operations that use AVX-512. A value exists only where the processor has what they need.
#[derive(Debug)]
pub(crate) struct Avx512Sieve {
    /// Zero between uses.
    marks: Box<Marks>,
}

impl Avx512Sieve {
    /// The operations, if AVX-512 with permutations of bytes may be used.
    pub fn detect() -> Option<Self> {
        let has = cpu::features();
        let needed = [
            has.avx512f,
            has.avx512bw,
            has.avx512vbmi,
            has.bmi2,
            has.popcnt,
        ];
        let marks = Box::new([[0; 64]; BUCKETS / 64]);
        (needed == [true; 5]).then_some(Self { marks })
    }

    /// The closest subset, by code compiled for these processors throughout.
    pub fn closest(
        &mut self,
        search: &mut Search,
        candidates: &[i64],
        target: i64,
    ) -> Result<Subset, GaveUp> {
        // SAFETY: a value of this type exists only where the features were detected.
        unsafe { closest(self, search, candidates, target) }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,bmi2,popcnt")]
fn closest(
    sieve: &mut Avx512Sieve,
    search: &mut Search,
    candidates: &[i64],
    target: i64,
) -> Result<Subset, GaveUp> {
    search.closest(candidates, target, sieve)
}

impl Sieve for Avx512Sieve {
    // Sixteen comparisons an instruction: so many pairs cost less than another round of sieving.
    const FEW_PAIRS: usize = 12_000;

    #[inline(always)]
    fn append(&mut self, keys: &[u32], add: u32, list: &mut Keys) {
        // SAFETY: a value of this type exists only where the features were detected.
        unsafe { append(keys, add, list) }
    }

    #[inline(always)]
    fn keep_near(&mut self, list: &mut Keys, others: &Keys, reach: u32, shift: u32) {
        // SAFETY: a value of this type exists only where the features were detected.
        unsafe { keep_near(list, others, reach, shift, &mut self.marks) }
    }

    #[inline(always)]
    fn matches(&self, low: &Keys, high: &Keys, reach: u32, found: &mut [Match]) -> Option<usize> {
        // SAFETY: a value of this type exists only where the features were detected.
        unsafe { matches(low, high, reach, found) }
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn append(keys: &[u32], add: u32, list: &mut Keys) {
    let len = list.len();
    list.set_len(len + keys.len());
    let room = &mut list.storage()[len..];
    // The low bits of keys and of `add` are 0, so that what is added there becomes the index.
    let positions = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    let add = _mm512_set1_epi32(add.wrapping_add(len as u32) as i32);
    let mut add = _mm512_add_epi32(add, positions);
    let (whole, rest) = keys.as_chunks();
    for (number, keys) in whole.iter().enumerate() {
        store(_mm512_add_epi32(load(keys), add), &mut room[16 * number..]);
        add = _mm512_add_epi32(add, _mm512_set1_epi32(16));
    }
    if !rest.is_empty() {
        // SAFETY: the mask leaves out all that lies behind the end.
        let rest = unsafe { _mm512_maskz_loadu_epi32((1 << rest.len()) - 1, rest.as_ptr().cast()) };
        store(_mm512_add_epi32(rest, add), &mut room[16 * whole.len()..]);
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,bmi2,popcnt")]
fn keep_near(list: &mut Keys, others: &Keys, reach: u32, shift: u32, marks: &mut Marks) {
    let table = if others.len() < MANY_KEYS {
        table_of_few(others, shift)
    } else {
        table_of_many(others, shift, marks)
    };
    // How long a window is, in parts of which a bucket has 8; less than 8 of them, as the trait demands.
    let span = (2 * reach) << shift >> 16;
    let windows = load_bytes(&WINDOWS[span as usize]);
    let shift = _mm_cvtsi32_si128(shift as i32);
    let mut kept = 0;
    for number in 0..list.blocks().len() {
        let keys = load_block(&list.blocks()[number]);
        let mut starts = distances(keys, reach);
        for start in &mut starts {
            *start = _mm512_sll_epi32(*start, shift);
        }
        let near = look_up(starts, &table, windows) & in_use(list.len(), number);
        for (part, keys) in keys.into_iter().enumerate() {
            let near = (near >> (16 * part)) as u16;
            // What is overwritten has been loaded already: no more is kept than was read.
            let packed = _mm512_maskz_compress_epi32(near, keys);
            store(packed, &mut list.storage()[kept..]);
            kept += near.count_ones() as usize;
        }
    }
    list.set_len(kept);
}

/// For each of 64 shifted keys, whether the window that starts there meets a bucket that the table
/// marks.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn look_up(starts: [__m512i; 4], table: &Table, windows: __m512i) -> u64 {
    let [even, odd, upper] = [
        load_bytes(&EVEN_BYTES),
        load_bytes(&ODD_BYTES),
        load_bytes(&UPPER_HALVES),
    ];
    // Only the upper 16 bits matter: 10 for the byte and 6 for where in it the window starts. With
    // them, 64 keys fit two vectors, and their halves one: each step below does all keys at once.
    let first = _mm512_permutex2var_epi16(starts[0], upper, starts[1]);
    let second = _mm512_permutex2var_epi16(starts[2], upper, starts[3]);
    let window = _mm512_permutex2var_epi8(first, even, second);
    // A permutation of bytes is a table with 64 entries: it looks at the lower 6 bits alone.
    let window = _mm512_permutexvar_epi8(window, windows);
    // The lower 7 bits of a byte's number choose it from two registers, which all eight pairs of
    // registers do; the upper 3 bits choose among the eight bytes, as in a knockout of three rounds.
    let lower = [
        _mm512_srli_epi16::<6>(first),
        _mm512_srli_epi16::<6>(second),
    ];
    let lower = _mm512_permutex2var_epi8(lower[0], even, lower[1]);
    let higher = _mm512_permutex2var_epi8(first, odd, second);
    // Those 3 bits are the topmost ones of the upper byte.
    let choice = |bit: i8| _mm512_test_epi8_mask(higher, _mm512_set1_epi8(bit));
    let (ones, twos, fours) = (choice(0x20), choice(0x40), choice(-0x80));
    let pair = |i: usize| _mm512_permutex2var_epi8(table[2 * i], lower, table[2 * i + 1]);
    let four = |i: usize| _mm512_mask_blend_epi8(ones, pair(i), pair(i + 1));
    let eight = |i: usize| _mm512_mask_blend_epi8(twos, four(i), four(i + 2));
    let byte = _mm512_mask_blend_epi8(fours, eight(0), eight(4));
    _mm512_test_epi8_mask(byte, window)
}

/// The bucket of a key.
#[inline]
fn bucket(key: u32, shift: u32) -> usize {
    (without_index(key) << shift >> (32 - BUCKET_BITS)) as usize
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,bmi2")]
fn table_of_few(keys: &Keys, shift: u32) -> Table {
    let mut words = [[0_u64; 8]; BUCKETS / 512];
    for &key in keys.as_slice() {
        let bucket = bucket(key, shift);
        words.as_flattened_mut()[bucket / 64] |= 1 << (bucket % 64);
    }
    finish_table(&words)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,bmi2")]
fn table_of_many(keys: &Keys, shift: u32, marks: &mut Marks) -> Table {
    for &key in keys.as_slice() {
        marks.as_flattened_mut()[bucket(key, shift)] = 1;
    }
    let mut words = [[0_u64; 8]; BUCKETS / 512];
    for (word, marks) in words.as_flattened_mut().iter_mut().zip(marks) {
        let bytes = load_bytes(marks);
        *word = _mm512_test_epi8_mask(bytes, bytes);
        *marks = [0; 64];
    }
    finish_table(&words)
}

/// Loads a table and lets the last bit of each byte stand for the first bit of the next one too, so
/// that a window that ends there needs only one byte. That tells two buckets apart no more: some keys
/// are kept for nothing, none is lost.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn finish_table(words: &[[u64; 8]; BUCKETS / 512]) -> Table {
    let mut table = [_mm512_setzero_si512(); BUCKETS / 512];
    for (register, words) in table.iter_mut().zip(words) {
        // SAFETY: eight words are as long as a vector; unaligned loads are allowed.
        *register = unsafe { _mm512_loadu_si512(words.as_ptr().cast()) };
    }
    let following = load_bytes(&FOLLOWING_BYTES);
    // The last byte is followed by the first one as it was, since buckets count around in a circle.
    let mut next = table[0];
    for register in table.iter_mut().rev() {
        let first_bits = _mm512_permutex2var_epi8(*register, following, next);
        let first_bits = _mm512_and_si512(first_bits, _mm512_set1_epi8(1));
        next = *register;
        // A shift by words may serve for bytes: of each byte only the lowest bit is left.
        *register = _mm512_or_si512(*register, _mm512_slli_epi16::<7>(first_bits));
    }
    table
}

#[target_feature(enable = "avx512f,avx512bw,bmi2")]
fn matches(low: &Keys, high: &Keys, reach: u32, found: &mut [Match]) -> Option<usize> {
    // |low - high| <= reach is one comparison: low - (high - reach) <= 2 reach, without signs.
    let width = _mm512_set1_epi32(2 * reach as i32);
    let mut count = 0;
    for (number, block) in low.blocks().iter().enumerate() {
        let lows = load_block(block);
        for highs in high.as_slice().chunks(BLOCK) {
            // First all comparisons, without a branch on what they find: then the few that matter.
            let mut near = [0; BLOCK];
            let mut near_count = 0;
            for &high in highs {
                let [a, b, c, d] = distances(lows, without_index(high).wrapping_sub(reach));
                let least = _mm512_min_epu32(_mm512_min_epu32(a, b), _mm512_min_epu32(c, d));
                near[near_count] = high;
                near_count += usize::from(_mm512_cmple_epu32_mask(least, width) != 0);
            }
            for &high in &near[..near_count] {
                let distances = distances(lows, without_index(high).wrapping_sub(reach));
                let mut near = at_most(distances, width) & in_use(low.len(), number);
                while near != 0 {
                    let low = index(block[near.trailing_zeros() as usize]);
                    let high = index(high);
                    *found.get_mut(count)? = Match { low, high };
                    count += 1;
                    near &= near - 1;
                }
            }
        }
    }
    Some(count)
}

/// How far 64 keys lie above `start`, which has index 0.
#[inline]
#[target_feature(enable = "avx512f")]
fn distances(mut keys: [__m512i; 4], start: u32) -> [__m512i; 4] {
    let index_bits = _mm512_set1_epi32((1 << INDEX_BITS) - 1);
    let start = _mm512_set1_epi32(start as i32);
    for key in &mut keys {
        *key = _mm512_sub_epi32(_mm512_andnot_si512(index_bits, *key), start);
    }
    keys
}

/// Which of 64 numbers are at most `limit`.
#[inline]
#[target_feature(enable = "avx512f")]
fn at_most(numbers: [__m512i; 4], limit: __m512i) -> u64 {
    let mut bits = 0;
    for (part, numbers) in numbers.into_iter().enumerate() {
        bits |= u64::from(_mm512_cmple_epu32_mask(numbers, limit)) << (16 * part);
    }
    bits
}

/// One bit for each key in block `number` of a list of `len` keys.
#[inline]
fn in_use(len: usize, number: usize) -> u64 {
    u64::MAX >> BLOCK.saturating_sub(len - BLOCK * number)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(keys: &[u32; 16]) -> __m512i {
    // SAFETY: the array is as long as a vector; unaligned loads are allowed.
    unsafe { _mm512_loadu_si512(keys.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load_bytes(bytes: &[u8; 64]) -> __m512i {
    // SAFETY: the array is as long as a vector; unaligned loads are allowed.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load_block(block: &[u32; BLOCK]) -> [__m512i; 4] {
    let (parts, _) = block.as_chunks();
    [
        load(&parts[0]),
        load(&parts[1]),
        load(&parts[2]),
        load(&parts[3]),
    ]
}

/// Writes a vector to the first sixteen places of `keys`.
#[inline]
#[target_feature(enable = "avx512f")]
fn store(vector: __m512i, keys: &mut [u32]) {
    let keys = &mut keys[..16];
    // SAFETY: the slice is as long as a vector; unaligned stores are allowed.
    unsafe { _mm512_storeu_si512(keys.as_mut_ptr().cast(), vector) }
}

/// In row `span`, entry `start`: the bits of a byte that a window covers whose first key falls into
/// part `start` of the 64 parts of the byte, and its last one at most `span + 1` parts further (one
/// more than its length, since it may start anywhere in its part). That is a bucket at most, so behind
/// the byte's last bit it reaches no further than to the next one, for which the last bit stands too.
const WINDOWS: [[u8; 64]; 8] = {
    let mut windows = [[0; 64]; 8];
    let mut at = 0;
    while at < 8 * 64 {
        let (span, start) = (at / 64, at % 64);
        let mut bit = start / 8;
        while bit <= (start + span + 1) / 8 && bit < 8 {
            windows[span][start] |= 1 << bit;
            bit += 1;
        }
        at += 1;
    }
    windows
};

/// Selectors for permutations of two vectors.
const EVEN_BYTES: [u8; 64] = every_other_byte(0);
const ODD_BYTES: [u8; 64] = every_other_byte(1);
const FOLLOWING_BYTES: [u8; 64] = {
    let mut bytes = [0; 64];
    let mut i = 0;
    while i < 64 {
        bytes[i] = i as u8 + 1;
        i += 1;
    }
    bytes
};
/// The upper 16 bits of each 32, by their number among all of two vectors.
const UPPER_HALVES: [u8; 64] = {
    let mut bytes = [0; 64];
    let mut i = 0;
    while i < 32 {
        bytes[2 * i] = 2 * i as u8 + 1;
        i += 1;
    }
    bytes
};

const fn every_other_byte(first: u8) -> [u8; 64] {
    let mut bytes = [0; 64];
    let mut i = 0;
    while i < 64 {
        bytes[i] = 2 * i as u8 + first;
        i += 1;
    }
    bytes
}
