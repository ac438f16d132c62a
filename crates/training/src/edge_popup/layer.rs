//! The products of a layer with a batch, forward and backward.
//!
//! Block by block of outputs: the outputs of a block for all images, and their derivatives, fit the
//! first cache, and every weight, score and velocity passes through the registers once each way.

use super::activations::Activations;
use super::blocks::Blocks;
use super::features::Features;
use super::rows::{Parts, Rows};
use super::selection::Selection;
use super::sgd::SgdParams;
use super::vector::{Kernel, Level, Line, Vector, accumulate, dot, load};

/// A layer of any kind and width.
pub(super) trait Layer: Send {
    fn parts(&self) -> &dyn Parts;

    fn parts_mut(&mut self) -> &mut dyn Parts;

    /// Overwrites `outputs` with those for a batch.
    fn forward(&self, level: Level, features: &Features, outputs: &mut Activations);

    /// One step of training, given the loss's derivatives by the outputs; adds those by the inputs,
    /// one for each entry of the features.
    fn backward(
        &mut self,
        level: Level,
        features: &Features,
        errors: &Activations,
        by_entries: Option<&mut [f32]>,
        sgd: SgdParams,
        selections: &mut [Selection],
    );
}

/// Rows in blocks of `L` lines as a [`Layer`].
pub(super) struct Blocked<R, const L: usize>(pub(super) R);

impl<R: Rows<L>, const L: usize> Blocked<R, L> {
    fn blocks(&self) -> usize {
        self.0.outputs().div_ceil(Blocks::<L>::WIDTH)
    }
}

impl<R: Rows<L>, const L: usize> Layer for Blocked<R, L> {
    fn parts(&self) -> &dyn Parts {
        &self.0
    }

    fn parts_mut(&mut self) -> &mut dyn Parts {
        &mut self.0
    }

    fn forward(&self, level: Level, features: &Features, outputs: &mut Activations) {
        outputs.reshape(self.0.outputs(), features.images());
        for block in 0..self.blocks() {
            let outputs = outputs.block_mut::<L>(block);
            level.run(Forward {
                rows: &self.0,
                block,
                features,
                outputs,
            });
        }
    }

    fn backward(
        &mut self,
        level: Level,
        features: &Features,
        errors: &Activations,
        mut by_entries: Option<&mut [f32]>,
        sgd: SgdParams,
        selections: &mut [Selection],
    ) {
        for block in 0..self.blocks() {
            let errors = errors.block::<L>(block);
            let (rows, by_entries) = (&mut self.0, by_entries.as_deref_mut());
            level.run(Backward {
                rows,
                block,
                features,
                errors,
                by_entries,
                sgd,
                selections,
            });
        }
        level.run(Finish {
            rows: &mut self.0,
            sgd,
            selections,
        });
    }
}

struct Forward<'a, R, const L: usize> {
    rows: &'a R,
    block: usize,
    features: &'a Features,
    outputs: &'a mut [[Line; L]],
}

impl<R: Rows<L>, const L: usize> Kernel for Forward<'_, R, L> {
    #[inline(always)]
    fn run<V: Vector>(self) {
        let Forward {
            rows,
            block,
            features,
            outputs,
        } = self;
        // sum_f b W_f is the same for every image: it is summed up once, in registers, and added to
        // all of them in the end. An image then costs only the entries that differ from b.
        let mut common = [V::splat(0.0); L];
        for feature in 0..features.count() {
            let (entries, background) = (features.entries(feature), features.background(feature));
            // As for the pixels of the margin: the row is not even read.
            if entries.is_empty() && background == 0.0 {
                continue;
            }
            let Some(row) = rows.effective::<V>(block, feature) else {
                continue;
            };
            accumulate(&mut common, background, &row);
            for entry in entries {
                let output = &mut outputs[entry.image as usize];
                for (output, &row) in output.iter_mut().zip(&row) {
                    row.multiply_add(V::splat(entry.value), V::load(output))
                        .store(output);
                }
            }
        }
        for output in outputs {
            for (output, &common) in output.iter_mut().zip(&common) {
                common
                    .multiply_add(V::splat(1.0), V::load(output))
                    .store(output);
            }
        }
    }
}

struct Backward<'a, R, const L: usize> {
    rows: &'a mut R,
    block: usize,
    features: &'a Features,
    errors: &'a [[Line; L]],
    by_entries: Option<&'a mut [f32]>,
    sgd: SgdParams,
    selections: &'a mut [Selection],
}

impl<R: Rows<L>, const L: usize> Kernel for Backward<'_, R, L> {
    #[inline(always)]
    fn run<V: Vector>(self) {
        let Backward {
            rows,
            block,
            features,
            errors,
            mut by_entries,
            sgd,
            selections,
        } = self;
        // The gradient by row f is sum_i x_f(i) e(i) = b sum_i e(i) + sum over x_f(i) != b of
        // (x_f(i) - b) e(i): the first sum is common to all rows.
        let mut total = [V::splat(0.0); L];
        for error in errors {
            accumulate(&mut total, 1.0, &load(error));
        }
        for feature in 0..features.count() {
            let entries = features.entries(feature);
            let mut gradient = [V::splat(0.0); L];
            accumulate(&mut gradient, features.background(feature), &total);
            for entry in entries {
                accumulate(
                    &mut gradient,
                    entry.value,
                    &load(&errors[entry.image as usize]),
                );
            }
            // Before the row is learnt: the derivatives are those at the weights of the forward pass.
            if let Some(by_entries) = by_entries.as_deref_mut()
                && let Some(row) = rows.effective::<V>(block, feature)
            {
                let by_entries = &mut by_entries[features.range(feature)];
                for (by_entry, entry) in by_entries.iter_mut().zip(entries) {
                    *by_entry += dot(&row, &load(&errors[entry.image as usize]));
                }
            }
            // While the gradient is in registers, so that it is never written to memory.
            rows.learn::<V>(block, feature, &gradient, sgd, selections);
        }
    }
}

struct Finish<'a, R, const L: usize> {
    rows: &'a mut R,
    sgd: SgdParams,
    selections: &'a mut [Selection],
}

impl<R: Rows<L>, const L: usize> Kernel for Finish<'_, R, L> {
    #[inline(always)]
    fn run<V: Vector>(self) {
        self.rows.finish::<V>(self.sgd, self.selections);
    }
}
