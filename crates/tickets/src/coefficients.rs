//! The random coefficients whose subset sums are weights: drawn again from names and numbers alone.
//!
//! A weight matrix is served row by row. Each row has its own generator
//! ([`subset_sum::sampling`]), seeded by
//!
//! ```text
//! ticketlab/1|{seed}|mnist-approximation|{per-row or per-weight}/n={candidates}/{layer}/row={row}|{replicate}
//! ```
//!
//! and every coefficient is one draw of it. The biases of a layer are served like a matrix of one
//! column that is called `{layer}.bias`, so they do not disturb the draws for its weights. These
//! names are part of the ticket format: another name would be another network.

use serde::{Deserialize, Serialize};
use subset_sum::grid::{self, FRACTION_BITS, GridError};
use subset_sum::sampling::{generator, uniform};
use thiserror::Error;

use networks::{Dense, Network};

/// What the seeds of coefficients are for.
pub const EXPERIMENT: &str = "mnist-approximation";

/// Which weights share their random coefficients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coefficients {
    /// One set for every row of a weight matrix, as the authors' code draws them.
    PerRow,
    /// One set for every weight, as the authors' text has it.
    PerWeight,
}

impl Coefficients {
    /// The name in seeds, keys and files: `per-row` or `per-weight`.
    pub fn name(self) -> &'static str {
        match self {
            Coefficients::PerRow => "per-row",
            Coefficients::PerWeight => "per-weight",
        }
    }
}

/// The distribution of a coefficient: uniform on the multiples of 2^-`digits` from `low` to `high`,
/// both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uniform {
    /// The smallest coefficient, in steps of 2^-`digits`.
    pub low: i64,
    /// The largest coefficient, in steps of 2^-`digits`.
    pub high: i64,
    /// Binary digits of a coefficient behind the point, from [`MIN_DIGITS`] to [`FRACTION_BITS`].
    pub digits: u32,
}

/// The digits behind the point of coefficients that are not drawn for a layer of tiny weights.
pub const MIN_DIGITS: u32 = 23;

impl Uniform {
    /// The distribution with steps of 2^-23 that reaches from the smallest to the largest of some
    /// weights in grid units; none if no multiple of 2^-23 lies there.
    ///
    /// ```
    /// use subset_sum::grid::{ONE, WEIGHT_STEP};
    /// use tickets::coefficients::Uniform;
    /// let law = Uniform::spanning([-ONE, 2 * WEIGHT_STEP + 1].into_iter()).unwrap();
    /// assert_eq!((law.low, law.high, law.digits), (-(1 << 23), 2, 23));
    /// assert_eq!(Uniform::spanning([1].into_iter()), None);
    /// ```
    pub fn spanning(weights: impl Iterator<Item = i64> + Clone) -> Option<Uniform> {
        Uniform::with_digits(weights, MIN_DIGITS)
    }

    /// The distribution that reaches from the smallest to the largest of some weights in grid units,
    /// with steps so fine that the largest magnitude has 2^22 of them or more, down to the grid's
    /// own; none if there is no weight.
    ///
    /// ```
    /// use subset_sum::grid::ONE;
    /// use tickets::coefficients::Uniform;
    /// let law = Uniform::resolving([-ONE >> 20, ONE >> 21].into_iter()).unwrap();
    /// assert_eq!((law.low, law.high, law.digits), (-(1 << 22), 1 << 21, 42));
    /// ```
    pub fn resolving(weights: impl Iterator<Item = i64> + Clone) -> Option<Uniform> {
        let largest = weights.clone().map(i64::unsigned_abs).max()?;
        // 2^22 <= largest / 2^(FRACTION_BITS - digits) < 2^23, as far as the digits' bounds allow.
        let bits = u64::BITS - largest.leading_zeros();
        let digits = (FRACTION_BITS + MIN_DIGITS).saturating_sub(bits);
        Uniform::with_digits(weights, digits.clamp(MIN_DIGITS, FRACTION_BITS))
    }

    fn with_digits(weights: impl Iterator<Item = i64> + Clone, digits: u32) -> Option<Uniform> {
        let step = 1_i64 << (FRACTION_BITS - digits);
        let (smallest, largest) = (weights.clone().min()?, weights.max()?);
        let rounded_up = i64::from(smallest.rem_euclid(step) != 0);
        let low = smallest.div_euclid(step) + rounded_up;
        let high = largest.div_euclid(step);
        (low <= high).then_some(Uniform { low, high, digits })
    }

    /// The spacing of coefficients in grid units.
    pub fn step(&self) -> i64 {
        1 << (FRACTION_BITS - self.digits)
    }
}

