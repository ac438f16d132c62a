//! Every weight from one number of each of a few intervals, whose ends are in the golden ratio.

use std::ops::RangeInclusive;

/// The golden ratio's inverse, (sqrt 5 - 1) / 2: 1 = gamma + gamma^2.
const GAMMA: f64 = 0.618_033_988_749_894_9;

/// The number K of intervals for weights up to `largest`; none if the tolerance is not smaller.
///
/// ```text
/// K = ceil(log(w_max / eps) / log(1 / gamma)) = ceil(1.4404 lg(w_max / eps))
/// ```
///
/// That of [`Intervals`] is never larger.
pub fn count(largest: f64, tolerance: f64) -> usize {
    (tolerance / largest).log(GAMMA).ceil() as usize
}

/// gamma^exponent. With `exponent` intervals at most this part of the largest weight is left.
pub fn power(exponent: usize) -> f64 {
    GAMMA.powi(exponent as i32)
}

/// The intervals I_1, I_2, ..., I_K of integers from which any weight from 0 to w_max is put together,
/// in units of 2^-46.
///
/// ```text
/// e_0 = w_max,   e_k = floor(gamma e_{k-1}),   I_k = [e_{k-1} - e_k, e_k],   e_K <= eps
/// ```
///
/// Up to rounding I_k is w_max \[gamma^(k+1), gamma^k\]. Any s_k in I_k serve any weight, greedily:
/// start with r = w and subtract s_1, s_2, ... in turn where s_k <= r.
///
/// *Before s_k is looked at, r <= e_{k-1}; after it, r <= e_k.* At first r = w <= e_0. If s_k <= r, then
/// r - s_k <= e_{k-1} - (e_{k-1} - e_k) = e_k; otherwise r < s_k <= e_k. So what is left in the end is
/// at most e_K <= gamma^K w_max. No rounding enters: all numbers are integers.
///
/// *The intervals are disjoint and leave out at most one integer between neighbours.*
/// e_k <= gamma e_{k-1}, so e_{k-1} >= e_k / gamma = e_k + gamma e_k >= e_k + e_{k+1}, and equality is
/// impossible because gamma is irrational: the lower end of I_k is above e_{k+1}. And from
/// e_k > gamma e_{k-1} - 1 follows e_{k-1} - e_k < gamma e_k + 1 + gamma < e_{k+1} + 3.
///
/// ```
/// use baselines::constructions::golden::Intervals;
/// let intervals = Intervals::new(100, 20);
/// let ends: Vec<_> = intervals.iter().collect();
/// assert_eq!(ends, [39..=61, 24..=37, 15..=22, 9..=13]);
/// // 70 = 45 + 18 + 7; the 30 does not fit, and neither does the 10.
/// assert_eq!(intervals.decompose(70, &[45, 30, 18, 10]), (vec![true, false, true, false], 7));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intervals {
    /// e_0 to e_K.
    ends: Vec<i64>,
}

impl Intervals {
    /// The intervals for weights up to `largest`, with what is left at most `tolerance`.
    ///
    /// # Panics
    /// If the tolerance is negative, or a number is above 2^61.
    pub fn new(largest: i64, tolerance: i64) -> Intervals {
        assert!(tolerance >= 0 && largest <= 1 << 61);
        let mut ends = vec![largest];
        while ends[ends.len() - 1] > tolerance {
            ends.push(golden_part(ends[ends.len() - 1]));
        }
        Intervals { ends }
    }

    /// The number of intervals, K.
    pub fn count(&self) -> usize {
        self.ends.len() - 1
    }

    /// The intervals, from I_1 on.
    pub fn iter(&self) -> impl Iterator<Item = RangeInclusive<i64>> {
        self.ends.windows(2).map(|ends| ends[0] - ends[1]..=ends[1])
    }

    /// The interval that holds a number: 0 for I_1.
    pub fn position(&self, number: i64) -> Option<usize> {
        // As many ends are at least `number` as there are before the end below it.
        let at_least = self.ends.partition_point(|&end| end >= number);
        let index = at_least.checked_sub(2)?;
        (number >= self.ends[index] - self.ends[index + 1]).then_some(index)
    }

    /// Which of `samples`, one of each interval, add up to `weight` greedily, and what is left of it.
    ///
    /// # Panics
    /// If the weight is negative or above the largest, or if the samples are not one of each interval.
    pub fn decompose(&self, weight: i64, samples: &[i64]) -> (Vec<bool>, i64) {
        assert!((0..=self.ends[0]).contains(&weight));
        assert_eq!(samples.len(), self.count());
        let mut fitting = self.iter().zip(samples);
        assert!(fitting.all(|(interval, sample)| interval.contains(sample)));
        let mut left = weight;
        let used = samples.iter().map(|&sample| {
            let fits = sample <= left;
            left -= if fits { sample } else { 0 };
            fits
        });
        (used.collect(), left)
    }
}

