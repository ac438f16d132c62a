//! Milliseconds that a step of edge-popup takes, as lines of CSV.
//!
//!     cargo bench -p training --bench edge_popup
//!
//! Batches of 64 MNIST images at sparsity 0.5; in LeNet5 their features under random, frozen
//! convolutions, computed once. One thread; of three blocks of steps the quickest counts. The model
//! `wide-plain` is `wide` done the plain way: products of matrices by `gemm`, and a threshold
//! selected among all scores. Times depend on the machine, ratios less so.

use std::time::Instant;

use networks::Matrix;
use subset_sum::sampling::{generator, uniform};
use training::Mnist;
use training::convolutions::Convolutions;
use training::descent::{self, backward, cross_entropy, forward, zeros_like};
use training::edge_popup::{EdgePopup, LayerWeights, Masks, Rank, Scope, Scored, Sgd};

const BATCH: usize = 64;

/// Steps of a block.
const STEPS: usize = 100;

const SPARSITY: f64 = 0.5;

const MOMENTUM: f64 = 0.9;

const WEIGHT_DECAY: f64 = 5e-4;

/// Links of the structure.
const LINKS: usize = 5;

/// A black pixel after normalisation.
const BLACK: f32 = -0.1307 / 0.3081;

fn main() {
    let split = Mnist::embedded().train().expect("the data set compiled in");
    let mut images = split.images.gather(0..STEPS * BATCH);
    for pixel in images.values_mut() {
        *pixel = (*pixel - 0.1307) / 0.3081;
    }
    let features = Convolutions::draw(1, "bench").features(&images);
    let fc2 = ["dense", "wide", "wide-plain", "linear", "relu"];
    let others = ["wide", "linear", "relu"];
    println!("architecture,model,milliseconds");
    for (architecture, widths, wide, rate, inputs, background, models) in [
        (
            "fc2",
            &[784, 500, 10][..],
            2508,
            0.1,
            &images,
            BLACK,
            &fc2[..],
        ),
        (
            "fc4",
            &[784, 500, 500, 500, 10],
            1314,
            0.1,
            &images,
            BLACK,
            &others,
        ),
        (
            "lenet5",
            &[400, 120, 84, 10],
            378,
            0.01,
            &features,
            0.0,
            &others,
        ),
    ] {
        for &model in models {
            let mut widths = widths.to_vec();
            if model.starts_with("wide") {
                let last = widths.len() - 1;
                widths[1..last].fill(wide);
            }
            let layers = widths.windows(2).map(|pair| layer(model, pair[0], pair[1]));
            let mut step = stepper(model, layers.collect(), background, rate);
            let milliseconds = best(inputs, &split.labels, &mut step);
            println!("{architecture},{model},{milliseconds:.3}");
        }
    }
}

/// A step of training on inputs and labels.
type Step = Box<dyn FnMut(&[&[f32]], &[u8])>;

fn stepper(model: &str, layers: Vec<LayerWeights>, background: f32, rate: f64) -> Step {
    if model == "wide-plain" {
        let mut network = Plain::new(layers);
        return Box::new(move |inputs, labels| network.step(inputs, labels, rate));
    }
    let masks = Masks {
        sparsity: SPARSITY,
        rank: Rank::Absolute,
        scope: Scope::Tensor,
    };
    let descent = Sgd {
        momentum: MOMENTUM,
        weight_decay: WEIGHT_DECAY,
    };
    let mut network = EdgePopup::new(layers, masks, descent, background);
    Box::new(move |inputs, labels| {
        network.step(inputs, labels, rate);
    })
}

/// Milliseconds a step in the quickest of three blocks, after one that warms up.
fn best(inputs: &Matrix, labels: &[u8], step: &mut Step) -> f64 {
    let rows: Vec<&[f32]> = (0..inputs.rows()).map(|row| inputs.row(row)).collect();
    let mut block = || {
        let start = Instant::now();
        for (rows, labels) in rows.chunks(BATCH).zip(labels.chunks(BATCH)) {
            step(rows, labels);
        }
        start.elapsed().as_secs_f64() * 1e3 / STEPS as f64
    };
    block();
    (0..3).map(|_| block()).fold(f64::INFINITY, f64::min)
}

