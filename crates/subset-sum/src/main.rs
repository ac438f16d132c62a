//! `subset-sum`: instances from a file or standard input, one CSV line for each to standard output.

use clap::{Parser, ValueEnum};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use subset_sum::{Solver, Subset, grid, text};

/// The longest line that is read, in bytes: 64 numbers of any sensible length.
const LONGEST_LINE: u64 = 1 << 16;

/// Finds the subset of each instance's candidates that adds up to its target, exactly
///
/// An instance is a line `target: candidate candidate ...`. The answer is a CSV line: the instance's
/// line number, the number of chosen candidates, their sum, its distance from the target (as a number
/// and in units of 2^-46), and the chosen candidates' places, counted from 0. Where no subset is
/// feasible the answer is empty.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// File with one instance a line [default: standard input]
    file: Option<PathBuf>,
    /// Which subset
    #[arg(long, value_enum, default_value = "closest")]
    selection: Selection,
    /// Largest distance of a feasible subset's sum from the target
    #[arg(long, value_name = "EPSILON", default_value_t = 0.01)]
    tolerance: f64,
    /// Say on standard error how long the searches took
    #[arg(long)]
    time: bool,
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

/// Time and number of the searches.
#[derive(Debug, Default)]
struct Clock {
    instances: u32,
    spent: Duration,
}

fn main() -> ExitCode {
    match solve_all(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn solve_all(arguments: &Arguments) -> Result<(), String> {
    let tolerance = grid::from_f64(arguments.tolerance).map_err(|e| format!("--tolerance: {e}"))?;
    if tolerance < 0 {
        return Err(format!("--tolerance: {} is negative", arguments.tolerance));
    }
    let (name, mut input): (_, Box<dyn BufRead>) = match &arguments.file {
        None => ("standard input".to_owned(), Box::new(io::stdin().lock())),
        Some(path) => {
            let name = path.display().to_string();
            let file = File::open(path).map_err(|error| format!("{name}: {error}"))?;
            (name, Box::new(BufReader::new(file)))
        }
    };
    let mut output = BufWriter::new(io::stdout().lock());
    let mut solver = Solver::new();
    let mut clock = Clock::default();
    let written = writeln!(output, "line,size,sum,error,error_units,subset");
    if stop(written)? {
        return Ok(());
    }
    for number in 1.. {
        let at = |message: String| format!("{name}, line {number}: {message}");
        let Some(line) = next_line(&mut input).map_err(at)? else {
            break;
        };
        let Some(instance) = text::parse(&line).map_err(|e| at(e.to_string()))? else {
            continue;
        };
        let found = solve(
            &mut solver,
            &instance,
            arguments.selection,
            tolerance,
            &mut clock,
        );
        let found = found.map_err(|e| at(e.to_string()))?;
        if stop(write_answer(&mut output, number, found, instance.target))? {
            return Ok(());
        }
    }
    stop(output.flush())?;
    if arguments.time {
        let micros = clock.spent.as_secs_f64() * 1e6 / f64::from(clock.instances.max(1));
        eprintln!(
            "{} instances, {micros:.3} microseconds each",
            clock.instances
        );
    }
    Ok(())
}

/// Whether to stop because the reader of standard output has seen enough.
fn stop(written: io::Result<()>) -> Result<bool, String> {
    match written {
        Ok(()) => Ok(false),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(true),
        Err(error) => Err(format!("standard output: {error}")),
    }
}

/// The next line as text, `None` at the end.
fn next_line(input: &mut dyn BufRead) -> Result<Option<String>, String> {
    let mut line = String::new();
    let read = input
        .take(LONGEST_LINE)
        .read_line(&mut line)
        .map_err(|error| error.to_string())?;
    if read as u64 == LONGEST_LINE {
        return Err(format!("longer than {LONGEST_LINE} bytes"));
    }
    Ok((read > 0).then_some(line))
}

fn solve(
    solver: &mut Solver,
    instance: &text::Instance,
    selection: Selection,
    tolerance: i64,
    clock: &mut Clock,
) -> Result<Option<Subset>, subset_sum::SolverError> {
    let started = Instant::now();
    solver.load(&instance.candidates)?;
    let found = match selection {
        Selection::Closest => solver.closest(instance.target).map(Some),
        Selection::Smallest => solver.smallest_feasible(instance.target, tolerance),
        Selection::First => solver.first_feasible(instance.target, tolerance),
    };
    clock.spent += started.elapsed();
    clock.instances += 1;
    found
}

fn write_answer(
    output: &mut impl Write,
    number: u64,
    found: Option<Subset>,
    target: i64,
) -> io::Result<()> {
    let Some(subset) = found else {
        return writeln!(output, "{number},,,,,");
    };
    let error = subset.error(target);
    let places: Vec<String> = (0..64)
        .filter(|i| subset.mask >> i & 1 == 1)
        .map(|i| i.to_string())
        .collect();
    let (size, sum) = (subset.size(), grid::to_f64(subset.sum));
    writeln!(
        output,
        "{number},{size},{sum},{},{error},{}",
        grid::to_f64(error),
        places.join(" ")
    )
}
