//! Numbers that are drawn: a distribution and a scale.

use rand::Rng;
use subset_sum::Law;

/// The scales that are drawn at. A smaller one would leave few points of the grid, and a larger one
/// numbers off its range; only the ratios of scale, radius and tolerance matter to the answers.
const MIN_SCALE: f64 = 1e-6;
const MAX_SCALE: f64 = 64.0;

/// A distribution whose numbers are multiplied by a scale.
#[derive(Debug, Clone, Copy)]
pub struct Drawn {
    distribution: Law,
    scale: f64,
    seed: u64,
}

impl Drawn {
    /// The numbers of a distribution times `scale`, from the root `seed` of random numbers.
    ///
    /// # Errors
    /// A scale out of range.
    pub fn new(distribution: Law, scale: f64, seed: u64) -> Result<Self, String> {
        if !(MIN_SCALE..=MAX_SCALE).contains(&scale) {
            return Err(format!(
                "--scale: {scale} lies outside [{MIN_SCALE}, {MAX_SCALE}]: \
                 multiply scale, radius and tolerance by the same number"
            ));
        }
        Ok(Self {
            distribution,
            scale,
            seed,
        })
    }

    /// The endless sequence of numbers of one trial, in grid units.
    pub fn numbers(&self, trial: u64) -> impl Iterator<Item = i64> {
        let (distribution, scale) = (self.distribution, self.scale);
        let mut generator = self.generator(trial);
        std::iter::repeat_with(move || {
            (distribution.draw(&mut generator) as f64 * scale).round_ties_even() as i64
        })
    }

    fn generator(&self, trial: u64) -> impl Rng + use<> {
        let key = format!("law={}", self.distribution);
        subset_sum::sampling::generator(self.seed, "subset-sum", &key, trial)
    }

    /// What drawn numbers are multiplied by.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// What is drawn, in words.
    pub fn words(&self) -> String {
        let (distribution, seed) = (self.distribution, self.seed);
        match self.scale {
            1.0 => format!("{distribution}, seed {seed}"),
            scale => format!("{distribution}, scale {scale}, seed {seed}"),
        }
    }
}
