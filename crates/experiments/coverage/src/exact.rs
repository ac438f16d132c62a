//! The worst error of every instance, exactly, and how often it exceeds which tolerance.

use crate::instances::{draw, of_all};
use crate::named::NamedLaw;
use crate::row::Row;
use crate::tolerance::ladder;
use anyhow::{Result, ensure};
use lab::preset::{MAX_COUNT, check_count, check_list};
use lab::{Part, Rows, Unit, boxed};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use subset_sum::coverage::{Coverage, CoverageError, CoverageSolver, MAX_EXACT};
use subset_sum::{Law, grid};

/// Distributions and numbers of candidates whose worst errors are computed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Distributions of the candidates.
    pub laws: Vec<NamedLaw>,
    /// The smallest number of candidates.
    pub from: u32,
    /// The largest number of candidates.
    pub to: u32,
    /// Instances for each distribution and number.
    pub trials: u64,
}

impl Part<Vec<f64>> for Parameters {
    fn check(&self) -> Result<()> {
        // Of a gadget's candidates half are zero; an instance with too few zeros is undecided.
        let most = |law: Law| match law {
            Law::Gadget => 2 * MAX_EXACT as u32,
            _ => MAX_EXACT as u32,
        };
        check_list("laws", &self.laws, "possible", |_| true)?;
        for &NamedLaw(law) in &self.laws {
            let most = most(law);
            ensure!(
                1 <= self.from && self.from <= self.to && self.to <= most,
                "{} to {} candidates: law {law} needs 1 <= from <= to <= {most}",
                self.from,
                self.to
            );
        }
        check_count("trials", self.trials, MAX_COUNT)?;
        Ok(())
    }

    fn units<'a>(&'a self, radii: &'a Vec<f64>) -> Vec<Box<dyn Unit + 'a>> {
        boxed(self.sizes().map(move |(law, candidates)| Exact {
            law,
            candidates,
            trials: self.trials,
            radii: radii.to_vec(),
        }))
    }
}

impl Parameters {
    /// Every distribution with every number of candidates.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = (Law, u32)> {
        let laws = self.laws.iter();
        laws.flat_map(|law| (self.from..=self.to).map(|candidates| (law.0, candidates)))
    }
}

/// All instances of one distribution with one number of candidates.
#[derive(Debug, Clone)]
struct Exact {
    law: Law,
    candidates: u32,
    trials: u64,
    radii: Vec<f64>,
}

impl Unit for Exact {
    fn key(&self) -> String {
        format!("exact/law={}/n={}", self.law, self.candidates)
    }

    /// As measured with AVX-512: 50 us for a radius at 16 nonzero candidates, 2 ms at 24, 1.4 s at 32.
    fn seconds(&self) -> f64 {
        // Half of the gadget's candidates are zero, so this is the mean over the others.
        let power = |base: f64| match self.law {
            Law::Gadget => f64::midpoint(1.0, base).powi(self.candidates as i32),
            _ => base.powi(self.candidates as i32),
        };
        let search = 2e-6 + 5e-8 * power(1.5) + 1e-11 * power(2.23);
        (self.trials * self.radii.len() as u64) as f64 * search
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let intervals = self.radii.iter().map(|&radius| interval(radius));
        let intervals: Vec<_> = intervals.collect::<Result<_>>()?;
        let found = of_all(self.trials, CoverageSolver::new, |instance, solver| {
            self.instance(seed, instance, solver, &intervals)
        })?;
        for (index, &radius) in self.radii.iter().enumerate() {
            let of_radius = found.iter().flatten().map(|coverages| &coverages[index]);
            let of_radius: Vec<&Coverage> = of_radius.collect();
            let mut rows_of_radius = self.rows(radius, &of_radius).into_iter();
            rows_of_radius.try_for_each(|row| rows.push(&row))?;
        }
        Ok(())
    }
}

/// [-radius, radius] in grid units.
pub(crate) fn interval(radius: f64) -> Result<RangeInclusive<i64>> {
    let end = grid::from_f64(radius)?;
    Ok(-end..=end)
}

impl Exact {
    /// What the worst targets of one instance are; nothing if it has too many nonzero candidates.
    fn instance(
        &self,
        seed: u64,
        instance: u64,
        solver: &mut CoverageSolver,
        intervals: &[RangeInclusive<i64>],
    ) -> Result<Option<Vec<Coverage>>> {
        let candidates = draw(seed, self.law, instance, self.candidates);
        let found = match solver.worst(&candidates, intervals) {
            Err(CoverageError::TooManyNonzero(_)) => return Ok(None),
            found => found?,
        };
        for (coverage, interval) in found.iter().zip(intervals) {
            let nonzero = candidates.iter().filter(|&&x| x != 0).count();
            ensure!(
                is_countable(coverage, interval, nonzero),
                "2^{nonzero} sums cannot be within {:e} of all numbers up to {}",
                coverage.worst_error(),
                grid::to_f64(*interval.end())
            );
        }
        Ok(Some(found))
    }

    /// A row for each tolerance of the ladder, from the smallest one that all instances keep to the
    /// largest one that none does.
    fn rows(&self, radius: f64, found: &[&Coverage]) -> Vec<Row> {
        let decided = found.len() as u64;
        let mut rows = Vec::new();
        for tolerance in ladder() {
            let row = self.row(radius, tolerance, found);
            let failures = row.failures();
            if failures == 0 {
                rows.clear();
            }
            rows.push(row);
            if failures == decided {
                break;
            }
        }
        rows
    }

    fn row(&self, radius: f64, tolerance: i64, found: &[&Coverage]) -> Row {
        let mut row = Row {
            undecided: self.trials - found.len() as u64,
            ..Row::empty(self.law, radius, self.candidates, tolerance, self.trials)
        };
        let causes = found
            .iter()
            .filter_map(|coverage| coverage.failure(tolerance));
        causes.for_each(|cause| row.count(cause));
        row
    }
}

/// Whether the sums of so many nonzero candidates can do that: each is within an error of a stretch of
/// twice the error, so 2^n error >= radius.
fn is_countable(coverage: &Coverage, interval: &RangeInclusive<i64>, nonzero: usize) -> bool {
    let twice_error = coverage.worst().map_or(0, |(_, hole)| hole.twice_error);
    i128::from(twice_error) << nonzero >= i128::from(2 * interval.end())
}