/// The distributions of a network's coefficients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Laws {
    /// One for all layers.
    Network(Uniform),
    /// One for each layer, from input to output.
    Layers(Vec<Uniform>),
}

impl Laws {
    /// The distribution of a layer's coefficients, for its weights and its biases.
    ///
    /// # Panics
    /// If there is no such layer.
    pub fn of_layer(&self, layer: usize) -> Uniform {
        match self {
            Laws::Network(law) => *law,
            Laws::Layers(laws) => laws[layer],
        }
    }
}

impl From<Uniform> for Laws {
    fn from(law: Uniform) -> Laws {
        Laws::Network(law)
    }
}

/// One draw of all random coefficients of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// Which weights share their coefficients.
    pub coefficients: Coefficients,
    /// Coefficients for a weight (n of the paper).
    pub candidates: usize,
    /// Root of the seeds.
    pub seed: u64,
    /// Which independent draw, from 1.
    pub replicate: u64,
}

impl Draw {
    /// The coefficients of one row of a layer, in grid units: one set of [`Draw::candidates`], or
    /// one set after the other for all `columns`.
    ///
    /// # Panics
    /// If there is no coefficient, `low` being above `high`.
    pub fn row(&self, law: Uniform, layer: &str, row: usize, columns: usize) -> Vec<i64> {
        let sets = match self.coefficients {
            Coefficients::PerRow => 1,
            Coefficients::PerWeight => columns,
        };
        let variant = self.coefficients.name();
        let key = format!("{variant}/n={}/{layer}/row={row}", self.candidates);
        let mut generator = generator(self.seed, EXPERIMENT, &key, self.replicate);
        (0..sets * self.candidates)
            .map(|_| uniform(&mut generator, law.low, law.high) * law.step())
            .collect()
    }

    /// The coefficients of one weight among those of its row.
    ///
    /// # Panics
    /// If `row` is not the result of [`Draw::row`] with more columns than `column`.
    pub fn set<'a>(&self, row: &'a [i64], column: usize) -> &'a [i64] {
        let first = match self.coefficients {
            Coefficients::PerRow => 0,
            Coefficients::PerWeight => column * self.candidates,
        };
        &row[first..][..self.candidates]
    }
}

/// The weight of a network that a subset sum in grid units stands for: exact below 2 in magnitude,
/// the nearest `f32` above.
pub fn weight(sum: i64) -> f32 {
    grid::to_f64(sum) as f32
}

/// Why a network cannot be the target of an approximation by subset sums.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum TargetError {
    /// A layer that is called like another one's biases.
    #[error("the target has biases `{layer}` and a layer of that name: rename the layer")]
    Name {
        /// The layer's name.
        layer: String,
    },
    /// A weight that has no place on the grid.
    #[error("the target's layer {layer}: {error}")]
    Weight {
        /// The layer's name.
        layer: String,
        /// What is wrong with the weight.
        error: GridError,
    },
}

/// A matrix of weights, or biases as a matrix of one column, that subset sums stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The name in seeds and masks: that of the layer, or `{layer}.bias`.
    pub name: String,
    /// The numbers of a row.
    pub columns: usize,
    /// The numbers in grid units, row after row.
    pub weights: Vec<i64>,
}

/// The blocks of each of a target's layers: its weights, and its biases if it has some.
///
/// # Errors
/// [`TargetError`] for a number above 1024 in magnitude, and for a layer that is called like
/// another one's biases.
pub fn target_blocks(target: &Network) -> Result<Vec<Vec<Block>>, TargetError> {
    for layer in target.layers().iter().filter(|layer| layer.bias.is_some()) {
        let biases = bias_name(&layer.name);
        if target.layers().iter().any(|other| other.name == biases) {
            return Err(TargetError::Name { layer: biases });
        }
    }
    target.layers().iter().map(layer_blocks).collect()
}

/// What the biases of a layer are called in seeds and masks.
pub(crate) fn bias_name(layer: &str) -> String {
    format!("{layer}.bias")
}

fn layer_blocks(layer: &Dense) -> Result<Vec<Block>, TargetError> {
    let block = |name: String, columns, values: &[f32]| {
        let weights = values.iter().map(|&value| grid::from_f64(value.into()));
        let weights: Result<Vec<i64>, GridError> = weights.collect();
        weights
            .map_err(|error| TargetError::Weight {
                layer: name.clone(),
                error,
            })
            .map(|weights| Block {
                name,
                columns,
                weights,
            })
    };
    let (name, weight) = (&layer.name, &layer.weight);
    let mut blocks = vec![block(name.clone(), weight.columns(), weight.values())?];
    if let Some(bias) = &layer.bias {
        blocks.push(block(bias_name(name), 1, bias)?);
    }
    Ok(blocks)
}
