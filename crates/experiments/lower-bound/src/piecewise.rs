//! Networks with biases: functions that are linear between kinks.
//!
//! Over |x| <= 1 the distance to w x is largest at an end or at a kink t_i = -b_i / u_i. There
//!
//! ```text
//! |g(t_i) - w t_i| < eps    iff    |u_i g(t_i) + w b_i| < eps |u_i|
//! u_i s(u_j t_i + b_j) = u_i s(D / u_i),    D = u_i b_j - u_j b_i
//! ```
//!
//! in which nothing is divided: with weights in steps of 2^-15 both sides are integers in units of 2^-45.
//!
//! A unit whose out-weight is pruned is nothing; otherwise it is s(u x + b), s(u x), the constant s(b) or
//! nothing: four choices a unit.

use crate::marks::Hits;
use crate::network::{Architecture, Network};
use subset_sum::grid::{FRACTION_BITS, ONE};

/// Binary digits of a weight.
const DIGITS: u32 = FRACTION_BITS / 3;

/// A hidden unit x -> v s(u x + b), in steps of 2^-15.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unit {
    slope: i64,
    bias: i64,
    out_weight: i64,
}

impl Unit {
    /// v s(u x + b) at x = 1 or x = -1, in units of 2^-30.
    fn at_end(&self, end: i64) -> i64 {
        self.out_weight * (end * self.slope + self.bias).max(0)
    }

    /// u v s(u' t + b') at the kink t = -b / u of another unit, in units of 2^-45.
    fn at_kink_of(&self, other: &Unit) -> i64 {
        let determinant = other.slope * self.bias - self.slope * other.bias;
        self.out_weight * other.slope.signum() * (other.slope.signum() * determinant).max(0)
    }
}

/// The targets that some pruned version of a network of two layers with biases hits.
pub(crate) fn hits(network: &Network) -> Hits {
    debug_assert_eq!(network.architecture(), Architecture::TwoLayerBiased);
    let width = network.width();
    let [slopes, biases, out_weights, constant] = network.parts([width, width, width, 1]);
    let choices: Vec<[Unit; 4]> = (0..width)
        .map(|at| {
            let unit = |slope, bias| Unit {
                slope,
                bias,
                out_weight: out_weights[at],
            };
            let (slope, bias) = (slopes[at], biases[at]);
            [unit(0, 0), unit(slope, 0), unit(0, bias), unit(slope, bias)]
        })
        .collect();
    let mut hits = Hits::none();
    let mut units = Vec::new();
    for version in 0..1_u32 << (2 * width) {
        units.clear();
        let chosen = choices.iter().enumerate();
        units.extend(chosen.map(|(at, unit)| unit[(version >> (2 * at) & 3) as usize]));
        offer(&mut hits, &units, 0);
        offer(&mut hits, &units, constant[0]);
    }
    hits
}

/// Marks what one function hits.
fn offer(hits: &mut Hits, units: &[Unit], constant: i64) {
    let at_end = |end| {
        let outputs: i64 = units.iter().map(|unit| unit.at_end(end)).sum();
        (outputs + (constant << DIGITS)) << (FRACTION_BITS - 2 * DIGITS)
    };
    let (right, left) = (at_end(1), at_end(-1));
    hits.offer(right, |eps, target| {
        (left + target).abs() < eps && is_near_at_kinks(units, constant, target, eps)
    });
}

fn is_near_at_kinks(units: &[Unit], constant: i64, target: i64, eps: i64) -> bool {
    let steps = |units: i64| units / (ONE >> DIGITS);
    let (target, eps) = (steps(target), steps(eps));
    let inside = units
        .iter()
        .filter(|unit| unit.bias.abs() < unit.slope.abs());
    inside.into_iter().all(|kink| {
        let outputs: i64 = units.iter().map(|unit| unit.at_kink_of(kink)).sum();
        let rest = constant * kink.slope + target * kink.bias;
        (outputs + (rest << DIGITS)).abs() < (eps * kink.slope.abs()) << DIGITS
    })
}
