//! What subset sums cover, step by step, as in Lueker's proof: a bit for each cell of an interval.
//!
//! The interval is cut into G cells of equal width. A step adds to the covered set A its own
//! translate by x cells,
//!
//! ```text
//! A <- A or (A + x), restricted to the interval,
//! ```
//!
//! and what leaves the interval is lost for good. If x is uniform on the 2G integers from -G+1 to G,
//! the covered fraction v = |A| / G grows on average to exactly v + v (1 - v) / 2, because |A| of
//! the 2G translates meet any given cell.

#[cfg(target_arch = "x86_64")]
use crate::cpu;

/// Bits of a word.
const WORD: usize = 64;

/// Words that are added at a time. A copy of so many stays in the nearest cache.
const BLOCK: usize = 512;

/// The covered cells of an interval.
///
/// ```
/// use subset_sum::growth::Growth;
/// // Of ten cells, 4 and 5 are covered; then 6 and 7 too; then 9, but none beyond.
/// let mut growth = Growth::new(10, 1);
/// assert_eq!(growth.covered(), 2);
/// growth.add(2);
/// assert_eq!(growth.covered(), 4);
/// growth.add(5);
/// assert_eq!(growth.covered(), 5);
/// ```
#[derive(Debug, Clone)]
pub struct Growth {
    cells: usize,
    covered: usize,
    /// A bit for each cell, from the lowest bit of word 1 on. The bits beyond the last cell are zero,
    /// as are the first word and the last.
    words: Vec<u64>,
}

impl Growth {
    /// An interval of `cells` cells of which the middle `2 * half_width` are covered, or all if there
    /// are no more. If those left over are odd in number, one more of them is above than below.
    pub fn new(cells: usize, half_width: usize) -> Self {
        let covered = half_width.saturating_mul(2).min(cells);
        let first = (cells - covered) / 2;
        let mut words = vec![0; cells.div_ceil(WORD) + 2];
        for cell in first..first + covered {
            words[1 + cell / WORD] |= 1 << (cell % WORD);
        }
        Self {
            cells,
            covered,
            words,
        }
    }

    /// The number of covered cells.
    pub fn covered(&self) -> usize {
        self.covered
    }

    /// Covers, with every covered cell, the cell that is `shift` places above it (below it if `shift`
    /// is negative), as far as it is in the interval.
    pub fn add(&mut self, shift: i64) {
        if shift.unsigned_abs() >= self.cells as u64 {
            return;
        }
        // Bit 0 of a word receives the bit that is `shift` places below it: bit `bits` of the word
        // that is `words` further up.
        let (words, bits) = ((-shift).div_euclid(64), (-shift).rem_euclid(64));
        let last = self.words.len() as i64 - 2;
        let (start, end) = (1.max(-words) as usize, last.min(last - words) as usize + 1);
        let mut sources = [0; BLOCK + 1];
        let add_block = |first: usize| {
            let block = first..end.min(first + BLOCK);
            let from = (first as i64 + words) as usize;
            let sources = &mut sources[..=block.len()];
            sources.copy_from_slice(&self.words[from..=from + block.len()]);
            self.covered += cover(&mut self.words[block], sources, bits as u32);
        };
        // No block is read after it was written.
        let blocks = (start..end).step_by(BLOCK);
        if shift > 0 {
            blocks.rev().for_each(add_block);
        } else {
            blocks.for_each(add_block);
        }
        self.drop_beyond_last_cell();
    }

    fn drop_beyond_last_cell(&mut self) {
        let last = self.words.len() - 2;
        let beyond = self.words[last] & !(u64::MAX >> (last * WORD - self.cells));
        self.words[last] ^= beyond;
        self.covered -= beyond.count_ones() as usize;
    }
}

/// Sets the bits of each word that are set in the 64 bits from bit `bits` of its source on, which
/// reach into the next source, and counts those that were not set. There is one source more than
/// words.
fn cover(words: &mut [u64], sources: &[u64], bits: u32) -> usize {
    #[cfg(target_arch = "x86_64")]
    if cpu::features().avx512f && cpu::features().avx512vpopcntdq {
        // SAFETY: the features were detected.
        return unsafe { cover_avx512(words, sources, bits) };
    }
    cover_portable(words, sources, bits)
}

/// The same code for processors that count bits in vectors: three and a half times as fast.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vpopcntdq")]
fn cover_avx512(words: &mut [u64], sources: &[u64], bits: u32) -> usize {
    cover_portable(words, sources, bits)
}

