//! What theory says without free parameters: the curves that figures lay over the rows and that
//! claims hold the rows against.

use std::f64::consts::{LN_2, PI};
use subset_sum::grid;

/// The worst error that 2^n sums cannot beat on [-radius, radius]: each sum is near a stretch of twice
/// the error at most.
///
/// ```text
/// 2^n * 2 error >= 2 radius
/// ```
///
/// ```
/// assert_eq!(coverage::theory::counting_floor(3, 0.5), 0.0625);
/// ```
pub fn counting_floor(candidates: u32, radius: f64) -> f64 {
    radius * (-f64::from(candidates)).exp2()
}

/// The probability that the sums of n uniform candidates on [-1, 1] extend less than `reach` in
/// [0, 1] to one given side.
///
/// With k positive candidates, their sum is below c <= 1 with probability c^k / k!, so
///
/// ```text
/// P = 2^-n sum over k of C(n, k) c^k / k! = 2^-n L_n(-c),   L_n the polynomial of Laguerre
/// ```
///
/// ```
/// // One candidate: negative, or positive and below 1/2.
/// assert_eq!(coverage::theory::one_side_reach_failure(1, 0.5), 0.75);
/// ```
pub fn one_side_reach_failure(candidates: u32, reach: f64) -> f64 {
    let n = f64::from(candidates);
    let (mut sum, mut term) = (0.0, (-n).exp2());
    for k in 0..=candidates {
        sum += term;
        let k = f64::from(k);
        term *= (n - k) * reach / (k + 1.0).powi(2);
    }
    sum
}

/// The probability that the sums of n uniform candidates on [-1, 1] extend less than `reach` in
/// [0, 1] to at least one side. An interval [-R, R] is then not covered within epsilon = R - reach.
///
/// The sides are exclusive but for instances where both sums are small:
///
/// ```text
/// P(both) = 2^-n sum over k of C(n, k) c^k / k! c^(n-k) / (n-k)! = (c/2)^n C(2n, n) / n!
/// P       = 2 * 2^-n L_n(-c) - P(both)
/// ```
///
/// ```
/// // One candidate always leaves one side at 0; two reach 1/2 on both sides with probability 1/8.
/// assert_eq!(coverage::theory::reach_failure(1, 0.5), 1.0);
/// assert_eq!(coverage::theory::reach_failure(2, 0.5), 0.875);
/// ```
pub fn reach_failure(candidates: u32, reach: f64) -> f64 {
    let n = f64::from(candidates);
    let factors = (1..=candidates).map(|i| (n + f64::from(i)) / f64::from(i).powi(2));
    let both: f64 = factors.map(|factor| factor * reach / 2.0).product();
    2.0 * one_side_reach_failure(candidates, reach) - both
}

/// The entropy of a biased coin in bits, H_2(p) = -p lg p - (1-p) lg(1-p).
///
/// ```
/// use coverage::theory::binary_entropy;
/// assert_eq!(binary_entropy(0.5), 1.0);
/// assert_eq!(binary_entropy(0.0), 0.0);
/// ```
pub fn binary_entropy(probability: f64) -> f64 {
    let part = |p: f64| if p > 0.0 { -p * p.log2() } else { 0.0 };
    part(probability) + part(1.0 - probability)
}

/// How many bits more the subsets of one size have than a hit needs (Natale et al. 2024): where it is
/// positive, a subset of k out of n candidates is expected within `tolerance` of a target.
///
/// ```text
/// s = n H_2(k/n) - lg(k / epsilon)
/// ```
///
/// ```
/// assert_eq!(coverage::theory::surplus_bits(16, 8, 0.125), 10.0);
/// ```
pub fn surplus_bits(candidates: u32, size: u32, tolerance: f64) -> f64 {
    let (n, k) = (f64::from(candidates), f64::from(size));
    n * binary_entropy(k / n) - (k / tolerance).log2()
}

/// The probability that the product of independent numbers from U[0, 1] and U[-1, 1] lies in
/// [`low`, `high`], part of [-1, 1].
///
/// ```text
/// density = (1/2) log(1/|t|),   whose integral from 0 to t is (t/2) (1 - log|t|)
/// ```
///
/// ```
/// use coverage::theory::product_probability;
/// assert_eq!(product_probability(-1.0, 1.0), 1.0);
/// assert!((product_probability(0.0, 0.5) - 0.25 * (1.0 + 2.0_f64.ln())).abs() < 1e-15);
/// ```
pub fn product_probability(low: f64, high: f64) -> f64 {
    let integral = |t: f64| {
        if t == 0.0 {
            0.0
        } else {
            0.5 * t * (1.0 - t.abs().ln())
        }
    };
    integral(high) - integral(low)
}

