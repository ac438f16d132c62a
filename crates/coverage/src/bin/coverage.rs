//! `coverage`: after how many random numbers is every target near a subset sum?

use anyhow::Result;
use clap::Parser;
use coverage::{Config, report};
use lab::{Flags, exit_code, print, run};
use std::process::ExitCode;

/// Measures how well subset sums of random numbers cover an interval, and why
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
}

fn cover(arguments: &Arguments) -> Result<()> {
    let flags = &arguments.flags;
    let preset = flags.preset()?;
    let config = Config::new(&preset)?;
    if run(&config, &preset, flags)?.has_tables() {
        print(&report::table(&flags.folder.path())?)?;
    }
    Ok(())
}

fn main() -> ExitCode {
    exit_code(cover(&Arguments::parse()))
}
