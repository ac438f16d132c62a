//! Stochastic gradient descent: what the caller chooses, and what a step of the kernels needs of it.

/// Stochastic gradient descent with momentum and weight decay, in PyTorch's form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sgd {
    /// How much of the last step's velocity is kept.
    pub momentum: f64,
    /// Added to the gradient, times the trained value.
    pub weight_decay: f64,
}

/// A step's hyper-parameters, in the precision of the kernels.
#[derive(Debug, Clone, Copy)]
pub(super) struct SgdParams {
    pub(super) rate: f32,
    pub(super) momentum: f32,
    pub(super) decay: f32,
}

impl Sgd {
    /// Those of a step of this learning rate.
    pub(super) fn at_rate(self, rate: f64) -> SgdParams {
        SgdParams {
            rate: rate as f32,
            momentum: self.momentum as f32,
            decay: self.weight_decay as f32,
        }
    }
}
