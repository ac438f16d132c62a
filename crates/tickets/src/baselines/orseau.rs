//! The construction of Orseau, Hutter and Rivasplata (NeurIPS 2020): every weight is put together
//! greedily from one unit of each of K [`golden`](super::golden) intervals, on each half-line.
//!
//! The techniques are theirs; all constants are derived here. Ours, too, is that in-weights are
//! hyperbolic and out-weights 1 or -1, since a product of two hyperbolic numbers is not hyperbolic.
//!
//! A unit is good for one half-line (the sign of its in-weight), for one sign of the target (that of
//! the product of its weights) and for one interval. So there are 4 K kinds of units; under the
//! hyperbolic distribution they are equally likely, and a weight needs one each of 2 K kinds.

use super::golden::Intervals;
use super::in_weights::InWeights;
use super::kinds::{Kinds, sign};
use super::unit::Pool;
use super::{BaselineError, Found, Mask, Target, coupons};
use rand::Rng;
use subset_sum::grid::ONE;

/// What one pool of units gives to several weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Random units drawn until every weight had all that it needs.
    pub units: u64,
    /// The units kept for each weight. No unit is kept for two.
    pub masks: Vec<Mask>,
}

/// Units that suffice with probability 1 - delta for a batch in which at most N weights have the same
/// sign, under the hyperbolic distribution: about 4 K a weight for many of one sign, and 2 K if half of them are
/// negative.
///
/// ```text
/// M = ceil(4 K (N + a + sqrt(a^2 + 2 a N))),   a = log(4 K / delta)
/// ```
pub fn sufficient_batch_units(intervals: usize, same_sign: usize, failure_probability: f64) -> f64 {
    let probability = 0.25 / intervals as f64;
    coupons::sufficient_of_each(4 * intervals, same_sign, probability, failure_probability)
}

/// Serves all `weights` from one pool of at most `most` units. Of the units of a kind, the first goes to
/// the first weight of that sign, the second to the second, and so on; what is left over is pruned.
///
/// Units are drawn until every weight has one of each kind, whether the greedy sum then uses it or not.
/// A batch without weights draws nothing.
///
/// # Errors
/// A weight or tolerance out of range as for [`Target::new`]; too few units.
pub fn batch(
    in_weights: InWeights,
    weights: &[i64],
    tolerance: i64,
    most: u64,
    generator: &mut impl Rng,
) -> Result<Batch, BaselineError> {
    // A batch without weights has a tolerance all the same.
    for &weight in weights.iter().chain(&[0]) {
        Target::new(weight, tolerance)?;
    }
    let intervals = Intervals::new(ONE, tolerance);
    let mut pool = Pool::new(most, || in_weights.draw(&intervals, generator));
    let kinds = Kinds::collect(weights, &intervals, &mut pool)?;
    let mut before = [0; 2];
    let mask = |&weight: &i64| {
        let turn = &mut before[sign(weight)];
        *turn += 1;
        kinds.mask(weight, *turn - 1, &intervals)
    };
    Ok(Batch {
        masks: weights.iter().map(mask).collect(),
        units: pool.drawn(),
    })
}

