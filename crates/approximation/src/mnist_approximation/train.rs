//! Trains a new target network.

use anyhow::{Context, Result};
use std::path::Path;
use tickets::Network;
use training::dense::{Recipe, train as train_dense};
use training::mnist::Mnist;

/// Hidden width and depth of the authors' target.
const SHAPE: [usize; 3] = [784, 500, 10];

/// Trains 784-500-10 on the training images and writes it to `path`.
pub(super) fn train(path: &Path, images: &Mnist, seed: u64) -> Result<Network> {
    let images = images.train()?;
    let recipe = Recipe::default();
    let network = train_dense(&SHAPE, &images, &recipe, seed, |epoch| {
        eprintln!(
            "epoch {} of {}: loss {:.4}",
            epoch.number, recipe.epochs, epoch.loss
        );
    })?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::write(path, network.to_safetensors()).with_context(|| path.display().to_string())?;
    eprintln!("target written to {}", path.display());
    Ok(network)
}
