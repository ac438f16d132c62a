//! Quantiles of the worst error, from failures at tolerances.
//!
//! An instance fails at a tolerance if its worst error is larger, so failures at all tolerances are the
//! distribution of the worst error, known to the spacing of the tolerances.

use crate::row::Row;
use anyhow::Result;
use lab::statistics::{Interval, Level, Proportion, lower_rank, upper_rank};

/// A tolerance of the ladder over the one before, 2^(-1/16) = 0.957, with room for rounding.
const NEXT_RUNG: f64 = 0.95;

/// The worst errors of the instances of one distribution, radius and number of candidates.
#[derive(Debug, Clone)]
pub struct WorstErrors<'a> {
    /// From the largest tolerance to the smallest.
    rows: Vec<&'a Row>,
}

impl<'a> WorstErrors<'a> {
    /// What `rows` say of a distribution, a radius and a number of candidates; `None` if they say nothing.
    pub fn new(rows: &'a [Row], law: &str, radius: f64, candidates: u32) -> Option<Self> {
        let is_asked =
            |row: &&Row| row.law == law && row.radius == radius && row.candidates == candidates;
        let mut rows: Vec<&Row> = rows.iter().filter(is_asked).collect();
        rows.sort_by(|a, b| b.tolerance.total_cmp(&a.tolerance));
        (!rows.is_empty()).then_some(Self { rows })
    }

    /// Instances.
    pub fn trials(&self) -> u64 {
        self.rows[0].trials
    }

    /// The row that tells how many instances fail at `tolerance`: its own, or an outer one where none
    /// or all of them fail already (its causes are then those of another tolerance). `None` if the
    /// tolerance was not asked for.
    pub fn at(&self, tolerance: f64) -> Option<&'a Row> {
        let (first, last) = (self.rows[0], self.rows[self.rows.len() - 1]);
        if tolerance > first.tolerance && first.failures() == 0 {
            Some(first)
        } else if tolerance < last.tolerance && last.failures() + last.undecided == last.trials {
            Some(last)
        } else {
            let mut rows = self.rows.iter().copied();
            rows.find(|row| row.tolerance == tolerance)
        }
    }

    /// The smallest tolerance of the ladder that at least the fraction `probability` of all instances
    /// keeps: the quantile of the worst error, rounded up by a sixteenth of a power of two at most.
    /// `None` if the rows do not hold that tolerance and the next smaller one.
    pub fn quantile(&self, probability: f64) -> Option<f64> {
        let needed = probability * self.trials() as f64;
        let is_kept = |row: &&&Row| kept(row) as f64 >= needed;
        let count = self.rows.iter().take_while(is_kept).count();
        let smallest = self.rows.get(count.checked_sub(1)?)?.tolerance;
        let next = self.rows.get(count)?.tolerance;
        (next >= NEXT_RUNG * smallest).then_some(smallest)
    }

    /// Where the quantile lies, by ranks (see [`quantile_ranks`](lab::statistics::quantile_ranks)) that
    /// are rounded outwards to tolerances; from 0, or to infinity, where the rows have no bound.
    /// Undecided instances count against both ends.
    ///
    /// # Errors
    /// `probability` not strictly between 0 and 1.
    pub fn interval(&self, probability: f64, level: Level) -> Result<Interval> {
        let (trials, side) = (self.trials(), level.shared_by(2));
        let (low, high) = (
            lower_rank(trials, probability, side)?,
            upper_rank(trials, probability, side)?,
        );
        // The worst error with rank r is larger than a tolerance that fewer than r instances keep, and
        // at most one that r instances keep.
        let is_below = |row: &&&Row| low.is_some_and(|rank| trials - row.failures() < rank);
        let is_above = |row: &&&Row| high.is_some_and(|rank| kept(row) >= rank);
        let below = self.rows.iter().find(is_below);
        let above = self.rows.iter().rev().find(is_above);
        Ok(Interval {
            low: below.map_or(0.0, |row| row.tolerance),
            high: above.map_or(f64::INFINITY, |row| row.tolerance),
        })
    }
}

/// The smallest number of candidates with which at least the fraction `probability` of the instances
/// keeps `tolerance`; `None` if numbers below it were left out or have too few instances for an upper
/// bound of that quantile at 95 %.
pub fn smallest_candidates(
    rows: &[Row],
    law: &str,
    radius: f64,
    tolerance: f64,
    probability: f64,
) -> Option<u32> {
    let is_asked = |row: &&Row| row.law == law && row.radius == radius;
    let fewest = (rows.iter().filter(is_asked)).map(|row| row.candidates);
    for candidates in fewest.min()?.. {
        let errors = WorstErrors::new(rows, law, radius, candidates)?;
        upper_rank(errors.trials(), probability, Level::PERCENT_95).ok()??;
        let row = errors.at(tolerance)?;
        if kept(row) as f64 >= probability * row.trials as f64 {
            return Some(candidates);
        }
    }
    None
}

