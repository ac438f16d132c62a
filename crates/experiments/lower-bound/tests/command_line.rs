//! The binary as a user meets it.

use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const PRESET: &str = "seed = 1\n[lower-bound]\n\
    enumerated = [{ architectures = ['linear'], weights = ['uniform'], most-parameters = 8, networks = 20 }]\n\
    volumes = [{ width = 3, units = [1], tolerances = [0.5], networks = 2, targets = 5 }]\n\
    constructions = [{ widths = [1], from = 4, to = 8, step = 4, runs = 10 }]\n\
    tickets = [{ width = 1, sizes = [40], bits = [4], runs = 10 }]\n";

fn lower_bound(folder: &Path, preset: &str) -> Output {
    let file = folder.join("small.toml");
    std::fs::write(&file, preset).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lower-bound"));
    command.current_dir(folder).arg("--preset").arg(file);
    command.output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_run_prints_its_tables() {
    let folder = TempDir::new().unwrap();
    let first = lower_bound(folder.path(), PRESET);
    assert!(first.status.success(), "{}", stderr(&first));
    let said = String::from_utf8_lossy(&first.stdout).into_owned();
    for part in [
        "| 1 | lower bound ",
        "| 1 | parallel links, powers of two ",
        "Hidden widths for eps = 2^-8",
        "| pooled  | 1 | 2^-4 | 80 ",
    ] {
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
}

#[test]
fn presets_that_cannot_run_are_refused_in_one_line() {
    for (from, to, words) in [
        ("enumerated", "enumerate", "unknown field `enumerate`"),
        ("'linear'", "'lniear'", "unknown variant `lniear`"),
        (
            "'linear'",
            "'linear', 'linear'",
            "architectures: name each once",
        ),
        (
            "most-parameters = 8",
            "most-parameters = 25",
            "must be from 1 to 24",
        ),
        ("networks = 20", "networks = 0", "networks: must be from 1"),
        (
            "['linear'], weights = ['uniform']",
            "['three-layer'], weights = ['powers']",
            "every architecture but three-layer",
        ),
        ("width = 3", "width = 4", "width = 4: must be 2 or 3"),
        (
            "units = [1]",
            "units = [4]",
            "units: each must be from 1 to 3",
        ),
        (
            "tolerances = [0.5]",
            "tolerances = [0.0]",
            "tolerances: each must be",
        ),
        ("to = 8", "to = 17", "to = 17"),
        ("step = 4", "step = 0", "step = 0"),
        (
            "widths = [1]",
            "widths = [0]",
            "widths: each must be from 1 to 16",
        ),
        ("sizes = [40]", "sizes = [41]", "sizes: each must be"),
        (
            "tickets = [{",
            "tickets = [{ width = 1, sizes = [40], bits = [4], runs = 1 }, {",
            "tickets/d=1/tolerance=2^-4/size=40: must be in one entry only",
        ),
    ] {
        assert!(PRESET.contains(from), "{from}");
        let folder = TempDir::new().unwrap();
        let output = lower_bound(folder.path(), &PRESET.replacen(from, to, 1));
        let message = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert_eq!(message.trim_end().lines().count(), 1, "{message}");
        assert!(message.contains(words), "`{words}` is not in: {message}");
    }
    let folder = TempDir::new().unwrap();
    let nothing = lower_bound(folder.path(), "seed = 1\n[lower-bound]\n");
    assert!(stderr(&nothing).contains("nothing to do: name at least one part"));
}
