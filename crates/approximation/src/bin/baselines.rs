//! `baselines`: how many random units does one weight take, by the paper's construction and before it?

use anyhow::Result;
use approximation::baselines::{Config, report};
use clap::Parser;
use lab::{Flags, exit_code, print, run};
use std::process::ExitCode;

/// Counts the random units that constructions need until they can be pruned to one weight
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
}

fn compare(arguments: &Arguments) -> Result<()> {
    let flags = &arguments.flags;
    let preset = flags.preset()?;
    let config = Config::new(&preset)?;
    if run(&config, &preset, flags)?.has_tables() {
        print(&report::table(&flags.folder.path())?)?;
    }
    Ok(())
}

fn main() -> ExitCode {
    exit_code(compare(&Arguments::parse()))
}