/// floor(gamma e). Since gamma e = (sqrt(5 e^2) - e) / 2, both roundings may be done one after the
/// other.
fn golden_part(end: i64) -> i64 {
    let square = 5 * (end as u128).pow(2);
    (square.isqrt() as i64 - end) / 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constructions::tests::scaled;
    use subset_sum::grid::{ONE, to_f64};
    use subset_sum::sampling::{generator, uniform};

    /// x = floor(gamma e) is the largest integer with x^2 + x e <= e^2.
    #[test]
    fn every_end_is_gamma_times_the_one_before_rounded_down() {
        for largest in (1..1000).chain([ONE - 1, ONE, 1 << 61]) {
            for ends in Intervals::new(largest, 0).ends.windows(2) {
                let (before, end) = (i128::from(ends[0]), i128::from(ends[1]));
                let within = |x: i128| x * x + x * before <= before * before;
                assert!(within(end) && !within(end + 1), "{before} {end}");
            }
        }
    }

    #[test]
    fn intervals_are_disjoint_and_leave_out_at_most_one_integer_between_neighbours() {
        for largest in (1..1000).chain([ONE - 1, ONE, 1 << 61]) {
            let intervals: Vec<_> = Intervals::new(largest, 0).iter().collect();
            for pair in intervals.windows(2) {
                let between = pair[0].start() - pair[1].end();
                assert!(between == 1 || between == 2, "{pair:?}");
            }
        }
    }

    #[test]
    fn there_are_as_many_intervals_as_the_formula_says() {
        for bits in 0..=20 {
            for tolerance in [ONE >> bits, (2 * ONE / 3) >> bits] {
                let found = Intervals::new(ONE, tolerance).count();
                assert_eq!(found, count(1.0, to_f64(tolerance)), "{tolerance}");
            }
        }
    }

    #[test]
    fn the_position_of_a_number_is_that_of_the_interval_that_holds_it() {
        for largest in [1, 2, 10, 100, 1000] {
            let intervals = Intervals::new(largest, largest / 20);
            for number in 0..=largest + 1 {
                let found = intervals.iter().position(|one| one.contains(&number));
                assert_eq!(intervals.position(number), found, "{number} of {largest}");
            }
        }
    }

    #[test]
    fn any_numbers_of_the_intervals_serve_any_weight() {
        let intervals = Intervals::new(40, 6);
        let ends: Vec<_> = intervals.iter().collect();
        assert_eq!(ends, [16..=24, 10..=14, 6..=8, 4..=4]);
        for choice in 0..9 * 5 * 3 {
            let samples = [16 + choice / 15, 10 + choice / 3 % 5, 6 + choice % 3, 4];
            for weight in 0..=40 {
                let (used, left) = intervals.decompose(weight, &samples);
                let sum: i64 = (0..4).filter(|&i| used[i]).map(|i| samples[i]).sum();
                assert_eq!(sum + left, weight);
                assert!((0..=4).contains(&left), "{weight} from {samples:?}");
            }
        }
    }

    /// A number of an interval: one of its ends, or any.
    fn sample(interval: RangeInclusive<i64>, draws: &mut impl rand::Rng) -> i64 {
        let (low, high) = interval.into_inner();
        match uniform(draws, 0, 3) {
            0 => low,
            1 => high,
            _ => uniform(draws, low, high),
        }
    }

    #[test]
    fn what_is_left_is_never_above_the_last_end_in_a_million_draws() {
        let mut draws = generator(1, "tests", "golden", 0);
        let all: Vec<Intervals> = (1..=20)
            .map(|bits| Intervals::new(ONE, ONE >> bits))
            .collect();
        let mut largest = 0.0_f64;
        for draw in 0..scaled(1_000_000) {
            let intervals = &all[draw % all.len()];
            let samples: Vec<i64> = intervals
                .iter()
                .map(|interval| sample(interval, &mut draws))
                .collect();
            let weight = sample(0..=ONE, &mut draws);
            let (used, left) = intervals.decompose(weight, &samples);
            let sum: i64 = samples
                .iter()
                .zip(used)
                .filter(|(_, used)| *used)
                .map(|(s, _)| s)
                .sum();
            let last = intervals.ends[intervals.count()];
            assert_eq!(sum + left, weight);
            assert!((0..=last).contains(&left), "{weight} from {samples:?}");
            largest = largest.max(left as f64 / last as f64);
        }
        // The bound is attained: w = 1 with the lower ends alone.
        assert!(largest > 0.99, "{largest}");
    }
}
