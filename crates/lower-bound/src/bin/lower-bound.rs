//! `lower-bound`: how many parameters does counting ask for, and how many do constructions take?

use clap::Parser;
use lab::{Flags, exit_code, run_and_print};
use lower_bound::{Config, report};
use std::process::ExitCode;

/// Counts what pruned networks can hit, and how close the construction comes to the lower bound
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
