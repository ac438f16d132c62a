//! How far a sample is from a law: the distance of Kolmogorov and Smirnov.

use super::binomial::{Trial, point};
use super::{Interval, Level, StatisticsError, closed_probability, finite};

/// The largest vertical distance between the distribution function of a sample and that of a distribution
/// (Kolmogorov 1933).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KolmogorovSmirnov {
    /// Size of the sample.
    pub samples: u64,
    /// The distance, from 1 / (2 samples) to 1.
    pub distance: f64,
}

impl KolmogorovSmirnov {
    /// Compares `sample` with the distribution whose continuous distribution function is `cdf`.
    ///
    /// ```text
    /// D = max over i of max(i/n - F(x_(i)), F(x_(i)) - (i-1)/n),   x_(1) <= ... <= x_(n)
    /// ```
    ///
    /// # Errors
    /// No observations, one that is not finite, or a value of `cdf` outside [0, 1].
    ///
    /// ```
    /// use lab::statistics::KolmogorovSmirnov;
    /// // Steps to 1/2 at 0.1 and to 1 at 0.7: the uniform distribution is 0.4 away just after the first.
    /// let found = KolmogorovSmirnov::of(&[0.7, 0.1], |x| x)?;
    /// assert_eq!(found.distance, 0.4);
    /// # Ok::<(), lab::statistics::StatisticsError>(())
    /// ```
    pub fn of(sample: &[f64], cdf: impl Fn(f64) -> f64) -> Result<Self, StatisticsError> {
        if sample.is_empty() {
            return Err(StatisticsError::TooFewObservations {
                found: 0,
                needed: 1,
            });
        }
        let mut sorted = sample.to_vec();
        sorted.sort_by(f64::total_cmp);
        let n = sample.len() as f64;
        let mut distance: f64 = 0.0;
        for (below, value) in sorted.into_iter().enumerate() {
            let height = closed_probability(cdf(finite(value)?))?;
            let (before, after) = (below as f64 / n, (below + 1) as f64 / n);
            distance = distance.max(height - before).max(after - height);
        }
        Ok(Self {
            samples: sample.len() as u64,
            distance,
        })
    }

    /// How probable so large a distance is if the sample does come from the distribution.
    ///
    /// Twice the exact one-sided probability (Birnbaum and Tingey 1951), less the cases that this
    /// counts twice. Those follow the limit distribution (Kolmogorov 1933), its argument shifted by the next
    /// term of the expansion in 1 / sqrt(n) (Pelz and Good 1976):
    ///
    /// ```text
    /// P(D  >= d) = 2 P(D+ >= d) - 2 exp(-8 z^2) + 2 exp(-18 z^2) - ...
    /// z          = d sqrt(n) + 1 / (6 sqrt(n))
    /// P(D+ >= d) = d * sum over j <= n (1 - d) of P(Binomial(n, x_j) = j) / x_j,   x_j = d + j/n
    /// ```
    ///
    /// It is exact for d >= 1/2 and d <= 1/(2n). Otherwise, where the probability is at most 0.05,
    /// its relative error is below 3e-5 for 5 samples or more and vanishes in the tail; up to 0.5
    /// its absolute error is below 2e-3 (n = 5), 2e-4 (100), 2e-6 (10,000), and ten times that
    /// above; for fewer than 5 samples it is below 0.05. Time is proportional to the size of the
    /// sample.
    ///
    /// ```
    /// use lab::statistics::KolmogorovSmirnov;
    /// // One observation is 0.9 or more away if it lies in the first or the last tenth.
    /// let one = KolmogorovSmirnov { samples: 1, distance: 0.9 };
    /// assert!((one.p_value() - 0.2).abs() < 1e-15);
    /// ```
    pub fn p_value(&self) -> f64 {
        if self.distance * self.samples as f64 <= 0.5 {
            return 1.0;
        }
        let both_sides = 2.0 * self.one_sided();
        if self.distance >= 0.5 {
            return both_sides.min(1.0);
        }
        let root = (self.samples as f64).sqrt();
        let z = self.distance * root + 1.0 / (6.0 * root);
        let term = |j: i32| (-2.0 * f64::from(j * j) * z * z).exp();
        // Pairs of terms that alternate; where twenty are too few (z < 0.2) the result is 1 to ten
        // digits.
        let twice: f64 = (2..20).step_by(2).map(|j| term(j) - term(j + 1)).sum();
        (both_sides - 2.0 * twice).clamp(0.0, 1.0)
    }

    /// Where the distance between the sample's true distribution and the given one lies, with confidence
    /// `level` (Dvoretzky, Kiefer and Wolfowitz 1956, with the constant of Massart 1990). It holds
    /// for every size of the sample.
    ///
    /// ```text
    /// D -+ sqrt(ln(2 / alpha) / (2 n)), cut to [0, 1]
    /// ```
    ///
    /// ```
    /// use lab::statistics::{KolmogorovSmirnov, Level};
    /// let found = KolmogorovSmirnov { samples: 10_000, distance: 0.005 };
    /// let interval = found.interval(Level::PERCENT_95);
    /// assert_eq!(interval.low, 0.0);
    /// assert!((interval.high - 0.0186).abs() < 1e-4);
    /// ```
    pub fn interval(&self, level: Level) -> Interval {
        let reach = ((2.0 / level.error()).ln() / (2.0 * self.samples as f64)).sqrt();
        Interval {
            low: (self.distance - reach).max(0.0),
            high: (self.distance + reach).min(1.0),
        }
    }

    /// P(D+ >= d).
    fn one_sided(&self) -> f64 {
        let (n, d) = (self.samples as f64, self.distance);
        let last = (n * (1.0 - d)).floor() as u64;
        let terms = (0..=last).filter_map(|j| {
            let x = d + j as f64 / n;
            (x < 1.0).then(|| point(j, self.samples, Trial::new(x)) / x)
        });
        d * terms.sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_without_a_distance_are_refused() {
        assert!(KolmogorovSmirnov::of(&[], |x| x).is_err());
        assert!(KolmogorovSmirnov::of(&[0.5, f64::NAN], |x| x).is_err());
        assert!(KolmogorovSmirnov::of(&[1.5], |x| x).is_err());
    }

    #[test]
    fn probabilities_fall_with_the_distance() {
        for samples in [1, 30, 1000] {
            let mut before = 1.0;
            for step in 0..=1000 {
                let distance = f64::from(step) / 1000.0;
                let found = KolmogorovSmirnov { samples, distance }.p_value();
                assert!((0.0..=before + 1e-12).contains(&found), "{samples} {step}");
                before = found;
            }
            assert!(
                before < 1e-12,
                "{samples}: no sample is a distance of 1 away"
            );
        }
    }

    /// Shifting both steps of an equidistant sample by a tenth moves the distance by as much.
    #[test]
    fn a_shifted_sample_is_as_far_as_the_shift() {
        let sample: Vec<f64> = (0..50).map(|i| (f64::from(i) + 0.5) / 50.0).collect();
        let found = KolmogorovSmirnov::of(&sample, |x| (x - 0.1).max(0.0)).unwrap();
        assert!((found.distance - 0.11).abs() < 1e-14);
    }
}
