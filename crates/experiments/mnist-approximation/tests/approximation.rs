//! The approximation itself: every weight a sum of its own coefficients, and a network that is really
//! tested with them.

use mnist_approximation::approximate::{Rule, Target, approximate, largest_error};
use mnist_approximation::{Coefficients, Range, Selection};
use networks::{Dense, Matrix, Network};
use subset_sum::grid::{self, WEIGHT_STEP};
use subset_sum::sampling;
use tickets::ApproximationTicket;
use tickets::coefficients::Draw;
use training::evaluate::correct;
use training::mnist::Mnist;

const TRACKED: &[u8] = include_bytes!("../../../../data/target-784-500-10.safetensors");

fn small() -> Target {
    let values = [0.25, -0.5, 0.001, 0.3, 0.75, -0.125];
    let layer = |name: &str, rows, columns| Dense {
        name: name.to_owned(),
        weight: Matrix::new(rows, columns, values.to_vec()),
        bias: None,
    };
    Target::new(
        Network::new(vec![layer("fc1", 2, 3), layer("fc2", 3, 2)]).unwrap(),
        Range::Network,
    )
    .unwrap()
}

fn draw(coefficients: Coefficients, candidates: usize) -> Draw {
    Draw {
        coefficients,
        candidates,
        seed: 1,
        replicate: 1,
    }
}

fn rule(selection: Selection, tolerance: f64, small_to_zero: bool) -> Rule {
    Rule {
        selection,
        tolerance,
        small_to_zero,
    }
}

fn units(value: f32) -> i64 {
    grid::from_f64(value.into()).unwrap()
}

#[test]
fn errors_and_sizes_belong_to_the_network_that_comes_out() {
    let target = small();
    for coefficients in [Coefficients::PerRow, Coefficients::PerWeight] {
        let draw = draw(coefficients, 12);
        let found = approximate(&target, draw, rule(Selection::Closest, 0.01, false)).unwrap();
        let layers = found.network.layers().iter().zip(target.network().layers());
        let weights =
            layers.flat_map(|(new, old)| new.weight.values().iter().zip(old.weight.values()));
        let distances: Vec<i64> = weights
            .map(|(&new, &old)| (units(new) - units(old)).abs())
            .collect();
        assert_eq!(found.errors, distances);
        assert!(found.errors.iter().all(|&error| error < grid::ONE / 64));
        assert!(found.sizes().all(|size| size > 0));
    }
}

#[test]
fn every_selection_stays_within_the_tolerance_and_keeps_less_than_the_closest() {
    let (target, draw) = (small(), draw(Coefficients::PerWeight, 14));
    let kept = |selection, small_to_zero| {
        let found = approximate(&target, draw, rule(selection, 0.05, small_to_zero)).unwrap();
        assert!(
            found
                .errors
                .iter()
                .all(|&error| error <= grid::from_f64(0.05).unwrap())
        );
        found.sizes().sum::<u32>()
    };
    let closest = kept(Selection::Closest, false);
    assert!(kept(Selection::Closest, true) < closest);
    assert!(kept(Selection::SmallestFeasible, false) < closest);
    assert!(kept(Selection::SmallestFeasible, false) <= kept(Selection::FirstFeasible, false));
}

