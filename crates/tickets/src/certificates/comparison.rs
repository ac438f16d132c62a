//! A target and its pruned network side by side: what both compute at a point, and how far apart
//! they certainly are there.

use std::f64::consts::SQRT_2;

use subset_sum::grid;

use super::half_linear::{Branch, HalfLinear};
use super::real_matrix::{RealMatrix, norm};
use crate::construction::{ConstructionError, PrunedLayer, PrunedNetwork, Target, with_constant};

/// A factor for what few roundings, or sums of up to a million terms, may take from a bound.
pub(super) const ROUNDING: f64 = 1.0 + 1e-9;

/// Where two networks are compared. One that was made for nonnegative inputs is far off elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Domain {
    /// All inputs of length up to 1.
    UnitBall,
    /// Those of them without a negative entry.
    NonnegativeUnitBall,
}

/// A target and its pruned network, to be compared over a domain.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    pub(crate) target: Branch,
    pub(crate) pruned: Branch,
    /// Bounds of the spectral norms of the target's layers.
    pub(crate) norms: Vec<f64>,
    pub(crate) has_constant_input: bool,
    pub(crate) domain: Domain,
}

impl Comparison {
    /// Puts a target and its pruned network side by side.
    ///
    /// # Errors
    /// [`ConstructionError::OtherWidths`] if their widths differ.
    pub fn new(
        target: &Target,
        pruned: &PrunedNetwork,
        domain: Domain,
    ) -> Result<Comparison, ConstructionError> {
        pruned.check_widths(target)?;
        let weights = target.layers().iter().map(RealMatrix::from);
        let layer = |(index, layer): (usize, &PrunedLayer)| {
            let is_signed = index == 0 && domain == Domain::UnitBall;
            half_linear(layer, is_signed)
        };
        Ok(Comparison {
            target: Branch {
                layers: weights.map(HalfLinear::linear).collect(),
            },
            pruned: Branch {
                layers: pruned.layers().iter().enumerate().map(layer).collect(),
            },
            norms: target.norms().to_vec(),
            has_constant_input: target.has_constant_input(),
            domain,
        })
    }

    /// The length of the longest input, its constant counted.
    pub(super) fn longest(&self) -> f64 {
        if self.has_constant_input { SQRT_2 } else { 1.0 }
    }

    /// The inputs that are given: a constant one is not.
    pub(crate) fn inputs(&self) -> usize {
        self.target.layers[0].positive.columns() - usize::from(self.has_constant_input)
    }

    /// The length of the difference at a point, as computed.
    pub(crate) fn error(&self, point: &[f64]) -> f64 {
        let input = with_constant(point, self.has_constant_input);
        norm(&self.difference(&self.target.outputs(&input), &self.pruned.outputs(&input)))
    }

    /// What the target puts out more than the pruned network.
    pub(crate) fn difference(&self, target: &[Vec<f64>], pruned: &[Vec<f64>]) -> Vec<f64> {
        let last = |outputs: &[Vec<f64>]| outputs[outputs.len() - 1].clone();
        let mut difference = last(target);
        let pairs = difference.iter_mut().zip(last(pruned));
        pairs.for_each(|(value, other)| *value -= other);
        difference
    }

    /// An error that is certainly reached at `input` (with its constant): what is computed there,
    /// less all that roundings may have added to it.
    ///
    /// If a computed entry e of the difference is off by at most r, the true one is at least |e| - r in
    /// magnitude, and 0 at least. The norm of these is below that of the true difference.
    pub(crate) fn certain_error(&self, input: &[f64]) -> f64 {
        let branches = [&self.target, &self.pruned];
        let [target, pruned] = branches.map(|branch| branch.outputs(input));
        let difference = self.difference(&target, &pruned);
        let radii = [
            self.target.radius(input, &target),
            self.pruned.radius(input, &pruned),
        ];
        let radius = radii[0].iter().zip(&radii[1]).map(|(f, g)| f + g);
        let certain = difference
            .iter()
            .zip(radius)
            .map(|(e, r)| (e.abs() - r).max(0.0));
        norm(&certain.collect::<Vec<_>>()) / ROUNDING
    }
}

/// The layer that a pruned pair of matrices is. Where inputs are not negative, W- does not matter.
fn half_linear(layer: &PrunedLayer, is_signed: bool) -> HalfLinear {
    let (rows, columns) = (layer.second().mask().rows(), layer.first().mask().columns());
    // Exact: a slope is a sum of at most 64 products of weights, below 128.
    let [positive, negative] = layer.slopes().map(|slopes| {
        RealMatrix::new(
            rows,
            columns,
            slopes.into_iter().map(grid::to_f64).collect(),
        )
    });
    HalfLinear {
        positive,
        negative: is_signed.then_some(negative),
    }
}
