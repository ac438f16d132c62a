//! Tickets give the same network again: drawn here, exported, and drawn by Python.

use crate::common::{SMALL, command, few_images, files, rows, run};
use lab::testing::{python, refused};
use mnist_pruning::{Model, Row};
use safetensors::{SafeTensors, serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use tickets::Kind;
use tickets::ticket::empty_ticket;

/// A run's rows of pruned networks, each with its ticket.
fn run_with_tickets(folder: &Path) -> Vec<(Row, PathBuf)> {
    let sweeps = SMALL.replace("[0.5]", "[0.3]");
    run(&mut command(folder, &sweeps, "out"));
    let rows: Vec<Row> = rows(folder, "out");
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
}

#[test]
fn damaged_and_foreign_tickets_are_refused_in_one_line() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let (_, ticket) = &run_with_tickets(folder)[0];
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
fn a_ticket_of_another_experiment_is_answered_with_its_binary() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    for kind in [Kind::Approximation, Kind::Pruned] {
        let file = folder.join("ticket");
        std::fs::write(&file, empty_ticket(kind)).unwrap();
        let reader = format!("`{} --ticket` reads it", kind.experiment());
        let output = test_ticket(folder, &file, "images").output().unwrap();
        refused(&output, &["--ticket", &reader]);
    }
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
    let arguments = [ticket.to_str().unwrap(), "--data", "images"];
    let text = python(folder, "evaluate_ticket.py", &arguments);
    let export = std::fs::read(folder.join("network.safetensors")).unwrap();
    let tensors = SafeTensors::deserialize(&export).unwrap();
    let weights = tensors.iter().filter(|(name, _)| !name.ends_with(".mask"));
    let network = Sha256::digest(serialize(weights, None).unwrap());
    let network: String = network.iter().map(|byte| format!("{byte:02x}")).collect();
    for words in [
        format!("network: {network}"),
        format!("accuracy: {correct} of 75 test images correct"),
    ] {
        assert!(text.contains(&words), "`{words}` is not in: {text}");
    }
}
