//! The construction against its definition: gadgets, masks, networks, and what is refused.

use crate::targets;
use crate::targets::{linear, network, weights};
use networks::Matrix;
use proptest::prelude::*;
use subset_sum::Solver;
use subset_sum::coverage::CoverageSolver;
use subset_sum::grid::{self, ONE};
use tickets::construction::{
    Candidate, Construction, ConstructionError, EveryTarget, Gadget, Instances, LayerConstruction,
    NonnegativeInputs, Norms, Outcome, PrunedNetwork, RandomLayer, RandomNetwork, Selection, Split,
    Target, construct,
};

const GADGETS: [Gadget; 2] = [Gadget::Paper, Gadget::Pooled];

/// The closest subset, with one tolerance for every weight.
const CLOSEST: Construction = Construction {
    selection: Selection::Closest,
    split: Split::PerWeight,
    ..Construction::PAPER
};

fn closest(gadget: Gadget) -> Construction {
    Construction { gadget, ..CLOSEST }
}

/// A random network for a target, with the same number of units in each layer.
fn random(target: &Target, units: usize, seed: u64) -> RandomNetwork {
    let units = vec![units; target.layers().len()];
    RandomNetwork::new(&target.widths(), &units, seed, 0).unwrap()
}

fn pruned(target: &Target, units: usize, construction: Construction) -> PrunedNetwork {
    let random = random(target, units, 3);
    construct(&random, target, construction, 1.0 / 128.0)
        .unwrap()
        .0
}

/// The neurons of block `block` that may serve a half-line (0: x > 0, 1: x < 0).
fn serving(random: &RandomLayer, gadget: Gadget, block: usize, half_line: usize) -> Vec<usize> {
    let in_weights = random.first(block, block);
    let serves = |&unit: &usize| {
        let sign_fits = if half_line == 0 {
            in_weights[unit] > 0
        } else {
            in_weights[unit] < 0
        };
        sign_fits && (gadget == Gadget::Pooled || unit / random.units() == half_line)
    };
    (0..2 * random.units()).filter(serves).collect()
}

#[test]
fn a_gadget_is_its_subset_sum_times_x_on_each_half_line() {
    for gadget in GADGETS {
        for weight in [1.0, -0.375, 0.1, -1.0] {
            let target = Target::new(&linear(&[&[weight]]), Norms::Any).unwrap();
            let construction = Construction {
                candidates: 25,
                ..closest(gadget)
            };
            let pruned = pruned(&target, 80, construction);
            let [positive, negative] = pruned.layers()[0]
                .slopes()
                .map(|slope| grid::to_f64(slope[0]));
            assert!((positive - f64::from(weight)).abs() < 0.01);
            assert_ne!(positive, negative);
            // Products of weights and these x have few enough digits for exact sums.
            for x in [0.25, 0.75, 1.0, 3.0] {
                assert_eq!(pruned.forward(&[x]), [positive * x]);
                assert_eq!(pruned.forward(&[-x]), [-negative * x]);
            }
        }
    }
}

#[test]
fn a_chosen_subset_is_the_closest_of_all() {
    for gadget in GADGETS {
        let target = Target::new(&linear(&[&[0.3, -0.7]]), Norms::Any).unwrap();
        let random = random(&target, 8, 5);
        let layer = random.layers()[0];
        let (pruned, _) = construct(&random, &target, closest(gadget), 1.0).unwrap();
        for (half_line, slopes) in pruned.layers()[0].slopes().iter().enumerate() {
            for (block, slope) in slopes.iter().enumerate() {
                let (in_weights, out_weights) = (layer.first(block, block), layer.second(0, block));
                let weight = weights(&target, 0)[block];
                let units = serving(&layer, gadget, block, half_line);
                let sum = |mask: u32| -> i64 {
                    let kept = units
                        .iter()
                        .enumerate()
                        .filter(|(at, _)| mask >> at & 1 == 1);
                    kept.map(|(_, &u)| i64::from(in_weights[u]) * i64::from(out_weights[u]))
                        .sum()
                };
                let errors = (0..1 << units.len()).map(|mask| (sum(mask) - weight).abs());
                assert_eq!((slope - weight).abs(), errors.min().unwrap());
            }
        }
    }
}

