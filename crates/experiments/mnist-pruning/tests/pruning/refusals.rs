//! Input that cannot be used gets one line.

use crate::common::{SMALL, command, files, run};
use lab::testing::refused;
use tempfile::TempDir;

#[test]
fn sweeps_that_cannot_run_are_refused_in_one_line() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    for (old, new, words) in [
        (
            "[0.5]",
            "[1.0]",
            "sparsities: each must be 0, or at least 1e-9 and below 1",
        ),
        ("[0.5]", "[]", "sparsities: name at least one"),
        ("'wide'", "'dense'", "a dense network is always beside them"),
        ("'paper'", "'fan-in'", "fan-in is about the structure"),
        (
            "epochs = [2]",
            "epochs = [0]",
            "epochs: each must be from 1 to 10000",
        ),
        ("seeds = [1]", "seeds = [1, 1]", "seeds: name each once"),
        ("'fc2'", "'fc3'", "unknown variant `fc3`"),
    ] {
        refused(
            &command(folder, &SMALL.replace(old, new), "out")
                .output()
                .unwrap(),
            &["mnist-pruning", words],
        );
    }
    refused(
        &command(folder, "", "out").output().unwrap(),
        &["sweeps: name at least one"],
    );
    refused(
        &command(folder, SMALL, "out")
            .args(["--epochs", "0"])
            .output()
            .unwrap(),
        &["--epochs: each must be from 1"],
    );
}

#[test]
fn weights_that_cannot_be_used_are_refused_in_one_line() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("empty"), "").unwrap();
    refused(
        &command(folder, SMALL, "out")
            .args(["--weights", "empty"])
            .output()
            .unwrap(),
        &["--weights empty", "safetensors"],
    );
    refused(
        &command(folder, SMALL, "out")
            .args(["--weights", "none"])
            .output()
            .unwrap(),
        &["--weights none"],
    );
    run(command(folder, SMALL, "out").args(["--epochs", "1"]));
    let network = files(folder, "out", "network").remove(0);
    let output = command(folder, SMALL, "out")
        .arg("--weights")
        .arg(&network)
        .output()
        .unwrap();
    refused(
        &output,
        &["`fc1.weight` has the shape [500, 784]; that of lenet5 is [120, 400]"],
    );
    assert!(!folder.join("none").exists());
}
