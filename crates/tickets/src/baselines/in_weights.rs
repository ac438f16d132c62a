//! How Orseau's construction draws its units: in-weights from a hyperbolic distribution or a uniform
//! one, out-weights 1 or -1.

use super::golden::Intervals;
use super::unit::LARGEST;
use rand::Rng;
use std::ops::RangeInclusive;
use subset_sum::grid::WEIGHT_STEP;
use subset_sum::sampling::uniform;

/// The distribution of in-weights, symmetric about 0. Out-weights are 1 or -1, each with probability 1/2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InWeights {
    /// Density proportional to 1 / |u| where |u| is in one of the intervals, which together are
    /// \[gamma^(K+1), gamma\]: each of them is equally likely. It depends on the tolerance by K.
    Hyperbolic,
    /// Uniform on \[-1, 1\]: the interval I_k has probability gamma^(k+2).
    Uniform,
}

impl InWeights {
    /// The weights of a unit.
    pub(super) fn draw(self, intervals: &Intervals, generator: &mut impl Rng) -> (i64, i64) {
        let in_weight = match self {
            InWeights::Hyperbolic => random_sign(generator) * hyperbolic(intervals, generator),
            InWeights::Uniform => uniform(generator, -LARGEST, LARGEST),
        };
        (in_weight, random_sign(generator) * LARGEST)
    }
}

fn random_sign(generator: &mut impl Rng) -> i64 {
    2 * uniform(generator, 0, 1) - 1
}

/// A number of steps in one of the intervals, each of them with the same probability. Inside, `low`,
/// ..., `high` are proportional to 1 / m: m is proposed as often as any and accepted with probability
/// low / m. No logarithm that could differ between platforms is involved.
fn hyperbolic(intervals: &Intervals, generator: &mut impl Rng) -> i64 {
    let chosen = uniform(generator, 0, intervals.count() as i64 - 1);
    let interval = intervals.iter().nth(chosen as usize);
    let (low, high) = in_steps(&interval.expect("an index below the count"));
    loop {
        let proposed = uniform(generator, low, high);
        if uniform(generator, 1, proposed) <= low {
            return proposed;
        }
    }
}

/// The smallest and the largest random weight in an interval, in steps of 2^-23.
fn in_steps(interval: &RangeInclusive<i64>) -> (i64, i64) {
    let low = (interval.start() + WEIGHT_STEP - 1) / WEIGHT_STEP;
    (low, interval.end() / WEIGHT_STEP)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baselines::SMALLEST_TOLERANCE;
    use crate::baselines::golden::power;
    use crate::baselines::tests::scaled;
    use subset_sum::grid::ONE;
    use subset_sum::sampling::generator;

    /// Whether a number of hits is within five and a half standard errors of its mean.
    fn is_plausible(hits: usize, count: usize, probability: f64) -> bool {
        let (mean, count) = (probability * count as f64, count as f64);
        (hits as f64 - mean).abs() < 5.5 * (count * probability * (1.0 - probability)).sqrt()
    }

    /// At points inside the intervals too, where 1 / |u| differs from any other density.
    #[test]
    fn in_weights_follow_their_distributions_and_signs_are_independent() {
        let intervals = Intervals::new(ONE, ONE / 64);
        let (least, greatest) = (power(intervals.count() + 1), power(1));
        let mut draws = generator(1, "tests", "in-weights", 0);
        for in_weights in [InWeights::Hyperbolic, InWeights::Uniform] {
            let count = scaled(1_000_000);
            let weights: Vec<(i64, i64)> = (0..count)
                .map(|_| in_weights.draw(&intervals, &mut draws))
                .collect();
            for point in [0.013, 0.05, 0.12, 0.31, 0.5, 0.6] {
                let expected = match in_weights {
                    InWeights::Hyperbolic => (point / least).ln() / (greatest / least).ln(),
                    InWeights::Uniform => point,
                };
                let end = (point * LARGEST as f64) as i64;
                let below = weights.iter().filter(|(u, _)| u.abs() < end).count();
                assert!(
                    is_plausible(below, count, expected),
                    "{in_weights:?} {point}"
                );
            }
            for signs in [(1, 1), (1, -1), (-1, 1), (-1, -1)] {
                let has_signs =
                    |&&(u, v): &&(i64, i64)| (u.signum(), v) == (signs.0, signs.1 * LARGEST);
                let hits = weights.iter().filter(has_signs).count();
                assert!(is_plausible(hits, count, 0.25), "{in_weights:?} {signs:?}");
            }
        }
    }

    #[test]
    fn every_interval_holds_random_weights_down_to_the_smallest_tolerance() {
        let intervals = Intervals::new(ONE, SMALLEST_TOLERANCE);
        for interval in intervals.iter() {
            let (low, high) = in_steps(&interval);
            assert!(low <= high, "{interval:?}");
            assert!(
                interval.contains(&(low * WEIGHT_STEP)) && interval.contains(&(high * WEIGHT_STEP))
            );
        }
    }
}