#[test]
fn every_entry_is_the_random_one_or_zero() {
    for gadget in GADGETS {
        let target = Target::new(&network(&[3, 2, 4], 1), Norms::Rescaled).unwrap();
        let random = random(&target, 12, 3);
        let dense = pruned(&target, 12, closest(gadget)).dense().unwrap();
        assert_eq!(dense.layers().len(), 4);
        for (index, layer) in random.layers().iter().enumerate() {
            let [first, second] = [0, 1].map(|which| &dense.layers()[2 * index + which].weight);
            for block in 0..layer.inputs() {
                for (at, unit) in layer.block(block).enumerate() {
                    for column in 0..layer.inputs() {
                        let drawn = layer.first(block, column)[at];
                        // All that is off the diagonal of blocks is pruned.
                        let allowed = if column == block { drawn } else { 0 };
                        assert!(is_drawn_or_zero(first.row(unit)[column], allowed));
                    }
                    for row in 0..layer.outputs() {
                        let drawn = layer.second(row, block)[at];
                        assert!(is_drawn_or_zero(second.row(row)[unit], drawn));
                    }
                }
            }
        }
    }
}

fn is_drawn_or_zero(entry: f32, drawn: i32) -> bool {
    entry == 0.0 || f64::from(entry) == f64::from(drawn) / f64::from(1 << 23)
}

#[test]
fn first_layer_masks_keep_what_serves() {
    let target = Target::new(&network(&[3, 2, 4], 1), Norms::Rescaled).unwrap();
    let random = random(&target, 12, 3);
    let known = [
        (NonnegativeInputs::Nowhere, [true, true]),
        (NonnegativeInputs::AfterFirstLayer, [true, false]),
        (NonnegativeInputs::Everywhere, [false, false]),
    ];
    for gadget in GADGETS {
        for (nonnegative_inputs, needs_both) in known {
            let pruned = pruned(
                &target,
                12,
                Construction {
                    nonnegative_inputs,
                    ..closest(gadget)
                },
            );
            for ((drawn, layer), both) in
                random.layers().iter().zip(pruned.layers()).zip(needs_both)
            {
                for block in 0..drawn.inputs() {
                    let mut expected = serving(drawn, gadget, block, 0);
                    if both {
                        expected.extend(serving(drawn, gadget, block, 1));
                    }
                    let mask = layer.first().mask();
                    let start = drawn.block(block).start;
                    let keeps = |unit: &usize| mask.keeps(start + unit, block);
                    let kept: Vec<usize> = (0..24).filter(keeps).collect();
                    expected.sort_unstable();
                    assert_eq!(kept, expected);
                }
            }
        }
    }
}

#[test]
fn the_sparse_network_the_dense_one_and_the_slopes_agree() {
    for gadget in GADGETS {
        let target = Target::new(&network(&[3, 4, 2], 2), Norms::Rescaled).unwrap();
        let construction = Construction {
            candidates: 20,
            ..closest(gadget)
        };
        let pruned = pruned(&target, 60, construction);
        let dense = pruned.dense().unwrap();
        let folded = pruned.on_nonnegative_inputs();
        for input in [[0.5_f32, 0.25, 0.75], [0.5, -0.25, -0.75], [-1.0, 0.5, 0.0]] {
            let sparse = pruned.forward(&input.map(f64::from));
            let inputs = Matrix::new(1, 3, input.to_vec());
            assert_close(&sparse, dense.forward(&inputs).values());
            if input.iter().all(|&x| x >= 0.0) {
                assert_close(&sparse, folded.forward(&inputs).values());
            }
            let near = target.forward(&input.map(f64::from));
            assert!(
                sparse.iter().zip(near).all(|(x, y)| (x - y).abs() < 0.01),
                "{sparse:?}"
            );
        }
    }
}

fn assert_close(left: &[f64], right: &[f32]) {
    let differences = left
        .iter()
        .zip(right)
        .map(|(x, &y)| (x - f64::from(y)).abs());
    assert!(differences.fold(0.0, f64::max) < 1e-5, "{left:?} {right:?}");
}

