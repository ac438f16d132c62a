//! `mnist-approximation`: the paper's Experiment 1.

use anyhow::{Context, Result};
use clap::Parser;
use lab::{Experiment as _, Flags, exit_code, run_and_print};
use mnist_approximation::{Config, Experiment, Range, ticket, train};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tickets::ApproximationTicket;
use training::source::{self, Source, TargetFile};

/// Approximates an MNIST network by subsets of random numbers
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    /// Target network (PyTorch's fc1.weight, fc2.weight, ...) [default: the tracked 784-500-10]
    #[arg(long, value_name = "FILE.safetensors")]
    target: Option<PathBuf>,
    /// The target's layers from input to output, where neither numbers in their names nor shapes tell
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', requires = "target")]
    layers: Vec<String>,
    /// What coefficients span: the weights of the whole network, or those of their layer
    #[arg(
        long,
        value_enum,
        default_value = "network",
        value_name = "network|layer"
    )]
    range: Range,
    /// Train a new target and write it to target.safetensors in the results folder, unless it is there
    #[arg(long, conflicts_with_all = ["target", "list", "shard"])]
    train: bool,
    /// Folder with the four IDX files of another data set, also torchvision's [default: MNIST]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Run nothing: read a ticket, rebuild its network and test it
    #[arg(long, value_name = "FILE.safetensors", conflicts_with_all = RUN_FLAGS)]
    ticket: Option<PathBuf>,
}

/// What says how to run, and so nothing about a ticket that is there.
const RUN_FLAGS: [&str; 10] = [
    "train", "range", "preset", "seed", "threads", "out", "fresh", "list", "shard", "quiet",
];

fn approximate(arguments: &Arguments) -> Result<()> {
    let flags = &arguments.flags;
    let data = arguments.data.as_deref();
    let target = arguments.target.as_deref().map(|path| TargetFile {
        path,
        layers: &arguments.layers,
    });
    if let Some(file) = &arguments.ticket {
        return lab::print(&test(file, target, data)?);
    }
    let preset = flags.preset(&[Experiment.about()])?;
    let trained = flags.folder.path().join("target.safetensors");
    if arguments.train && (flags.fresh || !trained.exists()) {
        train::train(&trained, data, preset.seed, flags.quiet)?;
    }
    let trained = arguments.train.then(|| TargetFile::new(&trained));
    let source = target.or(trained).map_or(Source::Tracked, Source::File);
    let config = Config::new(&preset, source, arguments.range, data)?;
    config.introduce();
    run_and_print(&Experiment, &config, &preset, flags)
}

fn test(file: &Path, target: Option<TargetFile>, data: Option<&Path>) -> Result<String> {
    let named = || format!("--ticket {}", file.display());
    let bytes = source::read_bytes(file).with_context(named)?;
    let ticket = ApproximationTicket::from_bytes(&bytes).with_context(named)?;
    ticket::test((&ticket, file), target, data)
}

fn main() -> ExitCode {
    exit_code(approximate(&Arguments::parse()))
}