/// Instances that are known to keep the tolerance.
fn kept(row: &Row) -> u64 {
    row.trials - row.failures() - row.undecided
}

/// Where the probability of failure lies: the exact interval of Clopper and Pearson. Undecided
/// instances count against both ends.
///
/// # Errors
/// A row without trials.
pub fn failure_interval(row: &Row, level: Level) -> Result<Interval> {
    open_interval(row.failures(), row.undecided, row.trials, level)
}

/// The interval of Clopper and Pearson around failures, where some more trials may be failures.
pub(crate) fn open_interval(
    failures: u64,
    undecided: u64,
    trials: u64,
    level: Level,
) -> Result<Interval> {
    Ok(Interval {
        low: Proportion::new(failures, trials)?.interval(level).low,
        high: Proportion::new(failures + undecided, trials)?
            .interval(level)
            .high,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten instances with the worst errors 1.01, 1.02, ..., 1.1, on tolerances from 1.1 down to 1.
    fn ten(undecided: u64) -> Vec<Row> {
        let row = |kept: u64| Row {
            law: "uniform".to_owned(),
            radius: 1.0,
            candidates: 4,
            tolerance: tolerance(kept),
            trials: 10 + undecided,
            reach: 0,
            edge_gap: 0,
            inner_gap: 10 - kept,
            undecided,
        };
        (0..=10).map(row).collect()
    }

    fn tolerance(kept: u64) -> f64 {
        1.0 + kept as f64 / 100.0
    }

    fn errors(rows: &[Row]) -> WorstErrors<'_> {
        WorstErrors::new(rows, "uniform", 1.0, 4).unwrap()
    }

    #[test]
    fn quantiles_are_those_of_the_worst_errors() {
        let rows = ten(0);
        for (probability, kept) in [(0.5, 5), (0.55, 6), (0.9, 9), (1.0, 10)] {
            assert_eq!(errors(&rows).quantile(probability), Some(tolerance(kept)));
        }
        // Without the row below it might be smaller, without those above it is unknown.
        assert_eq!(errors(&rows[5..]).quantile(0.5), None);
        assert_eq!(errors(&rows[..5]).quantile(0.5), None);
        let coarse = [rows[0].clone(), rows[5].clone()];
        assert_eq!(errors(&coarse).quantile(0.5), Some(tolerance(5)));
        let coarse = [rows[0].clone(), rows[10].clone()];
        assert_eq!(errors(&coarse).quantile(0.5), None);
    }

    /// With sides of 20 % the ranks for the median of ten are 4 and 7.
    #[test]
    fn intervals_lie_between_ranks() {
        let level = Level::new(0.6).unwrap();
        let rows = ten(0);
        let found = errors(&rows).interval(0.5, level).unwrap();
        assert_eq!((found.low, found.high), (tolerance(3), tolerance(7)));
        let outside = errors(&rows[5..6]).interval(0.5, level).unwrap();
        assert_eq!((outside.low, outside.high), (0.0, f64::INFINITY));
        let undecided = ten(2);
        let wide = errors(&undecided).interval(0.5, level).unwrap();
        assert!(wide.low <= found.low && wide.high > found.high, "{wide:?}");
    }

    #[test]
    fn outside_the_rows_failures_are_known_where_they_no_longer_change() {
        let rows = ten(0);
        let failures = |rows: &[Row], t| errors(rows).at(t).map(Row::failures);
        assert_eq!(failures(&rows, 2.0), Some(0));
        assert_eq!(failures(&rows, 0.5), Some(10));
        assert_eq!(failures(&rows, 1.025), None);
        assert_eq!(failures(&rows[2..9], 2.0), None);
        assert_eq!(failures(&rows[2..9], 0.5), None);
        assert!(WorstErrors::new(&rows, "normal", 1.0, 4).is_none());
    }

    #[test]
    fn the_smallest_number_of_candidates_is_known_if_none_is_left_out() {
        // 100 instances for each n; 10 n of them keep 1/4.
        let row = |candidates: u32| Row {
            candidates,
            tolerance: 0.25,
            trials: 100,
            inner_gap: 100 - 10 * u64::from(candidates),
            ..ten(0)[0].clone()
        };
        let rows = [1, 2, 3, 4, 5, 7, 9].map(row);
        let found = |probability| smallest_candidates(&rows, "uniform", 1.0, 0.25, probability);
        assert_eq!([0.05, 0.3, 0.41].map(found), [Some(1), Some(3), Some(5)]);
        assert_eq!([0.6, 0.999].map(found), [None, None]);
    }

    #[test]
    fn what_is_undecided_widens_the_interval_of_a_failure_probability() {
        let (sure, unsure) = (&ten(0)[5], &ten(2)[5]);
        let level = Level::PERCENT_95;
        let (sure, unsure) = (
            failure_interval(sure, level).unwrap(),
            failure_interval(unsure, level).unwrap(),
        );
        assert!(unsure.low < sure.low && unsure.high - unsure.low > sure.high - sure.low);
    }
}