#[test]
fn coefficients_span_the_weights_and_are_drawn_by_row_or_weight() {
    let target = small();
    let one = |coefficients, replicate| {
        let draw = Draw {
            replicate,
            ..draw(coefficients, 1)
        };
        // With one coefficient a weight becomes 0 or that coefficient.
        let found = approximate(&target, draw, rule(Selection::Closest, 1.0, false)).unwrap();
        let layer = &found.network.layers()[0];
        layer.weight.values().to_vec()
    };
    let distinct = |values: &[f32]| {
        let mut nonzero: Vec<u32> = values
            .iter()
            .filter(|v| **v != 0.0)
            .map(|v| v.to_bits())
            .collect();
        nonzero.sort_unstable();
        nonzero.dedup();
        nonzero.len()
    };
    let mut most_in_a_row = 0;
    for replicate in 1..20 {
        for coefficients in [Coefficients::PerRow, Coefficients::PerWeight] {
            let values = one(coefficients, replicate);
            assert!(values.iter().all(|value| (-0.5..=0.75).contains(value)));
            assert!(values.iter().all(|&value| units(value) % WEIGHT_STEP == 0));
            let in_rows = values.chunks(3).map(distinct).max().unwrap();
            match coefficients {
                Coefficients::PerRow => assert!(in_rows <= 1),
                Coefficients::PerWeight => most_in_a_row = most_in_a_row.max(in_rows),
            }
        }
    }
    assert!(most_in_a_row > 1);
}

#[test]
fn a_target_with_huge_weights_or_none_but_tiny_ones_is_refused() {
    let target = |weight, range| {
        let weight = Matrix::new(1, 1, vec![weight]);
        let (name, bias) = ("fc1".to_owned(), None);
        Target::new(
            Network::new(vec![Dense { name, weight, bias }]).unwrap(),
            range,
        )
    };
    assert!(target(0.5, Range::Network).is_ok());
    let error = format!("{:#}", target(1025.0, Range::Network).unwrap_err());
    assert!(error.contains("fc1") && error.contains("1025"), "{error}");
    let error = format!("{:#}", target(1e-9, Range::Network).unwrap_err());
    assert!(error.contains("--range layer"), "{error}");
    assert!(target(1e-9, Range::Layer).is_ok());
    assert!(target(0.0, Range::Layer).is_ok());
}

/// The small target with biases in one of its layers.
fn biased(range: Range) -> Target {
    let mut layers = small().network().layers().to_vec();
    layers[1].bias = Some(vec![0.2, -0.4, 0.6]);
    Target::new(Network::new(layers).unwrap(), range).unwrap()
}

#[test]
fn biases_are_approximated_and_do_not_disturb_the_weights() {
    for coefficients in [Coefficients::PerRow, Coefficients::PerWeight] {
        let draw = draw(coefficients, 12);
        let [plain, found] = [small(), biased(Range::Network)]
            .map(|target| approximate(&target, draw, Rule::closest(0.01)).unwrap());
        let weights = |network: &Network| {
            let layers = network.layers().iter();
            layers.map(|layer| layer.weight.clone()).collect::<Vec<_>>()
        };
        assert_eq!(weights(&found.network), weights(&plain.network));
        assert_eq!(found.errors[..12], plain.errors);
        assert_eq!(found.masks[..12], plain.masks);
        let biases = found.network.layers()[1].bias.clone().unwrap();
        for ((bias, target), &error) in biases.iter().zip([0.2, -0.4, 0.6]).zip(&found.errors[12..])
        {
            assert_eq!((units(*bias) - units(target)).abs(), error);
            assert!(error < grid::ONE / 64);
        }
    }
}

/// A layer that is a millionth of another is lost among the steps of one range for both.
#[test]
fn a_tiny_layer_is_approximated_in_a_range_of_its_own() {
    let mut layers = small().network().layers().to_vec();
    layers[0]
        .weight
        .values_mut()
        .iter_mut()
        .for_each(|weight| *weight *= 1e-6);
    let network = Network::new(layers).unwrap();
    let relative_error = |range| {
        let target = Target::new(network.clone(), range).unwrap();
        let draw = draw(Coefficients::PerWeight, 16);
        let found = approximate(&target, draw, Rule::closest(0.01)).unwrap();
        largest_error(&found.errors[..6]) / 1e-6
    };
    assert!(relative_error(Range::Layer) < 0.01);
    assert!(relative_error(Range::Network) > 0.1);
}

