//! The binary `mnist-approximation`, run in a temporary folder.

use std::path::Path;
use std::process::{Command, Output};
use training::testing::without_notes;

/// The CSV files of a run.
pub const OUT_TABLES: [&str; 2] = [
    "mnist-approximation.csv",
    "mnist-approximation-histogram.csv",
];

/// Refused, but for what is said of a target that could be read.
pub fn refused(output: &Output, words: &[&str]) {
    lab::testing::refused(&without_notes(output.clone()), words);
}

/// The binary with a preset of its own.
pub fn command(folder: &Path, preset: &str) -> Command {
    let file = folder.join("small.toml");
    std::fs::write(&file, preset).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mnist-approximation"));
    command.current_dir(folder).arg("--preset").arg(file);
    command
}

/// The bytes of a run's CSV files.
pub fn csv(folder: &Path, out: &str) -> Vec<Vec<u8>> {
    OUT_TABLES
        .map(|table| std::fs::read(folder.join(out).join(table)).unwrap())
        .into()
}
