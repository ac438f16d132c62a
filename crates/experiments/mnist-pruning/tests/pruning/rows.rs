//! Rows say what was done to a network, whether it was trained, given or diverged.

use crate::common::{SMALL, command, files, rows, run};
use mnist_pruning::{Architecture, Ended, Model, Row};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

#[test]
fn rows_say_what_was_removed_and_learnt() {
    let folder = TempDir::new().unwrap();
    let sweep = SMALL
        .replace("[0.5]", "[0.5, 0.975]")
        .replace("'paper'", "'paper', 'global', 'signed'");
    run(&mut command(folder.path(), &sweep, "out"));
    let rows: Vec<Row> = rows(folder.path(), "out");
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

/// Copies the dense LeNet5 of a run with convolutions so large that the next layers overflow.
fn write_huge_convolutions(folder: &Path) {
    let mut networks = files(folder, "out", "network").into_iter();
    let is_lenet = |file: &PathBuf| file.to_str().unwrap().contains("lenet5");
    let network = networks.find(is_lenet).unwrap();
    let mut bytes = std::fs::read(network).unwrap();
    // The convolutions stand first, in the order of names; 1e18 squared overflows.
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize + 8;
    let convolutions = &mut bytes[header..][..4 * 2550];
    convolutions.as_chunks_mut().0.fill(1e18_f32.to_le_bytes());
    std::fs::write(folder.join("huge.safetensors"), bytes).unwrap();
}

#[test]
fn a_run_that_diverges_ends_with_a_row_and_the_others_go_on() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let sweep = SMALL.replace("'wide', 'linear', 'relu'", "'wide', 'linear'");
    run(&mut command(folder, &sweep, "out"));
    write_huge_convolutions(folder);
    run(command(folder, &sweep, "huge").args(["--weights", "huge.safetensors"]));
    let rows: Vec<Row> = rows(folder, "huge");
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
    let read = |out: &str| rows::<Row>(folder, out);
    let (trained, given) = (read("trained"), read("given"));
    assert_eq!(trained[1..], given[1..]);
    assert_eq!(trained[0].correct_last, given[0].correct_last);
}
