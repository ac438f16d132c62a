//! Gradients against central finite differences of the loss.

use super::reference::Reference;
use super::*;

const DISTANCE: f64 = 1e-7;

/// Small, for every entry costs two passes; more outputs than a line has.
const WIDTHS: [usize; 4] = [9, 20, 6, 3];

/// So few are removed that no unit loses all of its inputs, which would leave it at the kink of ReLU.
const QUARTER: Masks = Masks {
    sparsity: 0.25,
    ..HALF
};

fn batch() -> Batch {
    Batch::new(5, WIDTHS[0], WIDTHS[3], "gradients")
}

/// Central differences of a function by each of the numbers that `numbers` finds.
fn differences<T>(
    point: &mut T,
    numbers: impl Fn(&mut T) -> &mut Vec<f64>,
    function: impl Fn(&T) -> f64,
) -> Vec<f64> {
    let at = |point: &mut T, place: usize, value: f64| {
        numbers(point)[place] = value;
        function(point)
    };
    let values = numbers(point).clone();
    let difference = |(place, value): (usize, f64)| {
        let above = at(point, place, value + DISTANCE);
        let below = at(point, place, value - DISTANCE);
        at(point, place, value);
        (above - below) / (2.0 * DISTANCE)
    };
    values.into_iter().enumerate().map(difference).collect()
}

fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        let difference = (found - expected).abs();
        assert!(
            difference < tolerance,
            "{what} [{place}]: {found}, not {expected}"
        );
    }
}

#[test]
fn a_step_learns_what_central_differences_say() {
    let batch = batch();
    let inputs = batch.exact();
    for kinds in networks() {
        for rank in [Rank::Absolute, Rank::Signed] {
            let layers = layers(&kinds, &WIDTHS, 1 << 6);
            let reference = Reference::new(&layers);
            let mut network = EdgePopup::new(layers, Masks { rank, ..QUARTER }, PLAIN, BACKGROUND);
            let before = network.tensors();
            let mut weights = effective(&before);
            let derivatives = reference.derivatives(&weights, &inputs);
            network.step(&batch.rows(), &batch.labels, 0.1);
            for (number, tensor) in network.tensors().iter().enumerate() {
                let what = format!("{kinds:?} {rank:?} {}", tensor.name);
                let mut expected = differences(
                    &mut weights,
                    |weights| &mut weights[number],
                    |weights| reference.mean_loss(weights, &inputs),
                );
                // At the kink of a ReLU the derivative counts as 0.
                if reference.before_relu[number] {
                    for (expected, &weight) in expected.iter_mut().zip(&weights[number]) {
                        *expected = if weight == 0.0 { 0.0 } else { *expected };
                    }
                }
                assert_close(&derivatives.by_effective[number], &expected, 1e-7, &what);
                let by_values = by_values(&expected, &before[number], rank);
                assert_close(&exact(&tensor.velocities), &by_values, 1e-6, &what);
            }
        }
    }
}

#[test]
fn derivatives_by_inputs_are_central_differences() {
    let batch = batch();
    let mut inputs = batch.exact();
    for kinds in networks()
        .into_iter()
        .filter(|kinds| kinds[0] != Kind::Relu)
    {
        let layers = layers(&kinds, &WIDTHS, FINE);
        let reference = Reference::new(&layers);
        let mut network = EdgePopup::new(layers.clone(), QUARTER, PLAIN, BACKGROUND);
        let mut twin = EdgePopup::new(layers, QUARTER, PLAIN, BACKGROUND);
        let weights = effective(&network.tensors());
        let (step, by_inputs) = network.step_with_gradient(&batch.rows(), &batch.labels, 0.1);
        assert_eq!(step, twin.step(&batch.rows(), &batch.labels, 0.1));
        assert_eq!(bits(&network), bits(&twin), "{kinds:?}");
        for image in 0..batch.labels.len() {
            let mut expected = differences(
                &mut inputs,
                |inputs| &mut inputs.inputs[image],
                |inputs| reference.mean_loss(&weights, inputs),
            );
            for (expected, &input) in expected.iter_mut().zip(&batch.inputs[image]) {
                *expected = if input == BACKGROUND { 0.0 } else { *expected };
            }
            let found: Vec<f64> = by_inputs.row(image).iter().map(|&x| x.into()).collect();
            assert_close(&found, &expected, 1e-6, &format!("{kinds:?} image {image}"));
        }
    }
}

#[test]
#[should_panic(expected = "half an input has no derivative")]
fn a_first_layer_that_splits_its_inputs_has_no_derivatives_by_them() {
    let batch = batch();
    let layers = layers(&[Kind::Relu; 3], &WIDTHS, FINE);
    let mut network = EdgePopup::new(layers, QUARTER, PLAIN, BACKGROUND);
    network.step_with_gradient(&batch.rows(), &batch.labels, 0.1);
}
