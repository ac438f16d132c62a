//! The paper's Experiment 1: every weight of a network trained on MNIST becomes a subset sum.

pub mod row;
