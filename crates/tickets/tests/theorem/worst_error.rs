//! Bounds of the worst error of real constructions, against errors at points.

use crate::targets;
use networks::Network;
use proptest::prelude::*;
use subset_sum::grid;
use subset_sum::sampling::{generator, uniform};
use tickets::certificates::{Comparison, Domain, Search};
use tickets::construction::{
    Construction, ConstructionError, Gadget, NonnegativeInputs, Norms, Outcome, PrunedNetwork,
    RandomNetwork, Selection, Split, Target, construct, fewest_parameters,
};

const SEARCH: Search = Search {
    starts: 4,
    steps: 20,
    seed: 1,
    replicate: 0,
};

fn built(
    network: &Network,
    norms: Norms,
    units: usize,
    construction: Construction,
    epsilon: f64,
) -> (Target, PrunedNetwork, Vec<Outcome>) {
    let target = Target::new(network, norms).unwrap();
    let units = vec![units; target.layers().len()];
    let random = RandomNetwork::new(&target.widths(), &units, 5, 0).unwrap();
    let (pruned, outcomes) = construct(&random, &target, construction, epsilon).unwrap();
    (target, pruned, outcomes)
}

/// The error at a point by the kept weights themselves.
fn error(target: &Target, pruned: &PrunedNetwork, input: &[f64]) -> f64 {
    let pairs = target.forward(input).into_iter().zip(pruned.forward(input));
    pairs.map(|(f, g)| (f - g) * (f - g)).sum::<f64>().sqrt()
}

/// A point of the domain; every other one on its boundary.
fn point(inputs: usize, domain: Domain, number: u64) -> Vec<f64> {
    let mut draws = generator(number, "test-points", "", inputs as u64);
    let low = if domain == Domain::UnitBall {
        -1 << 40
    } else {
        0
    };
    let mut coordinate = || uniform(&mut draws, low, 1 << 40) as f64 / (1_u64 << 40) as f64;
    let point: Vec<f64> = (0..inputs).map(|_| coordinate()).collect();
    let length = point.iter().map(|x| x * x).sum::<f64>().sqrt();
    let divisor = if number.is_multiple_of(2) {
        length
    } else {
        length.max(1.0)
    };
    point.into_iter().map(|x| x / divisor.max(1e-9)).collect()
}

