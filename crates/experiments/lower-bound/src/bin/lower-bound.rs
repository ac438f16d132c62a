//! `lower-bound`: how many parameters does counting ask for, and how many do constructions take?

use std::process::ExitCode;

fn main() -> ExitCode {
    lab::main(&lower_bound::Experiment)
}