/// A batch of one weight.
pub(super) fn one(
    in_weights: InWeights,
    target: Target,
    most: u64,
    generator: &mut impl Rng,
) -> Result<Found, BaselineError> {
    let weights = [target.weight()];
    let mut batch = batch(in_weights, &weights, target.tolerance(), most, generator)?;
    Ok(Found {
        units: batch.units,
        mask: batch.masks.remove(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baselines::tests::{mean_against, runs, scaled};
    use crate::baselines::{Construction, golden};
    use subset_sum::sampling::generator;

    const IN_WEIGHTS: [InWeights; 2] = [InWeights::Hyperbolic, InWeights::Uniform];

    #[test]
    fn a_batch_is_served_by_the_shortest_prefix_that_has_all_it_needs() {
        let tolerance = ONE / 10;
        let weights = [ONE / 3, -ONE, 0, ONE, -ONE / 7, 1];
        let intervals = Intervals::new(ONE, tolerance);
        for (in_weights, replicate) in IN_WEIGHTS.into_iter().zip(0..) {
            let draws = || generator(1, "tests", "batch", replicate);
            let found = batch(in_weights, &weights, tolerance, 100_000, &mut draws()).unwrap();
            let mut again = draws();
            let all: Vec<(i64, i64)> = (0..found.units)
                .map(|_| in_weights.draw(&intervals, &mut again))
                .collect();
            // Four weights are not negative and two are.
            let suffices = |units: &[(i64, i64)]| {
                intervals.iter().all(|interval| {
                    let count = |half: i64, sign: i64| {
                        let is_of_kind = |&&(u, v): &&(i64, i64)| {
                            u * half > 0 && u * v * sign > 0 && interval.contains(&(u * v).abs())
                        };
                        units.iter().filter(is_of_kind).count()
                    };
                    [1, -1]
                        .iter()
                        .all(|&half| count(half, 1) >= 4 && count(half, -1) >= 2)
                })
            };
            assert!(suffices(&all) && !suffices(&all[..all.len() - 1]));
            let mut places: Vec<u64> = Vec::new();
            for (mask, weight) in found.masks.iter().zip(weights) {
                assert!(mask.error(weight) <= tolerance);
                places.extend(mask.units().iter().map(|unit| unit.place));
            }
            places.sort_unstable();
            assert!(
                places.windows(2).all(|pair| pair[0] < pair[1]),
                "{places:?}"
            );
        }
        let nothing = batch(
            IN_WEIGHTS[0],
            &[],
            tolerance,
            0,
            &mut generator(1, "tests", "", 0),
        )
        .unwrap();
        assert_eq!((nothing.units, nothing.masks.len()), (0, 0));
    }

    #[test]
    fn the_units_for_one_weight_are_as_many_as_expected() {
        let target = Target::new(-ONE / 3, ONE / 64).unwrap();
        let intervals = golden::count(1.0, 1.0 / 64.0);
        let found = runs(Construction::Orseau, target, scaled(4000));
        let expected = coupons::expected(2 * intervals, 0.25 / intervals as f64);
        let (mean, error) = mean_against(expected, found);
        assert!((mean - 1.0).abs() < error, "{mean} +- {error}");
    }

    /// Uniform in-weights wait at least for the two rarest kinds, and at most as if all were as rare.
    #[test]
    fn uniform_in_weights_cost_the_inverse_of_the_tolerance() {
        for bits in [2, 5, 8] {
            let target = Target::new(ONE / 2, ONE >> bits).unwrap();
            let count = golden::count(1.0, (-f64::from(bits)).exp2());
            let rarest = golden::power(count + 2) / 4.0;
            let found = || runs(Construction::OrseauUniform, target, scaled(1000));
            let (mean, error) = mean_against(coupons::expected(2, rarest), found());
            assert!(mean > 1.0 - error, "{bits} bits: {mean} +- {error}");
            let (mean, error) = mean_against(coupons::expected(2 * count, rarest), found());
            assert!(mean < 1.0 + error, "{bits} bits: {mean} +- {error}");
        }
    }

    #[test]
    fn a_batch_costs_a_few_units_for_each_interval_and_weight() {
        let (tolerance, count) = (ONE / 64, scaled(20_000));
        let intervals = Intervals::new(ONE, tolerance).count();
        for same_sign in [count, count / 2] {
            let weight = |i| if i < same_sign { ONE / 3 } else { -ONE / 5 };
            let weights: Vec<i64> = (0..count).map(weight).collect();
            let mut draws = generator(1, "tests", "large batch", same_sign as u64);
            let found = batch(IN_WEIGHTS[0], &weights, tolerance, u64::MAX, &mut draws).unwrap();
            let units = found.units as f64;
            let least = 4.0 * intervals as f64 * same_sign as f64;
            assert!(units > 0.9 * least, "{units} {least}");
            let most = sufficient_batch_units(intervals, same_sign, 1e-6);
            assert!(units <= most && most < 3.0 * least, "{units} {most}");
        }
    }
}
