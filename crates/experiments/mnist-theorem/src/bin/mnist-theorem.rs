//! `mnist-theorem`: the paper's theorem on a network trained on MNIST.

use anyhow::{Context, Result};
use clap::Parser;
use lab::{Experiment as _, Flags, exit_code, run_and_print};
use mnist_theorem::{Config, Experiment, ticket};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tickets::PrunedTicket;
use training::source::{self, Source, TargetFile};

/// Prunes a random network to an MNIST network as the proof does it, with a certificate of the error
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
    /// Folder with the four IDX files of another data set, also torchvision's [default: MNIST]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Run nothing: read a ticket, rebuild its network and test it
    #[arg(long, value_name = "FILE.safetensors", conflicts_with_all = RUN_FLAGS)]
    ticket: Option<PathBuf>,
}

/// What says how to run, and so nothing about a ticket that is there.
const RUN_FLAGS: [&str; 8] = [
    "preset", "seed", "threads", "out", "fresh", "list", "shard", "quiet",
];

fn prune(arguments: &Arguments) -> Result<()> {
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
    let source = target.map_or(Source::Tracked, Source::File);
    let config = Config::new(&preset, source, data)?;
    config.introduce();
    run_and_print(&Experiment, &config, &preset, flags)
}

fn test(file: &Path, target: Option<TargetFile>, data: Option<&Path>) -> Result<String> {
    let named = || format!("--ticket {}", file.display());
    let bytes = source::read_bytes(file).with_context(named)?;
    let ticket = PrunedTicket::from_bytes(&bytes).with_context(named)?;
    ticket::test((&ticket, file), target, data)
}

fn main() -> ExitCode {
    exit_code(prune(&Arguments::parse()))
}
