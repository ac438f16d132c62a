//! Quantiles of the units that one weight takes, from histograms.

use super::row::{HistogramRow, Row};
use crate::constructions::Construction;
use anyhow::Result;
use lab::statistics::{Interval, Level, lower_rank, upper_rank};
use lab::table;
use std::path::Path;

/// The rows of both tables.
#[derive(Debug, Clone, Default)]
pub struct Results {
    rows: Vec<Row>,
    histogram: Vec<HistogramRow>,
}

impl Results {
    /// The rows in a results folder, `None` if one of the tables is not there.
    ///
    /// # Errors
    /// Tables that cannot be read.
    pub fn read(results: &Path) -> Result<Option<Self>> {
        let tables = table::read(results)?.zip(table::read(results)?);
        Ok(tables.map(|(rows, histogram)| Self { rows, histogram }))
    }

    /// The rows of runs.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The weights that were approximated, in the order of the rows.
    pub fn weights(&self) -> Vec<f64> {
        let mut weights = Vec::new();
        for row in &self.rows {
            if !weights.contains(&row.weight) {
                weights.push(row.weight);
            }
        }
        weights
    }

    /// The runs of one construction for one weight and tolerance, if there are any.
    pub fn needed(
        &self,
        construction: Construction,
        weight: f64,
        tolerance: f64,
    ) -> Option<Needed<'_>> {
        let asked = (construction, weight, tolerance);
        let row = (self.rows.iter())
            .find(|row| (row.construction, row.weight, row.tolerance) == asked)?;
        let is_asked = |bin: &&HistogramRow| (bin.construction, bin.weight, bin.tolerance) == asked;
        let mut bins: Vec<_> = self.histogram.iter().filter(is_asked).collect();
        bins.sort_by_key(|bin| bin.lower);
        Some(Needed { row, bins })
    }

    /// All runs of one construction for one weight, from the largest tolerance to the smallest.
    pub fn of(&self, construction: Construction, weight: f64) -> Vec<Needed<'_>> {
        let rows = (self.rows.iter())
            .filter(|row| row.construction == construction && row.weight == weight);
        let mut found: Vec<_> = rows
            .filter_map(|row| self.needed(construction, weight, row.tolerance))
            .collect();
        found.sort_by(|a, b| b.row.tolerance.total_cmp(&a.row.tolerance));
        found
    }
}

/// How many units the runs of one construction took for one weight and tolerance.
#[derive(Debug, Clone)]
pub struct Needed<'a> {
    /// What was run.
    pub row: &'a Row,
    /// From few units to many.
    bins: Vec<&'a HistogramRow>,
}

impl Needed<'_> {
    /// log2(1 / tolerance).
    pub fn bits(&self) -> f64 {
        -self.row.tolerance.log2()
    }

    /// Units with which at least the fraction `probability` of the runs succeed, rounded up by a
    /// thirty-second at most; `None` if more runs gave up.
    pub fn quantile(&self, probability: f64) -> Option<f64> {
        let rank = (probability * self.row.runs as f64).ceil() as u64;
        Some(self.with_rank(rank)?.upper as f64)
    }

    /// Where the quantile lies, by ranks (see [`quantile_ranks`](lab::statistics::quantile_ranks)) that
    /// are rounded outwards to bins; from 0, or to infinity, where there is no bound.
    ///
    /// # Errors
    /// `probability` not strictly between 0 and 1; no runs.
    pub fn interval(&self, probability: f64, level: Level) -> Result<Interval> {
        let (runs, side) = (self.row.runs, level.shared_by(2));
        let low = lower_rank(runs, probability, side)?;
        let high = upper_rank(runs, probability, side)?;
        let high = high.and_then(|rank| self.with_rank(rank));
        Ok(Interval {
            low: low.map_or(0.0, |rank| self.at_least(rank)),
            high: high.map_or(f64::INFINITY, |bin| bin.upper as f64),
        })
    }

    /// The bin of the run with this rank (1 = fewest units), `None` if it gave up.
    fn with_rank(&self, rank: u64) -> Option<&HistogramRow> {
        let mut runs = 0;
        self.bins.iter().copied().find(|bin| {
            runs += bin.runs;
            runs >= rank
        })
    }

    /// What the run with this rank took at least. One that gave up counts as taking more than all others.
    fn at_least(&self, rank: u64) -> f64 {
        let bin = self.with_rank(rank).or(self.bins.last().copied());
        bin.map_or(0.0, |bin| bin.lower as f64)
    }
}
