//! Edge-popup against PyTorch: ten steps of every model at full size, and the accuracy after an epoch.
//!
//! `scripts/edge-popup-reference.py` makes the tables, apart from anything of ours, on weights,
//! scores and images that are formulas of their indices.

use std::collections::BTreeMap;

use networks::Matrix;
use subset_sum::Law;
use subset_sum::grid::to_f64;
use subset_sum::sampling::{generator, shuffle};
use training::Mnist;
use training::convolutions::{Convolutions, Pass};
use training::descent::{self, zeros_like};
use training::edge_popup::{EdgePopup, LayerWeights, Masks, Rank, Scope, Scored, Sgd, Trained};

const BATCH: usize = 64;

const STEPS: u32 = 10;

const LINKS: usize = 5;

const DESCENT: Sgd = Sgd {
    momentum: 0.9,
    weight_decay: 5e-4,
};

const HALF: Masks = Masks {
    sparsity: 0.5,
    rank: Rank::Absolute,
    scope: Scope::Tensor,
};

fn normalised(byte: i64) -> f32 {
    (byte as f32 / 255.0 - 0.1307) / 0.3081
}

/// A 32-bit number for an index.
fn hashed(salt: u32, index: usize) -> u32 {
    let mut x = (index as u32)
        .wrapping_mul(0x9E37_79B9)
        .wrapping_add(salt.wrapping_mul(0x85EB_CA6B));
    x ^= x >> 16;
    x = x.wrapping_mul(0x7FEB_352D);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846C_A68B);
    x ^ x >> 16
}

/// Entries spread evenly over +-sqrt(`square`).
fn formula_matrix(salt: u32, rows: usize, columns: usize, square: f64) -> Matrix {
    let entry = |index| {
        let centred = (hashed(salt, index) >> 8) as f32 / (1 << 23) as f32 - 1.0;
        square.sqrt() as f32 * centred
    };
    Matrix::new(rows, columns, (0..rows * columns).map(entry).collect())
}

/// The images, of which four pixels in five are black, and the labels of a step.
fn formula_batch(step: u32) -> (Matrix, Vec<u8>) {
    const BLACK: i64 = 13_421_773;
    let pixel = |index| match i64::from(hashed(1000 + step, index) >> 8) {
        fine if fine < BLACK => normalised(0),
        fine => normalised(1 + (fine - BLACK) * 255 / ((1 << 24) - BLACK)),
    };
    let label = |image| (hashed(2000 + step, image) % 10) as u8;
    let images = Matrix::new(BATCH, 784, (0..BATCH * 784).map(pixel).collect());
    (images, (0..BATCH).map(label).collect())
}

/// A layer whose tensors have their numbers from `salt` on.
fn formula_layer(model: &str, salt: u32, inputs: usize, outputs: usize) -> LayerWeights {
    let one = 1.0 / inputs as f64;
    let scored = |salt, rows, columns, weights, scores| Scored {
        weights: formula_matrix(salt, rows, columns, weights),
        scores: formula_matrix(salt + 1, rows, columns, scores),
    };
    match model {
        "dense" => LayerWeights::Dense(formula_matrix(salt, outputs, inputs, one)),
        "wide" => LayerWeights::Masked(scored(salt, outputs, inputs, 6.0 * one, one)),
        _ => LayerWeights::Linked {
            first: scored(salt, LINKS, inputs, 6.0, 2.0),
            second: scored(salt + 2, outputs, LINKS * inputs, 6.0 * one, 2.0 * one),
            relu: model == "relu",
        },
    }
}

/// The convolutions of LeNet5, and their training where they are trained.
struct Front {
    convolutions: Convolutions,
    descent: descent::Descent,
    gradients: Vec<Matrix>,
    pass: Pass,
}

impl Front {
    fn new() -> Front {
        let conv1 = formula_matrix(100, 6, 25, 1.0 / 25.0);
        let convolutions = Convolutions::new(conv1, formula_matrix(101, 16, 150, 1.0 / 150.0));
        let weights = convolutions.weights();
        Front {
            descent: descent::Descent::new(weights, DESCENT.momentum, DESCENT.weight_decay),
            gradients: zeros_like(weights),
            pass: Pass::new(BATCH),
            convolutions,
        }
    }

    fn features(&mut self, images: &Matrix) -> Matrix {
        self.convolutions.forward(images, &mut self.pass);
        self.pass.features().clone()
    }

