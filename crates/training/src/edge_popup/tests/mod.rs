//! Networks that the tests have in common, and what is tested of them.

mod gradients;
mod masks;
mod reference;
mod steps;

use reference::sorted_masks;

use super::vector::Level;
use super::*;
use networks::Matrix;
use subset_sum::sampling::{generator, uniform};

/// What most inputs are.
const BACKGROUND: f32 = -0.375;

/// A batch of inputs and labels.
struct Batch {
    inputs: Vec<Vec<f32>>,
    labels: Vec<u8>,
}

impl Batch {
    /// Inputs of either sign, half of them background and some 0, for `classes` classes.
    fn new(images: usize, inputs: usize, classes: usize, key: &str) -> Batch {
        let mut draws = generator(1, "edge-popup batch", key, 0);
        let mut input = || match uniform(&mut draws, -16, 16) {
            -15..=0 => BACKGROUND,
            1 => 0.0,
            _ => uniform(&mut draws, -1 << 20, 1 << 20) as f32 / (1 << 20) as f32,
        };
        let mut image = || (0..inputs).map(|_| input()).collect();
        Batch {
            inputs: (0..images).map(|_| image()).collect(),
            labels: (0..images)
                .map(|image| (image * 3 % classes) as u8)
                .collect(),
        }
    }

    fn rows(&self) -> Vec<&[f32]> {
        self.inputs.iter().map(Vec::as_slice).collect()
    }

    fn exact(&self) -> Exact {
        let exact = |input: &Vec<f32>| input.iter().map(|&x| x.into()).collect();
        Exact {
            inputs: self.inputs.iter().map(exact).collect(),
            labels: self.labels.clone(),
        }
    }
}

/// A batch in `f64`.
struct Exact {
    inputs: Vec<Vec<f64>>,
    labels: Vec<u8>,
}

/// A matrix of draws uniform on +-`bound` in `steps` steps each way.
fn draw([rows, columns]: [usize; 2], bound: f64, steps: i64, key: &str) -> Matrix {
    let mut draws = generator(1, "edge-popup tests", key, 0);
    let mut entry = || (bound * uniform(&mut draws, -steps, steps) as f64 / steps as f64) as f32;
    Matrix::new(
        rows,
        columns,
        (0..rows * columns).map(|_| entry()).collect(),
    )
}

/// What a layer of a test is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Dense,
    Masked,
    Linear,
    Relu,
}

const KINDS: [Kind; 4] = [Kind::Dense, Kind::Masked, Kind::Linear, Kind::Relu];

/// Links of the structure.
const LINKS: usize = 3;

/// Layers of these kinds between widths; scores lie on a grid of `steps` steps each way.
fn layers(kinds: &[Kind], widths: &[usize], steps: i64) -> Vec<LayerWeights> {
    assert_eq!(kinds.len() + 1, widths.len());
    let layer = |(place, kind): (usize, &Kind)| {
        let [inputs, outputs] = [widths[place], widths[place + 1]];
        let bound = (6.0 / inputs as f64).sqrt();
        let scored = |shape, bound, tensor| Scored {
            weights: draw(shape, bound, 1 << 40, &format!("{place} {tensor} weights")),
            scores: draw(shape, 0.5, steps, &format!("{place} {tensor} scores")),
        };
        match kind {
            Kind::Dense => {
                LayerWeights::Dense(draw([outputs, inputs], bound, 1 << 40, &format!("{place}")))
            }
            Kind::Masked => LayerWeights::Masked(scored([outputs, inputs], bound, "only")),
            Kind::Linear | Kind::Relu => LayerWeights::Linked {
                first: scored([LINKS, inputs], 1.0, "first"),
                second: scored([outputs, LINKS * inputs], bound, "second"),
                relu: *kind == Kind::Relu,
            },
        }
    };
    kinds.iter().enumerate().map(layer).collect()
}

/// Fine enough that scores hardly ever tie.
const FINE: i64 = 1 << 40;

/// Widths that are no multiples of a line or a block, and more than one of either.
const WIDTHS: [usize; 4] = [19, 70, 18, 5];

/// Networks of every kind of layer in the first and in later places.
fn networks() -> Vec<[Kind; 3]> {
    let mut networks: Vec<[Kind; 3]> = KINDS.iter().map(|&kind| [kind; 3]).collect();
    networks.push([Kind::Relu, Kind::Dense, Kind::Masked]);
    networks.push([Kind::Masked, Kind::Relu, Kind::Linear]);
    networks
}

const HALF: Masks = Masks {
    sparsity: 0.5,
    rank: Rank::Absolute,
    scope: Scope::Tensor,
};

/// Every way to rank, at some sparsities.
fn all_masks(sparsities: &[f64]) -> Vec<Masks> {
    let mut masks = Vec::new();
    for &sparsity in sparsities {
        for rank in [Rank::Absolute, Rank::Signed] {
            for scope in [Scope::Tensor, Scope::Network] {
                masks.push(Masks {
                    sparsity,
                    rank,
                    scope,
                });
            }
        }
    }
    masks
}

/// No momentum and no decay: a velocity is the gradient of the last step.
const PLAIN: Sgd = Sgd {
    momentum: 0.0,
    weight_decay: 0.0,
};

/// The numbers that products are made of.
fn effective(tensors: &[Trained]) -> Vec<Vec<f64>> {
    let tensors = tensors.iter().map(|tensor| &tensor.effective);
    tensors.map(exact).collect()
}

fn exact(matrix: &Matrix) -> Vec<f64> {
    matrix.values().iter().map(|&value| value.into()).collect()
}

/// All that training changes, to the bit.
fn bits(network: &EdgePopup) -> Vec<u32> {
    let tensors = network.tensors();
    let matrices = tensors
        .iter()
        .flat_map(|tensor| [&tensor.values, &tensor.velocities]);
    matrices
        .flat_map(|matrix| matrix.values().iter().map(|value| value.to_bits()))
        .collect()
}

/// The derivatives by what is trained, given those by the effective weights.
fn by_values(by_effective: &[f64], tensor: &Trained, rank: Rank) -> Vec<f64> {
    if tensor.kept.is_none() {
        return by_effective.to_vec();
    }
    let sign = |score: f64| match rank {
        Rank::Signed => 1.0,
        Rank::Absolute if score == 0.0 => 0.0,
        Rank::Absolute => score.signum(),
    };
    let (weights, scores) = (exact(&tensor.weights), exact(&tensor.values));
    let by_value = |place: usize| by_effective[place] * weights[place] * sign(scores[place]);
    (0..scores.len()).map(by_value).collect()
}

/// That every mask is that of a stable sort, and the effective weights are those it keeps.
fn assert_masked(tensors: &[Trained], masks: Masks, what: &str) {
    for (tensor, kept) in tensors.iter().zip(sorted_masks(tensors, masks)) {
        assert_eq!(tensor.kept, kept, "{what} {}", tensor.name);
        let weights = tensor.weights.values().iter().enumerate();
        let masked = weights.map(|(place, &weight)| match &kept {
            Some(kept) if !kept[place] => 0.0,
            _ => weight,
        });
        assert!(
            masked.eq(tensor.effective.values().iter().copied()),
            "{what}"
        );
    }
}
