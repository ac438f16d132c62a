//! Trains a new target network.

use anyhow::Result;
use lab::store;
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
        store::create_folder(folder)?;
    }
    store::write(path, &network.to_safetensors())
}