/// In steps of 2^-23, layers of ordinary size draw what they would draw alone.
#[test]
fn a_range_for_each_layer_is_that_of_the_layer_alone() {
    let draw = draw(Coefficients::PerRow, 12);
    let of = |target: &Target| {
        approximate(target, draw, Rule::closest(0.01))
            .unwrap()
            .masks
    };
    let layers = biased(Range::Layer);
    let alone = vec![layers.network().layers()[0].clone()];
    let alone = Target::new(Network::new(alone).unwrap(), Range::Network).unwrap();
    assert_eq!(of(&layers)[..6], of(&alone));
}

#[test]
fn the_approximated_network_is_what_is_tested() {
    let test = Mnist::embedded().test().unwrap();
    let images = 0..test.labels.len();
    let target = Target::new(Network::from_safetensors(TRACKED).unwrap(), Range::Network).unwrap();
    let before = correct(target.network(), &test, images.clone());
    let of = |candidates| {
        let draw = draw(Coefficients::PerRow, candidates);
        approximate(&target, draw, rule(Selection::Closest, 0.01, false))
            .unwrap()
            .network
    };
    let good = of(14);
    let after = correct(&good, &test, images.clone());
    assert!(
        before.abs_diff(after) <= 20,
        "{before} images, then {after}"
    );
    // Two coefficients are too few, and a damaged good approximation is noticed as well.
    assert!(correct(&of(2), &test, images.clone()) < before - 500);
    let matrices = good.layers().iter().map(|layer| {
        let damaged = layer
            .weight
            .values()
            .iter()
            .enumerate()
            .map(|(i, &w)| if i % 7 == 0 { 0.2 } else { w });
        Matrix::new(
            layer.weight.rows(),
            layer.weight.columns(),
            damaged.collect(),
        )
    });
    let damaged = good.with_weights(matrices.collect()).unwrap();
    assert!(correct(&damaged, &test, images) < before - 500);
}

/// A ticket's network is the approximated one, so it has the same accuracy; its errors are the same.
fn tickets_give_back_what_was_approximated(target: &Target, candidates: usize) {
    for coefficients in [Coefficients::PerRow, Coefficients::PerWeight] {
        let draw = draw(coefficients, candidates);
        let found = approximate(target, draw, Rule::closest(0.01)).unwrap();
        let bytes = found.ticket(target, draw, 0.01).unwrap().to_bytes();
        let ticket = ApproximationTicket::from_bytes(&bytes).unwrap();
        assert_eq!(ticket.network(), found.network);
        assert_eq!(ticket.errors(target.network()).unwrap(), found.errors);
        let largest = largest_error(&found.errors);
        assert!(largest > 0.0 && largest < 0.5, "{largest}");
        let others = ticket.errors(&found.network).unwrap_err();
        assert!(others.to_string().contains(ticket.target()), "{others}");
    }
}

#[test]
fn tickets_of_the_tracked_target() {
    let network = Network::from_safetensors(TRACKED).unwrap();
    let target = Target::new(network, Range::Network).unwrap();
    tickets_give_back_what_was_approximated(&target, 9);
}

#[test]
fn tickets_of_biases_and_of_a_range_for_each_layer() {
    for range in [Range::Network, Range::Layer] {
        tickets_give_back_what_was_approximated(&biased(range), 9);
    }
}

/// Three layers of weights that lie between the points of the coefficients' grid.
#[test]
fn tickets_of_a_drawn_target() {
    let mut draws = sampling::generator(1, "tests", "drawn target", 0);
    let mut weight =
        || sampling::uniform(&mut draws, -(1 << 23), 1 << 24) as f32 / (1 << 25) as f32;
    let sizes = [30, 40, 20, 10];
    let layers = sizes.windows(2).zip(1..).map(|(sizes, number)| Dense {
        name: format!("fc{number}"),
        weight: Matrix::new(
            sizes[1],
            sizes[0],
            (0..sizes[0] * sizes[1]).map(|_| weight()).collect(),
        ),
        bias: None,
    });
    let network = Network::new(layers.collect()).unwrap();
    let target = Target::new(network, Range::Network).unwrap();
    tickets_give_back_what_was_approximated(&target, 9);
}
