//! The binary `mnist-pruning` on few images: the same bytes whatever happens to a run, rows that say what
//! was done, tickets that give the same network again, and one line for bad input.

use mnist_pruning::{Architecture, Ended, EpochRow, Model, Row};
use safetensors::{SafeTensors, serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const TABLES: [&str; 2] = ["mnist-pruning.csv", "mnist-pruning-epochs.csv"];

const SMALL: &str = "{ architectures = ['fc2', 'lenet5'], models = ['wide', 'linear', 'relu'], \
                     variants = ['paper'], sparsities = [0.5], epochs = [2], seeds = [1] }";

/// Writes a data set of few images in which digits differ by where they are bright.
fn few_images(folder: &Path, name: &str, count: usize) -> PathBuf {
    let data = folder.join(name);
    std::fs::create_dir_all(&data).unwrap();
    let number = |value: usize| (value as u32).to_be_bytes();
    for (kind, count) in [("train", count), ("t10k", count / 2)] {
        let mut images: Vec<u8> = [0x803, count, 28, 28].map(number).concat();
        let pixel = |image: usize, pixel: usize| {
            let is_bright = pixel / 78 == image % 10 && !(pixel + image).is_multiple_of(3);
            if is_bright {
                100 + (pixel * 7 + image * 13) % 150
            } else {
                0
            }
        };
        images.extend((0..count * 784).map(|place| pixel(place / 784, place % 784) as u8));
        let mut labels: Vec<u8> = [0x801, count].map(number).concat();
        labels.extend((0..count).map(|image| (image % 10) as u8));
        std::fs::write(data.join(format!("{kind}-images-idx3-ubyte")), images).unwrap();
        std::fs::write(data.join(format!("{kind}-labels-idx1-ubyte")), labels).unwrap();
    }
    data
}

/// The binary with sweeps and few images.
fn command(folder: &Path, sweeps: &str, out: &str) -> Command {
    let preset = folder.join("small.toml");
    std::fs::write(
        &preset,
        format!("seed = 1\n[mnist-pruning]\nsweeps = [{sweeps}]\n"),
    )
    .unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mnist-pruning"));
    command.current_dir(folder).arg("--preset").arg(preset);
    command.arg("--data").arg(few_images(folder, "images", 150));
    command.args(["--out", out, "--quiet"]);
    command
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn csv(folder: &Path, out: &str) -> [Vec<u8>; 2] {
    TABLES.map(|table| std::fs::read(folder.join(out).join(table)).unwrap())
}

fn rows<R: serde::de::DeserializeOwned>(folder: &Path, table: &str) -> Vec<R> {
    let mut reader = csv::Reader::from_path(folder.join(table)).unwrap();
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

fn refused(output: &Output, words: &[&str]) {
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert_eq!(message.trim_end().lines().count(), 1, "{message}");
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
}

/// The files of a run's kind, such as its tickets.
fn files(folder: &Path, out: &str, kind: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder.join(out).join("mnist-pruning"));
    let Ok(files) = files else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|path| {
        path.to_str()
            .unwrap()
            .ends_with(&format!(".{kind}.safetensors"))
    });
    files.sort();
    files
}

#[test]
fn rows_say_what_was_removed_and_learnt() {
    let folder = TempDir::new().unwrap();
    let sweep = SMALL
        .replace("[0.5]", "[0.5, 0.975]")
        .replace("'paper'", "'paper', 'global', 'signed'");
    run(&mut command(folder.path(), &sweep, "out"));
    let rows: Vec<Row> = rows(&folder.path().join("out"), TABLES[0]);
    assert_eq!(rows.len(), 2 + 2 * 3 * 3 * 2);
    for row in &rows {
        let all = row.architecture.parameters(row.model) as u64;
        let masked = if row.model == Model::Dense {
            0
        } else {
            row.architecture.connected(row.model) as u64
        };
        assert_eq!((row.parameters, row.masked), (all, masked), "{row:?}");
        assert_eq!(
            (row.ended, row.completed, row.test_images),
            (Ended::Finished, 2, 75),
            "{row:?}"
        );
        assert!(row.correct_best >= row.correct_last, "{row:?}");
        assert_eq!(
            row.frozen.len(),
            if masked == 0 { 0 } else { 16 },
            "{row:?}"
        );
        // floor(sparsity * size) of each tensor: at most one entry a tensor less than of all together.
        let removed = row.sparsity * masked as f64;
        let tensors = 2.0 * row.architecture.widths(row.model).len() as f64;
        assert!(
            (removed - tensors..=removed).contains(&(row.removed as f64)),
            "{row:?}"
        );
    }
    let dense = rows
        .iter()
        .find(|row| row.model == Model::Dense && row.architecture == Architecture::Fc2);
    assert_eq!(
        dense.unwrap().correct_last,
        75,
        "ten bright stripes are easily told apart"
    );
    let frozen: std::collections::BTreeSet<&str> =
        rows.iter().map(|row| row.frozen.as_str()).collect();
    assert_eq!(
        frozen.len(),
        1 + 6,
        "sparsities and variants share the draws of a model"
    );
}

#[test]
fn threads_and_shards_do_not_change_a_byte() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    run(command(folder, SMALL, "one").args(["--threads", "1"]));
    run(command(folder, SMALL, "two").args(["--threads", "2"]));
    assert_eq!(csv(folder, "one"), csv(folder, "two"));
    // All at once: they need the same dense LeNet5.
    let mut shards = ["1/3", "2/3", "3/3"].map(|shard| {
        let mut command = command(folder, SMALL, "shards");
        command.args(["--shard", shard]);
        command
    });
    let shards = shards.each_mut().map(|shard| shard.spawn().unwrap());
    for mut shard in shards {
        assert!(shard.wait().unwrap().success());
    }
    let parts = std::fs::read_dir(folder.join("shards")).unwrap();
    let parts = parts.filter(|part| {
        part.as_ref()
            .unwrap()
            .path()
            .to_str()
            .unwrap()
            .ends_with(".partial")
    });
    assert_eq!(parts.count(), 3);
    // A run of all of them: what a shard has trained, convolutions too, is the same network.
    let one = files(folder, "one", "ticket");
    let shards = files(folder, "shards", "ticket");
    assert_eq!(one.len(), 6);
    for (one, shard) in one.iter().zip(&shards) {
        assert_eq!(
            std::fs::read(one).unwrap(),
            std::fs::read(shard).unwrap(),
            "{one:?}"
        );
    }
}

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
        let wait = Duration::from_millis(150 * kill);
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
    std::fs::write(&file, bytes).unwrap();
    file
}

