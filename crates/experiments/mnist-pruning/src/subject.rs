//! Whether rows are about what the claims and the paper's numbers are about.

use crate::data::Images;
use crate::row::NAME;
use anyhow::Result;
use lab::meta::Meta;
use std::path::Path;
use training::standard;

/// The hash of all of MNIST's images, so that it need not be taken of 200 MB each time.
const MNIST: &str = "9df8303e2a0c5043e60658dcc667e9b2d4b6cc6a0674a50a794ba24807a3f6af";

/// A sentence if they are about other images or convolutions that were given, as their record says.
///
/// # Errors
/// A record that cannot be read.
pub(crate) fn subject(results: &Path) -> Result<Option<String>> {
    let Some(meta) = Meta::read(results, NAME)? else {
        return Ok(None);
    };
    let most = meta
        .parameter("/parameters/images")
        .and_then(|most| most.as_u64());
    let mnist = match most {
        None => MNIST.to_owned(),
        Some(most) => Images::new(None, usize::try_from(most).ok())?.sha256,
    };
    let images = meta.other("images", "--data", &mnist);
    let weights = meta.other("weights", "--weights", "none");
    Ok(standard::other([images, weights]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_mnist() {
        assert_eq!(Images::new(None, None).unwrap().sha256, MNIST);
    }
}
