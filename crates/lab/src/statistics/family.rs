//! Several tests at once. (Several intervals at once:
//! [`Level::shared_by`](super::Level::shared_by).)

use super::{StatisticsError, closed_probability};

/// p-values adjusted so that rejecting those at or below alpha rejects any true hypothesis of the
/// family with probability at most alpha (Holm 1979), in the order given. It needs no independence
/// and rejects whatever Bonferroni's correction rejects.
///
/// ```text
/// p_(1) <= ... <= p_(m):   adjusted_(i) = max over j <= i of min(1, (m - j + 1) p_(j))
/// ```
///
/// # Errors
/// A value outside [0, 1].
///
/// ```
/// use lab::statistics::holm;
/// // 3 * 0.01, then 2 * 0.02 and 1 * 0.03, raised to what comes before.
/// assert_eq!(holm(&[0.03, 0.01, 0.02])?, [0.04, 0.03, 0.04]);
/// # Ok::<(), lab::statistics::StatisticsError>(())
/// ```
pub fn holm(p_values: &[f64]) -> Result<Vec<f64>, StatisticsError> {
    for &p_value in p_values {
        closed_probability(p_value)?;
    }
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut highest: f64 = 0.0;
    for (rank, &index) in order.iter().enumerate() {
        let left = (p_values.len() - rank) as f64;
        highest = highest.max((left * p_values[index]).min(1.0));
        adjusted[index] = highest;
    }
    Ok(adjusted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_four_hypotheses() {
        // 4 * 0.005, 3 * 0.01, 2 * 0.03, and 0.04 raised to 0.06.
        let found = holm(&[0.01, 0.04, 0.03, 0.005]).unwrap();
        for (found, expected) in found.into_iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((found - expected).abs() < 1e-15);
        }
    }

    #[test]
    fn ends_and_errors() {
        assert_eq!(holm(&[]), Ok(vec![]));
        assert_eq!(holm(&[0.7, 0.6]), Ok(vec![1.0, 1.0]));
        assert!(holm(&[0.1, f64::NAN]).is_err());
        assert!(holm(&[1.5]).is_err());
    }
}
