//! `construction`: the upper bound, from one weight to a whole network.

use approximation::construction::{Config, report};
use clap::Parser;
use lab::{Flags, exit_code, run_and_print};
use std::process::ExitCode;

/// Prunes random networks to targets, and asks when they serve every target there is
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
