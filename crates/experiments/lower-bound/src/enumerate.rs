//! Which targets the pruned versions of a network hit: exactly, without looking at every mask.
//!
//! A version hits the target w within eps if |g(x) - w x| < eps for all |x| <= 1. Without biases g is
//! linear on both half-lines, so that both slopes must be within eps of w.
//!
//! - *linear*, *shared*: slopes are subset sums of k numbers, the same on both half-lines.
//! - *two layers*: a unit acts on one half-line only. Slopes are subset sums of the products u v of the
//!   units with u > 0 and, independently, of those with u < 0.
//! - *three layers*: pruning a link of the first or the last layer is pruning links of the middle one.
//!   Each of the k rows of A adds one of at most 2^k pairs of slopes.
//! - *biases*: functions with kinks, compared at each of them (`piecewise.rs`).

use crate::marks::{Code, Hits, Marks, subset_sums};
use crate::network::{Architecture, Network};
use crate::piecewise;
use subset_sum::grid::FRACTION_BITS;

/// The targets that some pruned version hits, at every tolerance.
///
/// ```
/// use lower_bound::enumerate::hits;
/// use lower_bound::marks::Code;
/// use lower_bound::network::{Architecture, Network};
/// // The sums of -1 and 1/2 are -1, -1/2, 0 and 1/2; the targets for eps = 1/2 are -1, 0 and 1.
/// let network = Network::new(Architecture::Linear, 2, vec![-1 << 46, 1 << 45]);
/// assert_eq!(hits(&network, Code::Automatic).at(1), [true, true, false]);
/// ```
pub fn hits(network: &Network, code: Code) -> Hits {
    let width = network.width();
    match network.architecture() {
        Architecture::Linear => {
            let marks = Marks::of_subset_sums(network.weights(), code);
            Marks::common_hits(&[&marks])
        }
        Architecture::Shared => {
            let [in_weight, out_weights] = network.parts([1, width]);
            let products: Vec<i64> = out_weights.iter().map(|v| in_weight[0] * v).collect();
            Marks::common_hits(&[&Marks::of_subset_sums(&products, code)])
        }
        Architecture::TwoLayer => {
            let [in_weights, out_weights] = network.parts([width, width]);
            let of_sign = |sign: i64| {
                let units = in_weights.iter().zip(out_weights);
                let units = units.filter(|(u, _)| u.signum() == sign);
                let products: Vec<i64> = units.map(|(u, v)| u * v).collect();
                Marks::of_subset_sums(&products, code)
            };
            Marks::common_hits(&[&of_sign(1), &of_sign(-1)])
        }
        Architecture::TwoLayerBiased => piecewise::hits(network),
        Architecture::ThreeLayer => of_pairs(&three_layer_slopes(network)),
    }
}

/// Slopes on x > 0 and on x < 0, in grid units.
type Slopes = (i64, i64);

/// The targets that pairs of slopes hit.
fn of_pairs(pairs: &[Slopes]) -> Hits {
    let mut hits = Hits::none();
    for &(positive, negative) in pairs {
        hits.offer(positive, |eps, target| (negative - target).abs() < eps);
    }
    hits
}

/// The slopes of all pruned versions of a network of three layers, each pair once.
fn three_layer_slopes(network: &Network) -> Vec<Slopes> {
    let width = network.width();
    let [in_weights, middle, out_weights] = network.parts([width, width * width, width]);
    let mut slopes = vec![(0, 0)];
    for (row, out_weight) in middle.chunks(width).zip(out_weights) {
        let added = row_slopes(in_weights, row, *out_weight);
        let sums = slopes.iter().flat_map(|sum| {
            let added = added.iter();
            added.map(|slope| (sum.0 + slope.0, sum.1 + slope.1))
        });
        slopes = unique(sums.collect());
    }
    slopes
}

/// What one unit of the second hidden layer adds under all masks.
fn row_slopes(in_weights: &[i64], row: &[i64], out_weight: i64) -> Vec<Slopes> {
    let products = in_weights.iter().zip(row).map(|(u, a)| (u * a, *u > 0));
    let (positive, negative): (Vec<_>, Vec<_>) =
        products.partition(|(_, is_positive)| *is_positive);
    let outputs = |products: Vec<(i64, bool)>, sign: i64| {
        let products: Vec<i64> = products.into_iter().map(|product| product.0).collect();
        let active = subset_sums(&products).into_iter();
        let active = active.map(|sum| (sign * sum).max(0));
        // From 45 binary digits to those of the grid.
        let scale = sign * out_weight * (1 << (FRACTION_BITS % 3));
        active.map(|output| scale * output).collect::<Vec<i64>>()
    };
    let (positive, negative) = (outputs(positive, 1), outputs(negative, -1));
    let pairs = positive
        .iter()
        .flat_map(|&p| negative.iter().map(move |&n| (p, n)));
    unique(pairs.collect())
}

fn unique(mut slopes: Vec<Slopes>) -> Vec<Slopes> {
    slopes.sort_unstable();
    slopes.dedup();
    slopes
}
