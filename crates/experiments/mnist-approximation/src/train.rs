//! Trains a new target network.

use anyhow::{Context, Result};
use lab::write_whole;
use std::io::Write;
use std::path::Path;
use training::dense::{Recipe, train as train_dense};
use training::source;

/// Hidden width and depth of the authors' target.
const SHAPE: [usize; 3] = [784, 500, 10];

/// Trains 784-500-10 on the training images of the folder `data`, or of MNIST, and writes it to
/// `path`.
///
/// # Errors
/// Images that cannot be read, or a file that cannot be written.
pub fn train(path: &Path, data: Option<&Path>, seed: u64, quiet: bool) -> Result<()> {
    let images = source::images(data).train()?;
    let recipe = Recipe::default();
    let network = train_dense(&SHAPE, &images, &recipe, seed, |epoch| {
        if !quiet {
            let (number, epochs, loss) = (epoch.number, recipe.epochs, epoch.loss);
            eprintln!("epoch {number} of {epochs}: loss {loss:.4}");
        }
    })?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    write_whole(path, |file| Ok(file.write_all(&network.to_safetensors())?))
}
