//! The cells of all sums in a part of the number line, by shifting and merging bits.
//!
//! The sums of the largest candidates are listed and put into their cells. Every further candidate
//! doubles the sums at one stroke: the bits, shifted by the candidate's width in cells, are merged with
//! themselves. Only such candidates are rounded to cells, so the fewer they are the better the cells
//! are known; [`Cells`] keeps the account.

use super::cells::{Cells, Found, Runs};
#[cfg(target_arch = "x86_64")]
use crate::cpu;
use std::ops::Range;

/// Sums listed one by one for every word of 64 cells: about as costly as one shift of all words.
const LISTED_A_WORD: f64 = 1.0 / 8.0;

/// What rounding may add to the magnitudes at most, in grid units: 2^60, where they add up to 2^62.
const MAX_ROUNDED: f64 = (1_i64 << 60) as f64;

/// Bits for cells in a part of the number line.
#[derive(Debug, Default)]
pub(super) struct Bitmap {
    cells: Cells,
    /// The first cell from which on the bits are known; a multiple of 64.
    first: i64,
    words: Vec<u64>,
    listed: Vec<i64>,
}

/// Candidates in the form in which a bitmap takes them: every sum is `least` plus a sum of some of
/// the magnitudes.
#[derive(Debug, Default)]
pub(super) struct Magnitudes {
    /// The sum of all negative candidates.
    pub least: i64,
    /// The candidates without signs, in descending order.
    pub values: Vec<i64>,
}

impl Magnitudes {
    pub fn rebuild(&mut self, candidates: &[i64]) {
        self.least = candidates.iter().filter(|&&x| x < 0).sum();
        self.values.clear();
        self.values.extend(candidates.iter().map(|x| x.abs()));
        self.values.sort_unstable_by(|a, b| b.cmp(a));
    }
}

/// Words that a bitmap of the sums between `low` and `high` would have, roughly; infinitely many if
/// magnitudes rounded to cells could add up to more than an `i64` holds.
pub(super) fn words_needed(magnitudes: &Magnitudes, low: i64, high: i64, shift: u32) -> f64 {
    if (magnitudes.values.len() as f64) * f64::from(shift).exp2() > MAX_ROUNDED {
        return f64::INFINITY;
    }
    let width = (high - low) as f64 / (shift as f64).exp2() / 64.0;
    let (_, shifted) = split(magnitudes, width);
    width + shifted.iter().sum::<i64>() as f64 / (shift as f64).exp2() / 64.0 + 2.0
}

/// The magnitudes whose sums are listed, and those by which bits are shifted, for so many words.
fn split(magnitudes: &Magnitudes, words: f64) -> (&[i64], &[i64]) {
    let listed = (words * LISTED_A_WORD).max(1.0).log2().ceil() as usize;
    magnitudes
        .values
        .split_at(listed.clamp(1, 22).min(magnitudes.values.len()))
}

impl Bitmap {
    pub fn cells(&self) -> Cells {
        self.cells
    }

    /// The runs of at least `shortest` empty cells `within` those of the sums that were asked for.
    pub fn runs(&self, within: Range<i64>, shortest: i64) -> Found {
        let mut runs = Runs::new(self.cells, within, shortest);
        runs.feed(self.first, &self.words[(self.first / 64) as usize..]);
        runs.finish()
    }

    /// Marks a number that is no sum as if it were one.
    pub fn mark(&mut self, value: i64) {
        let cell = self.cells.of(value);
        self.words[(cell / 64) as usize] |= 1 << (cell % 64);
    }

    /// Finds the cells, 2^shift wide, of all sums from `low` to `high`.
    pub fn rebuild(&mut self, magnitudes: &Magnitudes, low: i64, high: i64, shift: u32) {
        let words = ((high - low) >> shift) as f64 / 64.0;
        let (listed, shifted) = split(magnitudes, words);
        let half = (1 << shift) >> 1;
        let in_cells = |magnitude: &i64| (magnitude + half) >> shift;
        // Rounding moves a sum by what it moves those magnitudes that the sum has, which may be any.
        let (mut early, mut late) = (0, 0);
        for magnitude in shifted {
            let moved = magnitude - (in_cells(magnitude) << shift);
            early += (-moved).max(0);
            late += moved.max(0);
        }
        // Sums that start so many cells below the part may be shifted into it.
        let below: i64 = shifted.iter().map(in_cells).sum();
        let first = (below + 63) & !63;
        let origin = low - late - (first << shift);
        self.cells = Cells {
            shift,
            origin,
            early,
            late,
        };
        self.first = first;
        let end = self.cells.range_of(high).1;
        self.words.clear();
        self.words.resize((end / 64 + 1) as usize, 0);
        self.put(listed, magnitudes.least);
        let mut from = below;
        for magnitude in shifted {
            // What lies further below the part than all later shifts together never gets there.
            from -= in_cells(magnitude);
            let known_from = (first - from) / 64;
            shift_and_merge(&mut self.words, known_from as usize, in_cells(magnitude));
        }
    }

