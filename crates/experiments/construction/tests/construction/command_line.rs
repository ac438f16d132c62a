//! The binary as a user meets it.

use lab::testing::{assert_refused, start, stderr};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_construction");

const PRESET: &str = "seed = 1\n[construction]\nmost-units = 60\n\
    drawing = { weight = 0.6, epsilon = 0.05, units = 12 }\n\
    weights = [{ from = 2, to = 3, instances = 4 }]\n\
    columns = [{ outputs = 3, bits = 4, instances = 2 }]\n\
    networks = [{ widths = [2, 3], depths = [1, 2], gadgets = ['paper'], splits = ['entrywise'], \
    epsilons = [0.5], replicates = 3, pruned = 2, compared = 1 }]\n";

#[test]
fn a_run_prints_its_table() {
    let folder = TempDir::new().unwrap();
    let first = start(BINARY, folder.path(), PRESET);
    assert!(first.status.success(), "{}", stderr(&first));
    let said = String::from_utf8_lossy(&first.stdout).into_owned();
    assert!(
        said.contains("| 3 | 3       | 2 | 0.5     | 3 (2)             |"),
        "{said}"
    );
}

#[test]
fn presets_that_cannot_run_are_refused_in_one_line() {
    for (from, to, words) in [
        (
            "most-units = 60",
            "most-units = 0",
            "most-units: must be from 1 to 1000",
        ),
        (
            "weight = 0.6",
            "weight = nan",
            "drawing: weight must be from -1 to 1",
        ),
        (
            "epsilon = 0.05",
            "epsilon = 0",
            "drawing: epsilon must be above 0",
        ),
        (
            "units = 12",
            "units = 51",
            "drawing: units must be from 1 to 50",
        ),
        ("from = 2", "from = 4", "weights: from = 4, to = 3"),
        ("to = 3", "to = 21", "1 <= from <= to <= 20"),
        (
            "instances = 4",
            "instances = 0",
            "weights: instances: must be at least 1",
        ),
        (
            "outputs = 3",
            "outputs = 0",
            "columns: outputs: must be at least 1",
        ),
        ("bits = 4", "bits = 0", "columns: bits must be from 1 to 20"),
        (
            "instances = 2",
            "instances = 0",
            "columns: instances: must be at least 1",
        ),
        ("[2, 3]", "[2, 2]", "widths: name each once"),
        ("[1, 2]", "[0]", "depths: each must be from 1 to 64"),
        ("'paper'", "'papers'", "unknown variant `papers`"),
        ("[0.5]", "[2.0]", "epsilons: each must be from 1e-6 to 1"),
        (
            "compared = 1",
            "compared = 1, outputs = 3",
            "outputs: must be from 1 to the smallest of widths",
        ),
        (
            "replicates = 3",
            "replicates = 1",
            "compared <= pruned <= replicates",
        ),
        (
            "compared = 1 }",
            "compared = 1 }, { widths = [3], depths = [2], gadgets = ['paper'], splits = ['entrywise'], \
             epsilons = [0.5], replicates = 3, pruned = 2, compared = 1 }",
            "must be in one entry only",
        ),
    ] {
        assert_refused(BINARY, PRESET, from, to, &[words]);
    }
}
