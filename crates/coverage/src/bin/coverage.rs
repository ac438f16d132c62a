//! `coverage`: after how many random numbers is every target near a subset sum?

use clap::Parser;
use coverage::{Config, report};
use lab::{Flags, exit_code, run_and_print};
use std::process::ExitCode;

/// Measures how well subset sums of random numbers cover an interval, and why
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
