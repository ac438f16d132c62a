//! `baselines`: how many random units does one weight take, by the paper's construction and before it?

use std::process::ExitCode;

fn main() -> ExitCode {
    lab::main(&baselines::Experiment)
}
