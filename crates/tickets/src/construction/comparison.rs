//! The worst error of a pruned network over the unit ball, from above and from below.
//!
//! # The bound from above
//!
//! Let layer i of the pruned network have the slopes W_i + E+ and W_i + E- on the two half-lines of
//! its inputs. On x = x+ - x- it is off by E+ x+ - E- x- = [E+, -E-] (x+; x-), and (x+; x-) is as
//! long as x. No column of E+ is ever used together with the same column of E-. So the error is at
//! most eta_i |x| with
//!
//! ```text
//! eta_i = min( ||[E+, -E-]||_2,  sqrt(sum_j max(|E+_j|, |E-_j|)^2) )    any inputs, columns j
//! eta_i = ||E+||_2                                                       nonnegative inputs
//! ```
//!
//! Layers compose by, with ||f_i - g_i|| <= e_i and ||g_i|| <= b_i after layer i,
//!
//! ```text
//! e_1 = eta_1 b_0                                        b_0 = 1, or sqrt 2 with a constant input
//! e_i = p_i + min(eta_i b_{i-1}, ||E_i G_{i-1}||_D b_{i-2})
//! p_i = ||W_i|| p_{i-1} + min(||W_i|| eta_{i-1}, ||W_i E_{i-1}||_D) b_{i-2}            p_1 = 0
//! b_i = (||W_i|| + eta_i) b_{i-1}
//! ```
//!
//! where p_i is what earlier layers did wrong, E_i is \[E+, -E-\] or E+, and G_i likewise has the
//! slopes themselves. ||A B||_D is the largest norm of A D B for all that ReLU may do between the two
//! (`masked_product`): it brings no two points further apart, and 0 stays where it is. Every number
//! is rounded up, so the bound is above the true error and not only above a computed one. It speaks
//! of both networks in exact arithmetic.
//!
//! # The bound from below
//!
//! Any point of the ball gives one. [`Search`] looks for a good one, and what the two networks
//! compute there is enclosed with all roundings.

use std::f64::consts::SQRT_2;

use subset_sum::grid;

use super::error::ConstructionError;
use super::half_linear::{Branch, HalfLinear};
use super::masked_product::masked_product_bound;
use super::pruned_network::{PrunedLayer, PrunedNetwork};
use super::real_matrix::{RealMatrix, dot, norm};
use super::search::{Found, Search};
use super::spectral_norm::spectral_norm_bound;
use super::target::Target;

/// A factor for what few roundings, or sums of up to a million terms, may take from a bound.
const ROUNDING: f64 = 1.0 + 1e-9;

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

/// What is known of one layer and of the network up to there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerBound {
    /// A bound of the spectral norm ||W_i|| of the target's layer.
    pub norm: f64,
    /// A bound of the layer's own error, relative to the length of its input: eta_i.
    pub deviation: f64,
    /// A bound of the error of the network up to this layer: e_i.
    pub error: f64,
    /// A bound of the length of what the pruned network puts out here: b_i.
    pub length: f64,
}

/// The worst error of a pruned network lies between two bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct WorstError {
    /// A point of the domain, and an error that is certainly reached there.
    pub found: Found,
    /// The bounds of each layer; the last one's error is that of the network.
    pub layers: Vec<LayerBound>,
}

impl WorstError {
    /// The bound from below.
    pub fn lower(&self) -> f64 {
        self.found.error
    }

    /// The bound from above.
    pub fn upper(&self) -> f64 {
        self.layers[self.layers.len() - 1].error
    }
}

impl Comparison {
    /// Puts a target and its pruned network side by side.
    ///
    /// # Errors
    /// [`ConstructionError::OtherWidths`] if their widths differ.
    ///
    /// ```
    /// use tickets::construction::{
    ///     Comparison, Construction, Domain, Norms, RandomNetwork, Search, Target, construct,
    /// };
    /// use networks::{Dense, Matrix, Network};
    /// let weight = Matrix::new(1, 1, vec![-0.3]);
    /// let network = Network::new(vec![Dense { name: "fc1".into(), weight, bias: None }])?;
    /// let target = Target::new(&network, Norms::AtMostOne)?;
    /// let random = RandomNetwork::new(&target.widths(), &[40], 1, 0)?;
    /// let (pruned, outcomes) = construct(&random, &target, Construction::PAPER, 0.01)?;
    /// let comparison = Comparison::new(&target, &pruned, Domain::UnitBall)?;
    /// let error = comparison.worst_error(Search::default());
    /// // One weight: the worst error is that of the worse half-line.
    /// let expected = subset_sum::grid::to_f64(outcomes[0].largest_error);
    /// assert!(error.lower() <= expected && expected <= error.upper());
    /// assert!(error.upper() - error.lower() < 1e-8 * expected);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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

    /// The worst error over the domain, from both sides.
    pub fn worst_error(&self, search: Search) -> WorstError {
        WorstError {
            found: self.search(search),
            layers: self.bounds(),
        }
    }