/// The learning rate of the first epoch of a model's run.
fn first_rate(folder: &Path, out: &str, model: Model) -> f64 {
    let epochs: Vec<EpochRow> = rows(&folder.join(out), TABLES[1]);
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

#[test]
fn a_run_that_diverges_ends_with_a_row_and_the_others_go_on() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let sweep = SMALL.replace("'wide', 'linear', 'relu'", "'wide', 'linear'");
    run(&mut command(folder, &sweep, "out"));
    let network = files(folder, "out", "network");
    let network = network
        .iter()
        .find(|file| file.to_str().unwrap().contains("lenet5"))
        .unwrap();
    let mut bytes = std::fs::read(network).unwrap();
    // The convolutions stand first, in the order of names; 1e18 squared overflows in the next layers.
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize + 8;
    bytes[header..][..4 * 2550]
        .as_chunks_mut()
        .0
        .fill(1e18_f32.to_le_bytes());
    std::fs::write(folder.join("huge.safetensors"), bytes).unwrap();
    run(command(folder, &sweep, "huge").args(["--weights", "huge.safetensors"]));
    let rows: Vec<Row> = rows(&folder.join("huge"), TABLES[0]);
    let pruned: Vec<&Row> = rows
        .iter()
        .filter(|row| row.model != Model::Dense)
        .collect();
    assert_eq!(pruned.len(), 4);
    let tickets = files(folder, "huge", "ticket");
    assert_eq!(tickets.len(), 2, "what learnt nothing has no ticket");
    for row in pruned {
        let is_given = row.architecture == Architecture::LeNet5;
        let expected = if is_given {
            (Ended::Diverged, 0)
        } else {
            (Ended::Finished, 2)
        };
        assert_eq!((row.ended, row.completed), expected, "{row:?}");
        assert!(row.removed.abs_diff(row.masked / 2) < 10, "{row:?}");
    }
    let dense = rows
        .iter()
        .find(|row| row.model == Model::Dense && row.architecture == Architecture::LeNet5);
    assert_eq!(dense.unwrap().ended, Ended::Given);
}

#[test]
fn a_lenet5_of_ones_own_gives_what_the_trained_one_gave() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let sweep = SMALL.replace("'fc2', ", "");
    run(&mut command(folder, &sweep, "trained"));
    let network = files(folder, "trained", "network").remove(0);
    run(command(folder, &sweep, "given")
        .arg("--weights")
        .arg(&network));
    let read = |out: &str| rows::<Row>(&folder.join(out), TABLES[0]);
    let (trained, given) = (read("trained"), read("given"));
    assert_eq!(trained[1..], given[1..]);
    assert_eq!(trained[0].correct_last, given[0].correct_last);
}

