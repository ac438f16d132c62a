//! `coverage`: after how many random numbers is every target near a subset sum?

use std::process::ExitCode;

fn main() -> ExitCode {
    lab::main(&coverage::Experiment)
}
