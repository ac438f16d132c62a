//! Networks on MNIST itself: training reaches what it should, and known files evaluate as known.

use std::fs;
use std::path::{Path, PathBuf};

use networks::Network;
use training::{Mnist, Recipe, correct, evaluate, train};

/// A path relative to the root of the repository.
fn at_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

/// The images of the 10,000 in MNIST's test split that a network classifies correctly.
fn correct_of_10_000(network: &Network) -> usize {
    let test = Mnist::embedded().test().unwrap();
    evaluate::check(network, &test).unwrap();
    correct(network, &test, 0..10_000)
}

#[test]
fn the_tracked_target_is_a_good_network_of_the_papers_shape() {
    let bytes = fs::read(at_root("data/target-784-500-10.safetensors")).unwrap();
    let network = Network::from_safetensors(&bytes).unwrap();
    let shapes: Vec<_> = network
        .layers()
        .iter()
        .map(|layer| {
            (
                layer.name.as_str(),
                layer.weight.rows(),
                layer.weight.columns(),
            )
        })
        .collect();
    assert_eq!(shapes, [("fc1", 500, 784), ("fc2", 10, 500)]);
    assert!(network.layers().iter().all(|layer| layer.bias.is_none()));
    assert_eq!(network.weights(), 397_000);
    assert_eq!(network.to_safetensors(), bytes);
    let found = correct_of_10_000(&network);
    assert!(found >= 9_700, "{found} of 10,000");
}

/// Two epochs of a narrow network: about 96 % where the full recipe reaches 98 %.
#[test]
fn a_short_training_learns_digits() {
    let recipe = Recipe {
        epochs: 2,
        ..Recipe::default()
    };
    let train_split = Mnist::embedded().train().unwrap();
    let network = train(&[784, 32, 10], &train_split, &recipe, 1, |_| ()).unwrap();
    let found = correct_of_10_000(&network);
    assert!(found >= 9_500, "{found} of 10,000");
}

/// The network of the paper's authors, where a copy lies beside the repository.
#[test]
fn the_papers_own_target_has_the_accuracy_that_the_paper_reports() {
    let Ok(bytes) = fs::read(at_root("../shared/data/paper-fc2.safetensors")) else {
        return;
    };
    let network = Network::from_safetensors(&bytes).unwrap();
    assert_eq!(correct_of_10_000(&network), 9_719);
}
