//! All experiments, in the order in which they are run, printed and told.

use anyhow::Result;
use approximation::source::Source;
use approximation::{baselines, construction, mnist_approximation, mnist_theorem};
use lab::claims::Claim;
use lab::preset::Preset;
use lab::{Experiment, Flags, Job};
use pruning::config::Trim;
use std::path::Path;

/// An experiment before it is configured.
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// What readers call it.
    pub title: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// What its rows are held against.
    pub claims: fn() -> Vec<Claim>,
    /// Checks its section of a preset.
    pub configure: fn(&Preset, &Flags) -> Result<Box<dyn Part>>,
    /// What it prints at its end, in Markdown, from the rows of a results folder.
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
        [
            "Experiment 1: a trained network as subset sums",
            "Every weight of a network trained on MNIST becomes a subset sum of a few random coefficients.",
        ],
        |preset, _| {
            let config = mnist_approximation::Config::new(preset, Source::Tracked, None);
            part(config, mnist_approximation::ticket::keep)
        },
        mnist_approximation::report::table,
    ),
    entry::<mnist_theorem::Config>(
        [
            "The theorem on MNIST",
            "The same network is pruned out of a random one as the proof does it, with a certificate of its error.",
        ],
        |preset, _| {
            let config = mnist_theorem::Config::new(preset, Source::Tracked, None);
            part(config, mnist_theorem::ticket::keep)
        },
        mnist_theorem::report::table,
    ),
    entry::<coverage::Config>(
        [
            "Random subset sum",
            "After how many random numbers is every target near a subset sum of theirs?",
        ],
        |preset, _| part(coverage::Config::new(preset), no_ticket),
        coverage::report::table,
    ),
    entry::<baselines::Config>(
        [
            "Earlier constructions",
            "Random units that one weight takes, by the paper's gadget and by the constructions before it as we read them.",
        ],
        |preset, _| part(baselines::Config::new(preset), no_ticket),
        baselines::report::table,
    ),
    entry::<construction::Config>(
        [
            "From one weight to a network",
            "The proof's construction, carried out: weights, neurons, layers and networks pruned out of random ones.",
        ],
        |preset, _| part(construction::Config::new(preset), no_ticket),
        construction::report::table,
    ),
    entry::<lower_bound::Config>(
        [
            "The lower bound",
            "All pruned versions of small networks, and how far constructions are from the parameters that counting asks for.",
        ],
        |preset, _| part(lower_bound::Config::new(preset), no_ticket),
        lower_bound::report::table,
    ),
    entry::<pruning::Config>(
        [
            "Experiment 2: random networks, pruned and not trained",
            "Edge-popup learns which random weights to keep, in wide networks and in the structure of the proof.",
        ],
        |preset, flags| {
            let config = pruning::Config::new(preset, flags, &Trim::default(), None, None);
            part(config, no_ticket)
        },
        pruning::report::table,
    ),
];

const fn entry<E: Experiment>(
    [title, summary]: [&'static str; 2],
    configure: fn(&Preset, &Flags) -> Result<Box<dyn Part>>,
    table: fn(&Path) -> Result<String>,
) -> Entry {
    Entry {
        name: E::NAME,
        title,
        summary,
        claims: E::claims,
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
