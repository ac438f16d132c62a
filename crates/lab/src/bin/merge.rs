//! `merge`: the parts of a sharded run become its CSV files.

use anyhow::Result;
use clap::Parser;
use lab::{Folder, exit_code, merge, print};
use std::process::ExitCode;

/// Puts the parts of sharded runs together, equal to the CSV files of one run byte for byte
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    folder: Folder,
}

fn merge_all(arguments: &Arguments) -> Result<()> {
    merge(&arguments.folder.path())?
        .iter()
        .try_for_each(|line| print(line))
}

fn main() -> ExitCode {
    exit_code(merge_all(&Arguments::parse()))
}
