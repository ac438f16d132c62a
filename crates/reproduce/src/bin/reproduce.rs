//! `reproduce`: every experiment, its figures and its tables, in one command.

use anyhow::Result;
use approximation::mnist_approximation::{Config, Source, report, ticket};
use clap::Parser;
use lab::{Flags, Outcome, exit_code, print, run};
use std::process::ExitCode;

/// Runs every experiment, draws the figures and prints the tables
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
}

fn reproduce(arguments: &Arguments) -> Result<()> {
    let flags = &arguments.flags;
    let preset = flags.preset()?;
    let out = flags.folder.path();
    let config = Config::new(&preset, Source::Tracked, None)?;
    let outcome = run(&config, &preset, flags)?;
    if !outcome.has_tables() {
        return Ok(());
    }
    // Drawn always: a second, and no figure is missing or older than its rows.
    let drawn = figures::draw_all(&out, &out.join("figures"))?;
    if outcome == Outcome::Computed && !flags.quiet {
        drawn
            .iter()
            .for_each(|figure| eprintln!("{}", figure.display()));
    }
    let ticket = flags.pool()?.install(|| ticket::keep(&config, &out))?;
    print(&format!("{}\n{ticket}", report::table(&out)?))
}

fn main() -> ExitCode {
    exit_code(reproduce(&Arguments::parse()))
}
