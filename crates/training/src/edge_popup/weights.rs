//! What a network under training is made from, and what it is read out as: plain matrices in
//! PyTorch's shapes.

use networks::Matrix;

/// Random weights and the scores that decide which of them are kept, of the same shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The weights, never changed.
    pub weights: Matrix,
    /// The scores that training begins with.
    pub scores: Matrix,
}

/// What a layer consists of; a ReLU stands between layers.
#[derive(Debug, Clone, PartialEq)]
pub enum LayerWeights {
    /// Weights `[outputs, inputs]` that are trained themselves.
    Dense(Matrix),
    /// Weights `[outputs, inputs]` under a mask.
    Masked(Scored),
    /// r links from every input to every output.
    Linked {
        /// The links' first weights, `[r, inputs]`.
        first: Scored,
        /// Their second weights, `[outputs, r * inputs]`; link k of input j is column k * inputs + j.
        second: Scored,
        /// Whether a ReLU stands between the two.
        relu: bool,
    },
}

impl LayerWeights {
    pub(super) fn outputs(&self) -> usize {
        match self {
            LayerWeights::Dense(weights) => weights.rows(),
            LayerWeights::Masked(scored) => scored.weights.rows(),
            LayerWeights::Linked { second, .. } => second.weights.rows(),
        }
    }

    pub(super) fn inputs(&self) -> usize {
        match self {
            LayerWeights::Dense(weights) => weights.columns(),
            LayerWeights::Masked(scored) => scored.weights.columns(),
            LayerWeights::Linked { first, .. } => first.weights.columns(),
        }
    }
}

/// A tensor in PyTorch's shape and order, as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The layer's place, from 1, and the tensor's: `fc1.weight`, or the structure's `fc1.weight1`
    /// and `fc1.weight2`.
    pub name: String,
    /// The weights before any mask.
    pub weights: Matrix,
    /// What is trained: the scores, or the weights themselves.
    pub values: Matrix,
    /// The velocities of what is trained.
    pub velocities: Matrix,
    /// The weights with those removed as 0.
    pub effective: Matrix,
    /// Which entries the mask keeps, in the order of [`Matrix::values`]; none where nothing is masked.
    pub kept: Option<Vec<bool>>,
}
