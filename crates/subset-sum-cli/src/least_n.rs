//! How many random numbers suffice: the least n whose subset sums cover an interval with a given
//! probability.
//!
//! Numbers are added one by one to the sequence of a trial, and what is covered stays covered. So
//! every trial has a least n of its own, and the answer is a quantile of these. Order statistics
//! bound it whatever their distribution.

use crate::drawn::Drawn;
use crate::goal::Goal;
use crate::output::stop;
use crate::quantile::{self, Bounds};
use std::io::{self, Write};
use subset_sum::coverage::{CoverageError, CoverageSolver};

/// The most numbers that are drawn in a trial.
pub const MAX_DRAWN: usize = 1000;

/// Trials times radius over tolerance, times radius over scale above 1: some minutes on one core.
const MAX_WORK: f64 = 1e8;

/// Radius over tolerance, to which a decision's memory is in proportion.
const MAX_RATIO: f64 = 1e6;

/// The share of intervals that hold the least n.
const LEVEL: f64 = 0.95;

/// The question.
pub struct Question {
    /// What is drawn.
    pub drawn: Drawn,
    /// What is to be covered.
    pub goal: Goal,
    /// Independent sequences.
    pub trials: u64,
    /// How probable it shall be that the goal is reached.
    pub probability: f64,
}

/// The least n of one trial, which lies between two numbers if some n could not be decided;
/// `usize::MAX` is beyond [`MAX_DRAWN`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Least {
    from: usize,
    to: usize,
}

impl Question {
    /// Writes the answer, a page for people, to standard output.
    ///
    /// # Errors
    /// Flags out of range, or numbers off the grid.
    pub fn write_answer(&self) -> Result<(), String> {
        self.check()?;
        let all = self.all().map_err(|error| error.to_string())?;
        stop(io::stdout().write_all(self.page(&all).as_bytes()))?;
        Ok(())
    }

    fn check(&self) -> Result<(), String> {
        let (radius, tolerance, trials) = (self.goal.radius, self.goal.tolerance, self.trials);
        if self.goal.tolerance_units == 0 {
            return Err(format!(
                "--tolerance: {tolerance} takes infinitely many numbers: give a larger one"
            ));
        }
        let ratio = radius / tolerance;
        if ratio > MAX_RATIO {
            return Err(format!(
                "--tolerance: {tolerance} is less than a millionth of --radius {radius}: give a larger one"
            ));
        }
        let most = MAX_WORK / ratio / (radius / self.drawn.scale()).max(1.0);
        if trials as f64 > most {
            return Err(format!(
                "--trials: {trials} would take hours: give at most {}, or a larger tolerance",
                most.floor()
            ));
        }
        Ok(())
    }

    /// The least n of every trial.
    fn all(&self) -> Result<Vec<Least>, CoverageError> {
        let mut solver = CoverageSolver::new();
        (1..=self.trials)
            .map(|trial| self.least(trial, &mut solver))
            .collect()
    }

    fn least(&self, trial: u64, solver: &mut CoverageSolver) -> Result<Least, CoverageError> {
        let numbers: Vec<i64> = self.drawn.numbers(trial).take(MAX_DRAWN).collect();
        let mut answer = |n: usize| {
            solver.is_covered(
                &numbers[..n],
                self.goal.interval.clone(),
                self.goal.tolerance_units,
            )
        };
        let mut is_undecided = false;
        let to = first(MAX_DRAWN, |n| {
            let answer = answer(n)?;
            is_undecided |= answer.is_none();
            Ok(answer == Some(true))
        })?;
        let to = to.unwrap_or(usize::MAX);
        let from = match is_undecided {
            true => first(to.min(MAX_DRAWN), |n| Ok(answer(n)? != Some(false)))?.unwrap_or(to),
            false => to,
        };
        Ok(Least { from, to })
    }

