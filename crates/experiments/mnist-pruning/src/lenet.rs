//! LeNet5's convolutions: trained with the dense network, frozen under the pruned ones.

use crate::architecture::{Architecture, Model};
use crate::config::Config;
use crate::data::Images;
use crate::network_file::{self, Network};
use crate::run::Run;
use crate::unit::{self, Finished};
use anyhow::{Context, Result, anyhow};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use training::Convolutions;
use training::mnist::Split;

/// What convolutions make of all images, and they themselves.
#[derive(Debug)]
pub(crate) struct Convolved {
    pub(crate) convolutions: Convolutions,
    pub(crate) train: Split,
    pub(crate) test: Split,
}

impl Convolved {
    fn new(convolutions: Convolutions, images: &Images) -> Convolved {
        let split = |split: &Split| Split {
            images: convolutions.features(&split.images),
            labels: split.labels.clone(),
        };
        let (train, test) = (split(&images.train), split(&images.test));
        Convolved {
            convolutions,
            train,
            test,
        }
    }
}

/// A LeNet5 of one's own.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) network: Network,
    pub(crate) file: Vec<u8>,
}

impl Given {
    /// Reads a LeNet5.
    pub(crate) fn new(path: &Path) -> Result<Given> {
        let named = || format!("--weights {}", path.display());
        let file = network_file::read(path).with_context(named)?;
        let network = Network::from_safetensors(&file, Architecture::LeNet5, Model::Dense);
        Ok(Given {
            network: network.with_context(named)?,
            file,
        })
    }
}

/// The features that were made last, by epochs and seed of the dense network whose convolutions made them.
/// Whoever makes some holds the lock; others wait.
#[derive(Debug, Default)]
pub(crate) struct Features(Mutex<Vec<(Name, Arc<Convolved>)>>);

/// Epochs and seed of a dense network; none for the given one.
type Name = Option<(usize, u64)>;

/// Features that are kept, a hundred megabytes each: runs of one network follow each other.
const KEPT: usize = 2;

impl Config {
    /// The features that a run of LeNet5 is pruned on: those of the given convolutions, or of its dense
    /// network's, which is trained first unless that has been done.
    pub(crate) fn convolved(&self, run: &Run) -> Result<Arc<Convolved>> {
        let failed = |_| anyhow!("the run that trains its convolutions has failed");
        let mut kept = self.features.0.lock().map_err(failed)?;
        let name = self.given.is_none().then_some((run.epochs, run.seed));
        if let Some((_, convolved)) = kept.iter().find(|(other, _)| *other == name) {
            return Ok(Arc::clone(convolved));
        }
        let file = match &self.given {
            Some(given) => given.file.clone(),
            None => {
                let dense = Run::dense(run.architecture, run.epochs, run.seed);
                let _lock = self.lock(&dense)?;
                match network_file::kept(self, &dense) {
                    Some(file) => file,
                    None => unit::finish(self, &dense)?.network,
                }
            }
        };
        let convolutions = Convolutions::from_safetensors(&file)?;
        let convolved = Arc::new(Convolved::new(convolutions, &self.images));
        kept.insert(0, (name, Arc::clone(&convolved)));
        kept.truncate(KEPT);
        Ok(convolved)
    }

    /// A dense LeNet5, for runs that take its convolutions to wait for.
    pub(crate) fn dense_lenet(&self, run: &Run) -> Result<Finished> {
        if let Some(given) = &self.given {
            return Finished::given(self, run, given);
        }
        let _lock = self.lock(run)?;
        unit::finish(self, run)
    }

    /// A lock on a dense network, which several processes may need at once, in one folder.
    fn lock(&self, run: &Run) -> Result<File> {
        let path = self.file(run, "network").with_extension("lock");
        let locked = || {
            std::fs::create_dir_all(&self.folder)?;
            let file = File::create(&path)?;
            file.lock()?;
            Ok(file)
        };
        locked().map_err(|problem: io::Error| anyhow!("{}: {problem}", path.display()))
    }
}
