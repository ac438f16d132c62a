//! What networks are fed: images, or the features that a LeNet5's convolutions make of them, which the
//! runs on the same convolutions share.

use crate::data::Images;
use anyhow::{Result, anyhow};
use std::sync::{Arc, Mutex};
use training::Convolutions;
use training::mnist::Split;

/// What a run is trained on and tested with.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    pub(crate) train: &'a Split,
    pub(crate) test: &'a Split,
    /// The value that most entries have.
    pub(crate) background: f32,
    /// What made the entries, if they are features.
    pub(crate) convolutions: Option<&'a Convolutions>,
}

impl<'a> From<&'a Images> for Inputs<'a> {
    fn from(images: &'a Images) -> Self {
        Self {
            train: &images.train,
            test: &images.test,
            background: images.background,
            convolutions: None,
        }
    }
}

impl<'a> From<&'a Convolved> for Inputs<'a> {
    fn from(convolved: &'a Convolved) -> Self {
        Self {
            train: &convolved.train,
            test: &convolved.test,
            background: 0.0,
            convolutions: Some(&convolved.convolutions),
        }
    }
}

/// What convolutions make of all images, and they themselves.
#[derive(Debug)]
pub(crate) struct Convolved {
    convolutions: Convolutions,
    train: Split,
    test: Split,
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

/// Epochs and seed of the dense network that convolutions come from; none for the given one.
pub(crate) type Name = Option<(usize, u64)>;

/// The features that were made last. Whoever makes some holds the lock; others wait.
#[derive(Debug, Default)]
pub(crate) struct Features(Mutex<Vec<(Name, Arc<Convolved>)>>);

/// Features that are kept, a hundred megabytes each: runs of one network follow each other.
const KEPT: usize = 2;

impl Features {
    /// The features of the images by the convolutions of this name, which `load` gets if they are needed.
    pub(crate) fn get(
        &self,
        name: Name,
        images: &Images,
        load: impl FnOnce() -> Result<Convolutions>,
    ) -> Result<Arc<Convolved>> {
        let failed = |_| anyhow!("the run that trains its convolutions has failed");
        let mut kept = self.0.lock().map_err(failed)?;
        if let Some((_, convolved)) = kept.iter().find(|(other, _)| *other == name) {
            return Ok(Arc::clone(convolved));
        }
        let convolved = Arc::new(Convolved::new(load()?, images));
        kept.insert(0, (name, Arc::clone(&convolved)));
        kept.truncate(KEPT);
        Ok(convolved)
    }
}
