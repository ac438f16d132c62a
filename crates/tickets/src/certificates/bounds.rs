//! The certificate: how far two networks are apart at most, layer by layer.
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

use super::comparison::{Comparison, ROUNDING};
use super::half_linear::HalfLinear;
use super::masked_product::masked_product_bound;
use super::real_matrix::{RealMatrix, dot};
use super::spectral_norm::spectral_norm_bound;

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

impl Comparison {
    /// The certificate: bounds from above, layer by layer.
    pub fn bounds(&self) -> Vec<LayerBound> {
        let mut length = self.longest() * ROUNDING;
        // The layer before with its bound and the length of its inputs; and p of this layer.
        let (mut before, mut passed): (Option<(Layer, LayerBound, f64)>, _) = (None, 0.0);
        let pairs = self.target.layers.iter().zip(&self.pruned.layers);
        let bound = |((target, pruned), &norm): ((&HalfLinear, &HalfLinear), &f64)| {
            let layer = Layer::new(&target.positive, pruned);
            let deviation = layer.deviation();
            // The layer's own error acts on what the pruned network hands it: eta_i b_{i-1}.
            let mut new = deviation * length;
            if let Some((last, bound, last_length)) = &before {
                // What the layer before got wrong passes a ReLU, which brings no two points further
                // apart, and then W_i: ||W_i D E_{i-1} x|| <= min(||W_i|| eta_{i-1},
                // ||W_i E_{i-1}||_D) |x|. What came before that one passes W_i as p_{i-1}.
                let kept = masked_product_bound(&target.positive, &last.errors);
                let kept = kept.min(norm * bound.deviation);
                passed = (norm * passed + kept * last_length) * ROUNDING;
                // The own error once more, with the layer that the input comes from: a neuron that the
                // layer before keeps small cannot make its error large.
                new = new.min(masked_product_bound(&layer.errors, &last.weights) * last_length);
            }
            // The triangle inequality twice: e_i = p_i + new, ||W_i + E_i|| <= ||W_i|| + eta_i.
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
    /// to the length, where a constant input counts with the others. Both networks are positively
    /// homogeneous, h(t x) = t h(x) for t >= 0, so the error grows along every ray by the length.
    pub fn per_length(&self, bound: f64) -> f64 {
        bound / self.longest() * ROUNDING
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
                side_by_side(&pruned.positive, negative),
                side_by_side(&positive, &difference(negative, target)),
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
///
/// It bounds the error because x_j has one sign: column j is met by x+_j or by x-_j, never by both.
/// So |E+ x+ - E- x-| <= sum_j max(|E+_j|, |E-_j|) |x_j|, and by Cauchy and Schwarz that is at most
/// this norm times |x|. It beats the spectral norm where the halves err alike.
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
fn side_by_side(left: &RealMatrix, right: &RealMatrix) -> RealMatrix {
    let row = |row| {
        left.row(row)
            .iter()
            .copied()
            .chain(right.row(row).iter().map(|entry| -entry))
    };
    let values = (0..left.rows()).flat_map(row).collect();
    RealMatrix::new(left.rows(), left.columns() + right.columns(), values)
}
