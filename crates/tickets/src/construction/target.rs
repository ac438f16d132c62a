//! Targets: networks whose layers the theorem speaks of, without biases and of norm at most 1.
//!
//! Biases become weights of a constant input 1, which every layer passes on to the next one:
//!
//! ```text
//! (x, 1) -> [W_i b_i; 0 1] (x, 1) = (W_i x + b_i, 1)        the last layer: [W_l b_l]
//! ```
//!
//! Such a matrix has a norm above 1 unless the bias is 0, so it has to be rescaled or allowed.
//! Networks are positively homogeneous in each layer: if layer i is divided by its factor, then so
//! is the function, and f(x) is the product of all factors times the rescaled function.

use subset_sum::grid;

use super::error::ConstructionError;
use crate::certificates::{RealMatrix, spectral_norm_bound};
use networks::{Dense, Matrix, Network};

/// How far above 1 the bound of a norm may be and still count as 1. To round the weights of a
/// matrix with norm 1 may leave it above 1 by about as much.
const NORM_ALLOWANCE: f64 = 1.0 / (1 << 20) as f64;

/// What is asked of the spectral norms of a target's layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Norms {
    /// At most 1, as in the theorem. Other targets are refused.
    AtMostOne,
    /// Layers whose norm may be above 1 are divided by a bound of it.
    Rescaled,
    /// Any norm, as long as every weight lies in \[-1, 1\].
    Any,
}

/// A target: layers with weights in \[-1, 1\] and ReLU between them.
///
/// Whatever exists has passed the checks of [`Target::new`].
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    layers: Vec<Matrix>,
    norms: Vec<f64>,
    factors: Vec<f64>,
    has_constant_input: bool,
}

impl Target {
    /// The target that a network is, with a constant input if any of its layers has a bias.
    ///
    /// # Errors
    /// [`ConstructionError`] if a weight is outside \[-1, 1\], or a norm above 1 where that is
    /// asked.
    ///
    /// ```
    /// use tickets::construction::{Norms, Target};
    /// use networks::{Dense, Matrix, Network};
    /// let weight = Matrix::new(1, 2, vec![3.0, 4.0]);
    /// let network = Network::new(vec![Dense { name: "fc1".into(), weight, bias: None }])?;
    /// assert!(Target::new(&network, Norms::AtMostOne).is_err());
    /// let target = Target::new(&network, Norms::Rescaled)?;
    /// assert!((target.factors()[0] - 5.0).abs() < 1e-5);
    /// assert!((target.forward(&[0.6, 0.8])[0] - 1.0).abs() < 1e-5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(network: &Network, norms: Norms) -> Result<Target, ConstructionError> {
        let has_constant_input = network.layers().iter().any(|layer| layer.bias.is_some());
        let mut target = Target {
            layers: Vec::new(),
            norms: Vec::new(),
            factors: Vec::new(),
            has_constant_input,
        };
        for (index, layer) in network.layers().iter().enumerate() {
            let is_last = index + 1 == network.layers().len();
            let weight = match has_constant_input {
                true => with_constant_input(layer, is_last),
                false => layer.weight.clone(),
            };
            target.push(&layer.name, weight, norms)?;
        }
        Ok(target)
    }

    /// The weight matrices, `[outputs, inputs]`, rescaled and with the constant input.
    pub fn layers(&self) -> &[Matrix] {
        &self.layers
    }

    /// The widths d_0 to d_l, a constant input counted with the others.
    pub fn widths(&self) -> Vec<usize> {
        let outputs = self.layers.iter().map(Matrix::rows);
        std::iter::once(self.layers[0].columns())
            .chain(outputs)
            .collect()
    }

    /// For each layer an upper bound of its spectral norm.
    pub fn norms(&self) -> &[f64] {
        &self.norms
    }

    /// What each layer was divided by. The network is the product of all factors times this target.
    pub fn factors(&self) -> &[f64] {
        &self.factors
    }

    /// Whether the last input is the constant 1.
    pub fn has_constant_input(&self) -> bool {
        self.has_constant_input
    }

    /// The numbers of an input that are given: a constant one is not.
    pub fn inputs(&self) -> usize {
        self.layers[0].columns() - usize::from(self.has_constant_input)
    }

    /// The outputs for one input, in `f64`.
    ///
    /// # Panics
    /// If there are not [`Target::inputs`] numbers.
    pub fn forward(&self, input: &[f64]) -> Vec<f64> {
        let mut values = with_constant(input, self.has_constant_input);
        for (index, layer) in self.layers.iter().enumerate() {
            if index > 0 {
                rectify(&mut values);
            }
            values = RealMatrix::from(layer).apply(&values);
        }
        values
    }

    /// The weights of a layer, row after row, in units of 2^-46. Weights below 2^-23 in magnitude
    /// are rounded by at most 2^-47, others not at all.
    pub(crate) fn grid_units(&self, layer: usize) -> Vec<i64> {
        let weights = self.layers[layer].values().iter();
        weights
            .map(|&weight| grid::from_f64(weight.into()).expect("weights lie in [-1, 1]"))
            .collect()
    }

    fn push(&mut self, name: &str, weight: Matrix, norms: Norms) -> Result<(), ConstructionError> {
        let norm = spectral_norm_bound(&RealMatrix::from(&weight));
        let (weight, norm, factor) = match norms {
            Norms::Rescaled if norm > 1.0 => divided(weight, norm),
            _ => (weight, norm, 1.0),
        };
        check_weights(name, &weight)?;
        if norms == Norms::AtMostOne && norm > 1.0 + NORM_ALLOWANCE {
            return Err(ConstructionError::Norm {
                layer: name.to_owned(),
                norm,
            });
        }
        self.layers.push(weight);
        self.norms.push(norm);
        self.factors.push(factor);
        Ok(())
    }
}

