//! The reference: every mask, one after the other, by the definition.

use crate::marks::Hits;
use crate::network::{Architecture, Network};
use subset_sum::grid::FRACTION_BITS;

/// A fraction; the denominator is positive.
#[derive(Debug, Clone, Copy)]
struct Fraction {
    over: i128,
    under: i128,
}

/// The targets that some pruned version hits, as [`enumerate::hits`](crate::enumerate::hits) finds them, by
/// looking at all 2^alpha versions.
pub fn hits(network: &Network) -> Hits {
    let mut hits = Hits::none();
    let mut weights = network.weights().to_vec();
    for mask in 0_u32..1 << weights.len() {
        for (at, weight) in weights.iter_mut().enumerate() {
            *weight = network.weights()[at] * i64::from(mask >> at & 1);
        }
        let output = |x: Fraction| output(network, &weights, x);
        let kinks = kinks(network, &weights);
        let right = output(Fraction { over: 1, under: 1 });
        hits.offer(right.over as i64, |eps, target| {
            let end = Fraction { over: -1, under: 1 };
            [end].iter().chain(&kinks).all(|&x| {
                let found = output(x);
                // |g - w x| < eps, multiplied by both denominators; w in grid units.
                let (w, eps) = (i128::from(target), i128::from(eps));
                let difference = found.over * x.under - w * x.over * found.under;
                difference.abs() < eps * found.under * x.under
            })
        });
    }
    hits
}

/// Kinks inside of \[-1, 1\].
fn kinks(network: &Network, weights: &[i64]) -> Vec<Fraction> {
    if network.architecture() != Architecture::TwoLayerBiased {
        return Vec::new();
    }
    let width = network.width();
    let pairs = weights[..width].iter().zip(&weights[width..2 * width]);
    let inside = pairs.filter(|(slope, bias)| bias.abs() < slope.abs());
    let kinks = inside.map(|(slope, bias)| Fraction {
        over: i128::from(-bias * slope.signum()),
        under: i128::from(slope.abs()),
    });
    kinks.collect()
}

/// The output at x, in grid units.
fn output(network: &Network, weights: &[i64], x: Fraction) -> Fraction {
    let width = network.width();
    let weight = |at: usize| i128::from(weights[at]);
    let active = |number: i128| number.max(0);
    let digits = network.architecture().fraction_bits();
    let (over, under) = (x.over, x.under);
    // Binary digits behind the point of the result.
    let (output, links) = match network.architecture() {
        Architecture::Linear => ((0..width).map(|i| weight(i) * over).sum(), 1),
        Architecture::Shared => {
            let input = weight(0) * over;
            let odd = active(input) - active(-input);
            ((1..=width).map(|i| weight(i) * odd).sum(), 2)
        }
        Architecture::TwoLayer => {
            let unit = |i| weight(width + i) * active(weight(i) * over);
            ((0..width).map(unit).sum(), 2)
        }
        Architecture::TwoLayerBiased => {
            let unit =
                |i| weight(2 * width + i) * active(weight(i) * over + weight(width + i) * under);
            let outputs: i128 = (0..width).map(unit).sum();
            (outputs + ((weight(3 * width) * under) << digits), 2)
        }
        Architecture::ThreeLayer => {
            let first = |i| active(weight(i) * over);
            let second = |j| {
                active(
                    (0..width)
                        .map(|i| weight(width + j * width + i) * first(i))
                        .sum(),
                )
            };
            let last = width + width * width;
            (
                (0..width)
                    .map(|j| weight(last + j) * second(j))
                    .sum::<i128>(),
                3,
            )
        }
    };
    Fraction {
        over: output << (FRACTION_BITS - links * digits),
        under,
    }
}