    fn learn(&mut self, by_features: &Matrix, rate: f64) {
        let (pass, gradients) = (&mut self.pass, &mut self.gradients);
        self.convolutions.backward(pass, by_features, gradients);
        self.descent
            .step(self.convolutions.weights_mut(), gradients, rate);
    }
}

/// A network of the table.
struct Run<'a> {
    architecture: &'a str,
    model: &'a str,
    variant: &'a str,
}

impl Run<'_> {
    fn is_convolved(&self) -> bool {
        self.architecture == "lenet5"
    }

    fn network(&self) -> EdgePopup {
        let (mut widths, wide) = match self.architecture {
            "fc2" => (vec![784, 500, 10], 2508),
            "fc4" => (vec![784, 500, 500, 500, 10], 1314),
            _ => (vec![400, 120, 84, 10], 378),
        };
        if self.model == "wide" {
            let last = widths.len() - 1;
            widths[1..last].fill(wide);
        }
        let layer = |(place, pair): (usize, &[usize])| {
            formula_layer(self.model, 16 * place as u32, pair[0], pair[1])
        };
        let layers = widths.windows(2).enumerate().map(layer).collect();
        let mut masks = HALF;
        match self.variant {
            "signed" => masks.rank = Rank::Signed,
            "global" => masks.scope = Scope::Network,
            _ => (),
        }
        let background = if self.is_convolved() {
            0.0
        } else {
            normalised(0)
        };
        EdgePopup::new(layers, masks, DESCENT, background)
    }

    /// The losses before each step and samples after it, named as in the table.
    fn observe(&self) -> BTreeMap<(u32, String), f64> {
        let mut network = self.network();
        let mut front = self.is_convolved().then(Front::new);
        let mut observed = BTreeMap::new();
        for step in 1..=STEPS {
            let loss = self.step(&mut network, &mut front, step);
            observed.insert((step, "loss".to_owned()), loss / BATCH as f64);
            let mut tensors: Vec<(String, Matrix)> =
                network.tensors().into_iter().map(named).collect();
            if let (Some(front), "dense") = (&front, self.model) {
                let [conv1, conv2] = front.convolutions.weights().clone();
                tensors.push(("conv1.weight".to_owned(), conv1));
                tensors.push(("conv2.weight".to_owned(), conv2));
            }
            let samples = tensors
                .iter()
                .flat_map(|(name, matrix)| samples(name, matrix.values()));
            observed.extend(samples.map(|(quantity, value)| ((step, quantity), value)));
        }
        observed
    }

    /// A step; the loss before it, added up.
    fn step(&self, network: &mut EdgePopup, front: &mut Option<Front>, step: u32) -> f64 {
        let (images, labels) = formula_batch(step);
        let rate = if self.is_convolved() { 0.01 } else { 0.1 };
        let inputs = match front {
            Some(front) => front.features(&images),
            None => images,
        };
        let rows: Vec<&[f32]> = (0..BATCH).map(|image| inputs.row(image)).collect();
        match front {
            Some(front) if self.model == "dense" => {
                let (step, by_features) = network.step_with_gradient(&rows, &labels, rate);
                front.learn(&by_features, rate);
                step.loss
            }
            _ => network.step(&rows, &labels, rate).loss,
        }
    }
}

/// What is trained of a tensor, and its name in PyTorch.
fn named(tensor: Trained) -> (String, Matrix) {
    let name = match tensor.kept {
        Some(_) => tensor.name.replace("weight", "scores"),
        None => tensor.name,
    };
    (name, tensor.values)
}

fn samples(name: &str, values: &[f32]) -> [(String, f64); 3] {
    let magnitudes = values.iter().map(|&value| f64::from(value.abs()));
    let mean = magnitudes.sum::<f64>() / values.len() as f64;
    let entry = |index: usize| (format!("{name}[{index}]"), values[index].into());
    [
        (format!("mean|{name}"), mean),
        entry(values.len() / 3),
        entry(2 * values.len() / 3),
    ]
}

