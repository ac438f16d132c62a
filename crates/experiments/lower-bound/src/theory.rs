//! What counting asks for, and what designed weights achieve. Everything here is a formula.
//!
//! A network with alpha parameters has 2^alpha pruned versions, and no version is within eps of two
//! targets that are 2 eps apart. If every x -> W x with ||W|| <= 1, W in R^{d x d}, has with probability
//! 1/2 a version within eps on the unit ball, then
//!
//! ```text
//! alpha >= d^2 lg(1 / (2 eps)) - 1       by a packing: Theorem 2 of the paper
//! alpha >= d^2 lg(1 / eps) + lg p        by volumes, for success p on average over the ball
//! ```

pub use tickets::construction::fewest_parameters;

/// Parameters without which a W that is uniform in the spectral unit ball is not approximated with
/// probability p: versions within eps of one function lie in a set of diameter 2 eps, which has at most
/// the fraction eps^(d^2) of the ball's volume (isodiametric inequality).
///
/// ```
/// assert_eq!(lower_bound::theory::volume_parameters(2, 0.25, 0.5), 7.0);
/// ```
pub fn volume_parameters(width: usize, eps: f64, success: f64) -> f64 {
    (width * width) as f64 * -eps.log2() + success.log2()
}

/// The most that some functions can hit of the spectral unit ball: their number times eps^(d^2), or all.
///
/// ```
/// assert_eq!(lower_bound::theory::volume_share(2, 0.25, 16.0), 1.0 / 16.0);
/// ```
pub fn volume_share(width: usize, eps: f64, functions: f64) -> f64 {
    (functions * eps.powi((width * width) as i32)).min(1.0)
}

/// Parameters with which parallel links of designed weights are within eps of every W x, ||W|| <= 1: each
/// entry is less than 2^-(k-1) from a sum of k (see [`designed`](crate::network::designed)), and d times
/// that bounds the norm of the error.
///
/// ```
/// assert_eq!(lower_bound::theory::designed_parameters(1, 1.0 / 8.0), 4.0);
/// assert_eq!(lower_bound::theory::designed_parameters(2, 1.0 / 8.0), 20.0);
/// ```
pub fn designed_parameters(width: usize, eps: f64) -> f64 {
    let digits = (width as f64 / eps).log2().ceil() + 1.0;
    (width * width) as f64 * digits
}

/// The same for a network of two layers without biases: a unit serves one input on one half-line for all
/// outputs, and all d in-weights and d out-weights of the 2 k d units count.
pub fn designed_two_layer_parameters(width: usize, eps: f64) -> f64 {
    4.0 * designed_parameters(width, eps)
}

/// The least hidden width (k) of a network of `layers` layers of weights, all hidden layers equally
/// wide, that has as many parameters as Theorem 2 asks for:
///
/// ```text
/// 2 d k + (L - 2) k^2 >= d^2 lg(1 / (2 eps)) - 1
/// ```
///
/// For L = 2 that is (d/2) lg(1 / (2 eps)) - 1 / (2 d); for more layers only the root of the logarithm.
///
/// # Panics
/// With fewer than two layers.
///
/// ```
/// use lower_bound::theory::least_width;
/// // 2 * 2 k >= 4 * 4 - 1; 2 * 2 k + k^2 >= 15.
/// assert_eq!(least_width(2, 1.0 / 32.0, 2), 3.75);
/// assert!((least_width(2, 1.0 / 32.0, 3) - (19.0_f64.sqrt() - 2.0)).abs() < 1e-12);
/// ```
pub fn least_width(width: usize, eps: f64, layers: usize) -> f64 {
    hidden_width(width, fewest_parameters(width, eps).max(0.0), layers)
}

/// The hidden width (k) of a network of `layers` layers of weights, d inputs and d outputs, all hidden
/// layers equally wide, that has so many parameters: 2 d k + (L - 2) k^2.
///
/// # Panics
/// With fewer than two layers.
pub fn hidden_width(width: usize, parameters: f64, layers: usize) -> f64 {
    assert!(layers >= 2, "a hidden layer lies between two layers");
    let (d, deep) = (width as f64, (layers - 2) as f64);
    // The root of deep k^2 + 2 d k = parameters, in a form that holds for deep = 0.
    parameters / (d + (d * d + deep * parameters).sqrt())
}

