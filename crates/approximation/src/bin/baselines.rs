//! `baselines`: how many random units does one weight take, by the paper's construction and before it?

use approximation::baselines::{Config, report};
use clap::Parser;
use lab::{Flags, exit_code, run_and_print};
use std::process::ExitCode;

/// Counts the random units that constructions need until they can be pruned to one weight
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
}

fn main() -> ExitCode {
    let flags = Arguments::parse().flags;
    exit_code(run_and_print(&flags, Config::new, report::table))
}