/// How far a quantity may be from PyTorch's: losses and means as a fraction, entries as they are.
///
/// Everything agreed to rounding, 2e-7, 1e-8 and 1e-7, but in one run. The linear structure of fc4
/// begins with losses up to 27, and after its fourth step two of its 4,496,420 entries, next to a
/// threshold, were on the other side of it; that grew tenfold a step or so, to 1e-2, 2e-5 and 8e-4.
fn tolerance(run: &Run, step: u32, quantity: &str) -> f64 {
    let is_parted = (run.architecture, run.model) == ("fc4", "linear") && step > 4;
    let kind = match quantity {
        "loss" => 0,
        quantity if quantity.starts_with("mean") => 1,
        _ => 2,
    };
    if is_parted {
        [5e-2, 1e-4, 5e-3][kind]
    } else {
        [1e-6, 1e-7, 1e-6][kind]
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without --release")]
fn ten_steps_of_every_model_are_pytorchs() {
    let table = include_str!("edge-popup-steps.csv").lines().skip(1);
    let mut runs: BTreeMap<Vec<&str>, BTreeMap<(u32, String), f64>> = BTreeMap::new();
    for line in table {
        let fields: Vec<&str> = line.split(',').collect();
        let (step, value) = (fields[4].parse().unwrap(), fields[6].parse().unwrap());
        let expected = runs.entry(fields[..3].to_vec()).or_default();
        expected.insert((step, fields[5].to_owned()), value);
    }
    assert_eq!(runs.len(), 14);
    for (names, expected) in runs {
        let run = Run {
            architecture: names[0],
            model: names[1],
            variant: names[2],
        };
        let observed = run.observe();
        assert!(observed.keys().eq(expected.keys()), "{names:?}");
        for ((key, found), expected) in observed.iter().zip(expected.values()) {
            let scale = if key.1.ends_with(']') { 1.0 } else { *expected };
            let error = (found - expected).abs() / scale;
            assert!(
                error < tolerance(&run, key.0, &key.1),
                "{names:?} {key:?}: {found}, not {expected}"
            );
        }
    }
}

/// The wide 784-2508-10 as PyTorch's script draws it, by draws of our own.
fn drawn_wide() -> Vec<LayerWeights> {
    let matrix = |rows, columns, law: Law, scale: f64, key: &str| {
        let mut draws = generator(1, "edge-popup spread", key, rows as u64);
        let mut entry = || (scale * to_f64(law.draw(&mut draws))) as f32;
        Matrix::new(
            rows,
            columns,
            (0..rows * columns).map(|_| entry()).collect(),
        )
    };
    let layer = |[inputs, outputs]: [usize; 2]| {
        let one = 1.0 / inputs as f64;
        LayerWeights::Masked(Scored {
            weights: matrix(outputs, inputs, Law::Normal, (2.0 * one).sqrt(), "weights"),
            scores: matrix(outputs, inputs, Law::Uniform, one.sqrt(), "scores"),
        })
    };
    [[784, 2508], [2508, 10]].map(layer).to_vec()
}

/// An epoch ends as PyTorch's does from other seeds: here 9540 where they have 9508 to 9557.
///
/// Of five draws s is a rough estimate: a sixth one is further than 5 s from their mean in 1 % of all
/// cases (Student's t, 4 degrees of freedom). The seed is fixed, so that this is decided once.
#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without --release")]
fn an_epoch_of_the_wide_model_ends_within_pytorchs_spread() {
    let table = include_str!("edge-popup-spread.csv").lines().skip(1);
    let counts = table.map(|line| line.split(',').nth(1).unwrap().parse().unwrap());
    let counts: Vec<f64> = counts.collect();
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    let squares = counts.iter().map(|count| (count - mean).powi(2));
    let deviation = (squares.sum::<f64>() / (counts.len() - 1) as f64).sqrt();

    let [train, test] = [Mnist::embedded().train(), Mnist::embedded().test()].map(|split| {
        let mut split = split.unwrap();
        let pixels = split.images.values_mut().iter_mut();
        pixels.for_each(|pixel| *pixel = (*pixel - 0.1307) / 0.3081);
        split
    });
    let mut network = EdgePopup::new(drawn_wide(), HALF, DESCENT, normalised(0));
    let mut order: Vec<usize> = (0..train.labels.len()).collect();
    shuffle(
        &mut generator(1, "edge-popup spread", "order", 0),
        &mut order,
    );
    for batch in order.chunks(BATCH) {
        let rows: Vec<&[f32]> = batch.iter().map(|&image| train.images.row(image)).collect();
        let labels: Vec<u8> = batch.iter().map(|&image| train.labels[image]).collect();
        network.step(&rows, &labels, 0.1);
    }
    let found = network.correct(&test.images, &test.labels) as f64;
    assert!(
        (found - mean).abs() < 5.0 * deviation,
        "{found}, but PyTorch's {mean} +- {deviation:.1}"
    );
}