#[test]
fn biases_are_weights_of_a_constant_input() {
    let network = targets::with_biases(&[2, 3, 2], 4);
    let target = Target::new(&network, Norms::Any).unwrap();
    assert_eq!(target.widths(), [3, 4, 2]);
    let input = [0.5_f32, -0.25];
    let expected = network.forward(&Matrix::new(1, 2, input.to_vec()));
    assert_close(&target.forward(&input.map(f64::from)), expected.values());

    let rescaled = Target::new(&network, Norms::Rescaled).unwrap();
    let factor: f64 = rescaled.factors().iter().product();
    assert!(factor > 1.0 && rescaled.norms().iter().all(|&norm| norm <= 1.0));
    let outputs = rescaled
        .forward(&input.map(f64::from))
        .into_iter()
        .map(|value| value * factor);
    assert_close(&outputs.collect::<Vec<_>>(), expected.values());

    let construction = Construction {
        candidates: 20,
        ..CLOSEST
    };
    let pruned = pruned(&target, 60, construction);
    let found = pruned.forward(&input.map(f64::from));
    let expected = expected.values().iter().map(|&value| f64::from(value));
    assert!(
        found
            .iter()
            .zip(expected)
            .all(|(x, y)| (x - y).abs() < 0.01),
        "{found:?}"
    );
}

/// The prefix of a network that the first feasible subsets need is feasible, and a shorter one not.
#[test]
fn units_are_the_fewest_that_suffice() {
    for gadget in GADGETS {
        let construction = Construction {
            gadget,
            ..Construction::PAPER
        };
        let target = Target::new(&network(&[2, 3, 2], 3), Norms::Rescaled).unwrap();
        let outcomes = |units| {
            let random = random(&target, units, 3);
            construct(&random, &target, construction, 2.0).unwrap().1
        };
        let all = outcomes(40);
        assert!(all.iter().all(|outcome| outcome.infeasible == 0));
        let units = all.iter().map(|outcome| outcome.units).max().unwrap();
        assert!(units < 40, "{units}");
        assert_eq!(outcomes(units), all);
        let fewer = outcomes(units - 1);
        assert!(fewer.iter().any(|outcome| outcome.infeasible > 0));
    }
}

#[test]
fn instances_are_counted_and_held_to_the_tolerance() {
    for selection in [
        Selection::Closest,
        Selection::SmallestFeasible,
        Selection::FirstFeasible,
    ] {
        let construction = Construction {
            selection,
            ..CLOSEST
        };
        let target = Target::new(&network(&[4, 5], 1), Norms::Rescaled).unwrap();
        let random = random(&target, 10, 9);
        let epsilon = 1.0 / 64.0;
        let (pruned, outcomes) = construct(&random, &target, construction, epsilon).unwrap();
        let slopes = pruned.layers()[0].slopes();
        let weights = weights(&target, 0);
        let slopes = slopes.into_iter().flatten().zip(weights.iter().cycle());
        let errors: Vec<i64> = slopes
            .map(|(slope, weight)| (slope - weight).abs())
            .collect();
        let infeasible = errors.iter().filter(|&&error| error > ONE / 64).count() as u64;
        assert!(infeasible > 0 && infeasible < 40);
        let outcome = outcomes[0];
        assert_eq!((outcome.instances, outcome.infeasible), (40, infeasible));
        assert_eq!(Some(outcome.largest_error), errors.into_iter().max());
        assert!(outcome.out_of_reach > 0 && outcome.out_of_reach <= infeasible);
    }
}

#[test]
fn only_the_first_nonzero_candidates_are_searched() {
    let target = Target::new(&linear(&[&[0.3]]), Norms::Any).unwrap();
    let construction = Construction {
        candidates: 5,
        ..CLOSEST
    };
    let pruned = pruned(&target, 40, construction);
    let layer = random(&target, 40, 3).layers()[0];
    for half_line in 0..2 {
        let allowed = &serving(&layer, Gadget::Paper, 0, half_line)[..5];
        let kept = pruned.layers()[0]
            .second()
            .mask()
            .row(0)
            .iter()
            .map(|&unit| unit as usize);
        let mut of_half = kept.filter(|unit| unit / 40 == half_line);
        assert!(of_half.all(|unit| allowed.contains(&unit)));
    }
}

#[test]
fn rows_can_be_made_in_any_order() {
    let target = Target::new(&network(&[3, 6], 1), Norms::Rescaled).unwrap();
    let random = random(&target, 25, 2);
    let construction = Construction {
        candidates: 12,
        ..CLOSEST
    };
    let layer = LayerConstruction::new(&random, &target, 0, construction, 0.01).unwrap();
    let mut solver = Solver::new();
    let mut rows: Vec<_> = (0..6)
        .rev()
        .map(|row| layer.row(row, &mut solver))
        .collect();
    let (wrong, _) = construct(&random, &target, construction, 0.01).unwrap();
    assert!(
        layer.finish(rows.clone()).is_err(),
        "rows in the wrong order"
    );
    rows.reverse();
    assert_eq!(layer.finish(rows.clone()).unwrap().0, wrong.layers()[0]);
    rows.pop();
    let error = layer.finish(rows).unwrap_err().to_string();
    assert!(
        error.starts_with("found 5 numbers where 6 are needed"),
        "{error}"
    );
}

