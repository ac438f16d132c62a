//! `subset-sum`: the best subset of each instance, or how well subset sums cover an interval.

mod answers;
mod coverage;
mod input;
mod number_line;
mod output;

use clap::{ArgGroup, Parser, ValueEnum, value_parser};
use coverage::Pages;
use input::Lines;
use std::path::PathBuf;
use std::process::ExitCode;
use subset_sum::{Law, grid};

/// Finds the subset of each instance's candidates that adds up to its target, exactly
///
/// An instance is a line `target: candidate candidate ...`. The answer is a CSV line: the instance's
/// line number, the number of chosen candidates, their sum, its distance from the target (as a number
/// and in units of 2^-46), and the chosen candidates' places, counted from 0. Where no subset is
/// feasible the answer is empty.
///
/// With --coverage a line is just `candidate candidate ...` (a target before them is passed over), and
/// the answer is a page for people: which number of [-RADIUS, RADIUS] is farthest from all subset sums,
/// and the number line. `subset-sum --coverage --law gadget --candidates 24` draws the candidates
/// instead. With 32 nonzero candidates this takes seconds, with 36 a minute or two; with more it is only said
/// whether every number is within the tolerance.
#[derive(Debug, Parser)]
#[command(version, group(ArgGroup::new("source").args(["file", "instance", "law"])))]
struct Arguments {
    /// File with one instance a line [default: standard input]
    file: Option<PathBuf>,
    /// One instance, in place of a file
    #[arg(long, value_name = "LINE", allow_hyphen_values = true)]
    instance: Option<String>,
    /// Which subset
    #[arg(long, value_enum, default_value = "closest")]
    selection: Selection,
    /// Largest distance of a feasible subset's sum from the target; with --coverage, of a number of the
    /// interval from the nearest sum
    #[arg(long, value_name = "EPSILON", default_value_t = 0.01)]
    tolerance: f64,
    /// Say on standard error how long the searches took
    #[arg(long)]
    time: bool,
    /// Show how well the subset sums cover [-RADIUS, RADIUS]
    #[arg(long, conflicts_with_all = ["selection", "time"])]
    coverage: bool,
    /// Half the width of the interval
    #[arg(long, requires = "coverage", default_value_t = 1.0)]
    radius: f64,
    /// Draw the candidates: uniform, product, gadget, normal, mixture-WEIGHT
    #[arg(long, requires_all = ["coverage", "candidates"])]
    law: Option<Law>,
    /// How many candidates are drawn
    #[arg(long, value_name = "N", requires = "law", value_parser = value_parser!(u16).range(..=1000))]
    candidates: Option<u16>,
    /// Root of the random numbers
    #[arg(long, requires = "law", default_value_t = 1)]
    seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum Selection {
    /// The sum nearest to the target
    Closest,
    /// The fewest candidates within the tolerance
    Smallest,
    /// The first within the tolerance in the order of masks
    First,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Arguments) -> Result<(), String> {
    let lines = || Lines::open(arguments.file.as_deref(), arguments.instance.as_deref());
    let tolerance = arguments.tolerance;
    if !arguments.coverage {
        let tolerance = distance("--tolerance", tolerance)?;
        return answers::write_all(lines()?, arguments.selection, tolerance, arguments.time);
    }
    let mut pages = Pages::new(arguments.radius, tolerance)?;
    match (arguments.law, arguments.candidates) {
        (Some(law), Some(count)) => pages.write_drawn(law, count, arguments.seed),
        _ => pages.write_all(lines()?),
    }
}

/// A distance that a flag gives, in grid units.
fn distance(flag: &str, value: f64) -> Result<i64, String> {
    let units = grid::from_f64(value).map_err(|error| format!("{flag}: {error}"))?;
    if units < 0 {
        return Err(format!("{flag}: {value} is negative"));
    }
    Ok(units)
}
