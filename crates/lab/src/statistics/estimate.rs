//! Estimates with a standard error, and the mean as the first of them.

use super::{Interval, Level, StatisticsError, finite, first_reaching};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// A number estimated from data with normal errors of unknown variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate, in the unit of the data.
    pub value: f64,
    /// Its estimated standard deviation, in the same unit.
    pub standard_error: f64,
    /// Observations less fitted parameters.
    pub degrees_of_freedom: u64,
}

impl Estimate {
    /// The two-sided confidence interval by Student's distribution (1908).
    ///
    /// ```text
    /// value -+ t(1 - alpha/2; degrees of freedom) * standard error
    /// ```
    ///
    /// It holds exactly for normal errors and approximately for others, by the central limit
    /// theorem.
    ///
    /// # Panics
    /// With no degrees of freedom.
    ///
    /// ```
    /// use lab::statistics::{Estimate, Level};
    /// // With one degree of freedom Student's distribution is Cauchy's, whose upper quartile is 1.
    /// let estimate = Estimate { value: 5.0, standard_error: 2.0, degrees_of_freedom: 1 };
    /// let interval = estimate.interval(Level::new(0.5)?);
    /// assert!((interval.low - 3.0).abs() < 1e-14 && (interval.high - 7.0).abs() < 1e-14);
    /// # Ok::<(), lab::statistics::StatisticsError>(())
    /// ```
    pub fn interval(&self, level: Level) -> Interval {
        let quantile = student_quantile(level.error() / 2.0, self.degrees_of_freedom as f64);
        let reach = quantile * self.standard_error;
        Interval {
            low: self.value - reach,
            high: self.value + reach,
        }
    }
}

/// The mean of a sample of at least two, with its standard error.
///
/// ```text
/// m = sum x_i / n,   standard error = sqrt(sum (x_i - m)^2 / (n (n - 1))),   n - 1 degrees of freedom
/// ```
///
/// # Errors
/// Fewer than two observations, or one that is not finite.
///
/// ```
/// use lab::statistics::mean;
/// // Squares around 4: 4 + 0 + 4 = 8; sqrt(8 / (3 * 2)).
/// let found = mean(&[2.0, 4.0, 6.0])?;
/// assert_eq!(found.value, 4.0);
/// assert_eq!(found.standard_error, (8.0_f64 / 6.0).sqrt());
/// # Ok::<(), lab::statistics::StatisticsError>(())
/// ```
pub fn mean(sample: &[f64]) -> Result<Estimate, StatisticsError> {
    if sample.len() < 2 {
        return Err(StatisticsError::TooFewObservations {
            found: sample.len(),
            needed: 2,
        });
    }
    for &value in sample {
        finite(value)?;
    }
    let n = sample.len() as f64;
    let value = sample.iter().sum::<f64>() / n;
    let squares: f64 = sample.iter().map(|x| (x - value).powi(2)).sum();
    Ok(Estimate {
        value,
        standard_error: (squares / (n * (n - 1.0))).sqrt(),
        degrees_of_freedom: sample.len() as u64 - 1,
    })
}

/// The t with P(T > t) = `tail` < 1/2.
///
/// The distribution function of statrs is right to 1e-10 up to 1e5 degrees of freedom and loses
/// digits beyond (its inverse is not used: it shares the code that was seen to hang); from there
/// the expansion around the normal quantile z is right to 1e-11 (Abramowitz and Stegun 1964,
/// 26.7.5):
///
/// ```text
/// t = z + (z^3 + z) / (4 v) + (5 z^5 + 16 z^3 + 3 z) / (96 v^2) + O(v^-3)
/// ```
fn student_quantile(tail: f64, degrees: f64) -> f64 {
    const EXPANDED_FROM: f64 = 1e5;
    if degrees < EXPANDED_FROM {
        let law = StudentsT::new(0.0, 1.0, degrees).expect("at least one degree of freedom");
        return first_reaching(0.0, f64::MAX, |t| law.sf(t) <= tail);
    }
    let z = -Normal::standard().inverse_cdf(tail);
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    z + (first + second / degrees) / degrees
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_without_a_variance_are_refused() {
        assert!(mean(&[]).is_err());
        assert!(mean(&[1.0]).is_err());
        assert!(mean(&[1.0, f64::NAN]).is_err());
        assert_eq!(mean(&[1.0, 1.0]).unwrap().standard_error, 0.0);
    }

    #[test]
    fn both_ways_to_a_quantile_meet() {
        for tail in [0.4, 0.025, 1e-6] {
            let [below, above] = [99_999.0, 100_000.0].map(|v| student_quantile(tail, v));
            assert!((below / above - 1.0).abs() < 1e-9, "{tail}");
        }
    }
}
