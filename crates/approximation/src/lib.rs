//! Experiments that approximate whole networks by pruning random numbers.

pub mod baselines;
pub mod construction;
pub mod mnist_approximation;
mod tracked;
