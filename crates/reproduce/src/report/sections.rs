//! The experiments in the order in which the report tells them, and how it calls them.

use anyhow::Result;
use approximation::{baselines, construction, mnist_approximation, mnist_theorem};
use lab::claims::Claim;
use std::path::Path;

/// An experiment as a reader meets it.
pub(super) struct Experiment {
    /// The name of its record.
    pub name: &'static str,
    pub title: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    pub claims: fn() -> Vec<Claim>,
    /// What it prints at its end, in Markdown.
    pub table: fn(&Path) -> Result<String>,
}

pub(super) const EXPERIMENTS: [Experiment; 7] = [
    Experiment {
        name: mnist_approximation::row::NAME,
        title: "Experiment 1: a trained network as subset sums",
        summary: "Every weight of a network trained on MNIST becomes a subset sum of a few random coefficients.",
        claims: <mnist_approximation::Config as lab::Experiment>::claims,
        table: mnist_approximation::report::table,
    },
    Experiment {
        name: mnist_theorem::NAME,
        title: "The theorem on MNIST",
        summary: "The same network is pruned out of a random one as the proof does it, with a certificate of its error.",
        claims: <mnist_theorem::Config as lab::Experiment>::claims,
        table: mnist_theorem::report::table,
    },
    Experiment {
        name: coverage::NAME,
        title: "Random subset sum",
        summary: "After how many random numbers is every target near a subset sum of theirs?",
        claims: <coverage::Config as lab::Experiment>::claims,
        table: coverage::report::table,
    },
    Experiment {
        name: baselines::NAME,
        title: "Earlier constructions",
        summary: "Random units that one weight takes, by the paper's gadget and by the constructions before it as we read them.",
        claims: <baselines::Config as lab::Experiment>::claims,
        table: baselines::report::table,
    },
    Experiment {
        name: construction::NAME,
        title: "From one weight to a network",
        summary: "The proof's construction, carried out: weights, neurons, layers and networks pruned out of random ones.",
        claims: <construction::Config as lab::Experiment>::claims,
        table: construction::report::table,
    },
    Experiment {
        name: lower_bound::NAME,
        title: "The lower bound",
        summary: "All pruned versions of small networks, and how far constructions are from the parameters that counting asks for.",
        claims: <lower_bound::Config as lab::Experiment>::claims,
        table: lower_bound::report::table,
    },
    Experiment {
        name: pruning::row::NAME,
        title: "Experiment 2: random networks, pruned and not trained",
        summary: "Edge-popup learns which random weights to keep, in wide networks and in the structure of the proof.",
        claims: <pruning::Config as lab::Experiment>::claims,
        table: pruning::report::table,
    },
];
