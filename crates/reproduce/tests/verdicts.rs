//! `verify`, and `reproduce` after its run, on rows that are made up to support, contradict or lack what is claimed.

use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const HEADER: &str = "coefficients,candidates,selection,tolerance,small_to_zero,replicate,weights,initial_parameters,\
    infeasible,kept_parameters,max_error,mean_error,test_images,correct_before,correct_after\n";

/// Rows of ten replicates of both variants with n = 16 and 21, with so many infeasible weights each,
/// and so many images lost at n = 21.
fn results(infeasible: u64, lost: u64) -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut text = HEADER.to_owned();
    for (variant, n) in [
        ("per-row", 16),
        ("per-row", 21),
        ("per-weight", 16),
        ("per-weight", 21),
    ] {
        for replicate in 1..=10 {
            let after = 9800 - if n == 21 { lost } else { 0 };
            let initial = 397_000 * n;
            for (selection, kept) in [
                ("closest", initial * 47 / 100 + replicate),
                ("smallest-feasible", 230_000 + replicate),
            ] {
                text += &format!(
                    "{variant},{n},{selection},0.01,false,{replicate},397000,{initial},{infeasible},{kept},0.009,0.000002,10000,9800,{after}\n"
                );
            }
        }
    }
    std::fs::write(folder.path().join("mnist-approximation.csv"), text).unwrap();
    folder
}

fn verify(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_verify"));
    command.arg("--out").arg(folder).args(arguments);
    command.output().unwrap()
}

/// The verdicts in `claims.csv` by claim.
fn verdicts(folder: &Path) -> Vec<(String, String)> {
    let mut reader = csv::Reader::from_path(folder.join("claims.csv")).unwrap();
    let records = reader.records().map(Result::unwrap);
    records
        .map(|record| (record[0].to_owned(), record[2].to_owned()))
        .collect()
}

fn verdict(folder: &Path, id: &str) -> String {
    let found = verdicts(folder).into_iter().find(|(claim, _)| claim == id);
    found.unwrap().1
}

#[test]
fn rows_as_expected_support_every_claim_that_is_tested() {
    let folder = results(0, 3);
    let output = verify(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(0));
    for id in ["EX-1.1", "EX-1.2", "EX-1.3", "EX-1.4"] {
        assert_eq!(verdict(folder.path(), id), "supported", "{id}");
    }
    assert_eq!(verdict(folder.path(), "EX-1.5"), "descriptive");
    let bound = 100.0 * lab::claims::any_wrong(&reproduce::claims());
    let words = format!("at most {bound:.1} % that any verdict is wrong");
    assert!(String::from_utf8_lossy(&output.stdout).contains(&words));
}

#[test]
fn a_surprise_is_an_exit_code() {
    let folder = results(0, 200);
    let output = verify(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(verdict(folder.path(), "EX-1.2"), "contradicted");
    assert_eq!(verdict(folder.path(), "EX-1.3"), "supported");
    assert!(String::from_utf8_lossy(&output.stdout).contains("(expected:"));
    let many = results(40_000, 0);
    assert_eq!(verify(many.path(), &[]).status.code(), Some(1));
    assert_eq!(verdict(many.path(), "EX-1.1"), "contradicted");
}

#[test]
fn reproduce_ends_with_a_surprise_after_everything_is_written() {
    let folder = results(0, 200);
    let file = folder.path().join("small.toml");
    let preset = "seed = 1\n[coverage]\nradii = [1.0]\n\
                  exact = [{ laws = ['uniform'], from = 7, to = 8, trials = 20 }]\n";
    std::fs::write(&file, preset).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_reproduce"));
    command.args(["--only", "coverage", "--preset"]).arg(file);
    let output = command.arg("--out").arg(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(verdict(folder.path(), "EX-1.2"), "contradicted");
    assert!(folder.path().join("figures/coverage-failure.svg").exists());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        said.contains("1 contradicted") && said.contains("coverage: "),
        "{said}"
    );
    assert!(
        said.ends_with("unexpectedly contradicted: EX-1.2\n"),
        "{said}"
    );
}

#[test]
fn what_was_not_run_is_named_with_its_command() {
    let folder = TempDir::new().unwrap();
    let output = verify(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        said.contains("not run") && said.contains("--bin") && said.contains("mnist-approximation"),
        "{said}"
    );
    assert!(
        verdicts(folder.path())
            .iter()
            .all(|(_, verdict)| verdict == "not run")
    );
}

#[test]
fn one_claim_is_explained_and_nothing_is_written() {
    let folder = results(0, 0);
    let output = verify(folder.path(), &["--claim", "EX-1.4"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    for word in ["EX-1.4", "prediction", "t interval", "supported", "n = 10"] {
        assert!(said.contains(word), "`{word}` is not in: {said}");
    }
    assert!(!folder.path().join("claims.csv").exists());
    let unknown = verify(folder.path(), &["--claim", "X"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert_eq!(
        verify(&folder.path().join("absent"), &[]).status.code(),
        Some(2)
    );
}
