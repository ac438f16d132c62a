//! `figures`: draws every figure again from the CSV files of a results folder.

use anyhow::{Context, Result, ensure};
use clap::Parser;
use lab::{Folder, exit_code, print};
use reproduce::figures::Figures;
use std::path::Path;
use std::process::ExitCode;

/// Draws all figures of a results folder as SVG and PNG
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    folder: Folder,
    /// Draw into paper-figures/, the published figures, instead of DIR/figures
    #[arg(long)]
    publish: bool,
}

fn draw(arguments: &Arguments) -> Result<()> {
    let results = arguments.folder.path();
    let into = if arguments.publish {
        Path::new("paper-figures").to_owned()
    } else {
        results.join("figures")
    };
    let shown = results.display();
    ensure!(
        results.is_dir(),
        "no folder {shown}; run the experiments first or name another with --out"
    );
    let written = Figures::read(&results).and_then(|figures| figures.write(&into));
    let written = written.with_context(|| format!("figures of {shown}"))?;
    ensure!(
        !written.is_empty(),
        "no CSV of an experiment in {shown}; run the experiments first"
    );
    written
        .iter()
        .try_for_each(|path| print(&path.display().to_string()))
}

fn main() -> ExitCode {
    exit_code(draw(&Arguments::parse()))
}
