//! Where targets and images come from, for the experiments on MNIST.

use crate::mnist::{Mnist, Split};
use anyhow::{Context, Result, ensure};
use networks::Network;
use sha2::{Digest, Sha256};
use std::path::Path;

/// The tracked target: 784-500-10, trained by the binary `mnist-approximation --train`.
const TRACKED_TARGET: &[u8] = include_bytes!("../../../data/target-784-500-10.safetensors");

/// Where the target network comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// The network that is tracked in the repository.
    Tracked,
    /// A safetensors file.
    File(&'a Path),
}

impl Source<'_> {
    /// The network itself.
    ///
    /// # Errors
    /// A file that cannot be read or holds no network.
    pub fn network(self) -> Result<Network> {
        match self {
            Source::Tracked => Ok(Network::from_safetensors(TRACKED_TARGET)?),
            Source::File(path) => {
                read(path).with_context(|| format!("--target {}", path.display()))
            }
        }
    }
}

fn read(path: &Path) -> Result<Network> {
    Ok(Network::from_safetensors(&read_bytes(path)?)?)
}

/// The target in a file; without one the tracked target, if that has the SHA-256.
///
/// # Errors
/// As [`Source::network`].
pub fn named(file: Option<&Path>, sha256: &str) -> Result<Option<Network>> {
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

/// The name of images and labels by their content.
pub fn sha256(images: &Split) -> String {
    let digest = Sha256::digest(images.bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a file.
///
/// # Errors
/// A folder, or a file that cannot be read.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    ensure!(!path.is_dir(), "is a folder; name a .safetensors file");
    Ok(std::fs::read(path)?)
}
