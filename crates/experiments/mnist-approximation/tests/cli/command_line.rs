//! The binary as a user meets it: tables, tickets, targets and wrong input.

use mnist_approximation::{Coefficients, Experiment, Row, Selection};

use crate::common::{command, refused};
use lab::testing::{python, stderr};
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;
use tickets::Kind;
use tickets::ticket::empty_ticket;
use training::testing::{few_images, network_file};

pub const PRESET: &str = "seed = 1\n[mnist-approximation]\ncoefficients = ['per-row', 'per-weight']\n\
                      candidates = [4, 9]\ntolerances = [0.01, 0.1]\n\
                      histogram-tolerance = 0.01\nreplicates = 2\n";

pub fn small_run(folder: &Path, out: &str, threads: &str) -> Command {
    let mut command = command(folder, PRESET);
    command.arg("--data").arg(few_images(folder));
    command.args(["--out", out, "--threads", threads]);
    command
}

#[test]
fn a_run_prints_its_table() {
    let folder = TempDir::new().unwrap();
    let output = small_run(folder.path(), "out", "2").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("ticketlab, per row, closest  "));
}

#[test]
fn the_authors_numbers_and_claims_are_left_to_their_network_and_images() {
    let folder = TempDir::new().unwrap();
    let target = network_file(folder.path(), "mine.safetensors", [784, 3, 10], |_| {});
    let few = PRESET.replace(
        "[mnist-approximation]\n",
        "[mnist-approximation]\nimages = 50\n",
    );
    let run = |out: &str, flags: &[&str]| {
        let mut command = command(folder.path(), &few);
        let output = command.args(["--out", out]).args(flags).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let data = few_images(folder.path());
    let (data, target) = (data.to_str().unwrap(), target.to_str().unwrap());
    let judged = |out: &str| lab::judge(&Experiment, &folder.path().join(out)).unwrap();
    assert!(
        run("theirs", &["--target", target, "--data", data]).contains("images images (SHA-256")
    );
    for (out, flags, named) in [
        (
            "target",
            ["--target", target],
            "target mine.safetensors (SHA-256 ",
        ),
        ("images", ["--data", data], "images images (SHA-256 "),
    ] {
        let printed = run(out, &flags);
        assert!(
            printed.contains(named) && !printed.contains("authors"),
            "{printed}"
        );
        let judged = judged(out);
        assert!(judged.iter().all(|one| one.evidence.is_none()));
        assert!(judged[0].subject.as_ref().unwrap().contains(named));
    }
}

#[test]
fn a_run_of_another_tolerance_shows_its_rows() {
    let folder = TempDir::new().unwrap();
    let preset = PRESET.replace("[0.01, 0.1]", "[0.02]").replace(
        "histogram-tolerance = 0.01",
        "histogram-tolerance = 0.02\nimages = 50",
    );
    let target = network_file(folder.path(), "mine.safetensors", [784, 3, 10], |_| {});
    let mut command = command(folder.path(), &preset);
    let output = command.arg("--target").arg(target).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        printed.contains("ticketlab, per row, closest, tolerance 0.02"),
        "{printed}"
    );
}

