//! `construction`: the upper bound, from one weight to a whole network.

use std::process::ExitCode;

fn main() -> ExitCode {
    lab::main(&construction::Experiment)
}
