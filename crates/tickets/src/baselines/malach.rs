//! The construction of Malach, Yehudai, Shalev-Shwartz and Shamir (ICML 2020): a single random unit
//! for each half-line. Once by the rule of the proof and once as generously as it can be read, both as
//! we understand it.

use super::unit::{Pool, Unit};
use super::{BaselineError, Found, Target};
use subset_sum::grid::{ONE, WEIGHT_STEP};

/// w x = s(w x) - s(-w x), each term by a unit of its own, whose in-weight and out-weight are within
/// half the tolerance of those of the term.
///
/// Let t be that half, w >= 0, and (u, v) and (u', v') the units of the two terms. On x >= 0 the second
/// is usually zero, and the first is off by at most |v - 1| |u| + |u - w| <= 2 t. If u' > 0 all the
/// same, then w < t, and v max(u, 0) in \[0, w + t\] and v' u' in \[w - t, 0\] add up to within t of w.
/// The rest is symmetric.
pub(super) fn proof(
    target: Target,
    pool: &mut Pool<impl FnMut() -> (i64, i64)>,
) -> Result<Found, BaselineError> {
    let slack = target.tolerance() / 2;
    let near = |steps: i64, weight: i64| (steps * WEIGHT_STEP - weight).abs() <= slack;
    let mut kept = [None; 2];
    loop {
        let unit = pool.draw()?;
        for (kept, sign) in kept.iter_mut().zip([1, -1]) {
            let fits =
                near(unit.in_weight, sign * target.weight()) && near(unit.out_weight, sign * ONE);
            if fits && kept.is_none() {
                *kept = Some(unit);
            }
        }
        if let [Some(first), Some(second)] = kept {
            return Ok(Found::new(pool.drawn(), vec![first, second]));
        }
    }
}