#[inline(always)]
fn cover_portable(words: &mut [u64], sources: &[u64], bits: u32) -> usize {
    let mut new = 0;
    for (word, (low, high)) in words.iter_mut().zip(sources.iter().zip(&sources[1..])) {
        // In two steps, because `bits` may be 0 and a word has no shift by 64.
        let added = (low >> bits | high << 1 << (63 - bits)) & !*word;
        *word |= added;
        new += u64::from(added.count_ones());
    }
    new as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::{generator, uniform};
    use rand::Rng;

    /// A step on one `bool` a cell.
    fn added(cells: &[bool], shift: i64) -> Vec<bool> {
        let is_covered =
            |cell: i64| (0..cells.len() as i64).contains(&cell) && cells[cell as usize];
        (0..cells.len())
            .map(|cell| cells[cell] || is_covered(cell as i64 - shift))
            .collect()
    }

    fn cells_of(growth: &Growth) -> Vec<bool> {
        let bit = |cell: usize| growth.words[1 + cell / WORD] >> (cell % WORD) & 1 == 1;
        (0..growth.cells).map(bit).collect()
    }

    /// An interval whose cells are covered with probability 1/8.
    fn scattered(size: usize, draws: &mut impl Rng) -> Growth {
        let mut growth = Growth::new(size, 0);
        for cell in (0..size).filter(|_| uniform(draws, 0, 7) == 0) {
            growth.words[1 + cell / WORD] |= 1 << (cell % WORD);
            growth.covered += 1;
        }
        growth
    }

    /// Sizes around a few words, and some that fill several blocks.
    #[test]
    fn steps_cover_the_same_cells_as_one_bool_a_cell() {
        let mut draws = generator(1, "tests", "growth", 0);
        for size in (1..200).chain([BLOCK * WORD, 2 * BLOCK * WORD + 1, 100_000]) {
            for widest in [3, 70, size as i64] {
                let mut growth = scattered(size, &mut draws);
                for _ in 0..4 {
                    let (before, shift) = (cells_of(&growth), uniform(&mut draws, -widest, widest));
                    growth.add(shift);
                    let cells = added(&before, shift);
                    assert_eq!(cells_of(&growth), cells, "{size} cells, {shift}");
                    assert_eq!(growth.covered(), cells.iter().filter(|&&cell| cell).count());
                }
            }
        }
    }

    #[test]
    fn growth_starts_in_the_middle() {
        let covered = |cells, half_width| cells_of(&Growth::new(cells, half_width));
        assert_eq!(covered(4, 1), [false, true, true, false]);
        assert_eq!(covered(5, 1), [false, true, true, false, false]);
        assert_eq!(covered(3, 2), [true; 3]);
        assert_eq!(covered(3, usize::MAX), [true; 3]);
        assert_eq!(Growth::new(0, 1).covered(), 0);
        assert_eq!(Growth::new(7, 0).covered(), 0);
    }

    #[test]
    fn a_shift_as_large_as_the_interval_covers_nothing() {
        for size in [0, 1, 64, 100] {
            let mut growth = Growth::new(size, 30);
            let before = growth.covered();
            for shift in [0, size as i64, -(size as i64), i64::MAX, i64::MIN] {
                growth.add(shift);
            }
            assert_eq!(growth.covered(), before);
        }
    }

    /// The sum over all 2G shifts of |A'| is 2G |A| + |A| (G - |A|), as integers.
    #[test]
    fn the_mean_growth_is_exactly_as_derived_and_at_most_twofold() {
        let mut draws = generator(1, "tests", "mean growth", 0);
        for size in [1_i64, 2, 63, 64, 65, 200, 1001] {
            let mut growth = Growth::new(size as usize, 1);
            for _ in 0..8 {
                let before = growth.covered() as i64;
                let after = |shift: i64| {
                    let mut next = growth.clone();
                    next.add(shift);
                    assert!((before..=2 * before).contains(&(next.covered() as i64)));
                    next.covered() as i64
                };
                let total: i64 = (1 - size..=size).map(after).sum();
                assert_eq!(
                    total,
                    2 * size * before + before * (size - before),
                    "{size} cells"
                );
                growth.add(uniform(&mut draws, 1 - size, size));
            }
        }
    }

    #[test]
    fn the_portable_path_covers_the_same() {
        let mut draws = generator(1, "tests", "portable growth", 0);
        let mut random = |count| -> Vec<u64> {
            (0..count)
                .map(|_| uniform(&mut draws, i64::MIN, i64::MAX) as u64)
                .collect()
        };
        for bits in 0..64 {
            let (mut words, sources) = (random(37), random(38));
            let mut portable = words.clone();
            let new = cover(&mut words, &sources, bits);
            assert_eq!(cover_portable(&mut portable, &sources, bits), new);
            assert_eq!(portable, words);
        }
    }
}
