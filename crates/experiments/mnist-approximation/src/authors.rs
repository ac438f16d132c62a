//! What the authors report of their run of Experiment 1: `results/paper/fc2_approx.out` of their
//! repository.

/// Random coefficients for a weight.
pub const CANDIDATES: u32 = 21;

/// Largest error of a weight that counts as feasible.
pub const TOLERANCE: f64 = 0.01;

/// Weights of the target.
pub const WEIGHTS: u64 = 397_000;

/// Random parameters before pruning, with multiplicity.
pub const INITIAL_PARAMETERS: u64 = 8_337_000;

/// Parameters kept after pruning, with multiplicity.
pub const KEPT_PARAMETERS: u64 = 3_725_871;
