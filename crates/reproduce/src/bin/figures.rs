//! `figures`: draws every figure again from the CSV files of a results folder.

use anyhow::{Context, Result, ensure};
use charts::PaperWidth;
use clap::Parser;
use lab::{Folder, exit_code, print};
use reproduce::figures::Figures;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Draws the figures of a results folder as SVG and PNG
///
/// For a paper, `figures --only coverage-failure --width 3.25in --plain` draws a figure of the width of a
/// column as SVG and PDF, into DIR/figures/print. Its small texts have 8 points, and panels that do
/// not fit side by side go below each other.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    folder: Folder,
    /// Draw into paper-figures/, the published figures, instead of DIR/figures
    #[arg(long, conflicts_with_all = ["only", "width", "plain"])]
    publish: bool,
    /// Draw these figures alone
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// Draw SVG and PDF of this width, in in, cm or pt: 3.25in
    #[arg(long)]
    width: Option<PaperWidth>,
    /// Draw SVG and PDF without title and caption
    #[arg(long)]
    plain: bool,
}

fn draw(arguments: &Arguments) -> Result<()> {
    let results = arguments.folder.path();
    let shown = results.display();
    ensure!(
        results.is_dir(),
        "no folder {shown}; run the experiments first or name another with --out"
    );
    let written = Figures::read(&results)
        .and_then(|figures| figures.only(&arguments.only))
        .and_then(|figures| write(arguments, &figures, &results.join("figures")));
    let written = written.with_context(|| format!("figures of {shown}"))?;
    ensure!(
        !written.is_empty(),
        "no CSV of an experiment in {shown}; run the experiments first"
    );
    written
        .iter()
        .try_for_each(|path| print(&path.display().to_string()))
}

/// Draws them into `folder` or beneath it, unless they are to be published.
fn write(arguments: &Arguments, figures: &Figures, folder: &Path) -> Result<Vec<PathBuf>> {
    if arguments.publish {
        return figures.write(Path::new("paper-figures"));
    }
    if arguments.plain || arguments.width.is_some() {
        let width = arguments.width.unwrap_or_default();
        return figures.print(&folder.join("print"), width, arguments.plain);
    }
    figures.write(folder)
}

fn main() -> ExitCode {
    exit_code(draw(&Arguments::parse()))
}