    /// The certificate: bounds from above, layer by layer.
    pub fn bounds(&self) -> Vec<LayerBound> {
        let mut length = self.longest() * ROUNDING;
        // The layer before with its bound and the length of its inputs; and p of this layer.
        let (mut before, mut passed): (Option<(Layer, LayerBound, f64)>, _) = (None, 0.0);
        let pairs = self.target.layers.iter().zip(&self.pruned.layers);
        let bound = |((target, pruned), &norm): ((&HalfLinear, &HalfLinear), &f64)| {
            let layer = Layer::new(&target.positive, pruned);
            let deviation = layer.deviation();
            let mut new = deviation * length;
            if let Some((last, bound, last_length)) = &before {
                let kept = masked_product_bound(&target.positive, &last.errors);
                let kept = kept.min(norm * bound.deviation);
                passed = (norm * passed + kept * last_length) * ROUNDING;
                new = new.min(masked_product_bound(&layer.errors, &last.weights) * last_length);
            }
            let bound = LayerBound {
                norm,
                deviation,
                error: (passed + new) * ROUNDING,
                length: (norm + deviation) * length * ROUNDING,
            };
            before = Some((layer, bound, length));
            length = bound.length;
            bound
        };
        pairs.zip(&self.norms).map(bound).collect()
    }

    /// For one layer, the largest error of an output over all inputs in \[-1, 1\] (those of them in
    /// \[0, 1\], where the domain has no others), rounded up by 1e-9 of it at most; `None` for more
    /// layers. Every input is at an end, where its entry of the worse half-line counts.
    pub fn cube_error(&self) -> Option<f64> {
        let ([target], [pruned]) = (&self.target.layers[..], &self.pruned.layers[..]) else {
            return None;
        };
        let halves = [Some(&pruned.positive), pruned.negative.as_ref()];
        let halves = halves.into_iter().flatten();
        let errors: Vec<_> = halves
            .map(|half| difference(half, &target.positive))
            .collect();
        let row_error = |row: usize| -> f64 {
            let entry = |at: usize| errors.iter().map(move |half| half.row(row)[at].abs());
            let columns = 0..target.positive.columns();
            columns.map(|at| entry(at).fold(0.0, f64::max)).sum()
        };
        let rows = (0..target.positive.rows()).map(row_error);
        Some(rows.fold(0.0, f64::max) * ROUNDING)
    }

    /// What a `bound` of the worst error says of inputs of any length: a bound of the error relative
    /// to the length, where a constant input counts with the others.
    pub fn per_length(&self, bound: f64) -> f64 {
        bound / self.longest() * ROUNDING
    }

    /// The length of the longest input, its constant counted.
    fn longest(&self) -> f64 {
        if self.has_constant_input { SQRT_2 } else { 1.0 }
    }

    /// The inputs that are given: a constant one is not.
    pub(crate) fn inputs(&self) -> usize {
        self.target.layers[0].positive.columns() - usize::from(self.has_constant_input)
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

/// A pruned layer and its errors, as matrices that are applied to (x+; x-), or to x where inputs are
/// not negative.
struct Layer {
    /// \[W+, -W-\], or W+.
    weights: RealMatrix,
    /// \[E+, -E-\], or E+.
    errors: RealMatrix,
    /// The entries of x.
    inputs: usize,
}

impl Layer {
    fn new(target: &RealMatrix, pruned: &HalfLinear) -> Layer {
        let positive = difference(&pruned.positive, target);
        let (weights, errors) = match &pruned.negative {
            None => (pruned.positive.clone(), positive),
            Some(negative) => (
                beside(&pruned.positive, negative),
                beside(&positive, &difference(negative, target)),
            ),
        };
        Layer {
            weights,
            errors,
            inputs: target.columns(),
        }
    }

    /// A bound of the layer's error relative to the length of its inputs: eta_i.
    fn deviation(&self) -> f64 {
        let norm = spectral_norm_bound(&self.errors);
        match self.errors.columns() == self.inputs {
            true => norm * ROUNDING,
            false => norm.min(columnwise(&self.errors)) * ROUNDING,
        }
    }
}

/// The Frobenius norm of the matrix with the longer one of each two columns of \[E+, -E-\].
fn columnwise(errors: &RealMatrix) -> f64 {
    let columns = errors.transposed();
    let squares: Vec<f64> = (0..columns.rows())
        .map(|at| dot(columns.row(at), columns.row(at)))
        .collect();
    let (positive, negative) = squares.split_at(columns.rows() / 2);
    let pairs = positive.iter().zip(negative);
    pairs
        .map(|(positive, negative)| positive.max(*negative))
        .sum::<f64>()
        .sqrt()
}

/// The entries of one matrix less those of the other, each rounded once.
fn difference(left: &RealMatrix, right: &RealMatrix) -> RealMatrix {
    let entries = left
        .values()
        .iter()
        .zip(right.values())
        .map(|(left, right)| left - right);
    RealMatrix::new(left.rows(), left.columns(), entries.collect())
}

/// The matrix \[left, -right\].
fn beside(left: &RealMatrix, right: &RealMatrix) -> RealMatrix {
    let row = |row| {
        left.row(row)
            .iter()
            .copied()
            .chain(right.row(row).iter().map(|entry| -entry))
    };
    let values = (0..left.rows()).flat_map(row).collect();
    RealMatrix::new(left.rows(), left.columns() + right.columns(), values)
}
