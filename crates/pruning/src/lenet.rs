//! LeNet5's convolutions: trained with the dense network, frozen under the pruned ones.

use crate::architecture::{Architecture, Model};
use crate::config::{Config, Run};
use crate::data::Images;
use crate::network_file::{self, Network};
use crate::unit;
use anyhow::{Context, Result, anyhow, ensure};
use std::collections::HashMap;
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
        ensure!(
            !path.is_dir(),
            "{}: is a folder; name a .safetensors file",
            named()
        );
        let file = std::fs::read(path).with_context(named)?;
        let network = Network::from_safetensors(&file, Architecture::LeNet5, Model::Dense);
        Ok(Given {
            network: network.with_context(named)?,
            file,
        })
    }
}

/// Features by epochs and seed of the dense network whose convolutions made them, once a run has
/// needed them. Whoever makes them holds the lock; others wait.
#[derive(Debug, Default)]
pub(crate) struct Features(Mutex<HashMap<(usize, u64), Place>>);

/// Where the features of one dense network are, empty at first.
type Place = Arc<Mutex<Option<Arc<Convolved>>>>;

impl Features {
    /// The place of a run's features.
    pub(crate) fn of(&self, run: &Run) -> Place {
        let mut places = self.0.lock().expect("nobody panics while looking");
        Arc::clone(places.entry((run.epochs, run.seed)).or_default())
    }
}

impl Config {
    /// The features that a run of LeNet5 is pruned on: those of the given convolutions, or of its dense
    /// network's, which is trained first unless that has been done.
    pub(crate) fn convolved(&self, run: &Run) -> Result<Arc<Convolved>> {
        let place = self.features.of(run);
        let mut place = place
            .lock()
            .map_err(|_| anyhow!("the run that trains its convolutions has failed"))?;
        if let Some(convolved) = &*place {
            return Ok(Arc::clone(convolved));
        }
        let file = match &self.given {
            Some(given) => given.file.clone(),
            None => {
                let dense = Run::dense(run.architecture, run.epochs, run.seed);
                match network_file::kept(self, &dense) {
                    Some(file) => file,
                    None => unit::finish(self, &dense)?.network,
                }
            }
        };
        let convolutions = Convolutions::from_safetensors(&file)?;
        let convolved = Arc::new(Convolved::new(convolutions, &self.images));
        *place = Some(Arc::clone(&convolved));
        Ok(convolved)
    }
}
