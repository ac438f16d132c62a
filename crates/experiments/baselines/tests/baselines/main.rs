//! The experiment `baselines`: its rows, its verdicts, what is derived from them, and its binary.

mod claims;
mod command_line;
mod rows;
mod theory;

use baselines::constructions::Construction;
use baselines::{HistogramRow, Row};
use lab::testing::write;
use tempfile::TempDir;

/// A results folder with rows that are made up.
struct MadeUp {
    rows: Vec<Row>,
    histogram: Vec<HistogramRow>,
}

impl MadeUp {
    fn new() -> Self {
        let (rows, histogram) = (Vec::new(), Vec::new());
        Self { rows, histogram }
    }

    /// Adds the runs of one construction for the weight 1/2 at 2^-`bits`: units, and runs that took them.
    fn add(&mut self, construction: Construction, bits: u32, runs: &[(u64, u64)]) {
        let (construction, weight) = (construction, 0.5);
        let tolerance = (-f64::from(bits)).exp2();
        let bin = |&(units, runs): &(u64, u64)| HistogramRow {
            construction,
            weight,
            tolerance,
            lower: units,
            upper: units,
            runs,
        };
        self.histogram.extend(runs.iter().map(bin));
        self.rows.push(Row {
            construction,
            weight,
            tolerance,
            runs: runs.iter().map(|(_, runs)| runs).sum(),
            gave_up: 0,
            largest_error: tolerance / 2.0,
        });
    }

    /// Ten thousand runs at each tolerance, all with the same number of units.
    fn constant(mut self, construction: Construction, units: impl Fn(f64) -> f64) -> Self {
        for bits in 1..=20 {
            let units = units(f64::from(bits)).round() as u64;
            self.add(construction, bits, &[(units, 10_000)]);
        }
        self
    }

    fn written(&self) -> TempDir {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &self.rows);
        write(folder.path(), &self.histogram);
        folder
    }
}
