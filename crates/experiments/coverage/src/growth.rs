//! How the covered fraction grows in the dynamics of Lueker's proof: the covered part of
//! [-1/2, 1/2] and its translate by each new number, without what leaves the interval.

use crate::gaps::ranked;

use crate::row::{GrowthRow, NAME, TrajectoryRow};
use crate::theory::expected_growth;
use anyhow::{Result, ensure};
use lab::preset::{MAX_COUNT, check_count, check_list};
use lab::{Part, Rows, Unit, boxed};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use subset_sum::growth::Growth;
use subset_sum::sampling::{generator, uniform};

/// Where runs start, and how many there are.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Tolerances with their grids.
    pub starts: Vec<Start>,
    /// Runs from each start.
    pub runs: u64,
}

/// A tolerance, the half of the width that is covered at first, with the cells of the interval.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// Half the width that is covered before the first draw.
    pub tolerance: f64,
    /// Cells of the interval, an even number.
    pub cells: u32,
}

impl Start {
    /// The tolerance in cells, if it is a whole number of them.
    fn half_width(&self) -> Option<u32> {
        let cells = self.tolerance * f64::from(self.cells);
        let whole = cells.round();
        (whole >= 1.0 && (cells / whole - 1.0).abs() < 1e-9).then_some(whole as u32)
    }

    fn is_exact(&self) -> bool {
        self.half_width().is_some() && self.cells.is_multiple_of(2) && self.cells <= 1 << 26
    }
}

impl Part<Vec<f64>> for Parameters {
    fn check(&self) -> Result<()> {
        let tolerances: Vec<f64> = self.starts.iter().map(|start| start.tolerance).collect();
        check_list("starts", &tolerances, "below 1/4", |&t| t < 0.25)?;
        ensure!(
            self.starts.iter().all(Start::is_exact),
            "starts: a tolerance must be a whole number of cells, an interval an even number up to 2^26"
        );
        check_count("runs", self.runs, MAX_COUNT)?;
        Ok(())
    }

    fn units<'a>(&'a self, _: &'a Vec<f64>) -> Vec<Box<dyn Unit + 'a>> {
        boxed(self.starts.iter().map(|start| Runs {
            start: start.clone(),
            runs: self.runs,
        }))
    }
}

/// All runs from one start.
struct Runs {
    start: Start,
    runs: u64,
}

impl Unit for Runs {
    fn key(&self) -> String {
        format!("growth/tolerance={}", self.start.tolerance)
    }

    fn seconds(&self) -> f64 {
        7e-11 * self.runs as f64 * f64::from(self.start.cells)
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let runs = (1..=self.runs).into_par_iter();
        let runs: Vec<Vec<u32>> = runs.map(|run| self.run(seed, run)).collect();
        for (run, covered) in (1..).zip(&runs) {
            rows.push(&self.row(run, covered))?;
        }
        let steps = runs.iter().map(Vec::len).max().unwrap_or(0);
        (0..steps).try_for_each(|step| rows.push(&self.trajectory(step, &runs)))
    }
}

impl Runs {
    fn half_width(&self) -> u32 {
        self.start.half_width().expect("checked with the preset")
    }

    /// Covered cells after 0, 1, ... draws, until no more than the tolerance is uncovered.
    fn run(&self, seed: u64, run: u64) -> Vec<u32> {
        let mut draws = generator(seed, NAME, &self.key(), run);
        let (cells, half_width) = (self.start.cells, self.half_width());
        let mut growth = Growth::new(cells as usize, half_width as usize);
        let mut covered = vec![2 * half_width];
        while covered[covered.len() - 1] < cells - half_width {
            let width = i64::from(cells);
            growth.add(uniform(&mut draws, -width + 1, width));
            covered.push(growth.covered() as u32);
        }
        covered
    }

    fn fraction(&self, covered: u32) -> f64 {
        f64::from(covered) / f64::from(self.start.cells)
    }

