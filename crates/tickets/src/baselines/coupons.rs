//! How many draws collect all of some coupons.
//!
//! A draw gives each of m coupons with the same probability p, never two at once, and none of them
//! with probability 1 - m p. The constructions that serve a weight by single units wait for coupons.

/// The expected number of draws until all coupons are there: while j are missing, 1 / (j p) draws
/// give one of them.
///
/// ```text
/// E = (1 + 1/2 + ... + 1/m) / p
/// ```
///
/// ```
/// // Both sides of a coin: one throw, then two more on average.
/// assert_eq!(tickets::baselines::coupons::expected(2, 0.5), 3.0);
/// ```
pub fn expected(coupons: usize, probability: f64) -> f64 {
    (1..=coupons).map(|left| 1.0 / left as f64).sum::<f64>() / probability
}

/// Draws after which some coupon is there fewer than N times with probability at most delta.
///
/// ```text
/// n = ceil((N + a + sqrt(a^2 + 2 a N)) / p),   a = log(m / delta)
/// ```
///
/// Chernoff's bound says that a binomial number with mean M falls below N <= M with probability at
/// most exp(-(M - N)^2 / (2 M)); this M = n p solves (M - N)^2 = 2 M a.
pub fn sufficient_of_each(
    coupons: usize,
    copies: usize,
    probability: f64,
    failure_probability: f64,
) -> f64 {
    let (copies, a) = (
        copies as f64,
        (coupons as f64).ln() - failure_probability.ln(),
    );
    ((copies + a + (a * a + 2.0 * a * copies).sqrt()) / probability).ceil()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The probability that one of m coupons is missing after n draws, by inclusion and exclusion.
    fn missing(coupons: usize, probability: f64, draws: f64) -> f64 {
        let mut sign_and_choices = -1.0;
        let term = |chosen: usize| {
            sign_and_choices *= -((coupons + 1 - chosen) as f64) / chosen as f64;
            sign_and_choices * (1.0 - chosen as f64 * probability).powf(draws)
        };
        (1..=coupons).map(term).sum()
    }

    /// The probability of fewer than `copies` successes.
    fn fewer(copies: usize, probability: f64, draws: f64) -> f64 {
        let mut point = (1.0 - probability).powf(draws);
        let odds = probability / (1.0 - probability);
        let mut sum = 0.0;
        for successes in 0..copies as u32 {
            sum += point;
            point *= odds * (draws - f64::from(successes)) / f64::from(successes + 1);
        }
        sum
    }

    #[test]
    fn expectations_are_sums_of_the_exact_tail() {
        for (coupons, probability) in [(1, 0.1), (2, 0.5), (5, 0.03), (12, 1.0 / 24.0)] {
            let tail = (0..4000).map(|draws| missing(coupons, probability, f64::from(draws)));
            let sum: f64 = tail.sum();
            let found = expected(coupons, probability);
            assert!((found / sum - 1.0).abs() < 1e-9, "{found} {sum}");
        }
    }

    #[test]
    fn sufficient_draws_of_each_suffice_and_are_not_many_too_many() {
        for (copies, part) in [(1, 0.3), (10, 0.6), (200, 0.9)] {
            for failure in [0.5, 0.1, 0.001] {
                let (coupons, probability) = (8, 0.05);
                let draws = sufficient_of_each(coupons, copies, probability, failure);
                let union = |draws: f64| coupons as f64 * fewer(copies, probability, draws);
                assert!(union(draws) <= failure, "{copies}: {draws}");
                assert!(union((part * draws).floor()) > failure, "{copies}: {draws}");
            }
        }
    }
}
