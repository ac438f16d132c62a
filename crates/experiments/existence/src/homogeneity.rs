//! Whether two samples come from one distribution: Pearson's test of homogeneity.

use anyhow::{Result, ensure};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Pearson's statistic of two samples that are counted by the same classes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Homogeneity {
    /// Chi-square.
    pub statistic: f64,
    /// Classes that are not empty in both samples, less one.
    pub degrees: usize,
    /// How probable so large a statistic is if both samples come from one distribution, for many samples
    /// in every class.
    pub p_value: f64,
}

impl Homogeneity {
    /// Counts o_ij of sample i in class j against those expected, e_ij = (row sum) (column sum) / total.
    ///
    /// ```text
    /// chi^2 = sum_ij (o_ij - e_ij)^2 / e_ij
    /// ```
    ///
    /// # Errors
    /// Samples of different classes, a sample of nothing, or a single class.
    ///
    /// ```
    /// use existence::homogeneity::Homogeneity;
    /// // 200 (10 * 80 - 20 * 90)^2 / (100 * 100 * 30 * 170)
    /// let found = Homogeneity::of([&[10, 90], &[20, 80]])?;
    /// assert!((found.statistic - 2e8 / 5.1e7).abs() < 1e-12);
    /// # Ok::<(), anyhow::Error>(())
    /// ```
    pub fn of(samples: [&[u64]; 2]) -> Result<Self> {
        let [one, other] = samples;
        ensure!(one.len() == other.len(), "samples of different classes");
        let sums = samples.map(|sample| sample.iter().sum::<u64>() as f64);
        ensure!(sums.iter().all(|&sum| sum > 0.0), "a sample of nothing");
        let classes = one.iter().zip(other).filter(|(a, b)| **a + **b > 0);
        let classes: Vec<[f64; 2]> = classes.map(|(&a, &b)| [a as f64, b as f64]).collect();
        ensure!(classes.len() > 1, "a single class");
        let terms = classes.iter().flat_map(|class| {
            let share = (class[0] + class[1]) / (sums[0] + sums[1]);
            let expected = sums.map(|sum| share * sum);
            [0, 1].map(|i| (class[i] - expected[i]).powi(2) / expected[i])
        });
        let (statistic, degrees) = (terms.sum(), classes.len() - 1);
        let p_value = ChiSquared::new(degrees as f64)?.sf(statistic);
        Ok(Self {
            statistic,
            degrees,
            p_value,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tail is erfc(sqrt(x / 2)) with one degree of freedom and exp(-x / 2) with two.
    #[test]
    fn small_tables_have_the_values_that_follow_by_hand() {
        for (samples, statistic, degrees, p_value) in [
            (
                [&[10, 90][..], &[20, 80]],
                200.0 / 51.0,
                1,
                0.047_670_380_656_161_44,
            ),
            (
                [&[10, 10, 20], &[20, 20, 20]],
                25.0 / 9.0,
                2,
                0.249_352_208_777_296_22,
            ),
        ] {
            let found = Homogeneity::of(samples).unwrap();
            assert!((found.statistic - statistic).abs() < 1e-13, "{found:?}");
            assert!((found.p_value - p_value).abs() < 1e-13, "{found:?}");
            assert_eq!(found.degrees, degrees);
        }
    }

    #[test]
    fn classes_that_are_empty_in_both_samples_do_not_count() {
        let found = Homogeneity::of([&[3, 0, 5], &[6, 0, 10]]).unwrap();
        assert_eq!(
            (found.statistic, found.degrees, found.p_value),
            (0.0, 1, 1.0)
        );
        for wrong in [[&[1][..], &[1]], [&[0, 0], &[1, 1]], [&[1, 1], &[1]]] {
            assert!(Homogeneity::of(wrong).is_err(), "{wrong:?}");
        }
    }
}
