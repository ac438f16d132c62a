//! What the proof for mixtures gives away: it throws out every candidate that is not of the uniform
//! part, and covers the interval with the others alone.

use crate::decided::{MAX_DECIDED, cases, check_candidates};
use crate::exact::interval;
use crate::instances::{draw_labelled, of_all};
use crate::named::check_fractions;
use crate::row::ThinningRow;
use anyhow::Result;
use lab::preset::{MAX_COUNT, check_count, check_list};
use lab::{Part, Rows, Unit, boxed};
use serde::{Deserialize, Serialize};
use subset_sum::coverage::CoverageSolver;
use subset_sum::{Law, grid};

/// Mixtures, numbers of candidates and tolerances.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Probabilities of the uniform part.
    pub weights: Vec<f64>,
    /// Numbers of candidates.
    pub candidates: Vec<u32>,
    /// Tolerances.
    pub tolerances: Vec<f64>,
    /// Instances for each mixture and number.
    pub trials: u64,
}

impl Part<Vec<f64>> for Parameters {
    fn check(&self) -> Result<()> {
        check_list("weights", &self.weights, "between 0 and 1", |&weight| {
            weight > 0.0 && weight < 1.0
        })?;
        check_candidates(&self.candidates, MAX_DECIDED)?;
        check_fractions("tolerances", &self.tolerances)?;
        check_count("trials", self.trials, MAX_COUNT)?;
        Ok(())
    }

    fn units<'a>(&'a self, radii: &'a Vec<f64>) -> Vec<Box<dyn Unit + 'a>> {
        let numbers = |&weight: &f64| self.candidates.iter().map(move |&n| (weight, n));
        let sizes = self.weights.iter().flat_map(numbers);
        boxed(sizes.map(|(weight, candidates)| Thinning {
            weight,
            candidates,
            trials: self.trials,
            cases: cases(radii, &self.tolerances),
        }))
    }
}

/// All instances of one mixture with one number of candidates.
struct Thinning {
    weight: f64,
    candidates: u32,
    trials: u64,
    cases: Vec<(f64, i64)>,
}

impl Unit for Thinning {
    fn key(&self) -> String {
        format!("thinning/weight={}/n={}", self.weight, self.candidates)
    }

    fn seconds(&self) -> f64 {
        2e-5 * (self.trials * self.cases.len() as u64) as f64
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let answers = of_all(self.trials, CoverageSolver::new, |instance, solver| {
            self.instance(seed, instance, solver)
        })?;
        for (index, &(radius, tolerance)) in self.cases.iter().enumerate() {
            let of_case = answers.iter().map(|answers| answers[index]);
            rows.push(&self.row(radius, tolerance, of_case))?;
        }
        Ok(())
    }
}

impl Thinning {
    /// For each case whether all candidates cover the interval, and whether the uniform ones do.
    fn instance(
        &self,
        seed: u64,
        instance: u64,
        solver: &mut CoverageSolver,
    ) -> Result<Vec<[Option<bool>; 2]>> {
        let law = Law::Mixture {
            weight: self.weight,
        };
        let labelled: Vec<(i64, bool)> =
            draw_labelled(seed, law, instance, self.candidates).collect();
        let all: Vec<i64> = labelled.iter().map(|&(x, _)| x).collect();
        let uniform = labelled.iter().filter(|(_, is_uniform)| *is_uniform);
        let uniform: Vec<i64> = uniform.map(|&(x, _)| x).collect();
        let answers = self.cases.iter().map(|&(radius, tolerance)| {
            let interval = interval(radius)?;
            Ok([
                solver.is_covered(&all, interval.clone(), tolerance)?,
                solver.is_covered(&uniform, interval, tolerance)?,
            ])
        });
        answers.collect()
    }

    fn row(
        &self,
        radius: f64,
        tolerance: i64,
        answers: impl Iterator<Item = [Option<bool>; 2]>,
    ) -> ThinningRow {
        let mut row = ThinningRow {
            weight: self.weight,
            radius,
            candidates: self.candidates,
            tolerance: grid::to_f64(tolerance),
            trials: self.trials,
            covered: 0,
            covered_thinned: 0,
            covered_thinned_only: 0,
            undecided: 0,
        };
        for [all, uniform] in answers {
            let Some((covered, thinned)) = all.zip(uniform) else {
                row.undecided += 1;
                continue;
            };
            row.covered += u64::from(covered);
            row.covered_thinned += u64::from(thinned);
            row.covered_thinned_only += u64::from(thinned && !covered);
        }
        row
    }
}
