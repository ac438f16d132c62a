//! Point probabilities and tails of the binomial law: relative error 1e-10 down to 1e-300, up to
//! 1e10 trials.
//!
//! A tail is I_p(k, n - k + 1), the regularised incomplete beta function. That of statrs 0.19 is
//! right to 1e-11 at n = 1e4, but to 2e-8 only at 1e7 and 2e-5 at 1e10: differences of ln Gamma
//! cancel, and its continued fraction stops after 140 steps. Here a point probability has no such
//! difference, and a tail is a sum of positive terms away from the mean.

use statrs::function::factorial::ln_factorial;
use std::f64::consts::TAU;

/// Probabilities of the two outcomes of a trial. Both are stored, so that neither loses digits by
/// being the complement of the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trial {
    success: f64,
    failure: f64,
}

impl Trial {
    /// A trial that succeeds with probability `success` in (0, 1).
    pub(super) fn new(success: f64) -> Self {
        Self {
            success,
            failure: 1.0 - success,
        }
    }

    /// Names exchanged.
    pub(super) fn mirrored(self) -> Self {
        Self {
            success: self.failure,
            failure: self.success,
        }
    }

    /// ln of the probability of a failure.
    fn ln_failure(self) -> f64 {
        if self.success < 0.5 {
            (-self.success).ln_1p()
        } else {
            self.failure.ln()
        }
    }
}

/// P(X = k) for X ~ Binomial(n, p), by the saddle-point expansion (Loader 2000, "Fast and Accurate
/// Computation of Binomial Probabilities").
///
/// ```text
/// P(X = k) = sqrt(n / (2 pi k (n - k))) exp(s(n) - s(k) - s(n - k) - D(k, np) - D(n - k, nq))
/// s(n)     = ln n! - ln(sqrt(2 pi n) (n/e)^n)         the error of Stirling's formula
/// D(x, m)  = x ln(x / m) + m - x                      the deviance, >= 0
/// ```
pub(super) fn point(successes: u64, trials: u64, trial: Trial) -> f64 {
    let (k, n) = (successes as f64, trials as f64);
    if successes == 0 {
        return (n * trial.ln_failure()).exp();
    }
    if successes == trials {
        return (n * trial.mirrored().ln_failure()).exp();
    }
    let exponent = stirling_error(trials)
        - stirling_error(successes)
        - stirling_error(trials - successes)
        - deviance(k, n * trial.success)
        - deviance(n - k, n * trial.failure);
    (n / (TAU * k * (n - k))).sqrt() * exponent.exp()
}

/// P(X <= k): the point probabilities from k down, or the complement of those from k + 1 up where k
/// is not below the mean.
///
/// ```text
/// P(X = j - 1) / P(X = j) = j q / ((n - j + 1) p) < 1    for j below the mean
/// ```
pub(super) fn lower_tail(successes: u64, trials: u64, trial: Trial) -> f64 {
    if successes >= trials {
        1.0
    } else if (successes as f64) < trials as f64 * trial.success {
        sum_down(successes, trials, trial)
    } else {
        1.0 - sum_down(trials - successes - 1, trials, trial.mirrored())
    }
}

/// P(X >= k).
pub(super) fn upper_tail(successes: u64, trials: u64, trial: Trial) -> f64 {
    if successes == 0 {
        1.0
    } else {
        lower_tail(trials - successes, trials, trial.mirrored())
    }
}

/// The largest k with P(X <= k) <= `error`, `None` if P(X = 0) is already above it.
pub(super) fn largest_below(trials: u64, trial: Trial, error: f64) -> Option<u64> {
    if lower_tail(0, trials, trial) > error {
        return None;
    }
    let (mut within, mut beyond) = (0, trials);
    while beyond > within + 1 {
        let middle = within + (beyond - within) / 2;
        if lower_tail(middle, trials, trial) <= error {
            within = middle;
        } else {
            beyond = middle;
        }
    }
    Some(within)
}

fn sum_down(successes: u64, trials: u64, trial: Trial) -> f64 {
    let (n, odds) = (trials as f64, trial.failure / trial.success);
    let (mut term, mut sum, mut j) = (1.0, 1.0, successes as f64);
    while j > 0.0 && term > f64::EPSILON / 8.0 * sum {
        term *= j / (n - j + 1.0) * odds;
        sum += term;
        j -= 1.0;
    }
    point(successes, trials, trial) * sum
}

/// The relative error of Stirling's formula for ln n!, n >= 1 (Abramowitz and Stegun 1964, 6.1.42).
fn stirling_error(n: u64) -> f64 {
    let x = n as f64;
    if n < 16 {
        return ln_factorial(n) - (x + 0.5) * x.ln() + x - 0.5 * TAU.ln();
    }
    let y = 1.0 / (x * x);
    (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y / 1188.0)))) / x
}

/// x ln(x / m) + m - x for positive x and m, without cancellation where they are close.
///
/// ```text
/// D = (x - m) v + 2 x (v^3/3 + v^5/5 + ...),   v = (x - m) / (x + m)
/// ```
fn deviance(x: f64, m: f64) -> f64 {
    let v = (x - m) / (x + m);
    if v.abs() >= 0.1 {
        return x * (x / m).ln() + m - x;
    }
    let mut sum = (x - m) * v;
    let mut power = 2.0 * x * v;
    for odd in (3..).step_by(2) {
        power *= v * v;
        let next = sum + power / f64::from(odd);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn point_probabilities_of_four_fair_trials() {
        for (k, sixteenths) in [1.0, 4.0, 6.0, 4.0, 1.0].into_iter().enumerate() {
            let found = point(k as u64, 4, Trial::new(0.5));
            assert!((found * 16.0 / sixteenths - 1.0).abs() < 1e-14, "{k}");
        }
    }

    #[test]
    fn point_probabilities_sum_to_one() {
        for (n, p) in [(1, 0.3), (15, 0.999), (16, 1e-3), (1000, 0.37)] {
            let sum: f64 = (0..=n).map(|k| point(k, n, Trial::new(p))).sum();
            assert!((sum - 1.0).abs() < 1e-13, "{n} {p} {sum}");
        }
    }

    #[test]
    fn tails_are_sums_of_point_probabilities() {
        let (n, trial) = (60, Trial::new(0.2));
        let mut below = 0.0;
        for k in 0..n {
            let from_here = upper_tail(k, n, trial);
            assert!((from_here - (1.0 - below)).abs() < 1e-14, "{k}");
            below += point(k, n, trial);
            assert!((lower_tail(k, n, trial) / below - 1.0).abs() < 1e-13, "{k}");
        }
        assert_eq!(lower_tail(n, n, trial), 1.0);
    }

    #[test]
    fn the_largest_count_in_a_tail() {
        // Of four fair trials: P(X <= 0) = 1/16, P(X <= 1) = 5/16.
        let trial = Trial::new(0.5);
        assert_eq!(largest_below(4, trial, 0.06), None);
        assert_eq!(largest_below(4, trial, 0.07), Some(0));
        assert_eq!(largest_below(4, trial, 0.32), Some(1));
        assert_eq!(largest_below(1, trial, 0.6), Some(0));
    }
}
