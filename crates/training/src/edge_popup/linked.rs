//! The structure of the paper's proof as a layer: links between every input and every output.

use super::blocks::Blocks;
use super::rows::{Parts, Rows};
use super::selection::Selection;
use super::sgd::SgdParams;
use super::tensor::{Cuttable, Masked};
use super::vector::{LANES, Line, Plain, Vector, accumulate, dot};
use super::weights::Trained;
use networks::Matrix;
use std::slice;

/// How the links of a layer treat their inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    /// No ReLU: a link multiplies by v w.
    Linear,
    /// A ReLU between both weights, and inputs of either sign: every input is two features, its
    /// positive part, for links of positive first weight, and its negative part, for the others.
    SplitRelu,
    /// A ReLU between both weights, and inputs that are never negative: links of negative first
    /// weight are silent.
    PositiveRelu,
}

/// The structure of the paper: every input reaches every output by `links` links, each with a first
/// weight of its own for the input and a second one for input and output.
///
/// The links of an input are added up before they meet the batch, so that the products are those of
/// a layer `links` times smaller. With a ReLU inside this still holds, because
/// relu(x w) = max(x, 0) max(w, 0) + max(-x, 0) max(-w, 0).
#[derive(Debug, Clone)]
pub(super) struct Linked<const L: usize> {
    /// `[links, inputs]`: row = link, column = input.
    pub(super) first: Masked<1>,
    /// Row = input * links + link, column = output.
    pub(super) second: Masked<L>,
    pub(super) inside: Inside,
    by_first: Blocks<1>,
    /// For every feature and link what multiplies the second weights, once masks are cut.
    factors: Vec<f32>,
}

impl<const L: usize> Linked<L> {
    pub(super) fn new(first: Masked<1>, second: Masked<L>, inside: Inside) -> Linked<L> {
        Linked {
            by_first: first.weights.zeros_like(),
            factors: Vec::new(),
            first,
            second,
            inside,
        }
    }

    #[inline(always)]
    fn links(&self) -> usize {
        self.first.weights.rows
    }

    /// The input that a feature is a part of, and the sign that the first weights of its links are
    /// multiplied by.
    #[inline(always)]
    fn part(&self, feature: usize) -> (usize, f32) {
        match self.inside {
            Inside::SplitRelu => (
                feature / 2,
                if feature.is_multiple_of(2) { 1.0 } else { -1.0 },
            ),
            Inside::Linear | Inside::PositiveRelu => (feature, 1.0),
        }
    }
}

impl<const L: usize> Parts for Linked<L> {
    fn outputs(&self) -> usize {
        self.second.weights.columns
    }

    fn splits_inputs(&self) -> bool {
        self.inside == Inside::SplitRelu
    }

    fn cuttable(&mut self) -> Vec<&mut dyn Cuttable> {
        vec![&mut self.first, &mut self.second]
    }

    fn masked_anew(&mut self) {
        let links = self.links();
        let parts = if self.splits_inputs() { 2 } else { 1 };
        let effective = |cell| {
            let mut weights = Line::ZERO;
            self.first.effective::<Plain<false>>(cell)[0].store(&mut weights);
            weights
        };
        let effective: Vec<Line> = (0..self.by_first.cells.len()).map(effective).collect();
        self.factors.clear();
        for feature in 0..self.first.weights.columns * parts {
            let (input, sign) = self.part(feature);
            for link in 0..links {
                let weight = effective[input / LANES * links + link].0[input % LANES];
                self.factors.push(match self.inside {
                    Inside::Linear => weight,
                    Inside::SplitRelu | Inside::PositiveRelu => (sign * weight).max(0.0),
                });
            }
        }
    }

    fn tensors(&self) -> Vec<Trained> {
        vec![self.first.tensor("weight1"), self.second.tensor("weight2")]
    }

    fn restore(&mut self, tensors: &mut slice::Iter<(Matrix, Matrix)>) {
        self.first.scores.restore(tensors);
        self.second.scores.restore(tensors);
    }
}

impl<const L: usize> Rows<L> for Linked<L> {
    #[inline(always)]
    fn effective<V: Vector>(&self, block: usize, feature: usize) -> Option<[V; L]> {
        let links = self.links();
        let (input, _) = self.part(feature);
        let cell = block * self.second.weights.rows + input * links;
        let mut row = None;
        for link in 0..links {
            let factor = self.factors[feature * links + link];
            if factor != 0.0 {
                let sum = row.get_or_insert([V::splat(0.0); L]);
                accumulate(sum, factor, &self.second.effective(cell + link));
            }
        }
        row
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
        let links = self.links();
        let (input, sign) = self.part(feature);
        let cell = block * self.second.weights.rows + input * links;
        for link in 0..links {
            let factor = self.factors[feature * links + link];
            let (first, lane) = (input / LANES * links + link, input % LANES);
            let weight = self.first.weights.cells[first][0].0[lane];
            // max(w, 0) and max(-w, 0) are not both positive, so a link belongs to the feature of one
            // sign; the other one's learns it.
            if self.inside == Inside::SplitRelu && (weight < 0.0) != (sign < 0.0) {
                continue;
            }
            // A link whose ReLU is silent for every input has no part in the loss.
            if self.inside == Inside::Linear || factor != 0.0 {
                let second: [V; L] = self.second.effective(cell + link);
                self.by_first.cells[first][0].0[lane] += sign * dot(by_effective, &second);
            }
            // The effective weight is the sum over links of factor * second: the chain rule gives
            // `factor` times the gradient for `second`, and <gradient, second> for the factor above.
            let by_second = by_effective.map(|gradient| gradient.times(V::splat(factor)));
            let selection = &mut selections[self.second.selection];
            self.second
                .learn::<V>(cell + link, &by_second, sgd, selection);
        }
    }

    // A first weight reaches all outputs, so its gradient is whole only after the last block of them.
    fn finish<V: Vector>(&mut self, sgd: SgdParams, selections: &mut [Selection]) {
        let selection = &mut selections[self.first.selection];
        for (cell, gradient) in self.by_first.cells.iter_mut().enumerate() {
            self.first
                .learn(cell, &[V::load(&gradient[0])], sgd, selection);
            *gradient = [Line::ZERO];
        }
    }
}
