//! Targets and images as people have them: orders of layers, biases, ranges, labels, and files that never end.

use mnist_approximation::{Coefficients, Row, Selection};

use crate::command_line::{PRESET, TICKET, small_run, test_ticket};
use crate::common::{command, csv, refused};
use lab::testing::stderr;
use networks::{Dense, Matrix, Network};
use std::path::Path;
use tempfile::TempDir;
use training::testing::network_file;

/// The name of a dense layer, its outputs and inputs, and its biases.
type Layer<'a> = (&'a str, [usize; 2], Option<Vec<f32>>);

/// A target of dense layers with small weights.
fn target_file(folder: &Path, name: &str, layers: &[Layer]) {
    let layer = |(name, [rows, columns], bias): &Layer| Dense {
        name: name.to_string(),
        weight: Matrix::new(
            *rows,
            *columns,
            (0..rows * columns)
                .map(|i| (i % 13) as f32 * 0.01 - 0.06)
                .collect(),
        ),
        bias: bias.clone(),
    };
    let layers = layers.iter().map(layer).collect();
    let bytes = Network::new(layers).unwrap().to_safetensors();
    std::fs::write(folder.join(name), bytes).unwrap();
}

/// What a run with a target says on standard error.
fn said(folder: &Path, arguments: &[&str]) -> String {
    let mut command = small_run(folder, "out", "2");
    let output = command.args(arguments).arg("--fresh").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    stderr(&output)
}

#[test]
fn layers_in_an_order_that_nothing_tells_are_asked_for() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let (wide, square) = (([3, 784], None), ([3, 3], None));
    let layers = [
        ("a", wide.0, wide.1),
        ("c", square.0, square.1.clone()),
        ("d", square.0, square.1),
        ("e", [10, 3], None),
    ];
    target_file(folder, "target", &layers);
    let run = small_run(folder, "out", "2")
        .args(["--target", "target"])
        .output();
    refused(
        &run.unwrap(),
        &["--target target", "c 3x3, d 3x3", "--layers A,B,C"],
    );
    let read = said(folder, &["--target", "target", "--layers", "a,d,c,e"]);
    let line =
        "target: layers (outputs x inputs) 1.a 3x784 without bias, 2.d 3x3 without bias, 3.c";
    assert!(read.contains(line), "{read}");
    let sorted = said(folder, &["--target", "target", "--layers", "a,c,d,e"]);
    assert!(sorted.contains(" a 3x784 without bias, c 3x3"), "{sorted}");
}

#[test]
fn a_target_with_biases_has_rows_and_a_ticket_that_count_them() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let biases = |count: usize| Some((0..count).map(|i| 0.02 * i as f32 - 0.05).collect());
    let layers = [("0", [4, 784], biases(4)), ("2", [10, 4], biases(10))];
    target_file(folder, "target", &layers);
    let read = said(folder, &["--target", "target"]);
    assert!(
        read.contains("0 4x784 with bias, 2 10x4 with bias"),
        "{read}"
    );
    assert!(read.contains(" of 100 test images correct ("), "{read}");
    let rows: Vec<Row> = lab::table::read(&folder.join("out")).unwrap().unwrap();
    assert!(rows.iter().all(|row| row.weights == 4 * 784 + 4 + 40 + 10));
    let ticket = format!("out/{TICKET}");
    let output = test_ticket(folder, &[&ticket, "--data", "images", "--target", "target"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let is_its = |row: &&Row| {
        let name = (
            row.coefficients,
            row.candidates,
            row.selection,
            row.replicate,
        );
        name == (Coefficients::PerWeight, 9, Selection::Closest, 1) && !row.small_to_zero
    };
    let row = rows.iter().find(is_its).unwrap();
    assert!(
        text.contains(&format!("largest error {:e},", row.max_error)),
        "{text}"
    );
    let accuracy = format!("accuracy: {} of 100 test", row.correct_after);
    assert!(text.contains(&accuracy), "{text}");
}

#[test]
fn a_range_for_each_layer_is_recorded_and_in_the_ticket() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let network = network_file(folder, "target", [784, 3, 10], |_| {});
    let arguments = ["--target", network.to_str().unwrap()];
    let read = said(folder, &arguments);
    assert!(
        read.contains("warning: the weights of fc2 go up to"),
        "{read}"
    );
    assert!(read.contains("--range layer"), "{read}");
    let own = [&["--range", "layer"], &arguments[..]].concat();
    let mut other = small_run(folder, "out", "2");
    refused(&other.args(&own).output().unwrap(), &["range", "--fresh"]);
    let read = said(folder, &own);
    assert!(!read.contains("--range layer"), "{read}");
    let ticket = format!("out/{TICKET}");
    let output = test_ticket(folder, &[&ticket, "--data", "images"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let mut again = small_run(folder, "out", "2");
    let output = again.args(&own).output().unwrap();
    assert!(
        stderr(&output).contains("nothing to do"),
        "{}",
        stderr(&output)
    );
}

/// Labels 1 to 10 for ten outputs, and eleven classes for ten.
#[test]
fn labels_that_count_from_one_are_shifted_and_more_classes_refused() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let network = network_file(folder, "target", [784, 3, 10], |_| {});
    let run = |lowest: u8, classes: u8| {
        let mut command = small_run(folder, "out", "2");
        command.arg("--target").arg(&network);
        let labels = (0..100).map(|i| lowest + i % classes);
        let header = [0x801_u32, 100].map(u32::to_be_bytes).concat();
        let bytes: Vec<u8> = header.into_iter().chain(labels).collect();
        std::fs::write(folder.join("images/t10k-labels-idx1-ubyte"), bytes).unwrap();
        command.arg("--fresh").output().unwrap()
    };
    let usual = run(0, 10);
    assert!(!stderr(&usual).contains("images: "), "{}", stderr(&usual));
    let rows = csv(folder, "out");
    let shifted = run(1, 10);
    assert!(shifted.status.success(), "{}", stderr(&shifted));
    let note = "images: the labels 1 to 10 are taken as the outputs 0 to 9";
    assert!(stderr(&shifted).contains(note), "{}", stderr(&shifted));
    assert_eq!(csv(folder, "out"), rows);
    refused(&run(0, 11), &["10 outputs", "labels go up to 10"]);
}

#[cfg(target_os = "linux")]
#[test]
fn files_that_never_end_are_refused() {
    let folder = TempDir::new().unwrap();
    let run = |flag: &str| {
        let mut command = command(folder.path(), PRESET);
        command.args([flag, "/dev/zero"]).output().unwrap()
    };
    refused(&run("--target"), &["--target /dev/zero", "a device"]);
    let ticket = test_ticket(folder.path(), &["/dev/zero"]);
    refused(&ticket, &["--ticket /dev/zero", "a device"]);
}
