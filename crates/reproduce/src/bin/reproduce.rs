//! `reproduce`: every experiment, its figures and its tables, in one command.

use anyhow::{Context, Result};
use approximation::source::Source;
use approximation::{baselines, construction, mnist_approximation, mnist_theorem};
use clap::Parser;
use lab::claims::judge;
use lab::{Flags, Outcome, exit_code, print, run, write_whole};
use pruning::config::Trim;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs every experiment, draws the figures and prints the tables
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    /// Run nothing: make the text between the marks of a document anew from the rows of the results folder
    #[arg(long, value_name = "FILE.md", conflicts_with_all = ["fresh", "list", "shard", "threads", "seed"])]
    splice: Option<PathBuf>,
}

fn reproduce(arguments: &Arguments) -> Result<()> {
    let flags = &arguments.flags;
    if let Some(document) = &arguments.splice {
        return splice(document, &flags.folder.path())
            .with_context(|| format!("--splice {}", document.display()));
    }
    let preset = flags.preset()?;
    let out = flags.folder.path();
    let approximation = mnist_approximation::Config::new(&preset, Source::Tracked, None)?;
    let theorem = mnist_theorem::Config::new(&preset, Source::Tracked, None)?;
    let coverage = coverage::Config::new(&preset)?;
    let baselines = baselines::Config::new(&preset)?;
    let construction = construction::Config::new(&preset)?;
    let lower_bound = lower_bound::Config::new(&preset)?;
    let pruning = pruning::Config::new(&preset, flags, &Trim::default(), None, None)?;
    let outcomes = [
        run(&approximation, &preset, flags)?,
        run(&theorem, &preset, flags)?,
        run(&coverage, &preset, flags)?,
        run(&baselines, &preset, flags)?,
        run(&construction, &preset, flags)?,
        run(&lower_bound, &preset, flags)?,
        run(&pruning, &preset, flags)?,
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
    reproduce::report::write(&flags.folder)?;
    let tickets = flags.pool()?.install(|| -> Result<[String; 2]> {
        Ok([
            mnist_approximation::ticket::keep(&approximation, &out)?,
            mnist_theorem::ticket::keep(&theorem, &out)?,
        ])
    })?;
    print(&format!(
        "{}\n{}\n\n{}\n{}\n\n{}\n{}\n{}\n{}\n{}",
        mnist_approximation::report::table(&out)?,
        tickets[0],
        mnist_theorem::report::table(&out)?,
        tickets[1],
        coverage::report::table(&out)?,
        baselines::report::table(&out)?,
        construction::report::table(&out)?,
        lower_bound::report::table(&out)?,
        pruning::report::table(&out)?
    ))
}

fn splice(document: &Path, results: &Path) -> Result<()> {
    let old = std::fs::read_to_string(document)?;
    let judgements = judge(&reproduce::claims(), results)?;
    let new = reproduce::splice::splice(&old, &judgements)?;
    write_whole(document, |file| Ok(file.write_all(new.as_bytes())?))
}

fn main() -> ExitCode {
    exit_code(reproduce(&Arguments::parse()))
}
