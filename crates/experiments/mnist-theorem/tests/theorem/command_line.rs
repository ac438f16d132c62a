//! The binary as a user meets it: a run, its ticket, kills and wrong input.

use lab::testing::{python, stderr};
use mnist_theorem::Row;
use std::path::Path;
use std::process::{Command, Output};
use subset_sum::grid;
use tempfile::TempDir;
use tickets::ticket::empty_ticket;
use tickets::{Kind, PrunedTicket};
use training::testing::{few_images, network_file, without_notes};

const PRESET: &str = "seed = 1\n[mnist-theorem]\nstarts = 1\nsteps = 2\nnetworks = [\n\
                      { gadget = 'paper', nonnegative-inputs = 'nowhere', units = 20, candidates = [8, 4], replicates = 2 }]\n";

const TICKET: &str = "run/mnist-theorem.ticket.safetensors";

const SMALL: [usize; 3] = [784, 3, 10];

fn theorem(folder: &Path, preset: &str, arguments: &[&str]) -> Output {
    let file = folder.join("small.toml");
    std::fs::write(&file, preset).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mnist-theorem"));
    command.current_dir(folder).arg("--preset").arg(file);
    command.args(["--out", "run"]).args(arguments);
    command
        .arg("--data")
        .arg(few_images(folder))
        .output()
        .unwrap()
}

fn ticket(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mnist-theorem"));
    command
        .current_dir(folder)
        .args(["--data", "images", "--ticket"])
        .args(arguments);
    command.output().unwrap()
}

/// Refused, but for what is said of a target that could be read.
fn refused(output: &Output, words: &[&str]) {
    lab::testing::refused(&without_notes(output.clone()), words);
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", stderr(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn row_of_the_ticket(folder: &Path) -> Row {
    let rows: Vec<Row> = lab::table::read(&folder.join("run")).unwrap().unwrap();
    assert_eq!(rows.len(), 4);
    let is_its = |row: &Row| (row.candidates, row.replicate) == (8, 1);
    rows.into_iter().find(is_its).unwrap()
}

#[test]
fn a_run_writes_rows_a_table_and_a_ticket_that_says_the_same() {
    let folder = TempDir::new().unwrap();
    network_file(folder.path(), "target.safetensors", SMALL, |_| {});
    let run = |arguments: &[&str]| {
        let arguments = [&["--target", "target.safetensors"], arguments].concat();
        theorem(folder.path(), PRESET, &arguments)
    };
    let said = text(&run(&[]));
    for part in ["paper, nowhere", "ticket: run", "40 bits a weight"] {
        assert!(said.contains(part), "{said}");
    }
    let row = row_of_the_ticket(folder.path());
    let ours = text(&ticket(
        folder.path(),
        &[TICKET, "--target", "target.safetensors"],
    ));
    for part in [
        format!(
            "largest error of a rescaled weight {:e}\n",
            row.largest_error
        ),
        format!("accuracy: {} of 100 test images", row.correct_after),
        "paper gadget, inputs nonnegative nowhere, n = 20, 20, m = 8, seed 1, replicate 1"
            .to_owned(),
    ] {
        assert!(ours.contains(&part), "{part} is not in {ours}");
    }
    assert!(text(&ticket(folder.path(), &[TICKET])).contains("not at hand"));

    // A second run leaves the ticket alone; a damaged one is made again.
    let file = folder.path().join(TICKET);
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..100]).unwrap();
    let again = run(&[]);
    assert!(stderr(&again).contains("nothing to do"));
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
    assert_eq!(text(&again), said);
    let list = text(&run(&["--list"]));
    assert!(
        list.contains("paper/nonnegative=nowhere/n=20/m=4/replicate=2"),
        "{list}"
    );
}

