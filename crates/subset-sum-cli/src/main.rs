//! `subset-sum`: the best subset of each instance, or how well subset sums cover an interval.

mod answers;
mod coverage;
mod drawn;
mod goal;
mod input;
mod least_n;
mod number_line;
mod output;
mod quantile;

use clap::error::ErrorKind;
use clap::{ArgGroup, Parser, ValueEnum};
use coverage::Pages;
use drawn::Drawn;
use goal::{Goal, distance};
use input::Lines;
use least_n::Question;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::process::ExitCode;
use subset_sum::Law;

/// Finds the subset of each instance's candidates that adds up to its target, exactly
///
/// An instance is a line `target: candidate candidate ...`. The answer is a CSV line: the instance's
/// line number, the number of chosen candidates, their sum, its distance from the target (as a number
/// and in units of 2^-46), and the chosen candidates' places, counted from 0. Where no subset is
/// feasible the answer is empty.
///
/// With --coverage a line is just `candidate candidate ...` (a target before them is passed over), and
/// the answer is a page for people: which number of [-RADIUS, RADIUS] is farthest from all subset sums,
/// and the number line. `subset-sum --coverage --distribution gadget --candidates 24` draws the
/// candidates instead. With 32 nonzero candidates this takes seconds, with 36 a minute or two; with more
/// it is only said whether every number is within the tolerance.
///
/// `subset-sum --coverage --distribution normal --scale 0.02 --radius 0.1 --tolerance 1e-3 --probability
/// 0.99` asks how many numbers have to be drawn. In each of --trials trials numbers are drawn until every
/// target of [-RADIUS, RADIUS] is within EPSILON of a subset sum. The answer is the least n that was
/// enough in the share --probability of the trials. It estimates the least n that covers with that
/// probability, which lies in the printed interval with 95 % confidence, whatever the distribution.
#[derive(Debug, Parser)]
#[command(version, group(ArgGroup::new("source").args(["file", "instance", "distribution"])), group(ArgGroup::new("wanted").args(["candidates", "probability"])))]
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
    /// Draw the candidates: uniform on [-1, 1], product (of numbers from [0, 1] and [-1, 1]), gadget (a
    /// product or 0, each half of the time), normal, mixture-WEIGHT (of [-1, 1] and [1/2, 1])
    #[arg(long, requires_all = ["coverage", "wanted"])]
    distribution: Option<Law>,
    /// What drawn numbers are multiplied by: the half width of `uniform`, the standard deviation of
    /// `normal`
    #[arg(long, requires = "distribution", default_value_t = 1.0)]
    scale: f64,
    /// How many candidates are drawn
    #[arg(long, value_name = "N", requires = "distribution", value_parser = |text: &str| whole(text, 0..=1000))]
    candidates: Option<u64>,
    /// Ask for the least number of candidates that cover with this probability
    #[arg(long, value_name = "P", requires = "distribution", value_parser = probability)]
    probability: Option<f64>,
    /// In how many independent trials that is tried
    #[arg(long, requires = "probability", conflicts_with = "candidates", default_value_t = 1000, value_parser = |text: &str| whole(text, 1..=1_000_000))]
    trials: u64,
    /// Root of the random numbers
    #[arg(long, requires = "distribution", default_value_t = 1)]
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
    match arguments().and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

/// The arguments. What is wrong with flags is said with their usage, unless nothing can be said of it.
fn arguments() -> Result<Arguments, String> {
    Arguments::try_parse().or_else(|error| match error.kind() {
        ErrorKind::InvalidUtf8 => {
            Err("an argument is not UTF-8: only the name of a file may be anything else".to_owned())
        }
        _ => error.exit(),
    })
}

fn run(arguments: Arguments) -> Result<(), String> {
    let lines = || Lines::open(arguments.file.as_deref(), arguments.instance.as_deref());
    let tolerance = arguments.tolerance;
    if !arguments.coverage {
        let tolerance = distance("--tolerance", tolerance)?;
        return answers::write_all(lines()?, arguments.selection, tolerance, arguments.time);
    }
    let goal = Goal::new(arguments.radius, tolerance)?;
    let Some(distribution) = arguments.distribution else {
        return Pages::new(goal).write_all(lines()?);
    };
    let drawn = Drawn::new(distribution, arguments.scale, arguments.seed)?;
    if let Some(probability) = arguments.probability {
        let trials = arguments.trials;
        let question = Question {
            drawn,
            goal,
            trials,
            probability,
        };
        return question.write_answer();
    }
    let count = arguments.candidates.expect("one of the two is required");
    Pages::new(goal).write_drawn(drawn, count)
}

/// A whole number of a range.
fn whole(text: &str, range: RangeInclusive<u64>) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        let (low, high) = range.into_inner();
        format!("not a whole number from {low} to {high}")
    })
}

/// A probability that is neither certain nor impossible.
fn probability(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|error| format!("{error}"))?;
    match value > 0.0 && value < 1.0 {
        true => Ok(value),
        false => Err("not between 0 and 1".to_owned()),
    }
}
