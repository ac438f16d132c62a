//! Pages about coverage: for each set of candidates the number of an interval that is worst off, and
//! the number line.

use crate::drawn::Drawn;
use crate::goal::Goal;
use crate::input::Lines;
use crate::number_line::NumberLine;
use crate::output::stop;
use std::io::{self, Write};
use std::slice;
use subset_sum::counting::Counter;
use subset_sum::coverage::{Answer, CoverageError, CoverageSolver, Hole, MAX_EXACT};
use subset_sum::{grid, text};

/// Columns from 0 to the end of the interval.
const RADIUS_COLUMNS: i64 = 32;

/// Columns from the worst number to the nearest sum, on the line around it.
const ERROR_COLUMNS: i64 = 13;

/// Decimals of numbers where no error says how many matter.
const DECIMALS: usize = 4;

/// Writes pages to standard output.
pub struct Pages {
    goal: Goal,
    solver: CoverageSolver,
}

impl Pages {
    /// Pages about one interval.
    pub fn new(goal: Goal) -> Self {
        let solver = CoverageSolver::new();
        Self { goal, solver }
    }

    /// Writes the page about candidates that are drawn.
    pub fn write_drawn(&mut self, drawn: Drawn, count: u64) -> Result<(), String> {
        let candidates: Vec<i64> = drawn.numbers(0).take(count as usize).collect();
        let page = self.page(&drawn.words(), &candidates);
        let page = page.map_err(|error| format!("--candidates {count}: {error}"))?;
        stop(io::stdout().write_all(page.as_bytes()))?;
        Ok(())
    }

    /// Writes a page about the candidates on each line.
    pub fn write_all(&mut self, mut lines: Lines) -> Result<(), String> {
        let mut gap = "";
        while let Some((number, candidates)) = lines.next(text::parse_candidates)? {
            let page = self.page(&format!("line {number}"), &candidates);
            let page = page.map_err(|error| lines.at(error))?;
            if stop(io::stdout().write_all(format!("{gap}{page}").as_bytes()))? {
                break;
            }
            gap = "\n";
        }
        Ok(())
    }

    fn page(&mut self, origin: &str, candidates: &[i64]) -> Result<String, CoverageError> {
        let drawn = candidates.len();
        let nonzero: Vec<i64> = candidates.iter().copied().filter(|&x| x != 0).collect();
        let (decimals, finding) = if nonzero.len() <= MAX_EXACT {
            self.measured(&nonzero)?
        } else {
            (DECIMALS, self.decided(&nonzero)?)
        };
        let sum = |sign: i64| nonzero.iter().filter(|x| x.signum() == sign).sum();
        let (least, greatest) = (grid::to_f64(sum(-1)), grid::to_f64(sum(1)));
        let count = nonzero.len();
        Ok(format!(
            "candidates  {drawn} ({origin}), {count} nonzero\n\
             sums        2^{count}, from {least:.decimals$} to {greatest:.decimals$}\n\
             {finding}"
        ))
    }

    /// The decimals that matter, and what is said of candidates whose worst number can be computed.
    fn measured(&mut self, nonzero: &[i64]) -> Result<(usize, String), CoverageError> {
        let coverage = self
            .solver
            .worst(nonzero, slice::from_ref(&self.goal.interval))?[0];
        let (cause, hole) = coverage.worst().expect("not every number is a sum");
        let answer = coverage.failure(self.goal.tolerance_units);
        let answer = self.words(answer.map_or(Answer::Covered, Answer::Failed));
        let (at, error) = (hole.at(), hole.error());
        // Three digits of the error.
        let decimals = (2.0 - error.log10().floor()).max(2.0) as usize;
        let sum = |sum: i64| format!("{:.decimals$}", grid::to_f64(sum));
        let empty = match (hole.below, hole.above) {
            (Some(below), Some(above)) => format!("between {} and {}", sum(below), sum(above)),
            (Some(below), None) => format!("above {}", sum(below)),
            (None, above) => format!("below {}", sum(above.expect("0 is a sum"))),
        };
        let finding = format!(
            "worst       {at:.decimals$}, {error:.decimals$} from the nearest sum\n\
             cause       {cause}: no sum {empty}\n\
             covered     {answer}\n{}",
            self.picture(nonzero, &hole, decimals)
        );
        Ok((decimals, finding))
    }

    /// What is said of candidates that are too many for that.
    fn decided(&mut self, nonzero: &[i64]) -> Result<String, CoverageError> {
        let answer = self.solver.covers(
            nonzero,
            self.goal.interval.clone(),
            self.goal.tolerance_units,
        )?;
        let cause = match answer {
            Answer::Failed(cause) => format!("cause       {cause}\n"),
            _ => String::new(),
        };
        Ok(format!(
            "worst       computed for at most {MAX_EXACT} nonzero candidates\n\
             {cause}covered     {}\n",
            self.words(answer)
        ))
    }

    fn words(&self, answer: Answer) -> String {
        let (radius, tolerance) = (self.goal.radius, self.goal.tolerance);
        let whether = match answer {
            Answer::Covered => "yes,",
            Answer::Failed(_) => "no, not",
            Answer::Undecided => "undecided whether",
        };
        format!("{whether} every number of [-{radius}, {radius}] is within {tolerance} of a sum")
    }

    /// The number line, and below it the line around a hole.
    fn picture(&self, nonzero: &[i64], hole: &Hole, decimals: usize) -> String {
        let mut counter = Counter::default();
        counter.load(nonzero).expect("they were measured");
        let (radius, at, error) = (
            *self.goal.interval.end(),
            hole.twice_at / 2,
            hole.twice_error / 2,
        );
        let end = |sign: i64| {
            (
                sign * radius,
                '+',
                (sign as f64 * self.goal.radius).to_string(),
            )
        };
        let marks = [end(-1), end(0), end(1), (at, '^', String::new())];
        let title = "sums on the number line, ^ at the worst number";
        let whole = NumberLine::new(0, radius, RADIUS_COLUMNS).draw(title, &mut counter, &marks);
        let sum = |sum: i64| {
            let offset = grid::to_f64(sum - at);
            // A label is to be shorter than the columns from the worst number to a sum.
            let label = match decimals {
                ..8 => format!("{offset:+.decimals$}"),
                8.. => format!("{offset:+.2e}"),
            };
            (sum, '+', label)
        };
        let worst = (at, '^', format!("{:.decimals$}", hole.at()));
        let (below, above) = (hole.below.map(sum), hole.above.map(sum));
        let marks: Vec<_> = below.into_iter().chain([worst]).chain(above).collect();
        let part = NumberLine::new(at, error, ERROR_COLUMNS);
        whole + &part.draw("the same around it", &mut counter, &marks)
    }
}
