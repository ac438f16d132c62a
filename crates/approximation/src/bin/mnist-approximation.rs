//! `mnist-approximation`: the paper's Experiment 1, and its theorem on the same network.

use anyhow::{Context, Result};
use approximation::mnist_approximation::{self, train};
use approximation::mnist_theorem;
use approximation::source::{self, Source};
use clap::{Parser, ValueEnum};
use lab::{Flags, exit_code, run};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tickets::AnyTicket;

/// Approximates an MNIST network by subsets of random numbers, or by pruning a random network
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    /// What is made of the target
    #[arg(long, value_enum, default_value_t = Construction::SubsetSum)]
    construction: Construction,
    /// Target network (PyTorch's fc1.weight, fc2.weight, ...) [default: the tracked 784-500-10]
    #[arg(long, value_name = "FILE.safetensors")]
    target: Option<PathBuf>,
    /// Train a new target and write it to target.safetensors in the results folder, unless it is there
    #[arg(long, conflicts_with_all = ["target", "list", "shard"])]
    train: bool,
    /// Folder with the four IDX files of another data set, gzipped or plain [default: MNIST]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Run nothing: read a ticket of either construction, rebuild its network and test it
    #[arg(long, value_name = "FILE.safetensors", conflicts_with_all = RUN_FLAGS)]
    ticket: Option<PathBuf>,
}

/// What is made of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Construction {
    /// Experiment 1: each weight becomes a subset sum of its own random numbers
    SubsetSum,
    /// The theorem: the network, rescaled to norms 1, is pruned out of a random network
    Theorem,
}

/// What says how to run, and so nothing about a ticket that is there.
const RUN_FLAGS: [&str; 10] = [
    "construction",
    "train",
    "preset",
    "seed",
    "threads",
    "out",
    "fresh",
    "list",
    "shard",
    "quiet",
];

fn approximate(arguments: &Arguments) -> Result<()> {
    let flags = &arguments.flags;
    let (target, data) = (arguments.target.as_deref(), arguments.data.as_deref());
    if let Some(file) = &arguments.ticket {
        return lab::print(&test(file, target, data)?);
    }
    let preset = flags.preset()?;
    let out = flags.folder.path();
    let trained = out.join("target.safetensors");
    if arguments.train && (flags.fresh || !trained.exists()) {
        train::train(&trained, data, preset.seed, flags.quiet)?;
    }
    let trained = arguments.train.then_some(trained.as_path());
    let source = target.or(trained).map_or(Source::Tracked, Source::File);
    let (table, ticket) = match arguments.construction {
        Construction::SubsetSum => {
            use mnist_approximation::{Config, report, ticket};
            let config = Config::new(&preset, source, data)?;
            if !run(&config, &preset, flags)?.has_tables() {
                return Ok(());
            }
            let ticket = flags.pool()?.install(|| ticket::keep(&config, &out))?;
            (report::table(&out)?, ticket)
        }
        Construction::Theorem => {
            use mnist_theorem::{Config, report, ticket};
            let config = Config::new(&preset, source, data)?;
            if !run(&config, &preset, flags)?.has_tables() {
                return Ok(());
            }
            let ticket = flags.pool()?.install(|| ticket::keep(&config, &out))?;
            (report::table(&out)?, ticket)
        }
    };
    lab::print(&format!("{table}\n{ticket}"))
}

/// Reads a ticket of either kind and tests its network.
fn test(file: &Path, target: Option<&Path>, data: Option<&Path>) -> Result<String> {
    let named = || format!("--ticket {}", file.display());
    let bytes = source::read_bytes(file).with_context(named)?;
    match AnyTicket::from_bytes(&bytes).with_context(named)? {
        AnyTicket::Approximation(ticket) => {
            mnist_approximation::ticket::test((&ticket, file), target, data)
        }
        AnyTicket::Pruned(ticket) => mnist_theorem::ticket::test((&ticket, file), target, data),
    }
}

fn main() -> ExitCode {
    exit_code(approximate(&Arguments::parse()))
}
