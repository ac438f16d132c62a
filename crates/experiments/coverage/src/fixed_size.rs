//! Subsets of one size: how often one of them is near a target.

use crate::decided::check_candidates;
use crate::instances::{draw, of_all};
use crate::named::check_fractions;
use crate::row::FixedSizeRow;
use crate::tolerance;
use anyhow::{Result, ensure};
use lab::preset::{MAX_COUNT, check_count, check_list};
use lab::{Part, Rows, Unit, boxed};
use serde::{Deserialize, Serialize};
use subset_sum::counting::{Counter, MAX_COUNTED};
use subset_sum::{Law, grid};

/// Numbers of candidates, sizes, tolerances and the target.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Parameters {
    /// Numbers of candidates, uniform on [-1, 1].
    pub candidates: Vec<u32>,
    /// Sizes as fractions of the numbers; only whole sizes are taken.
    pub fractions: Vec<f64>,
    /// A number and a size with more subsets than this are left out.
    pub most_subsets: u64,
    /// Tolerances.
    pub tolerances: Vec<f64>,
    /// The target.
    pub target: f64,
    /// Instances for each number and size.
    pub trials: u64,
}

impl Part<Vec<f64>> for Parameters {
    fn check(&self) -> Result<()> {
        check_candidates(&self.candidates, MAX_COUNTED)?;
        check_list(
            "fractions",
            &self.fractions,
            "above 0 and at most 1/2",
            |&share| share > 0.0 && share <= 0.5,
        )?;
        check_fractions("tolerances", &self.tolerances)?;
        ensure!(
            (-1.0..=1.0).contains(&self.target),
            "target: must be from -1 to 1"
        );
        check_count("trials", self.trials, MAX_COUNT)?;
        // The sum of squared hits has 64 bits.
        let squares = self.most_subsets.checked_pow(2);
        let squares = squares.and_then(|squares| squares.checked_mul(self.trials));
        ensure!(
            squares.is_some(),
            "most-subsets: too many, squared, for so many trials"
        );
        Ok(())
    }

    fn units<'a>(&'a self, _: &'a Vec<f64>) -> Vec<Box<dyn Unit + 'a>> {
        let tolerances = self.tolerances.iter().map(|&t| tolerance::units(t));
        let tolerances: Vec<i64> = tolerances.collect();
        boxed(self.sizes().map(|(candidates, size)| FixedSize {
            candidates,
            size,
            tolerances: tolerances.clone(),
            target: self.target,
            trials: self.trials,
        }))
    }
}

impl Parameters {
    /// Numbers of candidates with sizes.
    fn sizes(&self) -> impl Iterator<Item = (u32, u32)> {
        let pair = |candidates: u32, fraction: f64| {
            let size = f64::from(candidates) * fraction;
            let is_whole = size >= 1.0 && size.fract() == 0.0;
            let pair = (candidates, size as u32);
            (is_whole && subsets(pair) <= self.most_subsets as f64).then_some(pair)
        };
        let sizes = move |&n: &u32| {
            self.fractions
                .iter()
                .filter_map(move |&share| pair(n, share))
        };
        self.candidates.iter().flat_map(sizes)
    }
}

/// C(n, k), rounded.
fn subsets((candidates, size): (u32, u32)) -> f64 {
    let factors = (0..size).map(|i| f64::from(candidates - i) / f64::from(i + 1));
    factors.product::<f64>().round()
}

/// All instances of one number of candidates and one size.
struct FixedSize {
    candidates: u32,
    size: u32,
    tolerances: Vec<i64>,
    target: f64,
    trials: u64,
}

impl Unit for FixedSize {
    fn key(&self) -> String {
        format!("fixed-size/n={}/k={}", self.candidates, self.size)
    }

    fn seconds(&self) -> f64 {
        let halves = subsets((self.candidates, self.size)).sqrt();
        (self.trials * self.tolerances.len() as u64) as f64 * (1e-6 + 1e-8 * halves)
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let target = grid::from_f64(self.target)?;
        let hits = of_all(self.trials, Counter::default, |instance, counter| {
            counter.load(&draw(seed, Law::Uniform, instance, self.candidates))?;
            let tolerances = self.tolerances.iter();
            let hits = tolerances.map(|&t| counter.hits_of_size(self.size as usize, target, t));
            Ok(hits.collect::<Vec<u64>>())
        })?;
        for (index, &tolerance) in self.tolerances.iter().enumerate() {
            let hits = hits.iter().map(|hits| hits[index]);
            rows.push(&FixedSizeRow {
                candidates: self.candidates,
                size: self.size,
                target: self.target,
                tolerance: grid::to_f64(tolerance),
                trials: self.trials,
                successes: hits.clone().filter(|&hits| hits > 0).count() as u64,
                hits: hits.clone().sum(),
                squared_hits: hits.map(|hits| hits * hits).sum(),
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_whole_and_have_few_enough_subsets() {
        let parameters = Parameters {
            candidates: vec![8, 20, 32],
            fractions: vec![0.0625, 0.25, 0.5],
            most_subsets: 200_000,
            tolerances: vec![0.1],
            target: 0.5,
            trials: 1,
        };
        let sizes: Vec<_> = parameters.sizes().collect();
        assert_eq!(sizes, [(8, 2), (8, 4), (20, 5), (20, 10), (32, 2)]);
        assert_eq!(subsets((64, 4)), 635_376.0);
    }
}
