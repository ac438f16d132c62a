//! One construction, one weight and one tolerance: all runs.

use super::config::Config;
use super::row::{HistogramRow, NAME, Row};
use super::theory::coupon_units;
use crate::constructions::{BaselineError, Construction, Target};
use anyhow::Result;
use lab::{Configured, Rows, Unit as _, boxed};
use rayon::prelude::*;
use std::collections::BTreeMap;
use subset_sum::grid::{ONE, from_f64, to_f64};
use subset_sum::sampling::generator;

/// Bins of the histogram from one power of two to the next.
const BINS: u64 = 32;

/// Some runs of one construction.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// How units are pruned to the weight.
    pub construction: Construction,
    /// The weight.
    pub weight: f64,
    /// The tolerance is 2^-`bits`.
    pub bits: u32,
    /// Runs.
    pub runs: u64,
    /// Neurons after which a run gives up.
    pub max_neurons: u64,
}

impl Unit {
    fn tolerance(&self) -> i64 {
        ONE >> self.bits
    }

    /// Units taken and error of one run, `None` if it gave up.
    fn run(&self, seed: u64, run: u64) -> Result<Option<(u64, i64)>> {
        let target = Target::new(from_f64(self.weight)?, self.tolerance())?;
        let mut units = generator(seed, NAME, &self.key(), run);
        match self.construction.run(target, self.max_neurons, &mut units) {
            Ok(found) => Ok(Some((found.units, found.mask.error(target.weight())))),
            Err(BaselineError::TooFewUnits(_) | BaselineError::Search { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn write(&self, results: &[Option<(u64, i64)>], rows: &mut Rows) -> Result<()> {
        let (construction, weight) = (self.construction, self.weight);
        let tolerance = to_f64(self.tolerance());
        let found = || results.iter().flatten();
        let largest_error = found().map(|&(_, error)| error).max().unwrap_or(0);
        rows.push(&Row {
            construction,
            weight,
            tolerance,
            runs: self.runs,
            gave_up: self.runs - found().count() as u64,
            largest_error: to_f64(largest_error),
        })?;
        let mut bins = BTreeMap::new();
        for &(units, _) in found() {
            *bins.entry(bin(units)).or_insert(0) += 1;
        }
        bins.into_iter().try_for_each(|((lower, upper), runs)| {
            rows.push(&HistogramRow {
                construction,
                weight,
                tolerance,
                lower,
                upper,
                runs,
            })
        })
    }
}

/// The first and the last number of the bin that holds `units`.
fn bin(units: u64) -> (u64, u64) {
    let width = (1 << units.max(1).ilog2()) / BINS;
    let width = width.max(1);
    let lower = units - units % width;
    (lower, lower + width - 1)
}

impl Configured for Config {
    fn configuration(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn units(&self) -> Vec<Box<dyn lab::Unit + '_>> {
        let measured = self.measured.iter();
        boxed(measured.flat_map(|measured| {
            let targets = measured.targets();
            targets.map(|(construction, weight, bits)| Unit {
                construction,
                weight,
                bits,
                runs: measured.runs,
                max_neurons: self.most_units,
            })
        }))
    }
}

impl lab::Unit for Unit {
    fn key(&self) -> String {
        let (name, weight, bits) = (self.construction.name(), self.weight, self.bits);
        format!("construction={name}/weight={weight}/tolerance=2^-{bits}")
    }

    fn seconds(&self) -> f64 {
        let tolerance = to_f64(self.tolerance());
        // Ten nanoseconds a unit; searches double with every other bit or so.
        let a_run = match coupon_units(self.construction, self.weight, tolerance, 0.5) {
            Some(units) => 1e-8 * units,
            None => 1e-6 * (0.45 * f64::from(self.bits)).exp2(),
        };
        a_run * self.runs as f64
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let runs = (1..=self.runs).into_par_iter();
        let results: Vec<_> = runs.map(|run| self.run(seed, run)).collect::<Result<_>>()?;
        self.write(&results, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_single_numbers_at_first_and_then_a_thirty_second_of_a_power_of_two() {
        let mut next = 0;
        while next < 5000 {
            let (lower, upper) = bin(next);
            assert_eq!(lower, next);
            assert_eq!(bin(upper), (lower, upper));
            assert!(lower == upper || (upper - lower + 1) * BINS <= lower);
            next = upper + 1;
        }
        assert_eq!(
            [bin(63), bin(64), bin(1025)],
            [(63, 63), (64, 65), (1024, 1055)]
        );
    }
}
