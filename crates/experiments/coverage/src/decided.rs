//! Whether intervals are covered within given tolerances, for more candidates than have their worst
//! error computed.

use crate::exact::interval;
use crate::instances::{draw, of_all};
use crate::named::{NamedLaw, check_fractions};
use crate::row::Row;
use crate::tolerance;
use anyhow::Result;
use lab::preset::{MAX_COUNT, check_count, check_list};
use lab::{Part, Rows, Unit, boxed};
use serde::{Deserialize, Serialize};
use subset_sum::Law;
use subset_sum::coverage::{Answer, CoverageSolver};

/// The most candidates that are asked for.
pub(crate) const MAX_DECIDED: usize = 1000;

/// Distributions, numbers of candidates and tolerances.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Distributions of the candidates.
    pub laws: Vec<NamedLaw>,
    /// Numbers of candidates.
    pub candidates: Vec<u32>,
    /// Tolerances.
    pub tolerances: Vec<f64>,
    /// Instances for each distribution and number.
    pub trials: u64,
}

impl Part<Vec<f64>> for Parameters {
    fn check(&self) -> Result<()> {
        check_list("laws", &self.laws, "possible", |_| true)?;
        check_candidates(&self.candidates, MAX_DECIDED)?;
        check_fractions("tolerances", &self.tolerances)?;
        check_count("trials", self.trials, MAX_COUNT)?;
        Ok(())
    }

    fn units<'a>(&'a self, radii: &'a Vec<f64>) -> Vec<Box<dyn Unit + 'a>> {
        boxed(self.sizes().map(|(law, candidates)| Decided {
            law,
            candidates,
            trials: self.trials,
            cases: cases(radii, &self.tolerances),
        }))
    }
}

impl Parameters {
    /// Every distribution with every number of candidates.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = (Law, u32)> {
        let laws = self.laws.iter();
        laws.flat_map(|law| {
            self.candidates
                .iter()
                .map(|&candidates| (law.0, candidates))
        })
    }
}

/// Checks a list of numbers of candidates.
pub(crate) fn check_candidates(candidates: &[u32], most: usize) -> Result<()> {
    let range = format!("from 1 to {most}");
    check_list("candidates", candidates, &range, |&n| {
        (1..=most).contains(&(n as usize))
    })
}

/// Every radius with every tolerance (grid units).
pub(crate) fn cases(radii: &[f64], tolerances: &[f64]) -> Vec<(f64, i64)> {
    let tolerances = tolerances.iter().map(|&t| tolerance::units(t));
    let with = |&radius: &f64| tolerances.clone().map(move |tolerance| (radius, tolerance));
    radii.iter().flat_map(with).collect()
}

/// All instances of one distribution with one number of candidates.
struct Decided {
    law: Law,
    candidates: u32,
    trials: u64,
    cases: Vec<(f64, i64)>,
}

impl Unit for Decided {
    fn key(&self) -> String {
        format!("decided/law={}/n={}", self.law, self.candidates)
    }

    fn seconds(&self) -> f64 {
        1e-5 * (self.trials * self.cases.len() as u64) as f64
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let answers = of_all(self.trials, CoverageSolver::new, |instance, solver| {
            let candidates = draw(seed, self.law, instance, self.candidates);
            let answer = |&(radius, tolerance): &(f64, i64)| -> Result<Answer> {
                Ok(solver.covers(&candidates, interval(radius)?, tolerance)?)
            };
            self.cases.iter().map(answer).collect::<Result<Vec<_>>>()
        })?;
        for (index, &(radius, tolerance)) in self.cases.iter().enumerate() {
            let of_case = answers.iter().map(|answers| answers[index]);
            rows.push(&self.row(radius, tolerance, of_case))?;
        }
        Ok(())
    }
}

impl Decided {
    fn row(&self, radius: f64, tolerance: i64, answers: impl Iterator<Item = Answer>) -> Row {
        let mut row = Row::empty(self.law, radius, self.candidates, tolerance, self.trials);
        for answer in answers {
            match answer {
                Answer::Covered => {}
                Answer::Failed(cause) => row.count(cause),
                Answer::Undecided => row.undecided += 1,
            }
        }
        row
    }
}
