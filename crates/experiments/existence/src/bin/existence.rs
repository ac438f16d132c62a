//! `existence`: how often is a random target near a subset sum of random numbers, and how few does it take?

use std::process::ExitCode;

fn main() -> ExitCode {
    lab::main(&existence::Experiment)
}