#[test]
fn a_network_of_another_seed_is_found_out() {
    let target = Target::new(&network(&[3, 2, 4], 1), Norms::Rescaled).unwrap();
    let pruned = pruned(&target, 12, CLOSEST);
    assert_eq!(pruned.check(&random(&target, 12, 3)), Ok(()));
    let error = pruned.check(&random(&target, 12, 4)).unwrap_err();
    assert!(matches!(&error, ConstructionError::NotDrawn { matrix, .. } if matrix == "M_1"));
    assert!(
        error
            .to_string()
            .contains("construct it again from this seed"),
        "{error}"
    );
    let error = pruned.check(&random(&target, 13, 3)).unwrap_err();
    assert!(
        matches!(error, ConstructionError::OtherWidths { .. }),
        "{error}"
    );
}

#[test]
fn bad_targets_and_numbers_are_refused() {
    let refused = |network: &networks::Network, norms, beginning: &str| {
        let error = Target::new(network, norms).unwrap_err().to_string();
        assert!(
            error.starts_with(beginning) && !error.contains('\n'),
            "{error}"
        );
    };
    let steep = linear(&[&[0.5, -1.5]]);
    let weight = "the target's `fc1` has the weight -1.5 in row 0, column 1";
    refused(&steep, Norms::Any, weight);
    refused(&steep, Norms::AtMostOne, weight);
    let norm = "the target's `fc1` has a spectral norm of up to 1.41421";
    refused(&linear(&[&[1.0, 1.0]]), Norms::AtMostOne, norm);
    assert!(Target::new(&linear(&[&[1.0, 1.0]]), Norms::Any).is_ok());
    // A rotation rounded to f32 has norm 1.
    assert!(Target::new(&linear(&[&[0.6, 0.8], &[-0.8, 0.6]]), Norms::AtMostOne).is_ok());

    let target = Target::new(&linear(&[&[0.5, 0.5]]), Norms::AtMostOne).unwrap();
    let refused = |random: &RandomNetwork, construction, epsilon, beginning: &str| {
        let error = construct(random, &target, construction, epsilon)
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with(beginning) && !error.contains('\n'),
            "{error}"
        );
    };
    let fitting = random(&target, 4, 1);
    let other = RandomNetwork::new(&[3, 1], &[4], 1, 0).unwrap();
    refused(
        &other,
        CLOSEST,
        0.1,
        "found a network of widths [3, 1] where [2, 1] are needed",
    );
    for candidates in [0, 61] {
        let construction = Construction {
            candidates,
            ..CLOSEST
        };
        refused(
            &fitting,
            construction,
            0.1,
            &format!("{candidates} candidates for a subset"),
        );
    }
    for epsilon in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        refused(&fitting, CLOSEST, epsilon, &format!("epsilon is {epsilon}"));
    }
}