/// A layer of random weights and scores with the variances of the paper.
fn layer(model: &str, inputs: usize, outputs: usize) -> LayerWeights {
    let bound = 1.0 / (inputs as f64).sqrt();
    let scored = |rows, columns, weights, scores| Scored {
        weights: draw(rows, columns, weights, "weights"),
        scores: draw(rows, columns, scores, "scores"),
    };
    let (one, six, two) = (bound, 6_f64.sqrt(), 2_f64.sqrt());
    match model {
        "dense" => LayerWeights::Dense(draw(outputs, inputs, one, "dense")),
        "linear" | "relu" => LayerWeights::Linked {
            first: scored(LINKS, inputs, six, two),
            second: scored(outputs, LINKS * inputs, six * bound, two * bound),
            relu: model == "relu",
        },
        _ => LayerWeights::Masked(scored(outputs, inputs, six * bound, one)),
    }
}

/// A matrix of entries uniform on +-`bound`.
fn draw(rows: usize, columns: usize, bound: f64, key: &str) -> Matrix {
    const UNITS: i64 = 1 << 40;
    let mut draws = generator(1, "bench", key, (rows * columns) as u64);
    let mut entry = || (bound * uniform(&mut draws, -UNITS, UNITS) as f64 / UNITS as f64) as f32;
    Matrix::new(
        rows,
        columns,
        (0..rows * columns).map(|_| entry()).collect(),
    )
}

/// The wide model in the plain way.
struct Plain {
    weights: Vec<Matrix>,
    scores: Vec<Matrix>,
    effective: Vec<Matrix>,
    gradients: Vec<Matrix>,
    ranks: Vec<f32>,
    descent: descent::Descent,
}

impl Plain {
    fn new(layers: Vec<LayerWeights>) -> Plain {
        let scored = layers.into_iter().map(|layer| match layer {
            LayerWeights::Masked(scored) => (scored.weights, scored.scores),
            _ => panic!("the wide model has one mask a layer"),
        });
        let (weights, scores): (Vec<Matrix>, Vec<Matrix>) = scored.unzip();
        Plain {
            effective: zeros_like(&weights),
            gradients: zeros_like(&weights),
            ranks: Vec::new(),
            descent: descent::Descent::new(&scores, MOMENTUM, WEIGHT_DECAY),
            weights,
            scores,
        }
    }

    fn step(&mut self, rows: &[&[f32]], labels: &[u8], rate: f64) {
        for layer in 0..self.weights.len() {
            self.mask(layer);
        }
        let inputs = Matrix::new(rows.len(), rows[0].len(), rows.concat());
        let mut activations = forward(&self.effective, inputs);
        let logits = activations.pop().expect("one more than layers");
        let by_logits = cross_entropy(&logits, labels).gradient;
        backward(
            &self.effective,
            &activations,
            by_logits,
            &mut self.gradients,
        );
        for (layer, gradient) in self.gradients.iter_mut().enumerate() {
            let scored = self.weights[layer]
                .values()
                .iter()
                .zip(self.scores[layer].values());
            for (gradient, (weight, score)) in gradient.values_mut().iter_mut().zip(scored) {
                *gradient *= weight * score.signum();
            }
        }
        self.descent.step(&mut self.scores, &self.gradients, rate);
    }

    /// Overwrites the effective weights of a layer.
    fn mask(&mut self, layer: usize) {
        let scores = self.scores[layer].values();
        self.ranks.clear();
        self.ranks.extend(scores.iter().map(|score| score.abs()));
        let removed = (SPARSITY * scores.len() as f64) as usize;
        let (_, &mut least, _) = self.ranks.select_nth_unstable_by(removed, f32::total_cmp);
        let scored = self.weights[layer].values().iter().zip(scores);
        let effective = self.effective[layer].values_mut();
        for (effective, (&weight, score)) in effective.iter_mut().zip(scored) {
            *effective = if score.abs() >= least { weight } else { 0.0 };
        }
    }
}