    fn page(&self, all: &[Least]) -> String {
        let sorted = |end: fn(&Least) -> usize| {
            let mut ends: Vec<usize> = all.iter().map(end).collect();
            ends.sort_unstable();
            ends
        };
        let (from, to) = (sorted(|least| least.from), sorted(|least| least.to));
        let bounds = quantile::bounds(self.trials, self.probability, LEVEL);
        let undecided = all.iter().filter(|least| least.from < least.to).count();
        let least = to[bounds.estimate - 1];
        let mut page = self.question();
        page += &format!(
            "least n     {}, {}\n",
            shown(least),
            interval(&bounds, &from, &to)
        );
        page += &self.shares(least, &to);
        if undecided > 0 {
            page += &format!(
                "undecided   {undecided} trials, between the largest n that does not cover and the least that does\n"
            );
        }
        page
    }

    fn question(&self) -> String {
        let (radius, tolerance) = (self.goal.radius, self.goal.tolerance);
        format!(
            "numbers     {}\n\
             question    how many, so that with probability {} every target of [-{radius}, {radius}] \
             is within {tolerance} of a sum\n",
            self.drawn.words(),
            self.probability
        )
    }

    /// How many trials the least n covers, and the n before it.
    fn shares(&self, least: usize, sorted: &[usize]) -> String {
        if least > MAX_DRAWN {
            let covered = sorted.partition_point(|&n| n <= MAX_DRAWN);
            return format!(
                "covered     in {covered} of {} trials with n = {MAX_DRAWN}\n",
                self.trials
            );
        }
        let covered = |n: usize| sorted.partition_point(|&least| least <= n);
        format!(
            "covered     in {} of {} trials with n = {least}, in {} with n = {}\n",
            covered(least),
            self.trials,
            covered(least - 1),
            least - 1
        )
    }
}

/// The interval of the least n in words.
fn interval(bounds: &Bounds, from: &[usize], to: &[usize]) -> String {
    let low = bounds.lower.map_or(0, |rank| from[rank - 1]);
    let percent = 100.0 * LEVEL;
    match bounds.upper {
        Some(rank) => format!(
            "{percent} % interval {} to {}",
            shown(low),
            shown(to[rank - 1])
        ),
        None => format!(
            "{percent} % interval from {} on: too few trials for an upper end, which takes {}",
            shown(low),
            quantile::fewest_trials(bounds.probability, LEVEL)
        ),
    }
}

fn shown(n: usize) -> String {
    match n {
        ..=MAX_DRAWN => n.to_string(),
        _ => format!("more than {MAX_DRAWN}"),
    }
}

/// The first number from 1 to `most` for which `is` holds, which then holds for all later ones; `None`
/// if there is none. Large numbers are tried last, because they take long.
fn first<E>(most: usize, mut is: impl FnMut(usize) -> Result<bool, E>) -> Result<Option<usize>, E> {
    let (mut low, mut high) = (1, 1);
    while high <= most && !is(high)? {
        low = high + 1;
        high *= 2;
    }
    high = high.min(most + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if is(middle)? {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok((low <= most).then_some(low))
}

#[cfg(test)]
mod tests {
    use super::*;
    use subset_sum::Law;

    fn question(tolerance: f64) -> Question {
        Question {
            drawn: Drawn::new(Law::Uniform, 1.0, 7).unwrap(),
            goal: Goal::new(0.5, tolerance).unwrap(),
            trials: 50,
            probability: 0.9,
        }
    }

    /// One n after the other, where the search bisects.
    #[test]
    fn the_least_n_of_a_trial_is_the_first_that_covers() {
        let question = question(0.03);
        let mut solver = CoverageSolver::new();
        for trial in 1..=question.trials {
            let numbers: Vec<i64> = question.drawn.numbers(trial).take(60).collect();
            let mut covers = |n: usize| {
                let interval = question.goal.interval.clone();
                solver
                    .is_covered(&numbers[..n], interval, question.goal.tolerance_units)
                    .unwrap()
                    .unwrap()
            };
            let expected = (1..=60).find(|&n| covers(n)).unwrap();
            assert!((expected..60).all(covers));
            let found = question.least(trial, &mut CoverageSolver::new()).unwrap();
            assert_eq!(
                found,
                Least {
                    from: expected,
                    to: expected
                }
            );
        }
    }

    #[test]
    fn the_first_of_a_range_or_none() {
        let first = |from: usize| first::<()>(9, |n| Ok(n >= from)).unwrap();
        assert_eq!([1, 5, 9, 10].map(first), [Some(1), Some(5), Some(9), None]);
    }
}
