//! `construction`: the upper bound, from one weight to a whole network.

use anyhow::Result;
use approximation::construction::{Config, report};
use clap::Parser;
use lab::{Flags, exit_code, print, run};
use std::process::ExitCode;

/// Prunes random networks to targets, and asks when they serve every target there is
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
}

fn construct(arguments: &Arguments) -> Result<()> {
    let flags = &arguments.flags;
    let preset = flags.preset()?;
    let config = Config::new(&preset)?;
    if run(&config, &preset, flags)?.has_tables() {
        print(&report::table(&flags.folder.path())?)?;
    }
    Ok(())
}

fn main() -> ExitCode {
    exit_code(construct(&Arguments::parse()))
}
