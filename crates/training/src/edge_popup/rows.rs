//! What the kinds of layers have in common: rows of effective weights, one for each feature, and what
//! a row learns from the loss's derivatives by it.

use super::selection::Selection;
use super::sgd::SgdParams;
use super::tensor::{Cuttable, Masked, Values};
use super::vector::Vector;
use super::weights::Trained;
use networks::Matrix;
use std::slice;

/// What a layer consists of.
pub(super) trait Parts: Send {
    /// Outputs of the layer.
    fn outputs(&self) -> usize;

    /// Whether every input is two features, its positive and its negative part.
    fn splits_inputs(&self) -> bool {
        false
    }

    /// The tensors under masks.
    fn cuttable(&mut self) -> Vec<&mut dyn Cuttable>;

    /// Prepares for the masks that were just cut.
    fn masked_anew(&mut self) {}

    /// All tensors, in PyTorch's shape.
    fn tensors(&self) -> Vec<Trained>;

    /// Takes over values and velocities of its tensors.
    fn restore(&mut self, tensors: &mut slice::Iter<(Matrix, Matrix)>);
}

/// A layer seen as a matrix of effective weights `[features, outputs]`, in blocks of outputs.
pub(super) trait Rows<const L: usize>: Parts {
    /// The effective weights of a feature in a block of outputs; none if all are 0.
    fn effective<V: Vector>(&self, block: usize, feature: usize) -> Option<[V; L]>;

    /// Moves what is trained, given the loss's derivatives by the effective weights.
    fn learn<V: Vector>(
        &mut self,
        block: usize,
        feature: usize,
        by_effective: &[V; L],
        sgd: SgdParams,
        selections: &mut [Selection],
    );

    /// Moves what all blocks have had a part in.
    fn finish<V: Vector>(&mut self, _sgd: SgdParams, _selections: &mut [Selection]) {}
}

/// A layer whose weights are trained themselves.
impl<const L: usize> Parts for Values<L> {
    fn outputs(&self) -> usize {
        self.values.columns
    }

    fn cuttable(&mut self) -> Vec<&mut dyn Cuttable> {
        Vec::new()
    }

    fn tensors(&self) -> Vec<Trained> {
        let weights = self.values.to_matrix();
        vec![Trained {
            name: "weight".to_owned(),
            values: weights.clone(),
            velocities: self.velocities.to_matrix(),
            effective: weights.clone(),
            weights,
            kept: None,
        }]
    }

    fn restore(&mut self, tensors: &mut slice::Iter<(Matrix, Matrix)>) {
        Values::restore(self, tensors);
    }
}

impl<const L: usize> Rows<L> for Values<L> {
    #[inline(always)]
    fn effective<V: Vector>(&self, block: usize, feature: usize) -> Option<[V; L]> {
        let cell = &self.values.cells[block * self.values.rows + feature];
        Some(std::array::from_fn(|line| V::load(&cell[line])))
    }

    #[inline(always)]
    fn learn<V: Vector>(
        &mut self,
        block: usize,
        feature: usize,
        by_effective: &[V; L],
        sgd: SgdParams,
        _: &mut [Selection],
    ) {
        let cell = block * self.values.rows + feature;
        for (line, &gradient) in by_effective.iter().enumerate() {
            self.advance(cell, line, gradient, sgd);
        }
    }
}

/// A layer of frozen weights under one mask.
impl<const L: usize> Parts for Masked<L> {
    fn outputs(&self) -> usize {
        self.weights.columns
    }

    fn cuttable(&mut self) -> Vec<&mut dyn Cuttable> {
        vec![self]
    }

    fn tensors(&self) -> Vec<Trained> {
        vec![self.tensor("weight")]
    }

    fn restore(&mut self, tensors: &mut slice::Iter<(Matrix, Matrix)>) {
        self.scores.restore(tensors);
    }
}

impl<const L: usize> Rows<L> for Masked<L> {
    #[inline(always)]
    fn effective<V: Vector>(&self, block: usize, feature: usize) -> Option<[V; L]> {
        Some(Masked::effective(self, block * self.weights.rows + feature))
    }

    #[inline(always)]
    fn learn<V: Vector>(
        &mut self,
        block: usize,
        feature: usize,
        by_effective: &[V; L],
        sgd: SgdParams,
        selections: &mut [Selection],
    ) {
        let cell = block * self.weights.rows + feature;
        let selection = &mut selections[self.selection];
        Masked::learn::<V>(self, cell, by_effective, sgd, selection);
    }
}
