//! One distribution and one number of candidates: all instances.

use crate::row::{NAME, Row, SizeRow};
use anyhow::Result;
use lab::Rows;
use rayon::prelude::*;
use subset_sum::grid::{ONE, from_f64};
use subset_sum::sampling::{generator, uniform};
use subset_sum::{Law, Solver, SolverError};

/// Some instances of one kind.
#[derive(Debug, Clone)]
pub struct Unit {
    /// The distribution of candidates.
    pub law: Law,
    /// Candidates of an instance.
    pub candidates: u32,
    /// Largest distance that counts as success.
    pub tolerance: f64,
    /// Instances.
    pub instances: u64,
}

/// Whether a search succeeds, and the size of what it ends with.
type Ending = (bool, u32);

/// How an instance ends by our rule, and by that of the authors' code.
#[derive(Debug, Clone, Copy)]
struct Outcome {
    ours: Ending,
    reference: Ending,
}

impl Unit {
    fn instance(&self, solver: &mut Solver, seed: u64, instance: u64) -> Result<Outcome> {
        let mut draws = generator(seed, NAME, &lab::Unit::key(self), instance);
        let target = uniform(&mut draws, -ONE, ONE);
        let candidates = (0..self.candidates).map(|_| self.law.draw(&mut draws));
        let candidates: Vec<i64> = candidates.collect();
        solver.load(&candidates)?;
        let ours = match solver.smallest_feasible(target, from_f64(self.tolerance)?)? {
            Some(subset) => (true, subset.size()),
            None => (false, solver.closest(target)?.size()),
        };
        // Whatever takes all candidates is no answer of the authors' code, and if the smallest feasible
        // subset does then no other one is feasible.
        let reference = if ours.1 < self.candidates {
            ours
        } else {
            (false, closest_proper(solver, &candidates, target)?)
        };
        Ok(Outcome { ours, reference })
    }

    fn row(&self, outcomes: &[Outcome]) -> Row {
        let failures = |of: fn(&Outcome) -> Ending| {
            let failing = outcomes.iter().filter(|outcome| !of(outcome).0);
            failing.count() as u64
        };
        Row {
            distribution: self.law.to_string(),
            candidates: self.candidates,
            tolerance: self.tolerance,
            instances: self.instances,
            failures: failures(|outcome| outcome.ours),
            reference_failures: failures(|outcome| outcome.reference),
        }
    }

    fn size_row(&self, size: u32, outcomes: &[Outcome]) -> SizeRow {
        let count = |is_counted: &dyn Fn(&Outcome) -> bool| {
            let counted = outcomes.iter().filter(|outcome| is_counted(outcome));
            counted.count() as u64
        };
        SizeRow {
            distribution: self.law.to_string(),
            candidates: self.candidates,
            size,
            smallest: count(&|outcome| outcome.ours == (true, size)),
            closest: count(&|outcome| outcome.ours == (false, size)),
            reference: count(&|outcome| outcome.reference.1 == size),
        }
    }
}

/// The size of the closest subset that leaves out a candidate at least.
fn closest_proper(
    solver: &mut Solver,
    candidates: &[i64],
    target: i64,
) -> Result<u32, SolverError> {
    let without = (0..candidates.len()).map(|left_out| {
        solver.load(&[&candidates[..left_out], &candidates[left_out + 1..]].concat())?;
        let subset = solver.closest(target)?;
        Ok((subset.error(target), subset.size()))
    });
    let subsets: Vec<(i64, u32)> = without.collect::<Result<_, SolverError>>()?;
    Ok(subsets.into_iter().min().map_or(0, |(_, size)| size))
}

impl lab::Unit for Unit {
    fn key(&self) -> String {
        format!("distribution={}/n={}", self.law, self.candidates)
    }

    fn seconds(&self) -> f64 {
        6e-6 * self.instances as f64
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let instances = (1..=self.instances).into_par_iter();
        let outcomes = instances.map_init(Solver::new, |solver, instance| {
            self.instance(solver, seed, instance)
        });
        let outcomes: Vec<Outcome> = outcomes.collect::<Result<_>>()?;
        rows.push(&self.row(&outcomes))?;
        for size in 0..=self.candidates {
            let row = self.size_row(size, &outcomes);
            if row.smallest + row.closest + row.reference > 0 {
                rows.push(&row)?;
            }
        }
        Ok(())
    }
}
