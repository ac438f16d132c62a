//! Failure probabilities from counts: exact intervals and exact tests.

use super::binomial::{Trial, largest_below, lower_tail, upper_tail};
use super::{Interval, Level, StatisticsError, first_reaching, open_probability};

/// Failures among independent trials of one unknown failure probability p.
///
/// Up to 1e10 trials bounds are right to 1e-14 and p-values to 1e-10, in relative terms, down to
/// 1e-300. An interval takes less than 0.1 ms at 1e4 trials, and 0.1 s at worst, where 1e10 trials
/// fail half of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proportion {
    failures: u64,
    trials: u64,
}

impl Proportion {
    /// `failures` among `trials`.
    ///
    /// # Errors
    /// No trials, or more failures than trials.
    pub fn new(failures: u64, trials: u64) -> Result<Self, StatisticsError> {
        if trials == 0 {
            Err(StatisticsError::NoTrials)
        } else if failures > trials {
            Err(StatisticsError::TooManyFailures { failures, trials })
        } else {
            Ok(Self { failures, trials })
        }
    }

    /// The observed rate, failures / trials.
    pub fn rate(&self) -> f64 {
        self.failures as f64 / self.trials as f64
    }

    /// The largest p that the count does not refute: a one-sided upper confidence bound (Clopper
    /// and Pearson 1934).
    ///
    /// ```text
    /// p with P(X <= failures; trials, p) = alpha;   1 - alpha^(1/n) without failures;   1 if all fail
    /// ```
    ///
    /// ```
    /// use lab::statistics::{Level, Proportion};
    /// // No failure in two trials: (1 - p)^2 = 0.25 at p = 0.5.
    /// let none = Proportion::new(0, 2)?;
    /// assert!((none.upper_bound(Level::new(0.75)?) - 0.5).abs() < 1e-15);
    /// # Ok::<(), lab::statistics::StatisticsError>(())
    /// ```
    pub fn upper_bound(&self, level: Level) -> f64 {
        self.highest(level.error())
    }

    /// The smallest p that the count does not refute: a one-sided lower confidence bound (Clopper
    /// and Pearson 1934).
    ///
    /// ```text
    /// p with P(X >= failures; trials, p) = alpha;   0 without failures;   alpha^(1/n) if all fail
    /// ```
    pub fn lower_bound(&self, level: Level) -> f64 {
        self.lowest(level.error())
    }

    /// The two-sided interval of Clopper and Pearson (1934): a lower and an upper bound, each with
    /// half of the error. It holds the true p with at least the probability `level`, whatever p is.
    ///
    /// ```
    /// use lab::statistics::{Level, Proportion};
    /// // One failure in one trial: p = 0.025 is the least with P(X >= 1) = 2.5 %.
    /// let interval = Proportion::new(1, 1)?.interval(Level::PERCENT_95);
    /// assert!((interval.low - 0.025).abs() < 1e-15);
    /// assert_eq!(interval.high, 1.0);
    /// # Ok::<(), lab::statistics::StatisticsError>(())
    /// ```
    pub fn interval(&self, level: Level) -> Interval {
        Interval {
            low: self.lowest(level.error() / 2.0),
            high: self.highest(level.error() / 2.0),
        }
    }

    /// The p-value of the exact binomial test whose rejection supports "p <= `delta`": how probable
    /// so few failures are if p is `delta` or more.
    ///
    /// ```text
    /// P(X <= failures; trials, delta)
    /// ```
    ///
    /// It is at most alpha exactly where [`upper_bound`](Self::upper_bound) is at most `delta`.
    ///
    /// # Errors
    /// `delta` not strictly between 0 and 1.
    ///
    /// ```
    /// use lab::statistics::Proportion;
    /// // P(no failure in 3) = (1 - 0.5)^3.
    /// let found = Proportion::new(0, 3)?.p_value_supporting(0.5)?;
    /// assert!((found - 0.125).abs() < 1e-15);
    /// # Ok::<(), lab::statistics::StatisticsError>(())
    /// ```
    pub fn p_value_supporting(&self, delta: f64) -> Result<f64, StatisticsError> {
        let trial = Trial::new(open_probability(delta)?);
        Ok(lower_tail(self.failures, self.trials, trial))
    }

    /// The p-value of the exact binomial test whose rejection contradicts "p <= `delta`": how
    /// probable so many failures are if p is `delta` or less.
    ///
    /// ```text
    /// P(X >= failures; trials, delta)
    /// ```
    ///
    /// # Errors
    /// `delta` not strictly between 0 and 1.
    pub fn p_value_contradicting(&self, delta: f64) -> Result<f64, StatisticsError> {
        let trial = Trial::new(open_probability(delta)?);
        Ok(upper_tail(self.failures, self.trials, trial))
    }

    fn highest(&self, error: f64) -> f64 {
        let Self { failures, trials } = *self;
        if failures == trials {
            1.0
        } else if failures == 0 {
            -(error.ln() / trials as f64).exp_m1()
        } else {
            let refuted = |p| lower_tail(failures, trials, Trial::new(p)) <= error;
            first_reaching(0.0, 1.0, refuted)
        }
    }

