//! What all parts of the experiment need.

use ::networks::Matrix;

/// What all parts need beside their own parameters.
#[derive(Debug)]
pub(crate) struct Shared {
    /// Neurons a half of every gadget that is drawn.
    pub(crate) max_neurons: usize,
    /// The first layer of the tracked MNIST network.
    pub(crate) trained: Matrix,
}
