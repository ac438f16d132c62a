//! The distributions that candidates are drawn from.

use crate::grid::{ONE, WEIGHT_STEP};
use crate::sampling::uniform;
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A random network weight from U\[-1, 1\] is one of the integers from -`WEIGHT` to `WEIGHT`, in
/// steps of the weights' grid.
const WEIGHT: i64 = ONE / WEIGHT_STEP;

/// The distribution of a candidate.
///
/// As text: `uniform`, `product`, `gadget`, `normal`, `mixture-0.5`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    /// Uniform on \[-1, 1\], on the grid of 2^-46.
    Uniform,
    /// The product of independent network weights from U\[0, 1\] and U\[-1, 1\].
    Product,
    /// What one neuron of the gadget offers: the product with probability 1/2, otherwise 0, because
    /// the neuron's first weight has the wrong sign and is pruned.
    Gadget,
    /// Standard normal, rounded to the grid. Not promised to be the same on every platform.
    Normal,
    /// Uniform on \[-1, 1\] with probability `weight`, otherwise uniform on \[1/2, 1\].
    Mixture {
        /// Probability of the part on \[-1, 1\].
        weight: f64,
    },
}

impl Law {
    /// One candidate in grid units.
    pub fn draw(&self, generator: &mut impl Rng) -> i64 {
        self.draw_labelled(generator).0
    }

    /// One candidate in grid units, and whether it comes from the part of the distribution that is
    /// uniform on \[-1, 1\], as far as there is such a part.
    pub fn draw_labelled(&self, generator: &mut impl Rng) -> (i64, bool) {
        match *self {
            Self::Uniform => (uniform(generator, -ONE, ONE), true),
            Self::Product => {
                let first = uniform(generator, 0, WEIGHT);
                (first * uniform(generator, -WEIGHT, WEIGHT), false)
            }
            Self::Gadget => {
                let first = uniform(generator, -WEIGHT, WEIGHT).max(0);
                (first * uniform(generator, -WEIGHT, WEIGHT), false)
            }
            Self::Normal => {
                let value: f64 = StandardNormal.sample(generator);
                ((value * ONE as f64).round_ties_even() as i64, false)
            }
            Self::Mixture { weight } => {
                let chosen = uniform(generator, 0, ONE - 1) < (weight * ONE as f64) as i64;
                let low = if chosen { -ONE } else { ONE / 2 };
                (uniform(generator, low, ONE), chosen)
            }
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Uniform => formatter.write_str("uniform"),
            Self::Product => formatter.write_str("product"),
            Self::Gadget => formatter.write_str("gadget"),
            Self::Normal => formatter.write_str("normal"),
            Self::Mixture { weight } => write!(formatter, "mixture-{weight}"),
        }
    }
}

/// A name that no distribution has.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "no distribution {0:?}; there are: uniform, product, gadget, normal, and mixture-WEIGHT with a weight from 0 to 1"
)]
pub struct UnknownLaw(String);

impl FromStr for Law {
    type Err = UnknownLaw;

    fn from_str(name: &str) -> Result<Self, UnknownLaw> {
        Ok(match name {
            "uniform" => Self::Uniform,
            "product" => Self::Product,
            "gadget" => Self::Gadget,
            "normal" => Self::Normal,
            _ => {
                let weight = name
                    .strip_prefix("mixture-")
                    .and_then(|text| text.parse().ok());
                let weight = weight.filter(|weight| (0.0..=1.0).contains(weight));
                let unknown = || UnknownLaw(name.chars().take(40).collect());
                Self::Mixture {
                    weight: weight.ok_or_else(unknown)?,
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::generator;

    fn draws(law: Law, count: usize) -> Vec<i64> {
        let mut generator = generator(1, "laws", &law.to_string(), 0);
        (0..count).map(|_| law.draw(&mut generator)).collect()
    }

    #[test]
    fn names_lead_back_to_distributions() {
        for name in ["uniform", "product", "gadget", "normal", "mixture-0.25"] {
            assert_eq!(name.parse::<Law>().unwrap().to_string(), name);
        }
        for name in ["", "uniforms", "mixture-", "mixture-2", "mixture-NaN"] {
            assert!(
                name.parse::<Law>()
                    .unwrap_err()
                    .to_string()
                    .contains("there are")
            );
        }
    }

    /// Second moments 1/3, 1/9, 1/18, 1, and 1/6 + 7/24: five standard errors around each.
    #[test]
    fn moments_are_those_of_the_distributions() {
        let count = 100_000;
        let mixture = Law::Mixture { weight: 0.5 };
        for (law, mean, square) in [
            (Law::Uniform, 0.0, 1.0 / 3.0),
            (Law::Product, 0.0, 1.0 / 9.0),
            (Law::Gadget, 0.0, 1.0 / 18.0),
            (Law::Normal, 0.0, 1.0),
            (mixture, 0.375, 1.0 / 6.0 + 7.0 / 24.0),
        ] {
            let values: Vec<f64> = draws(law, count)
                .iter()
                .map(|&x| x as f64 / ONE as f64)
                .collect();
            let average =
                |f: &dyn Fn(f64) -> f64| values.iter().map(|&x| f(x)).sum::<f64>() / count as f64;
            assert!(
                (average(&|x| x) - mean).abs() < 5.0 / (count as f64).sqrt(),
                "{law}"
            );
            let found = average(&|x| x * x);
            assert!(
                (found - square).abs() < 8.0 * square / (count as f64).sqrt(),
                "{law}: {found}"
            );
        }
    }

    #[test]
    fn half_of_what_a_gadget_offers_is_zero() {
        let zeros = draws(Law::Gadget, 10_000)
            .iter()
            .filter(|&&x| x == 0)
            .count();
        assert!((4750..5250).contains(&zeros), "{zeros}");
        assert!(draws(Law::Product, 10_000).iter().all(|&x| x != 0));
    }

    #[test]
    fn the_uniform_part_of_a_mixture_is_labelled() {
        let mut generator = generator(1, "laws", "labels", 0);
        let law = Law::Mixture { weight: 0.25 };
        let labelled: Vec<(i64, bool)> = (0..10_000)
            .map(|_| law.draw_labelled(&mut generator))
            .collect();
        let chosen = labelled.iter().filter(|(_, chosen)| *chosen).count();
        assert!((2250..2750).contains(&chosen), "{chosen}");
        assert!(labelled.iter().all(|&(x, chosen)| chosen || x >= ONE / 2));
    }
}
