//! What claims and published numbers are about: the tracked target and MNIST, named by their hashes.

use crate::mnist::{Mnist, MnistError};
use crate::source::{self, Source};
use anyhow::Result;

/// The SHA-256 of the tracked target.
///
/// # Errors
/// None that is known: the network is compiled in.
pub fn target_sha256() -> Result<String> {
    Ok(Source::Tracked.network()?.sha256())
}

/// The SHA-256 of MNIST's test images, or of so many of the first.
///
/// # Errors
/// None that is known: the images are compiled in.
pub fn test_sha256(most: Option<u64>) -> Result<String, MnistError> {
    let most = most.map_or(usize::MAX, |most| {
        usize::try_from(most).unwrap_or(usize::MAX)
    });
    Ok(source::sha256(&Mnist::embedded().test()?.first(most)))
}

/// The sentence about rows whose inputs have names because they are others; nothing without such names.
pub fn other(names: impl IntoIterator<Item = Option<String>>) -> Option<String> {
    let names: Vec<String> = names.into_iter().flatten().collect();
    (!names.is_empty()).then(|| {
        format!(
            "Made with the {}: no claim and no published number is about these.",
            names.join(" and the ")
        )
    })
}