    fn lowest(&self, error: f64) -> f64 {
        let Self { failures, trials } = *self;
        if failures == 0 {
            0.0
        } else if failures == trials {
            (error.ln() / trials as f64).exp()
        } else {
            first_reaching(0.0, 1.0, |p| {
                upper_tail(failures, trials, Trial::new(p)) >= error
            })
        }
    }
}

/// The fewest trials that can support "p <= `delta`" at all, namely without any failure.
///
/// ```text
/// smallest n with (1 - delta)^n <= alpha
/// ```
///
/// # Errors
/// `delta` not strictly between 0 and 1.
///
/// ```
/// use lab::statistics::{Level, trials_to_support};
/// assert_eq!(trials_to_support(0.01, Level::PERCENT_95)?, 299);
/// assert_eq!(trials_to_support(0.01, Level::PERCENT_95.shared_by(16))?, 574);
/// # Ok::<(), lab::statistics::StatisticsError>(())
/// ```
pub fn trials_to_support(delta: f64, level: Level) -> Result<u64, StatisticsError> {
    let per_trial = (-open_probability(delta)?).ln_1p();
    Ok((level.error().ln() / per_trial).ceil() as u64)
}

/// The most failures in `trials` that still support "p <= `delta`", `None` if not even zero does.
///
/// ```text
/// largest k with P(X <= k; trials, delta) <= alpha
/// ```
///
/// # Errors
/// No trials, or `delta` not strictly between 0 and 1.
///
/// ```
/// use lab::statistics::{Level, allowed_failures};
/// let allowed = |delta| allowed_failures(200, delta, Level::PERCENT_95);
/// assert_eq!(allowed(0.1)?, Some(12));
/// assert_eq!(allowed(0.05)?, Some(4));
/// assert_eq!(allowed(0.02)?, Some(0));
/// assert_eq!(allowed(0.01)?, None);
/// # Ok::<(), lab::statistics::StatisticsError>(())
/// ```
pub fn allowed_failures(
    trials: u64,
    delta: f64,
    level: Level,
) -> Result<Option<u64>, StatisticsError> {
    if trials == 0 {
        return Err(StatisticsError::NoTrials);
    }
    let trial = Trial::new(open_probability(delta)?);
    Ok(largest_below(trials, trial, level.error()))
}

#[cfg(test)]
mod tests {
    use super::super::binomial::point;
    use super::*;

    #[test]
    fn impossible_counts_are_refused() {
        assert_eq!(Proportion::new(0, 0), Err(StatisticsError::NoTrials));
        assert!(Proportion::new(2, 1).is_err());
        let half = Proportion::new(1, 2).unwrap();
        for delta in [0.0, 1.0, -0.1, f64::NAN] {
            assert!(half.p_value_supporting(delta).is_err());
            assert!(half.p_value_contradicting(delta).is_err());
            assert!(trials_to_support(delta, Level::PERCENT_95).is_err());
            assert!(allowed_failures(10, delta, Level::PERCENT_95).is_err());
        }
    }

    /// The probability, summed over all counts, that the interval or a bound holds the true p.
    #[test]
    fn exact_coverage_is_at_least_the_level() {
        for level in [0.5, 0.9, 0.95, 0.999] {
            let level = Level::new(level).unwrap();
            for (n, p) in [(1, 0.3), (7, 0.01), (30, 0.5), (100, 0.98), (400, 0.05)] {
                let mut covered = [0.0; 3];
                for k in 0..=n {
                    let found = Proportion::new(k, n).unwrap();
                    let holds = [
                        found.interval(level).contains(p),
                        found.upper_bound(level) >= p,
                        found.lower_bound(level) <= p,
                    ];
                    for (sum, holds) in covered.iter_mut().zip(holds) {
                        *sum += f64::from(u8::from(holds)) * point(k, n, Trial::new(p));
                    }
                }
                let least = 1.0 - level.error() - 1e-12;
                assert!(covered.iter().all(|&c| c >= least), "{n} {p} {covered:?}");
            }
        }
    }

    #[test]
    fn bounds_tests_and_sample_sizes_agree() {
        let level = Level::PERCENT_95;
        for delta in [0.3, 0.1, 0.02, 1e-3, 1e-5] {
            let n = trials_to_support(delta, level).unwrap();
            assert_eq!(allowed_failures(n, delta, level), Ok(Some(0)));
            assert_eq!(allowed_failures(n - 1, delta, level), Ok(None));
            let n = 4 * n;
            let most = allowed_failures(n, delta, level).unwrap().unwrap();
            for (k, supports) in [(most, true), (most + 1, false)] {
                let found = Proportion::new(k, n).unwrap();
                assert_eq!(found.upper_bound(level) <= delta, supports);
                assert_eq!(found.p_value_supporting(delta).unwrap() <= 0.05, supports);
            }
        }
    }

    #[test]
    fn bounds_mirror_each_other() {
        let level = Level::PERCENT_99;
        for (k, n) in [(0, 9), (1, 9), (4, 9), (300, 1000)] {
            let mirrored = Proportion::new(n - k, n).unwrap().upper_bound(level);
            let found = Proportion::new(k, n).unwrap().lower_bound(level);
            assert!((found + mirrored - 1.0).abs() < 1e-14);
        }
    }
}
