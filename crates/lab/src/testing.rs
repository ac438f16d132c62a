//! What tests of experiments share: small runs, rows read and rows made up, binaries that refuse.
//!
//! Everything here panics where a test should fail.

use crate::{Experiment, Flags, Folder, Row, table};
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// The results of a run of a preset's text on so many threads.
pub fn run(experiment: &dyn Experiment, preset: &str, threads: u16) -> TempDir {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("small.toml");
    std::fs::write(&file, preset).unwrap();
    let flags = Flags {
        threads: Some(threads),
        quiet: true,
        ..Flags::of(Folder {
            preset: file.to_str().unwrap().to_owned(),
            out: Some(folder.path().to_owned()),
        })
    };
    let preset = flags.preset(&[experiment.about()]).unwrap();
    let configured = experiment.configure(&preset, &flags).unwrap();
    crate::run(experiment, &*configured, &preset, &flags).unwrap();
    folder
}

/// All rows of a table.
pub fn read<R: Row>(folder: &TempDir) -> Vec<R> {
    table::read(folder.path()).unwrap().unwrap()
}

/// Writes a table, unless it would be empty.
pub fn write<R: Row>(folder: &Path, rows: &[R]) {
    if rows.is_empty() {
        return;
    }
    let mut writer = csv::Writer::from_path(table::path::<R>(folder)).unwrap();
    rows.iter().for_each(|row| writer.serialize(row).unwrap());
    writer.flush().unwrap();
}

/// Starts a binary in a folder with a preset.
pub fn start(binary: &str, folder: &Path, preset: &str) -> Output {
    let file = folder.join("small.toml");
    std::fs::write(&file, preset).unwrap();
    let mut command = Command::new(binary);
    command.current_dir(folder).arg("--preset").arg(file);
    command.output().unwrap()
}

/// What a binary said on standard error.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Checks that a binary refuses `preset` with `from` replaced by `to`: exit code 2 and one line that has
/// all of `words`.
pub fn assert_refused(binary: &str, preset: &str, from: &str, to: &str, words: &[&str]) {
    assert!(preset.contains(from), "{from}");
    let folder = TempDir::new().unwrap();
    let output = start(binary, folder.path(), &preset.replace(from, to));
    refused(&output, words);
}

/// Asserts exit code 2 and one line that holds all of `words`.
pub fn refused(output: &Output, words: &[&str]) {
    let message = stderr(output);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert_eq!(message.trim_end().lines().count(), 1, "{message}");
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
}

/// What a script prints of arguments.
pub fn python(folder: &Path, script: &str, arguments: &[&str]) -> String {
    let output = start_python(folder, script, arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// Starts a script with the Python that `TICKETLAB_PYTHON` names or with `python3`.
pub fn start_python(folder: &Path, script: &str, arguments: &[&str]) -> Output {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts");
    let python = std::env::var_os("TICKETLAB_PYTHON").unwrap_or("python3".into());
    let mut command = Command::new(python);
    command.current_dir(folder).arg(scripts.join(script));
    command.args(arguments).output().unwrap()
}
