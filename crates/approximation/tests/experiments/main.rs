//! The experiments `baselines` and `construction`: their rows, their verdicts and their binaries.

mod baselines;
mod construction;
mod support;
