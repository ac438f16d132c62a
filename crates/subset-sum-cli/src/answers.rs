//! The best subset of each instance, one CSV line for each.

use crate::Selection;
use crate::input::Lines;
use crate::output::stop;
use std::io::{self, BufWriter, Write};
use std::time::{Duration, Instant};
use subset_sum::{Solver, SolverError, Subset, grid, text};

/// Time and number of the searches.
#[derive(Debug, Default)]
struct Clock {
    instances: u32,
    spent: Duration,
}

/// Writes the answers to all instances to standard output and, if asked, the time to standard error.
pub fn write_all(
    mut lines: Lines,
    selection: Selection,
    tolerance: i64,
    time: bool,
) -> Result<(), String> {
    let mut output = BufWriter::new(io::stdout().lock());
    let mut solver = Solver::new();
    let mut clock = Clock::default();
    let written = writeln!(output, "line,size,sum,error,error_units,subset");
    if stop(written)? {
        return Ok(());
    }
    while let Some((number, instance)) = lines.next(text::parse)? {
        let found = solve(&mut solver, &instance, selection, tolerance, &mut clock);
        let found = found.map_err(|error| lines.at(error))?;
        if stop(write_answer(&mut output, number, found, instance.target))? {
            return Ok(());
        }
    }
    stop(output.flush())?;
    if time {
        let micros = clock.spent.as_secs_f64() * 1e6 / f64::from(clock.instances.max(1));
        eprintln!(
            "{} instances, {micros:.3} microseconds each",
            clock.instances
        );
    }
    Ok(())
}

fn solve(
    solver: &mut Solver,
    instance: &text::Instance,
    selection: Selection,
    tolerance: i64,
    clock: &mut Clock,
) -> Result<Option<Subset>, SolverError> {
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