/// The matrix \[W b; 0 1\], or \[W b\] for the last layer.
fn with_constant_input(layer: &Dense, is_last: bool) -> Matrix {
    let (rows, columns) = (layer.weight.rows(), layer.weight.columns());
    let mut values = Vec::with_capacity((rows + 1) * (columns + 1));
    for row in 0..rows {
        values.extend_from_slice(layer.weight.row(row));
        values.push(layer.bias.as_ref().map_or(0.0, |bias| bias[row]));
    }
    if is_last {
        return Matrix::new(rows, columns + 1, values);
    }
    values.extend(vec![0.0; columns]);
    values.push(1.0);
    Matrix::new(rows + 1, columns + 1, values)
}

/// The matrix divided by a factor that brings its norm to at most 1, that bound, and the factor.
///
/// Quotients are rounded to 2^-24 of themselves, which changes the norm by no more than that times
/// the Frobenius norm, and that is at most the root of the shorter side times the norm.
fn divided(weight: Matrix, norm: f64) -> (Matrix, f64, f64) {
    let shorter = weight.rows().min(weight.columns()) as f64;
    let factor = norm * (1.0 + f64::from(f32::EPSILON) * shorter.sqrt());
    let values = weight
        .values()
        .iter()
        .map(|&value| (f64::from(value) / factor) as f32);
    let divided = Matrix::new(weight.rows(), weight.columns(), values.collect());
    (divided, 1.0, factor)
}

fn check_weights(layer: &str, weight: &Matrix) -> Result<(), ConstructionError> {
    match weight.values().iter().position(|value| value.abs() > 1.0) {
        None => Ok(()),
        Some(at) => Err(ConstructionError::Weight {
            layer: layer.to_owned(),
            row: at / weight.columns(),
            column: at % weight.columns(),
            value: weight.values()[at],
        }),
    }
}

/// An input, followed by 1 if there is a constant one.
pub(crate) fn with_constant(input: &[f64], has_constant_input: bool) -> Vec<f64> {
    let constant = has_constant_input.then_some(1.0);
    input.iter().copied().chain(constant).collect()
}

/// ReLU in place.
pub(crate) fn rectify(values: &mut [f64]) {
    values.iter_mut().for_each(|value| *value = value.max(0.0));
}
