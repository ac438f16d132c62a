//! The images of the experiment, normalised.

use anyhow::{Result, ensure};
use sha2::{Digest, Sha256};
use std::path::Path;
use tickets::Matrix;
use training::mnist::{Mnist, Split};

/// Mean and standard deviation of MNIST's training pixels, as in the paper's code.
const MEAN: f32 = 0.1307;
const DEVIATION: f32 = 0.3081;

/// Classes of the images.
pub(crate) const CLASSES: usize = 10;

/// Pixels of an image.
const PIXELS: usize = 784;

/// Both splits as they were read.
#[derive(Debug)]
pub(crate) struct Data {
    train: Split,
    test: Split,
}

/// Both splits, normalised.
#[derive(Debug)]
pub(crate) struct Images {
    pub(crate) train: Split,
    pub(crate) test: Split,
    /// What a black pixel has become.
    pub(crate) background: f32,
}

impl Data {
    pub(crate) fn new(folder: Option<&Path>) -> Result<Data> {
        let mnist = folder.map_or_else(Mnist::embedded, Mnist::from_directory);
        let data = Data {
            train: mnist.train()?,
            test: mnist.test()?,
        };
        for (name, split) in [("training", &data.train), ("test", &data.test)] {
            let pixels = split.images.columns();
            ensure!(
                !split.labels.is_empty(),
                "--data: there are no {name} images"
            );
            ensure!(
                pixels == PIXELS,
                "--data: {name} images have {pixels} pixels, not 28 x 28"
            );
            let largest = usize::from(*split.labels.iter().max().expect("at least one"));
            ensure!(
                largest < CLASSES,
                "--data: there is a {name} label {largest}, but only {CLASSES} classes, from 0"
            );
        }
        Ok(data)
    }

    pub(crate) fn normalised(&self) -> Images {
        let split = |split: &Split| {
            let images = &split.images;
            let pixels = images
                .values()
                .iter()
                .map(|&pixel| normalised(pixel))
                .collect();
            Split {
                images: Matrix::new(images.rows(), images.columns(), pixels),
                labels: split.labels.clone(),
            }
        };
        Images {
            train: split(&self.train),
            test: split(&self.test),
            background: normalised(0.0),
        }
    }

    /// Names all images and labels by their content.
    pub(crate) fn sha256(&self) -> String {
        let pixels = |split: &Split| bytes(split.images.values());
        let [train, test] = [&self.train, &self.test].map(pixels);
        sha256([&train, &self.train.labels[..], &test, &self.test.labels])
    }
}

fn normalised(pixel: f32) -> f32 {
    (pixel - MEAN) / DEVIATION
}

/// Numbers as bytes, lowest first.
pub(crate) fn bytes(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

/// The SHA-256 of parts, one after the other.
pub(crate) fn sha256<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    parts.into_iter().for_each(|part| hash.update(part));
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
