//! Whole steps against the reference, and against each other.

use super::reference::Reference;
use super::*;

const MOMENTUM: Sgd = Sgd {
    momentum: 0.9,
    weight_decay: 0.01,
};

const RATE: f64 = 0.1;

fn batch(step: usize) -> Batch {
    Batch::new(7, WIDTHS[0], WIDTHS[3], &format!("step {step}"))
}

/// Trains for some steps. Each begins where the last one of the network itself ended, so that the
/// reference's masks are exact and errors do not add up.
fn assert_steps(kinds: &[Kind], masks: Masks, level: Level, steps: usize) {
    // The scores of a coarse grid tie, and some are 0.
    let layers = layers(kinds, &WIDTHS, 1 << 6);
    let reference = Reference::new(&layers);
    let mut network = EdgePopup::new(layers, masks, MOMENTUM, BACKGROUND);
    network.level = level;
    let first = network.tensors();
    for step in 0..steps {
        let what = format!("{kinds:?} {masks:?} {level:?} step {step}");
        let before = network.tensors();
        let batch = batch(step);
        let expected = reference.derivatives(&effective(&before), &batch.exact());
        let found = network.step(&batch.rows(), &batch.labels, RATE);
        assert_eq!(found.correct, expected.correct, "{what}");
        assert!((found.loss / expected.loss - 1.0).abs() < 1e-6, "{what}");
        let after = network.tensors();
        for (number, tensor) in after.iter().enumerate() {
            let by_effective = &expected.by_effective[number];
            let by_values = by_values(by_effective, &before[number], masks.rank);
            assert_moved(&before[number], tensor, &by_values, &what);
            if tensor.kept.is_some() {
                assert_eq!(tensor.weights, first[number].weights, "{what}");
            }
        }
        assert_masked(&after, masks, &what);
    }
}

/// That a tensor has moved along its velocity for these derivatives.
fn assert_moved(before: &Trained, after: &Trained, by_values: &[f64], what: &str) {
    let (values, velocities) = (exact(&before.values), exact(&before.velocities));
    let (new_values, new_velocities) = (exact(&after.values), exact(&after.velocities));
    for (place, by_value) in by_values.iter().enumerate() {
        let gradient = by_value + MOMENTUM.weight_decay * values[place];
        let velocity = MOMENTUM.momentum * velocities[place] + gradient;
        let value = values[place] - RATE * velocity;
        let errors = [velocity - new_velocities[place], value - new_values[place]];
        let are_close = errors.iter().all(|error| error.abs() < 1e-6);
        assert!(are_close, "{what} {} [{place}]: {errors:?}", after.name);
    }
}

#[test]
fn every_step_of_every_kind_is_the_references() {
    for kinds in networks() {
        for masks in all_masks(&[0.0, 0.01, 0.5, 0.99]) {
            assert_steps(&kinds, masks, Level::best(), 20);
        }
    }
}

#[test]
fn every_level_takes_the_references_steps() {
    for level in Level::all() {
        for kinds in networks() {
            assert_steps(&kinds, HALF, level, 5);
        }
    }
}

/// A network after some steps.
fn train(kinds: &[Kind], masks: Masks, level: Level, steps: std::ops::Range<usize>) -> EdgePopup {
    let mut network = EdgePopup::new(layers(kinds, &WIDTHS, FINE), masks, MOMENTUM, BACKGROUND);
    network.level = level;
    go_on(&mut network, steps);
    network
}

fn go_on(network: &mut EdgePopup, steps: std::ops::Range<usize>) {
    for step in steps {
        let batch = batch(step);
        network.step(&batch.rows(), &batch.labels, RATE);
    }
}

#[test]
fn a_level_gives_the_same_bits_twice() {
    for level in Level::all() {
        for kinds in networks() {
            let train = || train(&kinds, HALF, level, 0..10);
            assert_eq!(bits(&train()), bits(&train()), "{kinds:?} {level:?}");
        }
    }
}

#[test]
fn a_restored_network_goes_on_to_the_bit() {
    for kinds in networks() {
        for masks in all_masks(&[0.5]) {
            let mut whole = train(&kinds, masks, Level::best(), 0..10);
            let tensors = whole.tensors().into_iter();
            let saved = tensors.map(|tensor| (tensor.values, tensor.velocities));
            let saved: Vec<(Matrix, Matrix)> = saved.collect();
            let mut resumed = train(&kinds, masks, Level::best(), 0..3);
            resumed.restore(&saved);
            assert_eq!(resumed.tensors(), whole.tensors(), "{kinds:?} {masks:?}");
            go_on(&mut whole, 10..20);
            go_on(&mut resumed, 10..20);
            assert_eq!(resumed.tensors(), whole.tensors(), "{kinds:?} {masks:?}");
        }
    }
}

#[test]
fn the_background_matters_for_speed_alone() {
    for kinds in networks() {
        let logits = [BACKGROUND, 0.0, 0.5].map(|background| {
            let layers = layers(&kinds, &WIDTHS, FINE);
            let mut network = EdgePopup::new(layers, HALF, MOMENTUM, background);
            go_on(&mut network, 0..3);
            exact(&network.logits(&batch(3).rows()))
        });
        for other in &logits[1..] {
            let pairs = logits[0].iter().zip(other);
            assert!(
                pairs.clone().all(|(a, b)| (a - b).abs() < 1e-5),
                "{kinds:?} {logits:?}"
            );
        }
    }
}

#[test]
#[should_panic(expected = "sparsity 1 is outside [0, 1)")]
fn a_mask_removes_less_than_everything() {
    let masks = Masks {
        sparsity: 1.0,
        ..HALF
    };
    EdgePopup::new(layers(&[Kind::Masked; 3], &WIDTHS, FINE), masks, PLAIN, 0.0);
}

#[test]
#[should_panic(expected = "a layer takes what the last one gives")]
fn layers_that_do_not_chain_are_refused() {
    let layers = [&[19, 70], &[71, 5]].map(|widths| layers(&[Kind::Masked], widths, FINE));
    EdgePopup::new(layers.concat(), HALF, PLAIN, 0.0);
}

#[test]
#[should_panic(expected = "one score per weight")]
fn scores_of_another_shape_are_refused() {
    let [weights, scores] = [[5, 19], [19, 5]].map(|shape| draw(shape, 1.0, FINE, "shapes"));
    let layers = vec![LayerWeights::Masked(Scored { weights, scores })];
    EdgePopup::new(layers, HALF, PLAIN, 0.0);
}

#[test]
#[should_panic(expected = "19 numbers for every input")]
fn inputs_of_another_width_are_refused() {
    train(&[Kind::Masked; 3], HALF, Level::best(), 0..0).logits(&[&[0.0; 20]]);
}

#[test]
#[should_panic(expected = "a tensor keeps its shape")]
fn a_state_of_other_shapes_is_refused() {
    let matrix = Matrix::zeros(70, 18);
    let state = vec![(matrix.clone(), matrix); 3];
    train(&[Kind::Dense; 3], HALF, Level::best(), 0..0).restore(&state);
}