fn domain(construction: Construction) -> Domain {
    match construction.nonnegative_inputs {
        NonnegativeInputs::Everywhere => Domain::NonnegativeUnitBall,
        _ => Domain::UnitBall,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn errors_at_points_lie_below_the_bounds(
        widths in prop::collection::vec(1..5_usize, 2..5),
        units in 1..20_usize,
        seed in 0..1000_u64,
        has_biases in any::<bool>(),
        construction in targets::constructions(),
    ) {
        let network = match has_biases {
            true => targets::with_biases(&widths, seed),
            false => targets::network(&widths, seed),
        };
        let norms = if seed % 2 == 0 { Norms::Rescaled } else { Norms::Any };
        let (target, pruned, outcomes) = built(&network, norms, units, construction, 0.01);
        let domain = domain(construction);
        let comparison = Comparison::new(&target, &pruned, domain).unwrap();
        let worst = comparison.worst_error(SEARCH);
        prop_assert!(worst.lower() <= worst.upper());
        for ((bound, outcome), weight) in worst.layers.iter().zip(outcomes).zip(target.layers()) {
            let entries = weight.values().len() as f64;
            let largest = entries.sqrt() * grid::to_f64(outcome.largest_error);
            prop_assert!(bound.deviation <= largest * (1.0 + 1e-3) + 1e-13);
        }
        // What is said to be found is found.
        let found = &worst.found.input;
        prop_assert!(found.iter().map(|x| x * x).sum::<f64>() <= 1.0);
        prop_assert!(domain == Domain::UnitBall || found.iter().all(|&x| x >= 0.0));
        prop_assert!(error(&target, &pruned, found) >= worst.lower() * (1.0 - 1e-9));
        // With one input, or two and no constant, it is the worst of all.
        let is_worst = widths[0] == 1 || (widths[0] == 2 && !has_biases);
        for number in 0..50 {
            let error = error(&target, &pruned, &point(widths[0], domain, number));
            prop_assert!(error <= worst.upper() * (1.0 + 1e-9));
            prop_assert!(!is_worst || error <= worst.lower() * (1.0 + 1e-8) + 1e-14);
        }
    }
}

/// The theorem's own arithmetic: errors of at most epsilon / (2l) a layer make less than epsilon.
#[test]
fn feasible_constructions_of_targets_with_norm_one_are_certified() {
    let layers = 3;
    for split in [Split::Entrywise, Split::Euclidean] {
        for gadget in [Gadget::Paper, Gadget::Pooled] {
            for epsilon in [1.0, 0.3] {
                let construction = Construction {
                    split,
                    gadget,
                    ..Construction::PAPER
                };
                let network = targets::network(&[4, 3, 5, 2], 8);
                let (target, pruned, outcomes) =
                    built(&network, Norms::Rescaled, 60, construction, epsilon);
                assert!(outcomes.iter().all(|outcome| outcome.infeasible == 0));
                let comparison = Comparison::new(&target, &pruned, Domain::UnitBall).unwrap();
                let share = epsilon / (2.0 * f64::from(layers));
                let promised = (1.0 + share).powi(layers) - 1.0;
                assert!(promised < epsilon);
                let upper = comparison.bounds()[2].error;
                assert!(upper <= promised * (1.0 + 1e-7), "{upper} above {promised}");
            }
        }
    }
}

#[test]
fn the_bounds_of_a_wide_network_are_not_far_apart() {
    let construction = Construction {
        candidates: 14,
        selection: Selection::Closest,
        ..Construction::PAPER
    };
    let network = targets::network(&[24, 24], 2);
    let (target, pruned, _) = built(&network, Norms::Rescaled, 60, construction, 0.5);
    for domain in [Domain::UnitBall, Domain::NonnegativeUnitBall] {
        let comparison = Comparison::new(&target, &pruned, domain).unwrap();
        let worst = comparison.worst_error(Search::default());
        let ratio = worst.upper() / worst.lower();
        assert!((1.0..1.5).contains(&ratio), "{ratio}");
    }
}

#[test]
fn networks_of_other_widths_are_not_compared() {
    let (_, pruned, _) = built(
        &targets::network(&[2, 3], 1),
        Norms::Rescaled,
        4,
        Construction::PAPER,
        1.0,
    );
    let other = Target::new(&targets::network(&[3, 3], 1), Norms::Rescaled).unwrap();
    let error = Comparison::new(&other, &pruned, Domain::UnitBall).unwrap_err();
    assert!(
        matches!(error, ConstructionError::OtherWidths { .. }),
        "{error}"
    );
}

/// Theorem 2 speaks of all targets; here a sample of them, which needs no more parameters than all.
#[test]
fn no_network_that_serves_half_of_the_targets_has_fewer_parameters_than_theorem_2_allows() {
    const TARGETS: u64 = 20;
    for width in 1..=3 {
        for epsilon in [0.25, 0.01, 0.001] {
            let construction = Construction {
                gadget: Gadget::Pooled,
                ..Construction::PAPER
            };
            let units = (0..TARGETS).map(|seed| {
                let network = targets::network(&[width, width], seed);
                let (_, _, outcomes) = built(&network, Norms::Rescaled, 40, construction, epsilon);
                let is_feasible = outcomes[0].infeasible == 0;
                if is_feasible {
                    outcomes[0].units
                } else {
                    usize::MAX
                }
            });
            let mut units: Vec<usize> = units.collect();
            units.sort_unstable();
            let units = units[TARGETS as usize / 2];
            let random = RandomNetwork::new(&[width, width], &[units], 5, 0).unwrap();
            let fewest = fewest_parameters(width, epsilon);
            assert!(
                random.parameters() as f64 >= fewest,
                "{units} units, {fewest}"
            );
        }
    }
}
