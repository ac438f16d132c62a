//! Checkpoints: a run that was killed goes on within a network, and never from another run's.

use crate::common::{SMALL, command, csv, files, rows, run};
use mnist_pruning::{EpochRow, Model};
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;

#[test]
fn a_killed_run_resumes_within_a_network_and_gives_the_same_bytes() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let sweep = SMALL.replace("epochs = [2]", "epochs = [6]");
    run(&mut command(folder, &sweep, "whole"));
    let mut resumed_within = 0;
    for kill in 0..8 {
        let mut child = command(folder, &sweep, "killed")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let started = Instant::now();
        let wait = Duration::from_millis(75 * kill);
        // Killed while a network is under training, some time after its first checkpoint.
        while started.elapsed() < wait || files(folder, "killed", "checkpoint").is_empty() {
            if child.try_wait().unwrap().is_some() || started.elapsed() > Duration::from_secs(60) {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        resumed_within += usize::from(!files(folder, "killed", "checkpoint").is_empty());
    }
    assert!(resumed_within >= 3, "{resumed_within}");
    run(&mut command(folder, &sweep, "killed"));
    assert_eq!(csv(folder, "whole"), csv(folder, "killed"));
    assert!(files(folder, "killed", "checkpoint").is_empty());
}

/// Starts a run of one network and its dense one, kills it when the network has a checkpoint, and
/// gives the first epoch in the checkpoint a learning rate that no run has: it shows where a row came from.
fn marked_checkpoint(folder: &Path, sweep: &str, network: &str) -> PathBuf {
    let mut child = command(folder, sweep, "out")
        .args(["--threads", "1"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let of_network = || {
        let mut checkpoints = files(folder, "out", "checkpoint");
        checkpoints.retain(|file| file.to_str().unwrap().contains(network));
        checkpoints.pop()
    };
    while of_network().is_none() {
        assert!(
            child.try_wait().unwrap().is_none(),
            "the run ended by itself"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let file = of_network().unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    let text = b"\\\"learning_rate\\\":0.";
    let mut windows = bytes.windows(text.len());
    let place = windows.position(|window| window == text).unwrap() + text.len();
    bytes[place] = b'7';
    std::fs::write(&file, sealed(bytes)).unwrap();
    file
}

/// A checkpoint with the hash of what it holds, in place of the one that it has.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let note = header.metadata().as_ref().unwrap()["checkpoint"].clone();
    let (old, note) = note.split_once(' ').unwrap();
    let mut hashed = note.as_bytes().to_vec();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let by_name: BTreeMap<String, TensorView> = tensors.tensors().into_iter().collect();
    for (name, view) in by_name {
        hashed.extend(format!("\n{name} {} {:?}\n", view.dtype(), view.shape()).into_bytes());
        hashed.extend(view.data());
    }
    let mut windows = bytes.windows(old.len());
    let place = windows.position(|window| window == old.as_bytes()).unwrap();
    bytes[place..place + old.len()].copy_from_slice(lab::store::sha256(&hashed).as_bytes());
    bytes
}

#[test]
fn a_damaged_checkpoint_is_not_taken_up() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let file = marked_checkpoint(folder, ONE, "fc2.wide");
    let mut bytes = std::fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&file, bytes).unwrap();
    run(command(folder, ONE, "out").args(["--threads", "1"]));
    assert_eq!(first_rate(folder, "out", Model::Wide), 0.1);
}

/// The learning rate of the first epoch of a model's run.
fn first_rate(folder: &Path, out: &str, model: Model) -> f64 {
    let epochs: Vec<EpochRow> = rows(folder, out);
    epochs
        .iter()
        .find(|row| row.model == model)
        .unwrap()
        .learning_rate
}

const ONE: &str = "{ architectures = ['fc2'], models = ['wide'], variants = ['paper'], \
                   sparsities = [0.5], epochs = [12], seeds = [1] }";

#[test]
fn a_checkpoint_is_taken_up() {
    for (architecture, model, network, rate) in [
        ("fc2", Model::Wide, "fc2.wide", 0.7),
        ("lenet5", Model::Dense, "lenet5.dense", 0.71),
    ] {
        let folder = TempDir::new().unwrap();
        let folder = folder.path();
        let sweep = ONE.replace("fc2", architecture);
        marked_checkpoint(folder, &sweep, network);
        run(command(folder, &sweep, "out").args(["--threads", "1"]));
        assert_eq!(first_rate(folder, "out", model), rate);
    }
}

#[test]
fn a_checkpoint_of_another_run_is_not_taken_up_and_none_is_by_a_fresh_run() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let file = marked_checkpoint(folder, ONE, "fc2.wide");
    std::fs::create_dir_all(folder.join("other/mnist-pruning")).unwrap();
    let name = file
        .file_name()
        .unwrap()
        .to_str()
        .unwrap()
        .replace("seed=1", "seed=2");
    std::fs::copy(&file, folder.join("other/mnist-pruning").join(name)).unwrap();
    let other = ONE.replace("seeds = [1]", "seeds = [2]");
    run(command(folder, &other, "other").args(["--threads", "1"]));
    assert_eq!(first_rate(folder, "other", Model::Wide), 0.1);
    run(command(folder, ONE, "out").args(["--threads", "1", "--fresh"]));
    assert_eq!(first_rate(folder, "out", Model::Wide), 0.1);
}