/// The least size of a ticket, in parameters kept, if tickets of at most so many out of alpha serve every
/// target with probability 1/2: the smallest size s with
///
/// ```text
/// C(alpha, 0) + ... + C(alpha, s) >= 2^bits,     bits = d^2 lg(1 / (2 eps)) - 1
/// ```
///
/// `None` if all 2^alpha tickets are too few.
///
/// ```
/// use lower_bound::theory::least_ticket;
/// // 1 + 5 < 8 <= 1 + 5 + 10.
/// assert_eq!(least_ticket(5, 3.0), Some(2));
/// assert_eq!(least_ticket(5, 5.5), None);
/// ```
pub fn least_ticket(parameters: u64, bits: f64) -> Option<u64> {
    let (mut log_term, mut log_sum) = (0.0_f64, 0.0_f64);
    for size in 0..=parameters {
        if size > 0 {
            log_term += ((parameters - size + 1) as f64 / size as f64).log2();
            log_sum = log_term + (1.0 + (log_sum - log_term).exp2()).log2();
        }
        // Sums of many logarithms lose a few digits.
        if log_sum >= bits - 1e-9 {
            return Some(size);
        }
    }
    None
}

/// The least fraction gamma of alpha parameters that a ticket keeps, by the weaker form in which the bound
/// is usually stated: gamma alpha lg(e / gamma) >= bits. `None` if keeping all is too little.
///
/// ```
/// use lower_bound::theory::least_fraction;
/// // lg(e / gamma) = lg(2 e) at gamma = 1/2.
/// let bits = 0.5 * 10.0 * (2.0 * std::f64::consts::E).log2();
/// assert!((least_fraction(10, bits).unwrap() - 0.5).abs() < 1e-12);
/// ```
pub fn least_fraction(parameters: u64, bits: f64) -> Option<f64> {
    let reaches =
        |gamma: f64| gamma * parameters as f64 * (std::f64::consts::E / gamma).log2() >= bits;
    if bits <= 0.0 {
        return Some(0.0);
    }
    if !reaches(1.0) {
        return None;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        *(if reaches(middle) { &mut high } else { &mut low }) = middle;
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Architecture, designed};
    use crate::square::{Square, draw_in_ball, spectral_norm};
    use subset_sum::Solver;
    use subset_sum::grid::{from_f64, to_f64};
    use subset_sum::sampling::generator;

    #[test]
    fn designed_links_are_near_every_matrix_of_the_ball() {
        let mut draws = generator(1, "tests", "designed", 0);
        for eps in [0.3, 1.0 / 64.0] {
            let links = designed_parameters(2, eps) as usize / 4;
            let mut solver = Solver::new();
            solver.load(&designed(Architecture::Linear, links)).unwrap();
            for _ in 0..100 {
                let target: Square<2> = draw_in_ball(&mut draws);
                let error = target.map(|row| {
                    row.map(|entry| {
                        let found = solver.closest(from_f64(entry).unwrap()).unwrap();
                        entry - to_f64(found.sum)
                    })
                });
                assert!(spectral_norm(&error) < eps);
            }
        }
    }

    #[test]
    fn a_width_has_just_as_many_parameters_as_are_needed() {
        for (d, eps, layers) in [(1, 0.1, 2), (4, 0.01, 2), (4, 0.01, 3), (16, 1e-6, 8)] {
            let k = least_width(d, eps, layers);
            let parameters = 2.0 * d as f64 * k + (layers - 2) as f64 * k * k;
            let needed = fewest_parameters(d, eps);
            assert!((parameters / needed - 1.0).abs() < 1e-12, "{d} {layers}");
        }
        assert_eq!(least_width(1, 0.4, 2), 0.0);
    }

    #[test]
    fn the_exact_size_of_a_ticket_is_never_below_the_weaker_bound() {
        for parameters in [10, 50, 300] {
            for share in [0.1, 0.4, 0.8, 0.99] {
                let bits = share * parameters as f64;
                let size = least_ticket(parameters, bits).unwrap() as f64;
                let gamma = least_fraction(parameters, bits).unwrap();
                assert!(
                    gamma * parameters as f64 <= size + 1e-9,
                    "{parameters} {share}"
                );
            }
        }
        assert_eq!(least_ticket(10, 10.0), Some(10));
        assert_eq!(least_fraction(10, 15.0), None);
    }
}
