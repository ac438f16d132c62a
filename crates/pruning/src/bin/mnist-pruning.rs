//! `mnist-pruning`: the paper's Experiment 2.

fn main() {}
