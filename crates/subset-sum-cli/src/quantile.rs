//! Which observations estimate and bound a quantile, whatever the distribution.

use statrs::distribution::{Binomial, DiscreteCDF};

/// Ranks (1 = smallest) of observations of a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The probability of the quantile.
    pub probability: f64,
    /// The least observation that at least the share `probability` of the sample does not exceed.
    pub estimate: usize,
    /// Bounds the quantile from below; `None` if nothing but 0 does.
    pub lower: Option<usize>,
    /// Bounds the quantile from above; `None` if the sample is too small.
    pub upper: Option<usize>,
}

/// The ranks for a sample of `trials`, 1 or more, and a `probability` in (0, 1). The quantile lies
/// between the bounds with probability `level` or more, and half of the rest falls to either side.
///
/// How many observations fall below the quantile is binomial (David and Nagaraja 2003, section 7.1):
///
/// ```text
/// P(X_(r) <= quantile) >= 1 - P(B <= r - 1),   P(X_(r) >= quantile) >= P(B <= r - 1)
/// ```
pub fn bounds(trials: u64, probability: f64, level: f64) -> Bounds {
    let below = Binomial::new(probability, trials).expect("a probability");
    let side = (1.0 - level) / 2.0;
    // P(B <= rank - 1) grows with the rank.
    let ranks = |is_before: &dyn Fn(f64) -> bool| {
        let (mut low, mut high) = (1, trials + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            match is_before(below.cdf(middle - 1)) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        low as usize
    };
    let lower = ranks(&|tail| tail <= side) - 1;
    let upper = ranks(&|tail| tail < 1.0 - side);
    Bounds {
        probability,
        estimate: estimate(trials, probability),
        lower: (lower > 0).then_some(lower),
        upper: (upper as u64 <= trials).then_some(upper),
    }
}

/// The least count that is at least the share `probability` of the trials, 1 or more.
fn estimate(trials: u64, probability: f64) -> usize {
    let is_enough = |count: &u64| *count as f64 / trials as f64 >= probability;
    let near = (probability * trials as f64) as u64;
    (near.max(1)..=trials).find(is_enough).unwrap_or(trials) as usize
}

/// The fewest trials of which the largest bounds the quantile from above.
pub fn fewest_trials(probability: f64, level: f64) -> u64 {
    let side = (1.0 - level) / 2.0;
    (side.ln() / probability.ln()).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten observations, sides of 10 %: P(B <= 2) = 56/1024, P(B <= 3) = 176/1024.
    #[test]
    fn ranks_that_can_be_counted_by_hand() {
        let found = bounds(10, 0.5, 0.8);
        let [estimate, lower, upper] = [5, 3, 8];
        let expected = Bounds {
            probability: 0.5,
            estimate,
            lower: Some(lower),
            upper: Some(upper),
        };
        assert_eq!(found, expected);
    }

    /// The largest of n observations is below the 99 % quantile with probability 0.99^n.
    #[test]
    fn small_samples_have_no_upper_bound() {
        let fewest = fewest_trials(0.99, 0.95);
        assert_eq!(fewest, 368);
        assert_eq!(bounds(fewest, 0.99, 0.95).upper, Some(368));
        assert_eq!(bounds(fewest - 1, 0.99, 0.95).upper, None);
        assert_eq!(bounds(1, 0.01, 0.95).lower, None);
    }

    #[test]
    fn an_estimate_is_the_first_count_that_is_enough() {
        assert_eq!(estimate(1000, 0.99), 990);
        assert_eq!(estimate(1000, 0.9901), 991);
        assert_eq!(estimate(10, 0.07), 1);
        assert_eq!(estimate(3, 0.99), 3);
    }
}
