//! An experiment as the runner sees it: units that have numbers, whatever their type.

use crate::about::About;
use crate::experiment::{Configured, MAX_UNITS, Rows, Unit};
use crate::named::Named;
use crate::preset::Preset;
use crate::progress::Progress;
use anyhow::{Context, Result, bail, ensure};
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A configured experiment with its units, numbered.
pub struct Job<'a> {
    pub(crate) name: &'static str,
    /// What the rows depend on, as one line of canonical JSON.
    pub(crate) configuration: String,
    /// The units in the order of their rows.
    pub(crate) units: Vec<Named>,
    seed: u64,
    work: Vec<Box<dyn Unit + 'a>>,
}

impl<'a> Job<'a> {
    /// An experiment as a preset configured it.
    ///
    /// # Errors
    /// Two units with the same key: their rows would count twice.
    pub fn new(about: &About, configured: &'a dyn Configured, preset: &Preset) -> Result<Self> {
        let work = configured.units();
        let place = || preset.place(about.name);
        ensure!(
            work.len() as u64 <= MAX_UNITS,
            "{}: more than {MAX_UNITS} units of work; ask for fewer replicates or settings",
            place()
        );
        let named = work.iter().map(|unit| Named::of(&**unit));
        let configuration = serde_json::json!({
            "experiment": about.name,
            "schema": about.schema,
            "version": env!("CARGO_PKG_VERSION"),
            "seed": preset.seed,
            "units": work.len(),
            "configuration": configured.configuration(),
        });
        let job = Self {
            name: about.name,
            configuration: configuration.to_string(),
            units: named.collect(),
            seed: preset.seed,
            work,
        };
        job.refuse_duplicates().with_context(place)?;
        Ok(job)
    }

    /// What is known of some of the units.
    pub(crate) fn named(&self, indices: &[usize]) -> Vec<&Named> {
        indices.iter().map(|&index| &self.units[index]).collect()
    }

    /// The names of all units in their order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.units.iter().map(|unit| unit.key.as_str())
    }

    fn refuse_duplicates(&self) -> Result<()> {
        let mut keys = HashSet::new();
        let twice = self.units.iter().find(|unit| !keys.insert(&unit.key));
        match twice {
            Some(unit) => bail!("{}: must be in one entry only", unit.key),
            None => Ok(()),
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
            self.work[index]
                .compute(self.seed, &mut rows)
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
