//! Targets and constructions for tests.

use networks::{Dense, Matrix, Network};
use proptest::prelude::*;
use subset_sum::grid;
use subset_sum::sampling::{generator, uniform};
use tickets::construction::{Construction, Gadget, NonnegativeInputs, Selection, Split, Target};

fn dense(index: usize, weight: Matrix, bias: Option<Vec<f32>>) -> Dense {
    Dense {
        name: format!("fc{}", index + 1),
        weight,
        bias,
    }
}

/// One layer with the given rows.
pub fn linear(rows: &[&[f32]]) -> Network {
    let weight = Matrix::new(rows.len(), rows[0].len(), rows.concat());
    Network::new(vec![dense(0, weight, None)]).unwrap()
}

/// A network with weights uniform on \[-1, 1\].
pub fn network(widths: &[usize], seed: u64) -> Network {
    with_weights_up_to(1.0, widths, seed, false)
}

/// A network with weights and biases uniform on \[-1/2, 1/2\].
pub fn with_biases(widths: &[usize], seed: u64) -> Network {
    with_weights_up_to(0.5, widths, seed, true)
}

fn with_weights_up_to(largest: f32, widths: &[usize], seed: u64, has_biases: bool) -> Network {
    let mut draws = generator(seed, "test-targets", &format!("{widths:?}"), 0);
    let mut numbers = |count| -> Vec<f32> {
        let mut number = || uniform(&mut draws, -1 << 20, 1 << 20) as f32 / (1 << 20) as f32;
        (0..count).map(|_| largest * number()).collect()
    };
    let layer = |(index, shape): (usize, &[usize])| {
        let weight = Matrix::new(shape[1], shape[0], numbers(shape[0] * shape[1]));
        let bias = has_biases.then(|| numbers(shape[1]));
        dense(index, weight, bias)
    };
    Network::new(widths.windows(2).enumerate().map(layer).collect()).unwrap()
}

/// The weights of a layer in units of 2^-46.
pub fn weights(target: &Target, layer: usize) -> Vec<i64> {
    let weights = target.layers()[layer].values().iter();
    weights
        .map(|&weight| grid::from_f64(weight.into()).unwrap())
        .collect()
}

/// Every combination of options.
pub fn constructions() -> impl Strategy<Value = Construction> {
    use NonnegativeInputs::{AfterFirstLayer, Everywhere, Nowhere};
    let gadget = prop::sample::select(vec![Gadget::Paper, Gadget::Pooled]);
    let nonnegative_inputs = prop::sample::select(vec![Nowhere, AfterFirstLayer, Everywhere]);
    let split = prop::sample::select(vec![Split::Entrywise, Split::Euclidean, Split::PerWeight]);
    let selection = prop::sample::select(vec![
        Selection::Closest,
        Selection::SmallestFeasible,
        Selection::FirstFeasible,
    ]);
    (gadget, nonnegative_inputs, split, selection, 1..15_usize).prop_map(
        |(gadget, nonnegative_inputs, split, selection, candidates)| Construction {
            gadget,
            nonnegative_inputs,
            split,
            selection,
            candidates,
        },
    )
}
