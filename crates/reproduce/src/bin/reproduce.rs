//! `reproduce`: every experiment, its figures and its tables, in one command.

use anyhow::Result;
use approximation::mnist_approximation::{self, Source, ticket};
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
    let approximation = mnist_approximation::Config::new(&preset, Source::Tracked, None)?;
    let coverage = coverage::Config::new(&preset)?;
    let outcomes = [
        run(&approximation, &preset, flags)?,
        run(&coverage, &preset, flags)?,
    ];
    if !outcomes.iter().all(|outcome| outcome.has_tables()) {
        return Ok(());
    }
    // Drawn always: a second, and no figure is missing or older than its rows.
    let drawn = figures::draw_all(&out, &out.join("figures"))?;
    if outcomes.contains(&Outcome::Computed) && !flags.quiet {
        drawn
            .iter()
            .for_each(|figure| eprintln!("{}", figure.display()));
    }
    let ticket = flags
        .pool()?
        .install(|| ticket::keep(&approximation, &out))?;
    print(&format!(
        "{}\n{ticket}\n\n{}",
        mnist_approximation::report::table(&out)?,
        coverage::report::table(&out)?
    ))
}

fn main() -> ExitCode {
    exit_code(reproduce(&Arguments::parse()))
}
