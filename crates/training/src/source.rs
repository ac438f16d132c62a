//! Where targets and images come from, for the experiments on MNIST, and what is said about them.

use crate::mnist::{Mnist, MnistError, Split};
use crate::regular;
use anyhow::{Context, Result};
use networks::names::one_line;
use networks::{Dense, Network, ReadNetwork};
use sha2::{Digest, Sha256};
use std::path::Path;

/// The tracked target: 784-500-10, trained by the binary `mnist-approximation --train`.
const TRACKED_TARGET: &[u8] = include_bytes!("../../../data/target-784-500-10.safetensors");

/// The most bytes of a network or a ticket that are read.
const MAX_BYTES: u64 = 1 << 30;

/// Where the target network comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// The network that is tracked in the repository.
    Tracked,
    /// A file that somebody names.
    File(TargetFile<'a>),
}

/// A network in a safetensors file.
#[derive(Debug, Clone, Copy)]
pub struct TargetFile<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// The names of its layers from input to output; none if the file is to tell.
    pub layers: &'a [String],
}

impl<'a> TargetFile<'a> {
    /// A file whose names or shapes tell the order of its layers.
    pub fn new(path: &'a Path) -> TargetFile<'a> {
        TargetFile { path, layers: &[] }
    }

    fn read(self) -> Result<ReadNetwork> {
        let layers = Some(self.layers).filter(|layers| !layers.is_empty());
        Ok(ReadNetwork::from_safetensors(
            &read_bytes(self.path)?,
            layers,
        )?)
    }
}

impl Source<'_> {
    /// The network itself. Of one that is read from a file, standard error tells the layers and what
    /// was changed to read them.
    ///
    /// # Errors
    /// A file that cannot be read or holds no network.
    pub fn network(self) -> Result<Network> {
        let Source::File(file) = self else {
            return Ok(Network::from_safetensors(TRACKED_TARGET)?);
        };
        let named = || format!("--target {}", file.path.display());
        let read = file.read().with_context(named)?;
        for change in &read.changes {
            eprintln!("target: {change}");
        }
        eprintln!("target: {}", describe(&read.network));
        Ok(read.network)
    }
}

/// The layers of a network in a line, from input to output.
pub fn describe(network: &Network) -> String {
    let layer = |layer: &Dense| {
        let (name, weight) = (one_line(&layer.name), &layer.weight);
        let bias = layer.bias.as_ref().map_or("without", |_| "with");
        let (outputs, inputs) = (weight.rows(), weight.columns());
        format!("{name} {outputs}x{inputs} {bias} bias")
    };
    let layers: Vec<String> = network.layers().iter().map(layer).collect();
    format!("layers (outputs x inputs) {}", layers.join(", "))
}

/// Says how many of the test images a target classifies correctly, and what may be the cause if
/// guessing twice is better.
pub fn say_accuracy(target: &Network, correct: usize, images: usize) {
    let percent = 100.0 * correct as f64 / images as f64;
    eprintln!("target: {correct} of {images} test images correct ({percent:.2} %)");
    if is_guessing(target.outputs(), correct, images) {
        eprintln!(
            "warning: two guesses would do better: were inputs normalised in training (here they are pixels \
             / 255), does it have another activation than ReLU, or its layers another order (--layers A,B,C)?"
        );
    }
}

/// Whether two guesses at the class would be right more often.
fn is_guessing(classes: usize, correct: usize, images: usize) -> bool {
    correct * classes < 2 * images
}

/// The target in a file; without one the tracked target, if that has the SHA-256.
///
/// # Errors
/// As [`Source::network`].
pub fn named(file: Option<TargetFile>, sha256: &str) -> Result<Option<Network>> {
    match file {
        Some(file) => Source::File(file).network().map(Some),
        None => {
            let tracked = Source::Tracked.network()?;
            Ok(Some(tracked).filter(|tracked| tracked.sha256() == sha256))
        }
    }
}

/// The images in a folder, or those of MNIST.
pub fn images(data: Option<&Path>) -> Mnist {
    data.map_or_else(Mnist::embedded, Mnist::from_directory)
}

/// The test images for a network with so many outputs, in a folder or of MNIST. Standard error tells
/// if labels that count from 1 were made to count from 0.
///
/// # Errors
/// As [`Mnist::test_for`].
pub fn test_images(data: Option<&Path>, outputs: usize) -> Result<Split, MnistError> {
    let (test, is_shifted) = images(data).test_for(outputs)?;
    if is_shifted {
        eprintln!(
            "images: the labels 1 to {outputs} are taken as the outputs 0 to {}",
            outputs - 1
        );
    }
    Ok(test)
}

/// The name of images and labels by their content.
pub fn sha256(images: &Split) -> String {
    let digest = Sha256::digest(images.bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a file that holds a network or a ticket.
///
/// # Errors
/// Anything but a regular file of at most 1 GiB, or one that cannot be read.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    Ok(regular::read(path, MAX_BYTES)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_described_in_a_line() {
        let layer = |name: &str, bias| Dense {
            name: name.to_owned(),
            weight: networks::Matrix::zeros(2, 2),
            bias,
        };
        let layers = vec![layer("fc1", Some(vec![0.0; 2])), layer("fc2", None)];
        assert_eq!(
            describe(&Network::new(layers).unwrap()),
            "layers (outputs x inputs) fc1 2x2 with bias, fc2 2x2 without bias"
        );
    }

    #[test]
    fn guessing_twice_is_the_bound() {
        assert!(is_guessing(10, 199, 1000));
        assert!(!is_guessing(10, 200, 1000));
        assert!(is_guessing(47, 42, 1000));
        assert!(!is_guessing(47, 43, 1000));
    }
}