/// The largest slopes of every layer and the accuracy, as Python has them.
#[test]
#[ignore = "needs python3 with numpy: .ci/run runs it"]
fn python_draws_the_same_network() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    network_file(folder, "target.safetensors", SMALL, |_| {});
    text(&theorem(
        folder,
        PRESET,
        &["--target", "target.safetensors"],
    ));
    let row = row_of_the_ticket(folder);
    let theirs = python(folder, "evaluate_ticket.py", &[TICKET, "--data", "images"]);
    let bytes = std::fs::read(folder.join(TICKET)).unwrap();
    let network = PrunedTicket::from_bytes(&bytes).unwrap().network();
    let mut lines = theirs.lines().filter(|line| line.starts_with("M_"));
    for layer in network.layers() {
        let largest = |slopes: Vec<i64>| slopes.into_iter().map(i64::abs).max().unwrap();
        let expected = layer.slopes().map(|slopes| grid::to_f64(largest(slopes)));
        let line = lines.next().unwrap().replace(',', "");
        let numbers = line.split(' ').rev().step_by(5).take(2);
        let found: Vec<f64> = numbers.map(|number| number.parse().unwrap()).collect();
        assert_eq!([found[1], found[0]], expected, "{line}");
    }
    let accuracy = format!("accuracy: {} of 100 test images correct", row.correct_after);
    assert!(theirs.contains(&accuracy), "{accuracy} is not in {theirs}");
}

#[test]
fn damaged_and_foreign_tickets_are_refused_in_one_line() {
    let folder = TempDir::new().unwrap();
    network_file(folder.path(), "target.safetensors", SMALL, |_| {});
    network_file(folder.path(), "other.safetensors", [784, 4, 10], |_| {});
    text(&theorem(
        folder.path(),
        PRESET,
        &["--target", "target.safetensors"],
    ));
    let bytes = std::fs::read(folder.path().join(TICKET)).unwrap();
    let changed = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = bytes.clone();
        change(&mut bytes);
        std::fs::write(folder.path().join(name), bytes).unwrap();
        ticket(folder.path(), &[name])
    };
    let end = bytes.len() - 1;
    refused(
        &changed("flipped", &|bytes| bytes[end] ^= 1),
        &["--ticket flipped", "checksum"],
    );
    refused(
        &changed("cut", &|bytes| bytes.truncate(end)),
        &["--ticket cut", "complete"],
    );
    refused(
        &ticket(folder.path(), &[TICKET, "--target", "other.safetensors"]),
        &["--target", "name its target"],
    );
    let output = ticket(folder.path(), &[TICKET, "--seed", "2"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cannot be used with"));
}

#[test]
fn a_ticket_of_another_experiment_is_answered_with_its_binary() {
    let folder = TempDir::new().unwrap();
    for kind in [Kind::Approximation, Kind::EdgePopup] {
        std::fs::write(folder.path().join("other"), empty_ticket(kind)).unwrap();
        let reader = format!("`{} --ticket` reads it", kind.experiment());
        let output = ticket(folder.path(), &["other"]);
        refused(&output, &["--ticket other", &reader]);
    }
}

#[test]
fn targets_and_presets_that_cannot_be_used_are_refused_in_one_line() {
    let folder = TempDir::new().unwrap();
    let last = |value: f32| {
        move |bytes: &mut Vec<u8>| {
            let end = bytes.len();
            bytes[end - 4..].copy_from_slice(&value.to_le_bytes());
        }
    };
    network_file(folder.path(), "nan", SMALL, last(f32::NAN));
    network_file(folder.path(), "shape", [20, 3, 10], |_| {});
    // Norms are divided by, however large they are.
    network_file(folder.path(), "large", SMALL, last(3e38));
    let run = |target: &str| theorem(folder.path(), PRESET, &["--target", target]);
    refused(&run("nan"), &["--target nan", "fc2", "NaN"]);
    refused(&run("shape"), &["--target", "20 inputs", "784 pixels"]);
    refused(&run("absent"), &["--target absent"]);
    assert!(run("large").status.success());
    let with =
        |old: &str, new: &str| theorem(folder.path(), &PRESET.replace(old, new), &["--fresh"]);
    refused(&with("[8, 4]", "[8, 8]"), &["candidates: name each once"]);
    refused(&with("[8, 4]", "[0]"), &["candidates", "from 1 to 50"]);
    refused(&with("units = 20", "units = 0"), &["units", "from 1 to"]);
    refused(&with("replicates = 2", "replicates = 0"), &["replicates"]);
    refused(&with("'paper'", "'best'"), &["paper", "pooled"]);
    refused(&with("starts = 1", "starts = 0"), &["starts"]);
    refused(
        &with("[mnist-theorem]", "[baselines]"),
        &["no section [mnist-theorem]"],
    );
    let unknown = theorem(folder.path(), PRESET, &["--construction", "guess"]);
    assert_eq!(unknown.status.code(), Some(2));
}
