//! From a preset to the only configuration that can run: plain data, read once and never changed.

use crate::architecture::{Architecture, Model};
use crate::data::{Images, sha256};
use crate::network::Network;
use crate::row::NAME;
use crate::sweep::{Parameters, check_epochs, check_seeds};
use anyhow::{Context, Result};
use lab::Flags;
use lab::preset::Preset;
use std::path::{Path, PathBuf};
use training::source;

/// A validated configuration.
#[derive(Debug)]
pub struct Config {
    pub(crate) parameters: Parameters,
    pub(crate) seed: u64,
    /// Where checkpoints and the networks of finished runs go.
    pub(crate) folder: PathBuf,
    /// Whether checkpoints of earlier runs are to be ignored.
    pub(crate) is_fresh: bool,
    pub(crate) given: Option<Given>,
    pub(crate) images: Images,
}

/// What the command line puts in the place of a preset's numbers.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Epochs of every sweep.
    pub epochs: Option<Vec<usize>>,
    /// Seeds of every sweep.
    pub seeds: Option<Vec<u64>>,
}

/// A LeNet5 of one's own.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) network: Network,
    pub(crate) file: Vec<u8>,
}

impl Config {
    /// Checks the preset's section with its overrides; images come from the folder `data` or are MNIST, and a
    /// LeNet5 of one's own from the file `weights` if one is given.
    ///
    /// # Errors
    /// Parameters out of range, images or weights that cannot be read or do not fit.
    pub fn new(
        preset: &Preset,
        flags: &Flags,
        overrides: &Overrides,
        data: Option<&Path>,
        weights: Option<&Path>,
    ) -> Result<Self> {
        overrides.check()?;
        let mut parameters: Parameters = preset.checked_section(NAME, Parameters::check)?;
        overrides.apply(&mut parameters);
        let images = Images::new(data, parameters.images)?;
        Ok(Self {
            parameters,
            seed: preset.seed,
            folder: flags.folder.path().join(NAME),
            is_fresh: flags.fresh,
            given: weights.map(Given::read).transpose()?,
            images,
        })
    }

    /// The name of the given weights by their content.
    pub(crate) fn weights(&self) -> Option<String> {
        let given = self.given.as_ref();
        given.map(|given| sha256([given.file.as_slice()]))
    }
}

impl Overrides {
    fn check(&self) -> Result<()> {
        if let Some(epochs) = &self.epochs {
            check_epochs("--epochs", epochs)?;
        }
        if let Some(seeds) = &self.seeds {
            check_seeds("--seeds", seeds)?;
        }
        Ok(())
    }

    fn apply(&self, parameters: &mut Parameters) {
        for sweep in &mut parameters.sweeps {
            if let Some(epochs) = &self.epochs {
                sweep.epochs.clone_from(epochs);
            }
            if let Some(seeds) = &self.seeds {
                sweep.seeds.clone_from(seeds);
            }
        }
    }
}

impl Given {
    fn read(path: &Path) -> Result<Given> {
        let named = || format!("--weights {}", path.display());
        let file = source::read_bytes(path).with_context(named)?;
        let network = Network::from_safetensors(&file, Architecture::LeNet5, Model::Dense);
        Ok(Given {
            network: network.with_context(named)?,
            file,
        })
    }
}
