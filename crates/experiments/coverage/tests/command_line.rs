//! The binary as a user meets it.

use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const PRESET: &str = "seed = 1\n[coverage]\nradii = [1.0]\n\
                      exact = [{ laws = ['uniform'], from = 7, to = 8, trials = 50 }]\n";

fn coverage(folder: &Path, preset: &str) -> Output {
    let file = folder.join("small.toml");
    std::fs::write(&file, preset).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_coverage"));
    command.current_dir(folder).arg("--preset").arg(file);
    command.output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_run_prints_its_table() {
    let folder = TempDir::new().unwrap();
    let first = coverage(folder.path(), PRESET);
    assert!(first.status.success(), "{}", stderr(&first));
    let said = String::from_utf8_lossy(&first.stdout).into_owned();
    assert!(
        said.contains("| uniform | 8 | 50        | 3.91e-3 "),
        "{said}"
    );
    assert!(!said.contains("| 7 |"), "{said}");
}

/// Asserts exit code 2 and one line that holds all of `words`.
fn refused(preset: &str, words: &[&str]) {
    let folder = TempDir::new().unwrap();
    let output = coverage(folder.path(), preset);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert_eq!(message.trim_end().lines().count(), 1, "{message}");
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
}

#[test]
fn presets_that_cannot_run_are_refused_in_one_line() {
    let changed = |from: &str, to: &str| {
        assert!(PRESET.contains(from));
        PRESET.replace(from, to)
    };
    refused(&changed("radii", "radius"), &["unknown field `radius`"]);
    refused(&changed("[1.0]", "[0.0]"), &["radii: each must be"]);
    refused(&changed("[1.0]", "[1.0, 1.0]"), &["radii: name each once"]);
    refused(
        &changed("'uniform'", "'unifrom'"),
        &["no distribution \"unifrom\"", "there are: uniform"],
    );
    refused(
        &changed("from = 7", "from = 9"),
        &["exact", "9 to 8 candidates", "from <= to"],
    );
    refused(&changed("to = 8", "to = 37"), &["uniform", "<= 36"]);
    refused(
        &changed("trials = 50", "trials = 0"),
        &["trials: must be at least 1"],
    );
    refused(
        &changed("['uniform']", "['uniform', 'uniform']"),
        &["laws: name each once"],
    );
}

#[test]
fn parts_that_cannot_run_are_refused_in_one_line() {
    let with = |part: &str| format!("{PRESET}{part}\n");
    let twice =
        "decided = [{ laws = ['uniform'], candidates = [8], tolerances = [0.1], trials = 1 }]";
    refused(
        &with(twice),
        &["law uniform with 8 candidates", "one table only"],
    );
    refused(
        &with(&twice.replace("[8]", "[0]")),
        &["decided", "candidates", "from 1 to 1000"],
    );
    refused(
        &with(&twice.replace("0.1", "2.0")),
        &["decided", "tolerances"],
    );
    for (part, words) in [
        (
            "[coverage.thinning]\nweights = [1.0]\ncandidates = [4]\ntolerances = [0.1]\ntrials = 1",
            ["thinning", "weights"],
        ),
        (
            "[coverage.growth]\nstarts = [{ tolerance = 0.01, cells = 150 }]\nruns = 1",
            ["growth", "whole number of cells"],
        ),
        (
            "[coverage.gaps]\nlaws = ['gadget']\ncandidates = [4]\ntargets = [0.5]\ntrials = 1\ncounted = 1",
            ["gaps", "without zeros"],
        ),
        (
            "[coverage.gaps]\nlaws = ['product']\ncandidates = [4]\ntargets = [0.0]\ntrials = 1\ncounted = 1",
            ["targets", "not 0"],
        ),
        (
            "[coverage.density]\nlaws = ['normal']\ndraws = 1",
            ["density", "not normal"],
        ),
        (
            "[coverage.fixed-size]\ncandidates = [4]\nfractions = [0.75]\nmost-subsets = 9\ntolerances = [0.1]\ntarget = 0.5\ntrials = 1",
            ["fixed-size", "at most 1/2"],
        ),
    ] {
        refused(&with(part), &words);
    }
}
