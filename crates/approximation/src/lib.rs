//! Experiments that approximate whole networks by pruning random numbers.

pub mod baselines;
pub mod construction;
pub mod mnist_approximation;
pub mod mnist_theorem;
pub mod source;