#[test]
fn targets_that_cannot_be_used_are_refused_in_one_line() {
    let folder = TempDir::new().unwrap();
    let run = |target: &Path| {
        let mut command = command(folder.path(), PRESET);
        command.arg("--target").arg(target).output().unwrap()
    };
    let good = [784, 3, 10];
    let file = |name, shape, change: &dyn Fn(&mut Vec<u8>)| {
        network_file(folder.path(), name, shape, change)
    };
    let shape = file("shape.safetensors", [20, 3, 10], &|_| {});
    refused(&run(&shape), &["--target", "20 inputs", "784 pixels"]);
    let short = file("short.safetensors", good, &|bytes| {
        bytes.truncate(bytes.len() / 2)
    });
    refused(&run(&short), &["--target", "short.safetensors"]);
    let not_a_number = |bytes: &mut Vec<u8>| {
        let end = bytes.len();
        bytes[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    };
    let nan = file("nan.safetensors", good, &not_a_number);
    refused(&run(&nan), &["--target", "nan.safetensors", "fc2", "NaN"]);
    let large = |bytes: &mut Vec<u8>| {
        let end = bytes.len();
        bytes[end - 4..].copy_from_slice(&2000_f32.to_le_bytes());
    };
    let huge = file("huge.safetensors", good, &large);
    refused(&run(&huge), &["fc2", "2000", "rescale"]);
    refused(&run(folder.path()), &["--target", "folder"]);
    refused(&run(&folder.path().join("absent")), &["--target", "absent"]);
}

#[test]
fn presets_and_folders_that_cannot_be_used_are_refused_in_one_line() {
    let folder = TempDir::new().unwrap();
    let run = |preset: &str| command(folder.path(), preset).output().unwrap();
    refused(
        &run(&PRESET.replace("\nreplicates", "\nreplicate")),
        &["unknown field `replicate`"],
    );
    refused(
        &run(&PRESET.replace("[4, 9]", "[4, 4]")),
        &["candidates: name each once"],
    );
    refused(
        &run(&PRESET.replace("[4, 9]", "[0]")),
        &["candidates", "from 1 to 50"],
    );
    refused(&run(&PRESET.replace("0.01", "-1.0")), &["tolerances"]);
    refused(&run(&PRESET.replace("'per-row'", "'rows'")), &["per-row"]);
    let mut data = command(folder.path(), PRESET);
    refused(
        &data.args(["--data", "nowhere"]).output().unwrap(),
        &["nowhere", "t10k-images"],
    );
}

const ONE_DRAW: &str = "seed = 1\n[mnist-approximation]\ncoefficients = ['per-row', 'per-weight']\n\
                        candidates = [9]\ntolerances = [0.1]\n\
                        histogram-tolerance = 0.1\nreplicates = 1\n";

pub const TICKET: &str = "mnist-approximation.ticket.safetensors";

pub fn test_ticket(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mnist-approximation"));
    command.current_dir(folder).arg("--ticket").args(arguments);
    command.output().unwrap()
}

/// What stands between two words of a text.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).expect(before);
    rest.split_once(after).expect(after).0
}

