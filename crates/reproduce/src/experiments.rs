//! All experiments in the order in which they are run and printed: the one list of them that runs.

use anyhow::Result;
use approximation::source::Source;
use approximation::{baselines, construction, mnist_approximation, mnist_theorem};
use lab::preset::Preset;
use lab::{Experiment, Flags, Job};
use pruning::config::Trim;
use std::path::Path;

/// An experiment before it is configured.
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// Checks its section of a preset.
    pub configure: fn(&Preset, &Flags) -> Result<Box<dyn Part>>,
    /// Its table, from the rows of a results folder.
    pub table: fn(&Path) -> Result<String>,
}

/// An experiment that is configured.
pub trait Part: Sync {
    /// Its name.
    fn name(&self) -> &'static str;

    /// Its units, for the runner.
    fn job(&self, preset: &Preset) -> Job<'_>;

    /// Leaves its ticket in a results folder that has its rows, and says so in a line; empty if it has none.
    ///
    /// # Errors
    /// A folder that cannot be written.
    fn ticket(&self, results: &Path) -> Result<String>;
}

/// All experiments.
pub static ALL: [Entry; 7] = [
    entry::<mnist_approximation::Config>(
        |preset, _| {
            let config = mnist_approximation::Config::new(preset, Source::Tracked, None);
            part(config, mnist_approximation::ticket::keep)
        },
        mnist_approximation::report::table,
    ),
    entry::<mnist_theorem::Config>(
        |preset, _| {
            let config = mnist_theorem::Config::new(preset, Source::Tracked, None);
            part(config, mnist_theorem::ticket::keep)
        },
        mnist_theorem::report::table,
    ),
    entry::<coverage::Config>(
        |preset, _| part(coverage::Config::new(preset), no_ticket),
        coverage::report::table,
    ),
    entry::<baselines::Config>(
        |preset, _| part(baselines::Config::new(preset), no_ticket),
        baselines::report::table,
    ),
    entry::<construction::Config>(
        |preset, _| part(construction::Config::new(preset), no_ticket),
        construction::report::table,
    ),
    entry::<lower_bound::Config>(
        |preset, _| part(lower_bound::Config::new(preset), no_ticket),
        lower_bound::report::table,
    ),
    entry::<pruning::Config>(
        |preset, flags| {
            let config = pruning::Config::new(preset, flags, &Trim::default(), None, None);
            part(config, no_ticket)
        },
        pruning::report::table,
    ),
];

const fn entry<E: Experiment>(
    configure: fn(&Preset, &Flags) -> Result<Box<dyn Part>>,
    table: fn(&Path) -> Result<String>,
) -> Entry {
    Entry {
        name: E::NAME,
        configure,
        table,
    }
}

/// A configuration with what writes its ticket.
struct Configured<E> {
    config: E,
    ticket: fn(&E, &Path) -> Result<String>,
}

impl<E: Experiment> Part for Configured<E> {
    fn name(&self) -> &'static str {
        E::NAME
    }

    fn job(&self, preset: &Preset) -> Job<'_> {
        Job::new(&self.config, preset)
    }

    fn ticket(&self, results: &Path) -> Result<String> {
        (self.ticket)(&self.config, results)
    }
}

fn part<E: Experiment + 'static>(
    config: Result<E>,
    ticket: fn(&E, &Path) -> Result<String>,
) -> Result<Box<dyn Part>> {
    let config = config?;
    Ok(Box::new(Configured { config, ticket }))
}

fn no_ticket<E>(_: &E, _: &Path) -> Result<String> {
    Ok(String::new())
}
