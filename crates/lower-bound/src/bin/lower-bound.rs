//! `lower-bound`: how many parameters does counting ask for, and how many do constructions take?

use anyhow::Result;
use clap::Parser;
use lab::{Flags, exit_code, print, run};
use lower_bound::{Config, report};
use std::process::ExitCode;

/// Counts what pruned networks can hit, and how close the construction comes to the lower bound
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
}

fn count(arguments: &Arguments) -> Result<()> {
    let flags = &arguments.flags;
    let preset = flags.preset()?;
    let config = Config::new(&preset)?;
    if run(&config, &preset, flags)?.has_tables() {
        print(&report::table(&flags.folder.path())?)?;
    }
    Ok(())
}

fn main() -> ExitCode {
    exit_code(count(&Arguments::parse()))
}
