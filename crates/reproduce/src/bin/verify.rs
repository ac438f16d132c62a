//! `verify`: every claim held against the rows of a results folder.

use anyhow::{Result, ensure};
use clap::Parser;
use lab::{Folder, print, verdict_code};
use reproduce::{judge, verify};
use std::process::ExitCode;

/// Prints a verdict for every claim and writes claims.csv; exit code 1 if one is contradicted unexpectedly
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    folder: Folder,
    /// Explain one claim instead
    #[arg(long, value_name = "ID")]
    claim: Option<String>,
}

/// Whether nothing was contradicted that was not expected to be.
fn holds(arguments: &Arguments) -> Result<bool> {
    let results = arguments.folder.path();
    let shown = results.display();
    ensure!(
        results.is_dir(),
        "no folder {shown}; run the experiments first or name another with --out"
    );
    let judgements = judge(&results)?;
    match &arguments.claim {
        Some(id) => print(&verify::explain(&judgements, id)?)?,
        None => {
            verify::write(&judgements, &results)?;
            print(&verify::table(&judgements))?;
        }
    }
    Ok(!judgements.iter().any(|judgement| judgement.is_surprise()))
}

fn main() -> ExitCode {
    verdict_code(holds(&Arguments::parse()))
}