/// The smallest density of the product distribution on [-1/2, 1/2], (log 2)/2: with this weight it contains the
/// uniform distribution there. The gadget's distribution, half zeros, has half of it.
pub const PRODUCT_LEVEL: f64 = LN_2 / 2.0;

/// The density at `target` of the normal distribution that has the mean and the variance of a uniformly random
/// subset's sum. Candidates and target are in grid units, the density is for a unit of 1.
///
/// ```text
/// mean = sum x_i / 2,   variance = sum x_i^2 / 4
/// ```
///
/// ```
/// use subset_sum::grid::ONE;
/// // Mean 0, variance 1/2: 1 / sqrt(pi) at 0.
/// let found = coverage::theory::subset_density(&[ONE, -ONE], 0);
/// assert!((found - std::f64::consts::FRAC_2_SQRT_PI / 2.0).abs() < 1e-15);
/// ```
pub fn subset_density(candidates: &[i64], target: i64) -> f64 {
    let values = candidates.iter().map(|&x| grid::to_f64(x));
    let mean = values.clone().sum::<f64>() / 2.0;
    let variance = values.map(|x| x * x).sum::<f64>() / 4.0;
    let deviation = grid::to_f64(target) - mean;
    (-deviation.powi(2) / (2.0 * variance)).exp() / (2.0 * PI * variance).sqrt()
}

/// The expected covered fraction after one more draw from U[-1, 1], in the dynamics of the proof on
/// [-1/2, 1/2].
///
/// Each number is a translate of a covered one with probability v/2, whatever is covered:
///
/// ```text
/// E[v'] = v + (1 - v) v / 2
/// ```
///
/// ```
/// assert_eq!(coverage::theory::expected_growth(0.5), 0.625);
/// ```
pub fn expected_growth(covered: f64) -> f64 {
    covered + (1.0 - covered) * covered / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use subset_sum::sampling::{generator, uniform};

    /// 1 + 8 + 28/2 + 56/6 + 70/24 + 56/120 + 28/720 + 8/5040 + 1/40320 = 35.757168.
    #[test]
    fn the_reach_curve_at_eight_candidates() {
        assert!((one_side_reach_failure(8, 1.0) - 35.757_168 / 256.0).abs() < 1e-8);
        let both = 12870.0 / (256.0 * 40320.0);
        let expected = 2.0 * one_side_reach_failure(8, 1.0) - both;
        assert!((reach_failure(8, 1.0) - expected).abs() < 1e-15);
    }

    /// The numbers without reach are counted in 200,000 draws; six standard errors.
    #[test]
    fn the_reach_curve_is_that_of_draws() {
        let trials = 200_000;
        for (candidates, reach) in [(1, 0.3), (3, 1.0), (5, 0.5), (8, 0.9)] {
            let mut draws = generator(1, "theory", "reach", u64::from(candidates));
            let fails = |_: &u32| {
                let mut sides = [0.0, 0.0];
                for _ in 0..candidates {
                    let x = grid::to_f64(uniform(&mut draws, -grid::ONE, grid::ONE));
                    sides[usize::from(x > 0.0)] += x.abs();
                }
                sides[0] < reach || sides[1] < reach
            };
            let failures = (0..trials).filter(fails).count();
            let exact = reach_failure(candidates, reach);
            let error = (exact * (1.0 - exact) / f64::from(trials)).sqrt();
            let found = failures as f64 / f64::from(trials);
            assert!(
                (found - exact).abs() <= 6.0 * error,
                "{candidates}: {found} {exact}"
            );
        }
    }

    #[test]
    fn the_product_density_is_the_derivative_of_its_integral() {
        for t in [-0.9_f64, -0.3, 0.01, 0.5] {
            let width = 1e-6;
            let density = product_probability(t - width / 2.0, t + width / 2.0) / width;
            assert!((density - 0.5 * (1.0 / t.abs()).ln()).abs() < 1e-7, "{t}");
        }
        let at_a_half = 0.5 * 2.0_f64.ln();
        assert_eq!(PRODUCT_LEVEL, at_a_half);
    }
}