#[test]
fn matrices_that_are_too_large_are_not_stored_with_their_zeros() {
    let target = Target::new(&linear(&[&[0.0; 3000]]), Norms::Any).unwrap();
    let construction = Construction {
        candidates: 1,
        ..CLOSEST
    };
    let error = pruned(&target, 8, construction)
        .dense()
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("M_1 has 144000000 entries"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_construction_is_made_of_its_random_network(
        widths in prop::collection::vec(1..5_usize, 2..4),
        units in 1..14_usize,
        seed in 0..1000_u64,
        construction in targets::constructions(),
        epsilon in 0.001..1.0_f64,
    ) {
        let target = Target::new(&network(&widths, seed), Norms::Rescaled).unwrap();
        let random = random(&target, units, seed);
        let (pruned, outcomes) = construct(&random, &target, construction, epsilon).unwrap();
        prop_assert_eq!(pruned.check(&random), Ok(()));
        for layer in pruned.layers() {
            let mask = layer.second().mask();
            prop_assert!((0..mask.rows()).all(|row| mask.row(row).is_sorted_by(|a, b| a < b)));
        }
        for (index, (layer, outcome)) in pruned.layers().iter().zip(outcomes).enumerate() {
            let weights = weights(&target, index);
            let half_lines = outcome.instances as usize / weights.len();
            let slopes = layer.slopes().into_iter().take(half_lines).flatten();
            let targets = weights.iter().cycle();
            let errors = slopes.zip(targets).map(|(slope, weight)| (slope - weight).abs());
            prop_assert_eq!(errors.max(), Some(outcome.largest_error));
            prop_assert!(outcome.units <= units);
        }
    }
}

#[test]
fn instances_that_lack_candidates_are_counted() {
    let target = Target::new(&network(&[3, 5], 1), Norms::Rescaled).unwrap();
    let random = random(&target, 12, 3);
    let layer = random.layers()[0];
    for gadget in GADGETS {
        let serving = |at: usize| serving(&layer, gadget, at / 2, at % 2).len();
        let candidates = 6;
        // No weight of this network is 0, so every unit that serves is a candidate in all 5 rows.
        let short = (0..6).filter(|&at| serving(at) < candidates).count() as u64;
        let construction = Construction {
            candidates,
            ..closest(gadget)
        };
        let (_, outcomes) = construct(&random, &target, construction, 1.0).unwrap();
        assert_eq!(outcomes[0].short, 5 * short);
        assert!(gadget == Gadget::Pooled || short > 0);
    }
}

#[test]
fn outcomes_add_up() {
    let one = Outcome {
        instances: 3,
        infeasible: 2,
        out_of_reach: 1,
        short: 2,
        largest_error: 7,
        units: 4,
    };
    let other = Outcome {
        instances: 5,
        short: 1,
        largest_error: 6,
        units: 8,
        ..Outcome::default()
    };
    let both = Outcome {
        instances: 8,
        infeasible: 2,
        out_of_reach: 1,
        short: 3,
        largest_error: 7,
        units: 8,
    };
    assert_eq!(one.and(other), both);
}

/// Whether networks with `units` units a half cover [-1, 1] by the definition, drawn with no more.
fn covers_every_target(units: usize, gadget: Gadget, nonnegative: bool, tolerance: f64) -> bool {
    let random = RandomNetwork::new(&[2, 3], &[units], 11, 0).unwrap();
    let instances = Instances::new(&random.layers()[0], gadget, nonnegative);
    let mut solver = CoverageSolver::new();
    let mut covered = |candidates: Vec<Candidate>| {
        let values: Vec<i64> = candidates.iter().map(|candidate| candidate.value).collect();
        let found = &solver.worst(&values, &[-ONE..=ONE]).unwrap()[0];
        found.worst_error() <= tolerance
    };
    (0..3).all(|row| instances.row(row).all(&mut covered))
}

#[test]
fn every_target_is_served_from_the_first_number_of_units_that_covers_all_instances() {
    for (gadget, nonnegative, tolerance) in [
        (Gadget::Paper, false, 0.25),
        (Gadget::Paper, true, 0.125),
        (Gadget::Pooled, false, 0.125),
    ] {
        let random = RandomNetwork::new(&[2, 3], &[60], 11, 0).unwrap();
        let instances = Instances::new(&random.layers()[0], gadget, nonnegative);
        let mut solver = CoverageSolver::new();
        let mut found = EveryTarget::new();
        (0..3)
            .try_for_each(|row| found.add_row(&instances, row, tolerance, &mut solver))
            .unwrap();
        assert_eq!(found.instances(), if nonnegative { 6 } else { 12 });
        let units = found.units().unwrap();
        assert!(covers_every_target(units, gadget, nonnegative, tolerance));
        assert!(!covers_every_target(
            units - 1,
            gadget,
            nonnegative,
            tolerance
        ));
    }
}

#[test]
fn instances_that_never_cover_leave_no_number_of_units() {
    let random = RandomNetwork::new(&[1, 1], &[3], 11, 0).unwrap();
    let instances = Instances::new(&random.layers()[0], Gadget::Paper, false);
    let mut found = EveryTarget::new();
    let mut solver = CoverageSolver::new();
    found.add_row(&instances, 0, 1e-9, &mut solver).unwrap();
    assert_eq!((found.units(), found.instances()), (None, 2));
    found.add(&[], 1e-9, &mut solver).unwrap();
    assert_eq!((found.units(), found.instances()), (None, 3));
}
