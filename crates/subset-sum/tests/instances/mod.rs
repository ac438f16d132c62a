//! Instances for tests: distributions of candidates, and targets that are easy or hard to hit.

use rand::Rng;
use rand_pcg::Pcg64Dxsm;
use std::thread;
use subset_sum::grid::{LARGEST, ONE, WEIGHT_STEP};
use subset_sum::sampling::{generator, uniform};

/// Candidates and a target.
pub struct Instance {
    pub candidates: Vec<i64>,
    pub target: i64,
}

/// How the candidates of an instance are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// U[-1, 1] on 2^-46.
    Uniform,
    /// U[0, 1] * U[-1, 1].
    Product,
    /// The same, half of the factors replaced by zero.
    HalfZero,
    /// Nearly normal, with deviation 1.
    Normal,
    /// Network weights: U[-0.464, 0.541] on 2^-23.
    Weights,
    /// U[-1, 1] on 2^-8, so that sums coincide in masses.
    Coarse,
    /// The same number again and again.
    AllEqual,
    /// U[0, 1].
    AllPositive,
    /// A few grid units.
    Tiny,
    /// Large numbers of both signs that differ by a few units, so that they cancel.
    Cancelling,
    /// Numbers from a short list.
    Duplicates,
    /// U[-1024, 1024].
    Huge,
    /// 1024 with either sign.
    Largest,
    /// Magnitudes over forty powers of two.
    Graded,
    /// Powers of two: every sum is met once.
    Powers,
    /// Multiples of 2^k plus a few units, so that rounded sums coincide modulo any power of two.
    Aliased,
}

pub const LAWS: [Law; 16] = [
    Law::Uniform,
    Law::Product,
    Law::HalfZero,
    Law::Normal,
    Law::Weights,
    Law::Coarse,
    Law::AllEqual,
    Law::AllPositive,
    Law::Tiny,
    Law::Cancelling,
    Law::Duplicates,
    Law::Huge,
    Law::Largest,
    Law::Graded,
    Law::Powers,
    Law::Aliased,
];

impl Law {
    fn candidates(self, draws: &mut Pcg64Dxsm, count: usize) -> Vec<i64> {
        let mut unit = |low, high| uniform(draws, low, high);
        let fixed = unit(-ONE, ONE);
        let (low_bits, few) = (unit(10, 45), [fixed, unit(-ONE, ONE), ONE / 2, ONE / 3]);
        let mut one = |position: usize| match self {
            Law::Uniform => unit(-ONE, ONE),
            Law::Product => unit(0, 1 << 23) * unit(-(1 << 23), 1 << 23),
            Law::HalfZero => unit(0, 1) * unit(0, 1 << 23) * unit(-(1 << 23), 1 << 23),
            Law::Normal => (0..12).map(|_| unit(-ONE / 2, ONE / 2)).sum(),
            Law::Weights => unit(-3_892_314, 4_538_237) * WEIGHT_STEP,
            Law::Coarse => unit(-256, 256) * (ONE >> 8),
            Law::AllEqual => fixed,
            Law::AllPositive => unit(0, ONE),
            Law::Tiny => unit(-9, 9),
            Law::Cancelling => (2 * unit(0, 1) - 1) * (fixed + unit(-9, 9)),
            Law::Duplicates => few[unit(0, 3) as usize],
            Law::Huge => unit(-LARGEST, LARGEST),
            Law::Largest => (2 * unit(0, 1) - 1) * LARGEST,
            Law::Graded => unit(-LARGEST, LARGEST) >> unit(0, 40),
            Law::Powers => ONE >> position,
            Law::Aliased => (unit(-8, 8) << low_bits) + unit(-3, 3),
        };
        (0..count).map(&mut one).collect()
    }

    /// An instance of `count` candidates.
    pub fn instance(self, draws: &mut Pcg64Dxsm, count: usize) -> Instance {
        let candidates = self.candidates(draws, count);
        let target = target(draws, &candidates);
        Instance { candidates, target }
    }
}

/// A target: a small weight, a sum or nearly one, a number within the range of sums, or anything.
pub fn target(draws: &mut Pcg64Dxsm, candidates: &[i64]) -> i64 {
    let chosen = draws.next_u64();
    let sum = |mask: u64| {
        let chosen = candidates
            .iter()
            .enumerate()
            .filter(|(i, _)| mask >> i & 1 == 1);
        chosen.map(|(_, candidate)| candidate).sum::<i64>()
    };
    let target = match uniform(draws, 0, 9) {
        0..=3 => (0..12)
            .map(|_| uniform(draws, -125_829, 125_829) * WEIGHT_STEP)
            .sum(),
        4 => (0..12).map(|_| uniform(draws, -ONE, ONE) / 64).sum(),
        5 => sum(chosen),
        6 => sum(chosen) + uniform(draws, -4, 4),
        7 => (sum(chosen) + sum(!chosen)) / 2 + uniform(draws, -1, 1),
        8 => uniform(draws, sum(chosen).min(0), sum(chosen).max(0)),
        _ => uniform(draws, -LARGEST, LARGEST),
    };
    target.clamp(-LARGEST, LARGEST)
}

/// `full` in an optimised build and a hundredth of it, at least one, in others.
pub fn scaled(full: usize) -> usize {
    if cfg!(debug_assertions) {
        (full / 100).max(1)
    } else {
        full
    }
}

/// Calls `test` with generators for `count` parts named `name`, on all processors.
pub fn in_parallel(name: &str, count: usize, test: impl Fn(usize, &mut Pcg64Dxsm) + Sync) {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for first in 0..threads {
            let test = &test;
            scope.spawn(move || {
                for part in (first..count).step_by(threads) {
                    test(part, &mut generator(1, "tests", name, part as u64));
                }
            });
        }
    });
}