#[test]
fn a_ticket_gives_the_accuracy_and_the_errors_of_its_row() {
    let folder = TempDir::new().unwrap();
    let run = || {
        let output = command(folder.path(), ONE_DRAW)
            .args(["--out", "run"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let text = run();
    assert!(
        text.contains("9 bits a weight (9.02 with the header); log2(1/eps) is "),
        "{text}"
    );
    let rows: Vec<Row> = lab::table::read(&folder.path().join("run"))
        .unwrap()
        .unwrap();
    let is_of_ticket = |row: &&Row| {
        let name = (
            row.coefficients,
            row.candidates,
            row.selection,
            row.replicate,
        );
        name == (Coefficients::PerWeight, 9, Selection::Closest, 1) && !row.small_to_zero
    };
    let row = rows.iter().find(is_of_ticket).unwrap();
    let ticket = folder.path().join("run").join(TICKET);
    let bytes = std::fs::read(&ticket).unwrap();
    let ticket_file = format!("run/{TICKET}");
    let output = test_ticket(folder.path(), &[&ticket_file]);
    let text = String::from_utf8(output.stdout).unwrap();
    let number = |before, after| between(&text, before, after).parse::<f64>().unwrap();
    assert_eq!(
        number("largest error ", ",").to_bits(),
        row.max_error.to_bits()
    );
    assert_eq!(
        number("mean error ", "\n").to_bits(),
        row.mean_error.to_bits()
    );
    let accuracy = format!(
        "accuracy: {} of {} test",
        row.correct_after, row.test_images
    );
    assert!(text.contains(&accuracy), "{text}");

    // A second run leaves the ticket alone; one that is lost or damaged is made again.
    assert!(run().contains("9 bits a weight"));
    std::fs::write(&ticket, &bytes[..100]).unwrap();
    run();
    assert_eq!(std::fs::read(&ticket).unwrap(), bytes);
    std::fs::remove_file(&ticket).unwrap();
    run();
    assert_eq!(std::fs::read(&ticket).unwrap(), bytes);
}

#[test]
fn a_ticket_knows_the_target_that_it_was_made_from() {
    let folder = TempDir::new().unwrap();
    let network = |name, inputs| network_file(folder.path(), name, [inputs, 3, 10], |_| {});
    let own = network("own.safetensors", 784);
    network("other.safetensors", 783);
    let mut made = command(folder.path(), ONE_DRAW);
    made.args(["--out", "run", "--target"]).arg(own);
    let output = made.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let ticket = format!("run/{TICKET}");
    let text = |arguments: &[&str]| {
        let output = test_ticket(folder.path(), arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let alone = text(&[&ticket]);
    assert!(
        alone.contains("not at hand") && alone.contains("of 10000 test images correct"),
        "{alone}"
    );
    assert!(text(&[&ticket, "--target", "own.safetensors"]).contains("largest error"));
    let refusal = |arguments: &[&str], words: &[&str]| {
        refused(&test_ticket(folder.path(), arguments), words);
    };
    refusal(
        &[&ticket, "--target", "other.safetensors"],
        &["--target", "SHA-256"],
    );
    refusal(
        &["other.safetensors"],
        &["--ticket other.safetensors", "no ticket"],
    );
    refusal(&["absent"], &["--ticket absent"]);
    refusal(&["run"], &["--ticket run", "folder"]);
    let mut bytes = std::fs::read(folder.path().join(&ticket)).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(folder.path().join("damaged"), &bytes).unwrap();
    refusal(&["damaged"], &["--ticket damaged", "checksum"]);
    let output = test_ticket(folder.path(), &[&ticket, "--seed", "2"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("cannot be used with"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_ticket_of_another_experiment_is_answered_with_its_binary() {
    let folder = TempDir::new().unwrap();
    for kind in [Kind::Pruned, Kind::EdgePopup] {
        std::fs::write(folder.path().join("other"), empty_ticket(kind)).unwrap();
        let reader = format!("`{} --ticket` reads it", kind.experiment());
        let output = test_ticket(folder.path(), &["other"]);
        refused(&output, &["--ticket other", &reader]);
    }
}

#[test]
#[ignore = "needs python3 with numpy: .ci/run runs it"]
fn python_makes_the_same_network_of_a_ticket() {
    let folder = TempDir::new().unwrap();
    let output = small_run(folder.path(), "out", "2").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let ticket = format!("out/{TICKET}");
    let ours = test_ticket(folder.path(), &[&ticket, "--data", "images"]);
    let ours = String::from_utf8_lossy(&ours.stdout).into_owned();
    let network = between(&ours, "network: ", "\n");
    let theirs = python(folder.path(), "read_ticket.py", &[&ticket]);
    assert!(theirs.contains(network), "{ours}\n{theirs}");
    let arguments = [&ticket, "--data", "images"];
    let theirs = python(folder.path(), "evaluate_ticket.py", &arguments);
    assert!(theirs.contains(network), "{ours}\n{theirs}");
    let accuracy = &ours[ours.find("accuracy").unwrap()..];
    assert!(theirs.contains(accuracy), "{ours}\n{theirs}");
}

#[test]
fn a_target_is_trained_once_and_then_used_again() {
    let folder = TempDir::new().unwrap();
    let data = few_images(folder.path());
    for kind in ["images-idx3-ubyte", "labels-idx1-ubyte"] {
        std::fs::copy(
            data.join(format!("t10k-{kind}")),
            data.join(format!("train-{kind}")),
        )
        .unwrap();
    }
    let run = |arguments: &[&str]| {
        let mut command = small_run(folder.path(), "out", "2");
        command.arg("--train").args(arguments).output().unwrap()
    };
    let target = folder.path().join("out/target.safetensors");
    let first = run(&[]);
    assert!(
        stderr(&first).contains("epoch 10 of 10"),
        "{}",
        stderr(&first)
    );
    let trained = std::fs::read(&target).unwrap();
    assert!(!stderr(&run(&[])).contains("epoch"));
    refused(&run(&["--seed", "2"]), &["seed 1 there, 2 now"]);
    assert_eq!(std::fs::read(&target).unwrap(), trained);
    assert!(!run(&["--list"]).status.success());
}
