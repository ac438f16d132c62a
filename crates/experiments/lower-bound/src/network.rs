//! Small networks R -> R all of whose pruned versions are looked at.
//!
//! Weights are integers in steps of 2^-f, f = [`Architecture::fraction_bits`], chosen so that the
//! product of as many weights as a path has lies on the grid of 2^-46: outputs at x = 1 and x = -1
//! are exact, and nothing on the way is rounded.

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};
use subset_sum::grid::FRACTION_BITS;
use subset_sum::sampling::uniform;

/// How the parameters of a network R -> R are connected; k is its width, s the ReLU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// One layer: k parallel links, x -> (w_1 + ... + w_k) x.
    Linear,
    /// Two layers with shared weights: x -> sum_i v_i (s(u x) - s(-u x)).
    Shared,
    /// Two layers: x -> sum_i v_i s(u_i x).
    TwoLayer,
    /// Two layers with biases: x -> sum_i v_i s(u_i x + b_i) + c.
    TwoLayerBiased,
    /// Three layers, both hidden ones of width k: x -> sum_j v_j s(sum_i A_ji s(u_i x)).
    ThreeLayer,
}

impl Architecture {
    /// All of them.
    pub const ALL: [Architecture; 5] = [
        Architecture::Linear,
        Architecture::Shared,
        Architecture::TwoLayer,
        Architecture::TwoLayerBiased,
        Architecture::ThreeLayer,
    ];

    /// The name in keys and files.
    pub fn name(self) -> &'static str {
        match self {
            Architecture::Linear => "linear",
            Architecture::Shared => "shared",
            Architecture::TwoLayer => "two-layer",
            Architecture::TwoLayerBiased => "two-layer-biased",
            Architecture::ThreeLayer => "three-layer",
        }
    }

    /// Parameters of a network of this width (alpha), each of which may be pruned.
    pub fn parameters(self, width: usize) -> usize {
        match self {
            Architecture::Linear => width,
            Architecture::Shared => 1 + width,
            Architecture::TwoLayer => 2 * width,
            Architecture::TwoLayerBiased => 3 * width + 1,
            Architecture::ThreeLayer => width * (width + 2),
        }
    }

    /// lg of the pruned versions that may differ. Where a path needs all of its links, pruning one is
    /// as good as pruning another, so most of the 2^alpha versions are the same functions.
    pub fn distinct_bits(self, width: usize) -> usize {
        match self {
            Architecture::Linear | Architecture::Shared | Architecture::TwoLayer => width,
            Architecture::TwoLayerBiased => 2 * width + 1,
            Architecture::ThreeLayer => width * width,
        }
    }

    /// Binary digits of a weight behind the point: 46 shared out among the links of a path. A kink of
    /// a network with biases is a fraction; cleared of it, products have three factors.
    pub fn fraction_bits(self) -> u32 {
        match self {
            Architecture::Linear => FRACTION_BITS,
            Architecture::Shared | Architecture::TwoLayer => FRACTION_BITS / 2,
            Architecture::TwoLayerBiased | Architecture::ThreeLayer => FRACTION_BITS / 3,
        }
    }
}

/// The distribution of the weights of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weights {
    /// Uniform on \[-1, 1\].
    Uniform,
    /// Standard normal, rounded to the steps. Not promised to be the same on every platform.
    Normal,
    /// 1/2 or -1/2 with equal probability.
    TwoPoint,
    /// Not random: the powers of two of [`designed`].
    Powers,
}

impl Weights {
    /// The name in keys and files.
    pub fn name(self) -> &'static str {
        match self {
            Weights::Uniform => "uniform",
            Weights::Normal => "normal",
            Weights::TwoPoint => "two-point",
            Weights::Powers => "powers",
        }
    }
}

/// A network R -> R.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    architecture: Architecture,
    width: usize,
    weights: Vec<i64>,
}

