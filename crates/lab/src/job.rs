//! An experiment as the runner sees it: units that have numbers, whatever their type.

use crate::experiment::{Experiment, Rows};
use crate::preset::Preset;
use crate::progress::Progress;
use anyhow::{Context, Result};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// An experiment with its units, so that a list can hold experiments of several types.
pub struct Job<'a> {
    pub(crate) name: &'static str,
    /// What the rows depend on, as one line of canonical JSON.
    pub(crate) configuration: String,
    /// The units in the order of their rows.
    pub(crate) units: Vec<Named>,
    compute: Box<Compute<'a>>,
}

/// Computes the rows of the unit with this number.
type Compute<'a> = dyn Fn(usize, &mut Rows) -> Result<()> + Sync + 'a;

/// What is known of a unit before it is computed.
pub(crate) struct Named {
    pub key: String,
    /// Roughly how long it takes on one core.
    pub seconds: f64,
}

impl<'a> Job<'a> {
    /// An experiment that was configured by a preset.
    pub fn new<E: Experiment>(experiment: &'a E, preset: &Preset) -> Self {
        let units = experiment.units();
        let named = units.iter().map(|unit| Named {
            key: experiment.key(unit),
            seconds: experiment.seconds(unit),
        });
        let configuration = serde_json::json!({
            "experiment": E::NAME,
            "schema": E::SCHEMA,
            "version": env!("CARGO_PKG_VERSION"),
            "seed": preset.seed,
            "units": units.len(),
            "configuration": experiment.configuration(),
        });
        Self {
            name: E::NAME,
            configuration: configuration.to_string(),
            units: named.collect(),
            compute: Box::new(move |index, rows| experiment.compute(&units[index], rows)),
        }
    }

    /// Computes units, and hands on the rows of each, one unit at a time, as soon as it is finished.
    ///
    /// Every worker takes the next unit until none is left, then helps the others with the inside of
    /// theirs (a unit may use rayon too).
    pub(crate) fn compute(
        &self,
        indices: &[usize],
        pool: &rayon::ThreadPool,
        progress: &Progress,
        keep: impl FnMut(usize, Rows) -> Result<()> + Send,
    ) -> Result<()> {
        progress.starts();
        let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
        let keep = Mutex::new(keep);
        let one = |index: usize| -> Result<()> {
            let (unit, mut rows) = (&self.units[index], Rows::default());
            (self.compute)(index, &mut rows)
                .with_context(|| format!("{}, unit {}", self.name, unit.key))?;
            let mut keep = keep.lock().expect("no worker panics while it writes");
            keep(index, rows)?;
            progress.finished(unit);
            Ok(())
        };
        let worker = || -> Result<()> {
            while !failed.load(Ordering::Relaxed) {
                let Some(&index) = indices.get(next.fetch_add(1, Ordering::Relaxed)) else {
                    break;
                };
                one(index).inspect_err(|_| failed.store(true, Ordering::Relaxed))?;
            }
            Ok(())
        };
        pool.broadcast(|_| worker()).into_iter().collect()
    }
}
