//! Confidence bounds for quantiles by order statistics, whatever the distribution.

use super::binomial::{Trial, largest_below};
use super::{Level, StatisticsError, open_probability};

/// The rank (1 = smallest) of the observation that bounds a quantile from below with confidence
/// `level`; `None` if the sample is too small for any to do so.
///
/// How many of `samples` independent observations fall below the `quantile` xi_q is binomial
/// (Thompson 1936; David and Nagaraja 2003, section 7.1):
///
/// ```text
/// P(X_(r) <= xi_q) >= 1 - P(B <= r - 1) >= 1 - alpha,   B ~ Binomial(samples, q);  largest such r
/// ```
///
/// It needs only ranks, so observations may be infinite ("not reached") and distributions may have atoms.
///
/// # Errors
/// No samples, or `quantile` not strictly between 0 and 1.
pub fn lower_rank(
    samples: u64,
    quantile: f64,
    level: Level,
) -> Result<Option<u64>, StatisticsError> {
    rank_below(samples, trial(samples, quantile)?, level.error())
}

/// The rank (1 = smallest) of the observation that bounds a quantile from above with confidence
/// `level`; `None` if the sample is too small for any to do so.
///
/// ```text
/// P(X_(r) >= xi_q) >= P(B <= r - 1) >= 1 - alpha,   B ~ Binomial(samples, q);  smallest such r
/// ```
///
/// # Errors
/// No samples, or `quantile` not strictly between 0 and 1.
///
/// ```
/// use lab::statistics::{Level, upper_rank};
/// // The largest of n exceeds the 99 % quantile with probability 1 - 0.99^n, above 95 % from n = 299 on.
/// assert_eq!(upper_rank(299, 0.99, Level::PERCENT_95)?, Some(299));
/// assert_eq!(upper_rank(298, 0.99, Level::PERCENT_95)?, None);
/// # Ok::<(), lab::statistics::StatisticsError>(())
/// ```
pub fn upper_rank(
    samples: u64,
    quantile: f64,
    level: Level,
) -> Result<Option<u64>, StatisticsError> {
    let mirrored = trial(samples, quantile)?.mirrored();
    Ok(rank_below(samples, mirrored, level.error())?.map(|rank| samples + 1 - rank))
}

/// Ranks of the observations between which a quantile lies with confidence `level`: a lower and an
/// upper bound, each with half of the error. `None` if the sample is too small for one of them.
///
/// # Errors
/// No samples, or `quantile` not strictly between 0 and 1.
///
/// ```
/// use lab::statistics::{Level, quantile_ranks};
/// // The median of six lies outside of their range with probability 2 / 2^6 = 3.1 %.
/// assert_eq!(quantile_ranks(6, 0.5, Level::PERCENT_95)?, Some((1, 6)));
/// assert_eq!(quantile_ranks(5, 0.5, Level::PERCENT_95)?, None);
/// # Ok::<(), lab::statistics::StatisticsError>(())
/// ```
pub fn quantile_ranks(
    samples: u64,
    quantile: f64,
    level: Level,
) -> Result<Option<(u64, u64)>, StatisticsError> {
    let side = level.shared_by(2);
    let low = lower_rank(samples, quantile, side)?;
    Ok(low.zip(upper_rank(samples, quantile, side)?))
}

fn trial(samples: u64, quantile: f64) -> Result<Trial, StatisticsError> {
    if samples == 0 {
        return Err(StatisticsError::NoTrials);
    }
    open_probability(quantile).map(Trial::new)
}

fn rank_below(samples: u64, trial: Trial, error: f64) -> Result<Option<u64>, StatisticsError> {
    Ok(largest_below(samples, trial, error).map(|count| count + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senseless_questions_are_refused() {
        assert!(lower_rank(0, 0.5, Level::PERCENT_95).is_err());
        for quantile in [0.0, 1.0, f64::NAN] {
            assert!(lower_rank(10, quantile, Level::PERCENT_95).is_err());
            assert!(upper_rank(10, quantile, Level::PERCENT_95).is_err());
        }
    }

    #[test]
    fn ranks_of_a_median_are_symmetric() {
        for samples in [6, 7, 100, 10_001] {
            let (low, high) = quantile_ranks(samples, 0.5, Level::PERCENT_95)
                .unwrap()
                .unwrap();
            assert_eq!(low + high, samples + 1);
        }
    }

    /// Ten observations, sides of 20 %: P(B <= 2) = 56/1024, P(B <= 3) = 176/1024, P(B <= 4) =
    /// 386/1024.
    #[test]
    fn ranks_that_can_be_counted_by_hand() {
        let level = Level::new(0.8).unwrap();
        assert_eq!(lower_rank(10, 0.5, level), Ok(Some(4)));
        assert_eq!(upper_rank(10, 0.5, level), Ok(Some(7)));
    }
}
