//! `mnist-pruning`: the paper's Experiment 2.

use anyhow::Result;
use clap::Parser;
use lab::{Experiment as _, Flags, exit_code, run_and_print};
use mnist_pruning::config::{Config, Overrides};
use mnist_pruning::{Experiment, ticket};
use std::path::PathBuf;
use std::process::ExitCode;

/// Prunes random networks by edge-popup: wide ones, and the structure of the proof
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    /// Epochs of all runs, such as 30,50,100 [default: the preset's]
    #[arg(long, value_name = "N,N,...", value_delimiter = ',')]
    epochs: Option<Vec<usize>>,
    /// Seeds of all runs, such as 1,2,3 [default: the preset's]
    #[arg(long, value_name = "N,N,...", value_delimiter = ',')]
    seeds: Option<Vec<u64>>,
    /// Prune on the convolutions of a LeNet5 of one's own (PyTorch's conv1.weight ... fc3.weight, no biases)
    #[arg(long, value_name = "FILE.safetensors")]
    weights: Option<PathBuf>,
    /// Folder with the four IDX files of another data set, gzipped or plain [default: MNIST]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Run nothing: read the ticket of a run, draw its network again and test it
    #[arg(long, value_name = "FILE.safetensors", conflicts_with_all = RUN_FLAGS)]
    ticket: Option<PathBuf>,
    /// Write the ticket's network, its pruned weights and its masks
    #[arg(long, value_name = "FILE.safetensors", requires = "ticket")]
    export: Option<PathBuf>,
}

/// What says how to run, and so nothing about a ticket that is there.
const RUN_FLAGS: [&str; 11] = [
    "epochs", "seeds", "weights", "preset", "seed", "threads", "out", "fresh", "list", "shard",
    "quiet",
];

fn prune(arguments: &Arguments) -> Result<()> {
    let (flags, data) = (&arguments.flags, arguments.data.as_deref());
    if let Some(file) = &arguments.ticket {
        return lab::print(&ticket::test(file, arguments.export.as_deref(), data)?);
    }
    let preset = flags.preset(&[Experiment.about()])?;
    let overrides = Overrides {
        epochs: arguments.epochs.clone(),
        seeds: arguments.seeds.clone(),
    };
    let config = Config::new(
        &preset,
        flags,
        &overrides,
        data,
        arguments.weights.as_deref(),
    )?;
    run_and_print(&Experiment, &config, &preset, flags)
}

fn main() -> ExitCode {
    exit_code(prune(&Arguments::parse()))
}
