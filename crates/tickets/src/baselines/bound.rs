//! The least number of random parameters that any construction of one weight needs, by counting.
//!
//! A network with alpha parameters has at most 2^alpha pruned versions. One of them is within eps
//! of w x, for all |x| <= 1, only if w lies in an interval of length 2 eps.

/// Parameters without which a weight drawn from U\[-1, 1\] is not approximated within eps with
/// probability p: 2^alpha intervals of length 2 eps must fill the fraction p of length 2.
///
/// ```text
/// alpha >= lg(1 / eps) + lg p
/// ```
///
/// ```
/// assert_eq!(tickets::baselines::bound::parameters(0.25, 0.5), 1.0);
/// ```
pub fn parameters(tolerance: f64, success_probability: f64) -> f64 {
    (success_probability / tolerance).log2()
}