/// On each half-line the unit whose product of weights is closest to w, as soon as both are within the
/// tolerance.
pub(super) fn closest(
    target: Target,
    pool: &mut Pool<impl FnMut() -> (i64, i64)>,
) -> Result<Found, BaselineError> {
    let error = |unit: Unit| (unit.product() - target.weight()).abs();
    let mut kept: [Option<Unit>; 2] = [None; 2];
    loop {
        let unit = pool.draw()?;
        let best = &mut kept[unit.half()];
        if best.is_none_or(|best| error(unit) < error(best)) {
            *best = Some(unit);
        }
        if let [Some(first), Some(second)] = kept
            && error(first).max(error(second)) <= target.tolerance()
        {
            return Ok(Found::new(pool.drawn(), vec![first, second]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baselines::tests::{mean_against, redrawn, runs, scaled, scripted};
    use crate::baselines::{Construction, coupons::expected};
    use subset_sum::grid::to_f64;
    use subset_sum::sampling::generator;

    fn places(found: &Found) -> Vec<u64> {
        found.mask.units().iter().map(|unit| unit.place).collect()
    }

    #[test]
    fn units_are_chosen_as_by_hand() {
        let target = Target::new(ONE / 2, ONE / 4).unwrap();
        // Too small an out-weight, the second term, a wrong sign, the first term.
        let found = proof(
            target,
            &mut scripted([(4, 6), (-3, -7), (4, -8), (5, 8), (4, 8)]),
        )
        .unwrap();
        assert_eq!((found.units, places(&found)), (4, vec![1, 3]));
        assert_eq!(found.mask.weights(), [5 * ONE / 8, 21 * ONE / 64]);
        // A product of 3/8, then of 1/8 and better of 1/4 on the other side, then 1/2 comes too late.
        let target = Target::new(ONE / 2, ONE / 4).unwrap();
        let products = [(4, 6), (-1, -8), (-4, -4), (8, 4)];
        let found = closest(target, &mut scripted(products)).unwrap();
        assert_eq!((found.units, places(&found)), (3, vec![0, 2]));
        assert_eq!(found.mask.error(ONE / 2), ONE / 4);
        // While the other half-line waits, a closer product is taken.
        let found = closest(target, &mut scripted([(4, 6), (8, 4), (4, 6), (-4, -6)])).unwrap();
        assert_eq!((found.units, places(&found)), (4, vec![1, 3]));
    }

    /// Units at all the corners and edges of what is allowed, for weights on both sides of the slack.
    #[test]
    fn the_error_of_the_proof_is_at_most_twice_the_slack() {
        let slack = ONE / 4;
        let target = |eighths: i64| Target::new(eighths * ONE / 8, 2 * slack).unwrap();
        let mut largest = 0;
        for weight in -8..=8_i64 {
            let near = |goal: i64| (goal - 2).max(-8)..=(goal + 2).min(8);
            for (first, second) in
                near(weight).flat_map(|u| near(-weight).map(move |other| (u, other)))
            {
                for (out, other) in (6..=8).flat_map(|v| (-8..=-6).map(move |other| (v, other))) {
                    let mut pool = scripted([(first, out), (second, other)]);
                    let found = proof(target(weight), &mut pool).unwrap();
                    let error = found.mask.error(weight * ONE / 8);
                    assert!(error <= 2 * slack, "{weight}: {first} {second}");
                    largest = largest.max(error);
                }
            }
        }
        assert!(largest > 3 * slack / 2, "{largest}");
    }

    #[test]
    fn the_first_units_that_fit_end_the_draw() {
        let target = Target::new(ONE / 5, ONE / 8).unwrap();
        let value = |steps: i64| to_f64(steps * WEIGHT_STEP);
        for replicate in 0..20 {
            let draws = || generator(1, "tests", "first", replicate);
            let run = |construction: Construction| {
                construction.run(target, 100_000, &mut draws()).unwrap()
            };
            let first = |fits: &dyn Fn(f64, f64) -> bool| {
                let fits = |unit: &Unit| fits(value(unit.in_weight), value(unit.out_weight));
                redrawn(&mut draws(), 100_000)
                    .iter()
                    .position(fits)
                    .unwrap() as u64
            };
            let last = first(&|u, v| (u - 0.2).abs() <= 0.0625 && v >= 0.9375)
                .max(first(&|u, v| (u + 0.2).abs() <= 0.0625 && v <= -0.9375));
            assert_eq!(run(Construction::MalachProof).units, last + 1);
            let last = first(&|u, v| u >= 0.0 && (u * v - 0.2).abs() <= 0.125)
                .max(first(&|u, v| u < 0.0 && (u * v - 0.2).abs() <= 0.125));
            assert_eq!(run(Construction::MalachClosest).units, last + 1);
        }
    }

    /// Inside \[-1, 1\] the in-weight is within the slack with probability slack, not slack / 2.
    #[test]
    fn the_units_of_the_proof_are_as_many_as_expected() {
        for (weight, probability) in [(ONE / 2, 0.5), (ONE, 0.25), (-ONE, 0.25)] {
            let target = Target::new(weight, ONE / 8).unwrap();
            let expected = expected(2, probability / 256.0);
            let runs = runs(Construction::MalachProof, target, scaled(4000));
            let (mean, error) = mean_against(expected, runs);
            assert!((mean - 1.0).abs() < error, "{mean} +- {error}");
        }
    }

    /// The probability that the product of U\[0, 1\] and U\[-1, 1\] is at most t is
    /// 1/2 + t (1 - log |t|) / 2.
    #[test]
    fn the_units_of_the_closest_product_are_as_many_as_expected() {
        let below = |t: f64| 0.5 + 0.5 * t * (1.0 - t.abs().ln());
        for (weight, tolerance) in [(0.5, 1.0 / 64.0), (-0.125, 1.0 / 32.0), (-0.9, 1.0 / 16.0)] {
            let units = |x: f64| (x * ONE as f64) as i64;
            let target = Target::new(units(weight), units(tolerance)).unwrap();
            let probability = 0.5 * (below(weight + tolerance) - below(weight - tolerance));
            let all = runs(Construction::MalachClosest, target, scaled(4000));
            let (mean, error) = mean_against(expected(2, probability), all);
            assert!((mean - 1.0).abs() < error, "{mean} +- {error}");
        }
    }
}
