//! The binary as a user meets it.

use lab::testing::{assert_refused, start, stderr};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_baselines");

const PRESET: &str = "seed = 1\n[baselines]\nmost-units = 10_000\n\
    measured = [{ constructions = ['gadget'], weights = [0.5], from = 1, to = 8, runs = 50 }]\n";

#[test]
fn a_run_prints_its_table() {
    let folder = TempDir::new().unwrap();
    let first = start(BINARY, folder.path(), PRESET);
    assert!(first.status.success(), "{}", stderr(&first));
    let said = String::from_utf8_lossy(&first.stdout).into_owned();
    // What was not run follows from a formula, if there is one.
    assert!(
        said.contains("| pooled gadget                    | ? "),
        "{said}"
    );
    assert!(
        said.contains("| Malach et al., rule of the proof | 643798*"),
        "{said}"
    );
}

#[test]
fn presets_that_cannot_run_are_refused_in_one_line() {
    let entry = "{ constructions = ['gadget'], weights = [0.25, 0.5], from = 8, to = 9, runs = 1 }";
    let twice = format!("runs = 50 }}, {entry}");
    for (from, to, words) in [
        (
            "most-units",
            "most_units",
            vec!["unknown field `most_units`"],
        ),
        ("10_000", "0", vec!["most-units: must be at least 1"]),
        (
            "'gadget'",
            "'gagdet'",
            vec!["unknown variant `gagdet`", "expected one of `malach-proof`"],
        ),
        (
            "'gadget'",
            "'gadget', 'gadget'",
            vec!["constructions: name each once"],
        ),
        ("[0.5]", "[1.5]", vec!["weights: each must be from -1 to 1"]),
        ("[0.5]", "[]", vec!["weights: name at least one"]),
        (
            "from = 1",
            "from = 0",
            vec!["from = 0", "1 <= from <= to <= 20"],
        ),
        ("to = 8", "to = 21", vec!["to = 21"]),
        ("runs = 50", "runs = 0", vec!["runs: must be at least 1"]),
        (
            "runs = 50 }",
            &twice,
            vec![
                "construction=gadget/weight=0.5/tolerance=2^-8",
                "one entry only",
            ],
        ),
    ] {
        assert_refused(BINARY, PRESET, from, to, &words);
    }
}
