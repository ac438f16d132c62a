//! What all constructions have in common, and what their tests share.

use super::*;
use subset_sum::sampling::{generator, uniform};

/// `full` in an optimised build and a hundredth of it in others.
pub fn scaled(full: usize) -> usize {
    if cfg!(debug_assertions) {
        full / 100
    } else {
        full
    }
}

/// The units that a construction with both weights from U[-1, 1] draws from this generator.
pub fn redrawn(generator: &mut impl Rng, count: u64) -> Vec<Unit> {
    let mut pool = Pool::new(count, || uniform_weights(generator));
    (0..count).map(|_| pool.draw().unwrap()).collect()
}

/// A pool of units with the given weights, in eighths.
pub fn scripted<const COUNT: usize>(
    eighths: [(i64, i64); COUNT],
) -> Pool<impl FnMut() -> (i64, i64)> {
    let mut weights = eighths.into_iter().map(|(u, v)| (u << 20, v << 20));
    Pool::new(COUNT as u64, move || weights.next().unwrap())
}

/// Results of one construction for one target, from independent units.
pub fn runs(
    construction: Construction,
    target: Target,
    count: usize,
) -> impl Iterator<Item = Found> {
    let key = format!("{}/{target:?}", construction.name());
    (0..count).map(move |run| {
        let mut units = generator(1, "tests", &key, run as u64);
        construction.run(target, u64::MAX, &mut units).unwrap()
    })
}

/// The mean number of units of some runs, in multiples of `expected`, and five standard errors.
pub fn mean_against(expected: f64, runs: impl Iterator<Item = Found>) -> (f64, f64) {
    let units: Vec<f64> = runs.map(|found| found.units as f64 / expected).collect();
    let count = units.len() as f64;
    let mean = units.iter().sum::<f64>() / count;
    let variance = units.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, 5.0 * (variance / count).sqrt())
}

/// The output of a pruned network for an integer x, in grid units, neuron by neuron.
fn output(mask: &Mask, x: i64) -> i64 {
    let neuron = |unit: &Unit| unit.out_weight * (unit.in_weight * x).max(0);
    mask.units().iter().map(neuron).sum()
}

#[test]
fn every_construction_ends_within_the_tolerance_on_both_half_lines() {
    let mut draws = generator(1, "tests", "weights", 0);
    for construction in Construction::ALL {
        for round in 0..20 {
            let weight = match round {
                0 => 0,
                1 => ONE,
                2 => -ONE,
                3 => 1,
                _ => uniform(&mut draws, -ONE, ONE),
            };
            let target = Target::new(weight, ONE / 16).unwrap();
            let found = construction.run(target, u64::MAX, &mut draws).unwrap();
            let name = construction.name();
            assert!(found.mask.error(weight) <= ONE / 16, "{name} for {weight}");
            assert!(
                found
                    .mask
                    .units()
                    .iter()
                    .all(|unit| unit.place < found.units)
            );
            let [positive, negative] = found.mask.weights();
            assert_eq!(output(&found.mask, 3), 3 * positive);
            assert_eq!(output(&found.mask, -2), -2 * negative);
        }
    }
}

#[test]
fn the_limit_is_the_number_of_units_that_are_needed() {
    for construction in Construction::ALL {
        for key in ["a", "b", "c"] {
            let target = Target::new(-ONE / 3, ONE / 20).unwrap();
            let run = |most| construction.run(target, most, &mut generator(1, "tests", key, 0));
            let found = run(u64::MAX).unwrap();
            let most = found.units;
            assert_eq!(run(most), Ok(found));
            assert_eq!(run(most - 1), Err(BaselineError::TooFewUnits(most - 1)));
        }
    }
}

/// Whatever changes these numbers changes every published result.
#[test]
fn units_needed_are_golden() {
    let target = Target::new(ONE / 2, ONE / 32).unwrap();
    let units = Construction::ALL.map(|construction| {
        let mut units = generator(1, "golden", "key", 0);
        construction
            .run(target, u64::MAX, &mut units)
            .unwrap()
            .units
    });
    assert_eq!(units, [4014, 4, 170, 389, 30, 4]);
}

/// Over targets from U[-1, 1], half of the runs cannot end with fewer parameters.
#[test]
fn no_construction_needs_fewer_parameters_than_counting_allows() {
    for construction in Construction::ALL {
        let mut draws = generator(1, "tests", construction.name(), 0);
        let tolerance = ONE / 8;
        let mut parameters: Vec<u64> = (0..201)
            .map(|_| {
                let weight = uniform(&mut draws, -ONE, ONE);
                let target = Target::new(weight, tolerance).unwrap();
                2 * construction
                    .run(target, u64::MAX, &mut draws)
                    .unwrap()
                    .units
            })
            .collect();
        parameters.sort_unstable();
        assert!(parameters[100] as f64 >= bound::parameters(to_f64(tolerance), 0.5));
    }
}

#[test]
fn targets_out_of_range_are_errors_that_say_what_is_allowed() {
    assert!(Target::new(-ONE, SMALLEST_TOLERANCE).is_ok());
    let message = |weight, tolerance| Target::new(weight, tolerance).unwrap_err().to_string();
    assert!(message(ONE + 1, ONE / 2).contains("outside [-1, 1]"));
    assert!(message(i64::MIN, ONE / 2).contains("outside [-1, 1]"));
    assert!(message(0, SMALLEST_TOLERANCE - 1).contains("from 2^-20"));
    assert!(message(0, ONE).contains("below 1"));
    let batch = |weights: &[i64]| {
        let mut units = generator(1, "tests", "", 0);
        orseau::batch(InWeights::Hyperbolic, weights, ONE / 2, 100, &mut units)
    };
    assert_eq!(batch(&[0, 2 * ONE]), Err(BaselineError::Weight(2 * ONE)));
}
