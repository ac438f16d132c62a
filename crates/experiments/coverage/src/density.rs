//! Histograms of distributions on [-1, 1], to see which uniform distribution they contain.

use crate::named::NamedLaw;
use crate::row::{DensityRow, NAME};
use anyhow::Result;
use lab::preset::{MAX_COUNT, check_count, check_list};
use lab::{Part, Rows, Unit, boxed};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use subset_sum::Law;
use subset_sum::grid::ONE;
use subset_sum::sampling::generator;

/// Bins on each side of 0.
const HALF: i64 = 100;

/// Bins on [-1, 1], and one for zeros.
const BINS: usize = 2 * HALF as usize + 1;

/// Draws from one generator.
const BLOCK: u64 = 100_000;

/// Distributions, and draws from each.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Distributions on [-1, 1].
    pub laws: Vec<NamedLaw>,
    /// Draws from each distribution.
    pub draws: u64,
}

impl Part<Vec<f64>> for Parameters {
    fn check(&self) -> Result<()> {
        let is_bounded = |law: &NamedLaw| law.0 != Law::Normal;
        check_list("laws", &self.laws, "on [-1, 1], so not normal", is_bounded)?;
        check_count("draws", self.draws, MAX_COUNT)?;
        Ok(())
    }

    fn units<'a>(&'a self, _: &'a Vec<f64>) -> Vec<Box<dyn Unit + 'a>> {
        boxed(self.laws.iter().map(|&NamedLaw(law)| Histogram {
            law,
            draws: self.draws,
        }))
    }
}

/// All draws from one distribution.
struct Histogram {
    law: Law,
    draws: u64,
}

impl Unit for Histogram {
    fn key(&self) -> String {
        format!("density/law={}", self.law)
    }

    fn seconds(&self) -> f64 {
        7e-9 * self.draws as f64
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let blocks = (0..self.draws.div_ceil(BLOCK)).into_par_iter();
        let counts = blocks.map(|block| self.block(seed, block));
        let add = |a: [u64; BINS], b: [u64; BINS]| std::array::from_fn(|bin| a[bin] + b[bin]);
        let counts = counts.reduce(|| [0; BINS], add);
        let edge = |bin: i64| (bin - HALF) as f64 / HALF as f64;
        let bins = (0..2 * HALF).map(|bin| (edge(bin), edge(bin + 1)));
        for ((lower, upper), count) in bins.chain([(0.0, 0.0)]).zip(counts) {
            rows.push(&DensityRow {
                law: self.law.to_string(),
                lower,
                upper,
                draws: self.draws,
                count,
            })?;
        }
        Ok(())
    }
}

impl Histogram {
    /// Counts one block of draws. The last bin is that of zeros.
    fn block(&self, seed: u64, block: u64) -> [u64; BINS] {
        let mut draws = generator(seed, NAME, &self.key(), block + 1);
        let mut counts = [0; BINS];
        for _ in 0..BLOCK.min(self.draws - block * BLOCK) {
            counts[bin(self.law.draw(&mut draws))] += 1;
        }
        counts
    }
}

/// The bin of a number from -1 to 1 in grid units.
fn bin(candidate: i64) -> usize {
    match candidate {
        0 => BINS - 1,
        // 1 itself belongs to the last bin.
        _ => (((candidate + ONE) * HALF / ONE).min(2 * HALF - 1)) as usize,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_include_their_lower_ends() {
        let found = [-ONE, -1, 0, 1, ONE / 2 - 1, ONE / 2, ONE].map(bin);
        assert_eq!(found, [0, 99, 200, 100, 149, 150, 199]);
    }
}