/// A run's rows of pruned networks, each with its ticket.
fn run_with_tickets(folder: &Path) -> Vec<(Row, PathBuf)> {
    let sweeps = SMALL.replace("[0.5]", "[0.3]");
    run(&mut command(folder, &sweeps, "out"));
    let rows: Vec<Row> = rows(&folder.join("out"), TABLES[0]);
    let tickets = files(folder, "out", "ticket");
    assert_eq!(tickets.len(), 6);
    let with_ticket = |row: Row| {
        let name = format!("{}.{}.", row.architecture.name(), row.model.name());
        let file_name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        let is_its = |path: &&PathBuf| file_name(path).starts_with(&name);
        let ticket = tickets.iter().find(is_its).unwrap().clone();
        (row, ticket)
    };
    let pruned = rows.into_iter().filter(|row| row.model != Model::Dense);
    pruned.map(with_ticket).collect()
}

/// The binary that tests a ticket.
fn test_ticket(folder: &Path, ticket: &Path, data: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mnist-pruning"));
    command.current_dir(folder).arg("--ticket").arg(ticket);
    command.args(["--data", data]);
    command
}

#[test]
#[ignore = "needs python3 with numpy: .ci/run runs it"]
fn python_draws_the_same_networks() {
    let folder = TempDir::new().unwrap();
    for (row, ticket) in run_with_tickets(folder.path()) {
        let mut command = test_ticket(folder.path(), &ticket, "images");
        run(command.args(["--export", "network.safetensors"]));
        python_draws_the_exported_network(folder.path(), &ticket, row.correct_last);
    }
}

/// Compares what numpy makes of a ticket with its export, to the bit.
fn python_draws_the_exported_network(folder: &Path, ticket: &Path, correct: u64) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../scripts/evaluate_ticket.py");
    let mut command =
        Command::new(std::env::var_os("TICKETLAB_PYTHON").unwrap_or("python3".into()));
    command.current_dir(folder).arg(script).arg(ticket);
    let output = command.args(["--data", "images"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let export = std::fs::read(folder.join("network.safetensors")).unwrap();
    let tensors = SafeTensors::deserialize(&export).unwrap();
    let weights = tensors.iter().filter(|(name, _)| !name.ends_with(".mask"));
    let network = Sha256::digest(serialize(weights, None).unwrap());
    let network: String = network.iter().map(|byte| format!("{byte:02x}")).collect();
    for words in [
        format!("network: {network}"),
        format!("accuracy: {correct} of 75 test images correct"),
    ] {
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(&words), "`{words}` is not in: {text}{error}");
    }
}

#[test]
fn tickets_give_the_same_accuracy_drawn_again_and_exported() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let tickets = run_with_tickets(folder);
    for (row, ticket) in &tickets {
        let output = test_ticket(folder, ticket, "images")
            .args(["--export", "network.safetensors"])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let correct = row.correct_last;
        let kept = row.masked - row.removed;
        for words in [
            format!("{correct} of 75 test images correct ({correct} when it was made)"),
            format!("{} bits, {kept} weights kept", row.masked),
            "read back with the same accuracy".to_owned(),
        ] {
            assert!(text.contains(&words), "`{words}` is not in: {text}");
        }
    }
    let (_, ticket) = &tickets[0];
    few_images(folder, "others", 50);
    let output = test_ticket(folder, ticket, "others").output().unwrap();
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("made from other images")
    );
    let bytes = std::fs::read(ticket).unwrap();
    let spoilt = folder.join("spoilt.safetensors");
    for (change, words) in [
        (bytes.len() - 1, "checksum"),
        (bytes.len() / 2, "checksum"),
        (4, "safetensors"),
    ] {
        let mut bytes = bytes.clone();
        bytes[change] ^= 1;
        std::fs::write(&spoilt, bytes).unwrap();
        refused(
            &test_ticket(folder, &spoilt, "images").output().unwrap(),
            &["--ticket", words],
        );
    }
    let network = files(folder, "out", "network").remove(0);
    refused(
        &test_ticket(folder, &network, "images").output().unwrap(),
        &["no ticket"],
    );
    refused(
        &test_ticket(folder, &folder.join("none"), "images")
            .output()
            .unwrap(),
        &["--ticket", "none"],
    );
}

#[test]
fn bad_input_gets_one_line() {
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
        ("epochs = [2]", "epoch = [2]", "unknown field `epoch`"),
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