impl Network {
    /// The network with these weights, in steps of 2^-f and in this order:
    ///
    /// ```text
    /// linear              w_1 .. w_k
    /// shared              u, v_1 .. v_k
    /// two-layer           u_1 .. u_k, v_1 .. v_k
    /// two-layer-biased    u_1 .. u_k, b_1 .. b_k, v_1 .. v_k, c
    /// three-layer         u_1 .. u_k, A row by row, v_1 .. v_k
    /// ```
    ///
    /// # Panics
    /// If there is not one weight for each parameter, or one of magnitude above 16.
    pub fn new(architecture: Architecture, width: usize, weights: Vec<i64>) -> Network {
        assert_eq!(
            weights.len(),
            architecture.parameters(width),
            "one weight for each parameter"
        );
        let largest = 16 << architecture.fraction_bits();
        assert!(
            weights.iter().all(|weight| weight.abs() <= largest),
            "weights of magnitude at most 16"
        );
        Network {
            architecture,
            width,
            weights,
        }
    }

    /// A network whose weights follow a distribution; the generator is not used for [`Weights::Powers`].
    pub fn draw(
        architecture: Architecture,
        width: usize,
        law: Weights,
        generator: &mut impl Rng,
    ) -> Network {
        let one = 1 << architecture.fraction_bits();
        let mut weight = || match law {
            Weights::Uniform => uniform(generator, -one, one),
            Weights::Normal => {
                let value: f64 = StandardNormal.sample(generator);
                (value * one as f64).round_ties_even() as i64
            }
            Weights::TwoPoint => one / 2 * (2 * uniform(generator, 0, 1) - 1),
            Weights::Powers => 0,
        };
        let weights = match law {
            Weights::Powers => designed(architecture, width),
            _ => (0..architecture.parameters(width))
                .map(|_| weight())
                .collect(),
        };
        Network::new(architecture, width, weights)
    }

    /// How its parameters are connected.
    pub fn architecture(&self) -> Architecture {
        self.architecture
    }

    /// Its width (k).
    pub fn width(&self) -> usize {
        self.width
    }

    /// Its weights, in the order of [`Network::new`].
    pub fn weights(&self) -> &[i64] {
        &self.weights
    }

    /// The parts of the weights, in the order of [`Network::new`].
    pub(crate) fn parts<const PARTS: usize>(&self, lengths: [usize; PARTS]) -> [&[i64]; PARTS] {
        let mut rest = self.weights.as_slice();
        lengths.map(|length| {
            let (part, after) = rest.split_at(length);
            rest = after;
            part
        })
    }
}

/// Weights that waste nothing: k numbers whose 2^k subset sums are evenly spaced and cover \[-1, 1\],
///
/// ```text
/// c (-1, 2^-1, 2^-2, ..., 2^-(k-1)),   c = 1 + 2^-k
/// ```
///
/// rounded down to steps, so that every number of \[-1, 1\] is less than 2^-(k-1) from a sum. Networks of two layers spend them
/// on each half-line; with biases large enough no unit is ever inactive and one half-line is enough.
/// There is no such design for three layers: the weights are then those of a network that is pruned to 0.
pub fn designed(architecture: Architecture, width: usize) -> Vec<i64> {
    let bits = architecture.fraction_bits();
    let one = 1_i64 << bits;
    let digits = |count: usize| -> Vec<i64> {
        let scaled = |at: usize| (one >> at) + (one >> (at + count));
        let sign = |at: usize| if at == 0 { -1 } else { 1 };
        (0..count).map(|at| sign(at) * scaled(at)).collect()
    };
    match architecture {
        Architecture::Linear => digits(width),
        Architecture::Shared => [vec![one], digits(width)].concat(),
        Architecture::TwoLayer => {
            let (positive, negative) = (digits(width.div_ceil(2)), digits(width / 2));
            let in_weights = [vec![one; positive.len()], vec![-one; negative.len()]].concat();
            let negative = negative.iter().map(|digit| -digit).collect();
            [in_weights, positive, negative].concat()
        }
        Architecture::TwoLayerBiased => {
            let all = |weight| vec![weight; width];
            let constant = vec![-2 * width as i64 * one];
            [digits(width), all(2 * one), all(one), constant].concat()
        }
        Architecture::ThreeLayer => vec![0; architecture.parameters(width)],
    }
}
