//! The images of the experiment, normalised.

use anyhow::Result;
use sha2::{Digest, Sha256};
use std::path::Path;
use training::mnist::{Mnist, Split};

/// Mean and standard deviation of MNIST's training pixels, as in the paper's code.
const MEAN: f32 = 0.1307;
const DEVIATION: f32 = 0.3081;

/// Both splits, normalised.
#[derive(Debug)]
pub(crate) struct Images {
    pub(crate) train: Split,
    pub(crate) test: Split,
    /// What a black pixel has become.
    pub(crate) background: f32,
    /// The name of all images and labels, as they were read, by their content.
    pub(crate) sha256: String,
}

impl Images {
    /// Those in a folder, or MNIST; only the first so many of each split, if a number is given.
    pub(crate) fn new(folder: Option<&Path>, most: Option<usize>) -> Result<Images> {
        let mnist = folder.map_or_else(Mnist::embedded, Mnist::from_directory);
        let most = most.unwrap_or(usize::MAX);
        let (train, test) = (mnist.train()?.first(most), mnist.test()?.first(most));
        let sha256 = sha256([&train.bytes()[..], &test.bytes()]);
        let (train, test) = (normalised_split(train), normalised_split(test));
        Ok(Images {
            train,
            test,
            background: normalised(0.0),
            sha256,
        })
    }
}

fn normalised_split(mut split: Split) -> Split {
    let pixels = split.images.values_mut().iter_mut();
    pixels.for_each(|pixel| *pixel = normalised(*pixel));
    split
}

fn normalised(pixel: f32) -> f32 {
    (pixel - MEAN) / DEVIATION
}

/// The SHA-256 of parts, one after the other, in hexadecimal digits.
pub(crate) fn sha256<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    parts.into_iter().for_each(|part| hash.update(part));
    let digits = hash.finalize();
    digits.iter().map(|byte| format!("{byte:02x}")).collect()
}