    /// Puts the sums of the magnitudes and `least` into their cells.
    fn put(&mut self, magnitudes: &[i64], least: i64) {
        self.listed.clear();
        self.listed.push(least - self.cells.origin);
        for &magnitude in magnitudes {
            let count = self.listed.len();
            self.listed.extend_from_within(..);
            self.listed[count..]
                .iter_mut()
                .for_each(|sum| *sum += magnitude);
        }
        for &sum in &self.listed {
            // What is negative becomes too large.
            let cell = (sum >> self.cells.shift) as u64;
            if let Some(word) = self.words.get_mut((cell / 64) as usize) {
                *word |= 1 << (cell % 64);
            }
        }
    }
}

/// Merges every bit from word `from` on with the one that is `cells` below it.
fn shift_and_merge(words: &mut [u64], from: usize, cells: i64) {
    #[cfg(target_arch = "x86_64")]
    if cpu::features().avx512f {
        // SAFETY: the processor has the instructions.
        return unsafe { shift_and_merge_avx512(words, from, cells) };
    }
    shift_and_merge_portable(words, from, cells);
}

/// The same code; the compiler finds the longer vectors.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn shift_and_merge_avx512(words: &mut [u64], from: usize, cells: i64) {
    shift_and_merge_portable(words, from, cells);
}

#[inline(always)]
fn shift_and_merge_portable(words: &mut [u64], from: usize, cells: i64) {
    let (whole, bits) = ((cells / 64) as usize, (cells % 64) as u32);
    let mut end = words.len();
    // Downwards, so that what is read was not merged before; block by block, so that what is read
    // lies below what is written.
    while end > from.max(whole) {
        let start = end.saturating_sub(whole.max(1)).max(from).max(whole);
        let (below, rest) = words.split_at_mut(start);
        if whole == 0 {
            // In two steps, because `bits` may be 0 and a word has no shift by 64.
            let carried = below.last().map_or(0, |word| word >> 1 >> (63 - bits));
            rest[0] |= rest[0] << bits | carried;
        } else {
            let target = &mut rest[..end - start];
            let source = &below[start - whole..][..target.len()];
            merge_block(target, source, bits);
            // The word below the source gives its upper bits to the first word.
            if let Some(before) = (start - whole).checked_sub(1) {
                target[0] |= below[before] >> 1 >> (63 - bits);
            }
        }
        end = start;
    }
}

/// Merges `source`, shifted up by less than a word, into `target`; the first word lacks its lower bits.
#[inline(always)]
fn merge_block(target: &mut [u64], source: &[u64], bits: u32) {
    target[0] |= source[0] << bits;
    let pairs = source[1..].iter().zip(source);
    for (word, (upper, lower)) in target[1..].iter_mut().zip(pairs) {
        *word |= upper << bits | lower >> 1 >> (63 - bits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::{generator, uniform};
    use rand::Rng;

    /// Bit by bit, from above.
    fn by_definition(words: &mut [u64], from: usize, cells: i64) {
        let bit = |words: &[u64], cell: i64| words[(cell / 64) as usize] >> (cell % 64) & 1;
        for cell in (64 * from as i64..64 * words.len() as i64).rev() {
            if cell >= cells {
                words[(cell / 64) as usize] |= bit(words, cell - cells) << (cell % 64);
            }
        }
    }

    #[test]
    fn bits_are_shifted_and_merged_by_either_path() {
        let mut draws = generator(1, "bitmap", "", 0);
        for round in 0..2000 {
            let count = uniform(&mut draws, 1, 40);
            let words: Vec<u64> = (0..count)
                .map(|_| draws.next_u64() & draws.next_u64())
                .collect();
            let from = uniform(&mut draws, 0, count) as usize;
            let cells = match round % 3 {
                0 => uniform(&mut draws, 1, 70),
                1 => 64 * uniform(&mut draws, 0, count + 2),
                _ => uniform(&mut draws, 1, 64 * count + 99),
            };
            let mut expected = words.clone();
            by_definition(&mut expected, from, cells);
            for path in [shift_and_merge, shift_and_merge_portable] {
                let mut found = words.clone();
                path(&mut found, from, cells);
                assert_eq!(found, expected, "from {from} by {cells}");
            }
        }
    }
}
