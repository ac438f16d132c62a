//! A unit of work: one run, with the convolutions that it needs.

use crate::architecture::Model;
use crate::config::Config;
use crate::features::{Convolved, Features, Inputs};
use crate::files::RunFiles;
use crate::outcome::Finished;
use crate::run::Run;
use crate::train::train;
use anyhow::Result;
use lab::{Configured, Rows, Unit, boxed};
use std::sync::Arc;
use training::Convolutions;

/// A run of a configuration.
struct Task<'a> {
    config: &'a Config,
    run: Run,
    /// Those of all tasks.
    features: Arc<Features>,
}

impl Configured for Config {
    fn configuration(&self) -> serde_json::Value {
        serde_json::json!({
            "parameters": self.parameters,
            "images": self.images.sha256,
            "weights": self.weights(),
        })
    }

    fn units(&self) -> Vec<Box<dyn Unit + '_>> {
        let features = Arc::new(Features::default());
        let runs = self.parameters.runs().into_iter();
        boxed(runs.map(|run| Task {
            config: self,
            run,
            features: Arc::clone(&features),
        }))
    }
}

impl Unit for Task<'_> {
    fn key(&self) -> String {
        self.run.key()
    }

    /// As measured on one core with AVX-512; the convolutions are trained in dense LeNet5 alone.
    fn seconds(&self) -> f64 {
        let run = &self.run;
        let images = self.config.images.train.labels.len() as f64;
        let weights = run.architecture.connected(run.model) as f64;
        let is_front_trained = run.architecture.is_convolved() && run.model == Model::Dense;
        let convolutions = if is_front_trained { 3.3e-5 } else { 0.0 };
        run.epochs as f64 * images * (weights * 2.5e-11 + convolutions)
    }

    fn compute(&self, _: u64, rows: &mut Rows) -> Result<()> {
        let finished = self.finished()?;
        rows.push(&finished.row)?;
        let mut epochs = finished.epochs.iter();
        epochs.try_for_each(|epoch| rows.push(epoch))
    }
}

impl Task<'_> {
    fn finished(&self) -> Result<Finished> {
        let (config, run) = (self.config, &self.run);
        if !run.architecture.is_convolved() {
            return train(config, run, Inputs::from(&config.images));
        }
        match run.model {
            Model::Dense => self.dense_lenet(),
            _ => train(config, run, Inputs::from(&*self.convolved()?)),
        }
    }

    /// A dense LeNet5, for runs that take its convolutions to wait for.
    fn dense_lenet(&self) -> Result<Finished> {
        let (config, run) = (self.config, &self.run);
        if let Some(given) = &config.given {
            return Ok(Finished::given(run, given, &config.images));
        }
        let _lock = RunFiles { config, run }.lock()?;
        train(config, run, Inputs::from(&config.images))
    }

    /// The features that a run of LeNet5 is pruned on: those of the given convolutions, or of its dense
    /// network's.
    fn convolved(&self) -> Result<Arc<Convolved>> {
        let (config, run) = (self.config, &self.run);
        let name = config.given.is_none().then_some((run.epochs, run.seed));
        let load = || {
            let file = match &config.given {
                Some(given) => given.file.clone(),
                None => self.trained_network()?,
            };
            Ok(Convolutions::from_safetensors(&file)?)
        };
        self.features.get(name, &config.images, load)
    }

    /// The file of the run's dense network, which is trained first unless that has been done.
    fn trained_network(&self) -> Result<Vec<u8>> {
        let config = self.config;
        let dense = Run::dense(self.run.architecture, self.run.epochs, self.run.seed);
        let files = RunFiles {
            config,
            run: &dense,
        };
        let _lock = files.lock()?;
        match files.find_network() {
            Some(file) => Ok(file),
            None => Ok(train(config, &dense, Inputs::from(&config.images))?.network),
        }
    }
}
