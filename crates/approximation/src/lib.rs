//! Experiments that approximate whole networks by pruning random numbers.

pub mod mnist_approximation;
