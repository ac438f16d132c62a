//! What a run begins with, drawn by name.
//!
//! Names leave out sparsity, epochs and variant, so that the runs of a seed share their draws: the
//! curves of a figure differ by what is asked, not by luck. For a layer of `inputs` inputs:
//!
//! | | weights | scores |
//! |---|---|---|
//! | dense | uniform on +-1/sqrt(inputs) | |
//! | wide | normal, variance 2/inputs | uniform on +-1/sqrt(inputs) |
//! | structure, first | normal, variance 2 | uniform on +-sqrt(2) |
//! | structure, second | normal, variance 2/inputs | uniform on +-sqrt(2/inputs) |

use crate::architecture::{LINKS, Model};
use crate::row::{NAME, Variant};
use crate::run::Run;
use networks::Matrix;
use rand_distr::{Distribution, StandardNormal};
use subset_sum::sampling::{generator, shuffle, uniform};
use training::edge_popup::{LayerWeights, Scored};

/// The fully connected layers of a run before its first epoch.
pub(crate) fn layers(run: &Run, root: u64) -> Vec<LayerWeights> {
    let widths = run.architecture.widths(run.model);
    let layer = |(place, widths): (usize, &[usize])| {
        let (inputs, outputs) = (widths[0], widths[1]);
        let draw = Draw {
            run,
            root,
            layer: place + 1,
        };
        let kaiming = |inputs: usize| (2.0 / inputs as f64).sqrt();
        let bound = 1.0 / (inputs as f64).sqrt();
        match run.model {
            Model::Dense => LayerWeights::Dense(draw.uniform("weight", [outputs, inputs], bound)),
            Model::Wide => LayerWeights::Masked(draw.scored(
                "weight",
                [outputs, inputs],
                kaiming(inputs),
                bound,
            )),
            Model::Linear | Model::Relu => {
                let fan_in = if run.variant == Variant::FanIn {
                    LINKS * inputs
                } else {
                    inputs
                };
                let first = kaiming(1);
                let second = kaiming(fan_in);
                LayerWeights::Linked {
                    first: draw.scored("weight1", [LINKS, inputs], first, first),
                    second: draw.scored("weight2", [outputs, LINKS * inputs], second, second),
                    relu: run.model == Model::Relu,
                }
            }
        }
    };
    widths.windows(2).enumerate().map(layer).collect()
}

/// The order in which an epoch meets the training images; models of a seed share it.
pub(crate) fn order(run: &Run, root: u64, epoch: usize, images: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..images).collect();
    let key = format!("{}/order/seed={}", run.architecture.name(), run.seed);
    shuffle(&mut generator(root, NAME, &key, epoch as u64), &mut order);
    order
}

/// Draws of one layer.
struct Draw<'a> {
    run: &'a Run,
    root: u64,
    layer: usize,
}

impl Draw<'_> {
    fn matrix(
        &self,
        tensor: &str,
        [rows, columns]: [usize; 2],
        draw: impl Fn(&mut rand_pcg::Pcg64Dxsm) -> f64,
    ) -> Matrix {
        let (architecture, model) = (self.run.architecture.name(), self.run.model.name());
        let key = format!("{architecture}/{model}/fc{}.{tensor}", self.layer);
        let mut draws = generator(self.root, NAME, &key, self.run.seed);
        Matrix::new(
            rows,
            columns,
            (0..rows * columns)
                .map(|_| draw(&mut draws) as f32)
                .collect(),
        )
    }

    fn uniform(&self, tensor: &str, shape: [usize; 2], bound: f64) -> Matrix {
        const STEPS: i64 = 1 << 40;
        self.matrix(tensor, shape, |draws| {
            bound * uniform(draws, -STEPS, STEPS) as f64 / STEPS as f64
        })
    }

    fn scored(&self, tensor: &str, shape: [usize; 2], deviation: f64, bound: f64) -> Scored {
        let normal = |draws: &mut _| {
            let value: f64 = StandardNormal.sample(draws);
            deviation * value
        };
        Scored {
            weights: self.matrix(tensor, shape, normal),
            scores: self.uniform(&tensor.replace("weight", "scores"), shape, bound),
        }
    }
}
