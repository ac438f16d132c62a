//! How subset sums are spread around a fixed target: the gap to the nearest one, and how many are near.

use crate::decided::check_candidates;
use crate::instances::{draw, of_all};
use crate::named::NamedLaw;
use crate::row::{GapRow, HitsRow};
use crate::theory::subset_density;
use anyhow::{Result, ensure};
use lab::preset::{MAX_COUNT, check_count, check_list};
use lab::statistics::KolmogorovSmirnov;
use lab::{Part, Rows, Unit, boxed};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use subset_sum::counting::{Counter, MAX_COUNTED};
use subset_sum::grid::{self, LARGEST, ONE};
use subset_sum::{Law, Solver};

/// Quantiles in the table: 1/200, ..., 199/200.
const QUANTILES: usize = 200;

/// Distributions, numbers of candidates and targets.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Distributions of the candidates, without zeros.
    pub laws: Vec<NamedLaw>,
    /// Numbers of candidates.
    pub candidates: Vec<u32>,
    /// Targets; 0 would be the sum of nothing.
    pub targets: Vec<f64>,
    /// Instances whose gaps are computed.
    pub trials: u64,
    /// How many of them have their hits counted, too.
    pub counted: u64,
}

impl Part<Vec<f64>> for Parameters {
    fn check(&self) -> Result<()> {
        let has_no_zeros = |law: &NamedLaw| law.0 != Law::Gadget;
        check_list(
            "laws",
            &self.laws,
            "without zeros, so not gadget",
            has_no_zeros,
        )?;
        check_candidates(&self.candidates, MAX_COUNTED)?;
        check_list("targets", &self.targets, "from -1 to 1 and not 0", |&z| {
            z != 0.0 && (-1.0..=1.0).contains(&z)
        })?;
        check_count("trials", self.trials, MAX_COUNT)?;
        ensure!(
            self.counted <= self.trials,
            "counted: must be at most trials"
        );
        Ok(())
    }

    fn units<'a>(&'a self, _: &'a Vec<f64>) -> Vec<Box<dyn Unit + 'a>> {
        let numbers = |law: &NamedLaw| {
            let law = law.0;
            self.candidates.iter().map(move |&n| (law, n))
        };
        let sizes = self.laws.iter().flat_map(numbers);
        boxed(sizes.map(|(law, candidates)| Gaps {
            law,
            candidates,
            targets: self.targets.clone(),
            trials: self.trials,
            counted: self.counted,
        }))
    }
}

/// All instances of one distribution with one number of candidates.
struct Gaps {
    law: Law,
    candidates: u32,
    targets: Vec<f64>,
    trials: u64,
    counted: u64,
}

/// What one instance says of one target: the normalised gap, and the sums near it if they are counted.
type Near = (f64, Option<u64>);

impl Unit for Gaps {
    fn key(&self) -> String {
        format!("gaps/law={}/n={}", self.law, self.candidates)
    }

    fn seconds(&self) -> f64 {
        let half = (f64::from(self.candidates) / 2.0).exp2();
        let (closest, hits) = (1e-6 + 2e-9 * half, 2e-6 + 1e-8 * half);
        self.targets.len() as f64 * (self.trials as f64 * closest + self.counted as f64 * hits)
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let targets = self.targets.iter().map(|&target| grid::from_f64(target));
        let targets: Vec<i64> = targets.collect::<Result<_, _>>()?;
        let kernels = || (Solver::new(), Counter::default());
        let instances = of_all(self.trials, kernels, |instance, kernels| {
            self.instance(seed, instance, &targets, kernels)
        })?;
        for (index, &target) in self.targets.iter().enumerate() {
            let of_target = instances.iter().map(|near| near[index]);
            let (gaps, hits): (Vec<f64>, Vec<Option<u64>>) = of_target.unzip();
            self.push_gaps(target, gaps, rows)?;
            self.push_hits(target, hits.into_iter().flatten(), rows)?;
        }
        Ok(())
    }
}

impl Gaps {
    fn instance(
        &self,
        seed: u64,
        instance: u64,
        targets: &[i64],
        (solver, counter): &mut (Solver, Counter),
    ) -> Result<Vec<Near>> {
        let candidates = draw(seed, self.law, instance, self.candidates);
        solver.load(&candidates)?;
        counter.load(&candidates)?;
        let near = targets.iter().map(|&target| {
            // Sums expected in a stretch of length 1, twice: the nearest one may lie on either side.
            let sums = f64::from(self.candidates + 1).exp2() * subset_density(&candidates, target);
            let gap = sums * grid::to_f64(solver.closest(target)?.error(target));
            // A target so far out that no sum is expected has a tolerance without end.
            let tolerance = (ONE as f64 / sums).min(LARGEST as f64) as i64;
            let is_counted = instance <= self.counted;
            Ok((gap, is_counted.then(|| counter.hits(target, tolerance))))
        });
        near.collect()
    }

    fn push_gaps(&self, target: f64, mut gaps: Vec<f64>, rows: &mut Rows) -> Result<()> {
        gaps.sort_by(f64::total_cmp);
        let exponential = |gap: f64| -(-gap).exp_m1();
        let found = KolmogorovSmirnov::of(&gaps, exponential)?;
        (1..QUANTILES).try_for_each(|rank| {
            rows.push(&GapRow {
                law: self.law.to_string(),
                candidates: self.candidates,
                target,
                trials: self.trials,
                distance: found.distance,
                probability: rank as f64 / QUANTILES as f64,
                gap: ranked(&gaps, rank, QUANTILES),
            })
        })
    }

    fn push_hits(
        &self,
        target: f64,
        hits: impl Iterator<Item = u64>,
        rows: &mut Rows,
    ) -> Result<()> {
        let mut instances = BTreeMap::new();
        hits.for_each(|hits| *instances.entry(hits).or_insert(0) += 1);
        instances.into_iter().try_for_each(|(hits, instances)| {
            rows.push(&HitsRow {
                law: self.law.to_string(),
                candidates: self.candidates,
                target,
                trials: self.counted,
                hits,
                instances,
            })
        })
    }
}

/// The smallest number of a sorted sample that the fraction `numerator / denominator` of it does not
/// exceed.
pub(crate) fn ranked(sorted: &[f64], numerator: usize, denominator: usize) -> f64 {
    let rank = (sorted.len() * numerator).div_ceil(denominator);
    sorted[rank.max(1) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_a_sample() {
        let sample = [1.0, 2.0, 3.0, 4.0];
        let found = [(1, 200), (1, 4), (51, 200), (1, 2), (199, 200)];
        let found = found.map(|(numerator, denominator)| ranked(&sample, numerator, denominator));
        assert_eq!(found, [1.0, 1.0, 2.0, 2.0, 4.0]);
    }
}
