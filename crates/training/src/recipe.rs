//! The numbers that say how to train, apart from what is trained: epochs, batches, rates.

use std::f64::consts::PI;

use thiserror::Error;

/// How to train.
///
/// The default follows what is known of the paper's target: ten epochs, batches of 64, momentum 0.9
/// and decay 5e-4. Its learning rate is uncertain (0.1 is its code's default, a log shows 0.001).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recipe {
    /// Passes over the training images, at least 1. Default 10.
    pub epochs: usize,
    /// Images per step, at least 1; the last step of an epoch takes what is left. Default 64.
    pub batch: usize,
    /// The learning rate of the first epoch, above 0. Default 0.1.
    pub learning_rate: f64,
    /// How much of the last step's velocity is kept, in [0, 1). Default 0.9.
    pub momentum: f64,
    /// Added to the gradient times the weight, at least 0. Default 5e-4.
    pub weight_decay: f64,
}

impl Default for Recipe {
    fn default() -> Recipe {
        Recipe {
            epochs: 10,
            batch: 64,
            learning_rate: 0.1,
            momentum: 0.9,
            weight_decay: 5e-4,
        }
    }
}

impl Recipe {
    /// The learning rate of an epoch, counted from 1: half a cosine from the first epoch's rate
    /// towards 0, which the epoch after the last would reach (PyTorch's `CosineAnnealingLR` with
    /// `T_max` = epochs, stepped once per epoch).
    ///
    /// ```text
    /// rate(epoch) = learning_rate (1 + cos(pi (epoch - 1) / epochs)) / 2
    /// ```
    pub fn learning_rate_of(&self, epoch: usize) -> f64 {
        let progress = (epoch as f64 - 1.0) / self.epochs as f64;
        self.learning_rate * (1.0 + (PI * progress).cos()) / 2.0
    }

    pub(crate) fn check(&self) -> Result<(), RecipeError> {
        let (rate, momentum, decay) = (self.learning_rate, self.momentum, self.weight_decay);
        require("epochs", self.epochs as f64, self.epochs >= 1, "at least 1")?;
        require("batch", self.batch as f64, self.batch >= 1, "at least 1")?;
        require("learning_rate", rate, rate > 0.0, "above 0")?;
        let is_fraction = (0.0..1.0).contains(&momentum);
        require("momentum", momentum, is_fraction, "in [0, 1)")?;
        require("weight_decay", decay, decay >= 0.0, "at least 0")
    }
}

/// A number in a [`Recipe`] that makes no sense.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("the recipe's {field} is {found}: it must be {range}")]
pub struct RecipeError {
    /// The field of [`Recipe`].
    pub field: &'static str,
    /// Its value.
    pub found: f64,
    /// The values that it may have.
    pub range: &'static str,
}

fn require(
    field: &'static str,
    found: f64,
    is_in_range: bool,
    range: &'static str,
) -> Result<(), RecipeError> {
    if is_in_range && found.is_finite() {
        return Ok(());
    }
    Err(RecipeError {
        field,
        found,
        range,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedule_is_half_a_cosine() {
        let recipe = Recipe::default();
        let rates = [1, 6, 10, 11].map(|epoch| recipe.learning_rate_of(epoch));
        // 0.05 (1 + cos(0.9 pi)) = 0.05 (1 - 0.9510565163)
        for (rate, expected) in rates.into_iter().zip([0.1, 0.05, 0.002_447_174_185, 0.0]) {
            assert!((rate - expected).abs() < 1e-12, "{rates:?}");
        }
    }

    #[test]
    fn recipes_out_of_range_are_refused() {
        type Spoil = fn(&mut Recipe);
        let wrong: [(&str, Spoil); 6] = [
            ("epochs is 0", |recipe| recipe.epochs = 0),
            ("batch is 0", |recipe| recipe.batch = 0),
            ("learning_rate is 0", |recipe| recipe.learning_rate = 0.0),
            ("learning_rate is inf", |recipe| {
                recipe.learning_rate = f64::INFINITY
            }),
            ("momentum is 1", |recipe| recipe.momentum = 1.0),
            ("weight_decay is NaN", |recipe| {
                recipe.weight_decay = f64::NAN
            }),
        ];
        for (text, spoil) in wrong {
            let mut recipe = Recipe::default();
            spoil(&mut recipe);
            let error = recipe.check().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("the recipe's {text}: ")),
                "{error}"
            );
        }
        assert_eq!(Recipe::default().check(), Ok(()));
    }
}
