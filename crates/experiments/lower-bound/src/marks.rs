//! Numbers of \[-2, 2\] by the cells that they fall into, fine enough for every tolerance.
//!
//! With eps = 2^-b the targets -1, -1 + 2 eps, ..., 1 are a largest set of numbers of \[-1, 1\] that are
//! 2 eps apart, and the numbers within less than eps of a target are an open interval. Ends of all
//! intervals, b <= [`FINEST`], are multiples of 2^-FINEST. So it is enough to know which multiples and
//! which open cells between two of them hold a number: one pass over the numbers serves all tolerances,
//! exactly.

use subset_sum::cpu;
use subset_sum::grid::{FRACTION_BITS, ONE};

/// The smallest tolerance is 2^-`FINEST`.
pub const FINEST: u32 = 13;

/// A cell's width is 2^`SHIFT` grid units.
const SHIFT: u32 = FRACTION_BITS - FINEST;

/// Multiples of 2^-FINEST in \[-2, 2\), each followed by the open cell above it, and one place for
/// everything else.
const PLACES: usize = (8 << FINEST) + 1;

/// Numbers whose places are computed before any mark is set, so that vectors can do it.
const BLOCK: usize = 64;

/// Targets that are hit: for eps = 2^-b, b = 1, ..., FINEST, whether each of the 2^b + 1 targets is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hits {
    levels: Vec<Vec<bool>>,
}

impl Hits {
    /// No target.
    pub fn none() -> Hits {
        let levels = (1..=FINEST).map(|bits| vec![false; (1 << bits) + 1]);
        Hits {
            levels: levels.collect(),
        }
    }

    /// The targets -1, -1 + 2 eps, ..., 1 for eps = 2^-`bits`, true where one is hit.
    ///
    /// # Panics
    /// If `bits` is not from 1 to [`FINEST`].
    pub fn at(&self, bits: u32) -> &[bool] {
        &self.levels[bits as usize - 1]
    }

    /// Marks at every tolerance the target that a number is near, if `confirm` agrees: it is asked with
    /// eps and the target, both in grid units.
    pub(crate) fn offer(&mut self, number: i64, mut confirm: impl FnMut(i64, i64) -> bool) {
        for (level, bits) in self.levels.iter_mut().zip(1..) {
            let eps = ONE >> bits;
            let above = number + ONE + eps;
            let (at, rest) = (above >> (FRACTION_BITS + 1 - bits), above & (2 * eps - 1));
            let is_inside = (0..level.len() as i64).contains(&at) && rest != 0;
            if is_inside && !level[at as usize] {
                level[at as usize] = confirm(eps, -ONE + 2 * eps * at);
            }
        }
    }
}

/// The cells that hold a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    places: Vec<u8>,
}

/// Which code sets marks. Both set the same ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// AVX-512 if it may be used.
    Automatic,
    /// The same code for any processor.
    Portable,
}

impl Marks {
    /// Marks for every sum of a number of `low` and one of `high`, in grid units.
    pub fn of_sums(low: &[i64], high: &[i64], code: Code) -> Marks {
        let mut marks = Marks {
            places: vec![0; PLACES],
        };
        let has = cpu::features();
        #[cfg(target_arch = "x86_64")]
        if code == Code::Automatic && has.avx512f && has.avx512dq {
            // SAFETY: the features were detected.
            unsafe { mark_by_avx512(&mut marks.places, low, high) };
            return marks;
        }
        let _ = (code, has);
        mark(&mut marks.places, low, high);
        marks
    }

    /// Marks for all subset sums of some numbers, in grid units.
    pub fn of_subset_sums(numbers: &[i64], code: Code) -> Marks {
        let (low, high) = numbers.split_at(numbers.len() / 2);
        Marks::of_sums(&subset_sums(low), &subset_sums(high), code)
    }

    /// The targets that have a number near in all of the given marks.
    pub fn common_hits(all: &[&Marks]) -> Hits {
        let mut hits = Hits::none();
        for (level, bits) in hits.levels.iter_mut().zip(1..) {
            // In places, of which two are a cell.
            let eps = 2 << (FINEST - bits);
            for (at, hit) in level.iter_mut().enumerate() {
                let target = (2 << FINEST) + 2 * eps * at;
                let near = target - eps + 1..target + eps;
                let has_any = |marks: &&Marks| marks.places[near.clone()].contains(&1);
                *hit = all.iter().all(has_any);
            }
        }
        hits
    }
}

/// All subset sums of some numbers.
pub(crate) fn subset_sums(numbers: &[i64]) -> Vec<i64> {
    let mut sums = vec![0];
    for number in numbers {
        sums.extend_from_within(..);
        let half = sums.len() / 2;
        sums[half..].iter_mut().for_each(|sum| *sum += number);
    }
    sums
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq")]
fn mark_by_avx512(places: &mut [u8], low: &[i64], high: &[i64]) {
    mark(places, low, high);
}

/// Compiled twice: the compiler finds the vector instructions that there are.
#[inline(always)]
fn mark(places: &mut [u8], low: &[i64], high: &[i64]) {
    let places: &mut [u8; PLACES] = places.try_into().expect("so many places");
    for &offset in high {
        let offset = offset + 2 * ONE;
        let (blocks, rest) = low.as_chunks::<BLOCK>();
        for block in blocks {
            let indices = block.map(|number| place(number + offset));
            indices.iter().for_each(|&at| places[at as usize] = 1);
        }
        for number in rest {
            places[place(number + offset) as usize] = 1;
        }
    }
}

/// The place of a number that lies so far above -2.
#[inline(always)]
fn place(above: i64) -> u64 {
    // Numbers below are large when taken without a sign: they go where those above 2 go.
    let above = (above as u64).min(4 * ONE as u64);
    let between = above & ((1 << SHIFT) - 1);
    2 * (above >> SHIFT) + u64::from(between != 0)
}
