//! The random coefficients whose subset sums are weights: drawn again from names and numbers alone.
//!
//! A weight matrix is served row by row. Each row has its own generator
//! ([`subset_sum::sampling`]), seeded by
//!
//! ```text
//! ticketlab/1|{seed}|mnist-approximation|{per-row or per-weight}/n={candidates}/{layer}/row={row}|{replicate}
//! ```
//!
//! and every coefficient is one draw of it. These names are part of the ticket format: another name
//! would be another network.

use serde::{Deserialize, Serialize};
use subset_sum::grid::{self, GridError, WEIGHT_STEP};
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

/// The distribution of a coefficient: uniform on the multiples of 2^-23 from `low` to `high`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uniform {
    /// The smallest coefficient, in steps of 2^-23.
    pub low: i64,
    /// The largest coefficient, in steps of 2^-23.
    pub high: i64,
}

impl Uniform {
    /// The distribution that reaches from the smallest to the largest of some weights in grid units; none if
    /// no multiple of 2^-23 lies there.
    ///
    /// ```
    /// use subset_sum::grid::{ONE, WEIGHT_STEP};
    /// use tickets::coefficients::Uniform;
    /// let law = Uniform::spanning([-ONE, 2 * WEIGHT_STEP + 1].into_iter()).unwrap();
    /// assert_eq!((law.low, law.high), (-(1 << 23), 2));
    /// assert_eq!(Uniform::spanning([1].into_iter()), None);
    /// ```
    pub fn spanning(weights: impl Iterator<Item = i64> + Clone) -> Option<Uniform> {
        let (smallest, largest) = (weights.clone().min()?, weights.max()?);
        let rounded_up = i64::from(smallest.rem_euclid(WEIGHT_STEP) != 0);
        let low = smallest.div_euclid(WEIGHT_STEP) + rounded_up;
        let high = largest.div_euclid(WEIGHT_STEP);
        (low <= high).then_some(Uniform { low, high })
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
            .map(|_| uniform(&mut generator, law.low, law.high) * WEIGHT_STEP)
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
    /// A layer with a bias.
    #[error(
        "the target's layer {layer} has a bias; only weights are approximated: train without biases"
    )]
    Bias {
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

/// The weights of a target in grid units: one vector per layer, row after row.
///
/// # Errors
/// [`TargetError`] for a bias and for a weight above 1024 in magnitude.
pub fn target_weights(target: &Network) -> Result<Vec<Vec<i64>>, TargetError> {
    let of_layer = |layer: &Dense| {
        let name = || layer.name.clone();
        if layer.bias.is_some() {
            return Err(TargetError::Bias { layer: name() });
        }
        let weights = layer.weight.values().iter();
        weights
            .map(|&weight| grid::from_f64(weight.into()))
            .collect::<Result<Vec<i64>, _>>()
            .map_err(|error| TargetError::Weight {
                layer: name(),
                error,
            })
    };
    target.layers().iter().map(of_layer).collect()
}