    fn row(&self, run: u64, covered: &[u32]) -> GrowthRow {
        let until_half = covered
            .iter()
            .take_while(|&&cells| cells < self.start.cells / 2);
        let steps = covered.windows(2).map(|pair| {
            let [before, after] = [pair[0], pair[1]].map(|cells| self.fraction(cells));
            (after / expected_growth(before) - 1.0, after / before)
        });
        GrowthRow {
            tolerance: self.start.tolerance,
            cells: u64::from(self.start.cells),
            run,
            steps_to_half: until_half.count() as u32,
            steps_to_full: covered.len() as u32 - 1,
            deviation: steps.clone().map(|(deviation, _)| deviation).sum(),
            largest_growth: steps.map(|(_, growth)| growth).fold(1.0, f64::max),
        }
    }

    /// All runs after so many draws. A run that was full before counts as it was then.
    fn trajectory(&self, step: usize, runs: &[Vec<u32>]) -> TrajectoryRow {
        let after = |covered: &Vec<u32>| covered[step.min(covered.len() - 1)];
        let covered: Vec<u32> = runs.iter().map(after).collect();
        let total: u64 = covered.iter().map(|&cells| u64::from(cells)).sum();
        let mut fractions: Vec<f64> = covered.iter().map(|&cells| self.fraction(cells)).collect();
        fractions.sort_by(f64::total_cmp);
        TrajectoryRow {
            tolerance: self.start.tolerance,
            step: step as u32,
            runs: self.runs,
            mean: total as f64 / (self.runs * u64::from(self.start.cells)) as f64,
            low: ranked(&fractions, 1, 10),
            median: ranked(&fractions, 1, 2),
            high: ranked(&fractions, 9, 10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(tolerance: f64, cells: u32, runs: u64) -> Runs {
        let start = Start { tolerance, cells };
        Runs { start, runs }
    }

    #[test]
    fn a_tolerance_is_a_whole_number_of_cells() {
        let half_width = |tolerance, cells| Start { tolerance, cells }.half_width();
        assert_eq!(half_width(1e-5, 4_000_000), Some(40));
        assert_eq!(half_width(0.01, 400_000), Some(4000));
        assert_eq!(half_width(0.01, 150), None);
        assert_eq!(half_width(0.001, 100), None);
    }

    /// Covered: 2, 4, 6, 7 of 8 cells, tolerance 1/8. Expected growth: 1.375, 1.25, 1.125.
    #[test]
    fn a_row_is_what_its_run_says() {
        let row = runs(0.125, 8, 1).row(1, &[2, 4, 6, 7]);
        assert_eq!((row.steps_to_half, row.steps_to_full), (1, 3));
        assert_eq!(row.largest_growth, 2.0);
        let factors = [2.0 / 1.375, 1.5 / 1.25, 7.0 / 6.0 / 1.125];
        let expected: f64 = factors.iter().map(|factor| factor - 1.0).sum();
        assert!((row.deviation - expected).abs() < 1e-15);
    }

    #[test]
    fn a_run_ends_when_it_is_full() {
        let unit = runs(0.01, 1000, 1);
        for run in 1..20 {
            let covered = unit.run(1, run);
            let (last, before) = covered.split_last().unwrap();
            assert!(*last >= 990 && before.iter().all(|&cells| cells < 990));
            assert!(
                covered
                    .windows(2)
                    .all(|pair| pair[0] <= pair[1] && pair[1] <= 2 * pair[0])
            );
        }
    }

    /// The mean of a step over all shifts is the expectation, whatever is covered.
    #[test]
    fn the_expected_growth_is_exact() {
        let cells = 60;
        let grown = |shift| {
            let mut growth = Growth::new(cells, 7);
            growth.add(11);
            growth.add(shift);
            growth.covered()
        };
        let mut before = Growth::new(cells, 7);
        before.add(11);
        let shifts = -(cells as i64) + 1..=cells as i64;
        let total: usize = shifts.map(grown).sum();
        let mean = total as f64 / (2 * cells * cells) as f64;
        let expected = expected_growth(before.covered() as f64 / cells as f64);
        assert!((mean - expected).abs() < 1e-14);
    }

    #[test]
    fn full_runs_stay_as_they_are() {
        let unit = runs(0.25, 8, 2);
        let row = unit.trajectory(2, &[vec![4, 6], vec![4, 5, 8]]);
        assert_eq!(
            (row.low, row.median, row.high, row.mean),
            (0.75, 0.75, 1.0, 0.875)
        );
    }
}
