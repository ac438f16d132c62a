//! `width`: how wide must a random network be, so that it can be pruned to a target network?

use anyhow::{Context, Result};
use clap::Parser;
use lab::{exit_code, print};
use std::path::PathBuf;
use std::process::ExitCode;
use width::answer::{answer, question};
use width::{fit, report};

/// Says how many random candidates a weight, which hidden width and how many random parameters it takes to
/// prune a random network to any target of L layers of D x D weights, by counting, by measured fits and by
/// the formulas of constructions
#[derive(Debug, Parser)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    /// Width of all layers of the target
    #[arg(long)]
    d: Option<u64>,
    /// Its layers of weights
    #[arg(long, default_value_t = 1)]
    l: u64,
    /// Largest error on the unit ball
    #[arg(long, default_value_t = 0.01)]
    eps: f64,
    /// Largest probability that the random network cannot be pruned to the target
    #[arg(long, default_value_t = 0.05)]
    delta: f64,
    /// Print CSV instead of a table
    #[arg(long)]
    csv: bool,
    /// Answer nothing: fit the rows of a results folder and print what is compiled in as fits.csv
    #[arg(long, value_name = "DIR", conflicts_with_all = ["d", "l", "eps", "delta", "csv"])]
    fit: Option<PathBuf>,
}

fn run(arguments: &Arguments) -> Result<()> {
    if let Some(results) = &arguments.fit {
        return print(report::csv(&fit::of_rows(results)?)?.trim_end());
    }
    let width = (arguments.d).context("--d: name the width of the target, such as --d 500")?;
    let network = question(width, arguments.l, arguments.eps, arguments.delta)?;
    let rows = answer(network);
    let text = if arguments.csv {
        report::csv(&rows)?
    } else {
        report::table(network, &rows)
    };
    print(text.trim_end())
}

fn main() -> ExitCode {
    exit_code(run(&Arguments::parse()))
}
