//! A network under training: layers, their batch, and the masks cut after every step.

use std::fmt;

use networks::Matrix;

use super::activations::{Activations, lines_in_block};
use super::blocks::Layout;
use super::features::Features;
use super::layer::{Blocked, Layer};
use super::linked::{Inside, Linked};
use super::rows::Rows;
use super::selection::Selection;
use super::sgd::Sgd;
use super::tensor::{Masked, Rank, Values};
use super::vector::Level;
use super::weights::{LayerWeights, Scored, Trained};
use crate::descent::cross_entropy;

/// Images whose outputs and errors fit the first cache, block by block.
const IMAGES_AT_ONCE: usize = 64;

/// Which entries share a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those of a tensor: each loses the same fraction.
    Tensor,
    /// All of the network.
    Network,
}

/// What masks remove.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Masks {
    /// The fraction removed, in [0, 1): exactly floor(sparsity * size) entries.
    pub sparsity: f64,
    /// By what entries are ranked; the lowest are removed.
    pub rank: Rank,
    /// Which entries are ranked together.
    pub scope: Scope,
}

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The cross entropy before the step, in nats, added up over the batch.
    pub loss: f64,
    /// The images of the batch classified correctly before the step.
    pub correct: usize,
}

/// A network whose scores (or, in dense layers, weights) are trained.
pub struct EdgePopup {
    layers: Vec<Box<dyn Layer>>,
    /// Inputs of the first layer.
    inputs: usize,
    selections: Vec<Selection>,
    descent: Sgd,
    background: f32,
    pub(super) level: Level,
    /// The inputs of each layer, from the last batch.
    features: Vec<Features>,
    /// Where a layer's outputs go before ReLU, and the loss's derivatives by them.
    outputs: Activations,
    errors: Activations,
    by_entries: Vec<f32>,
}

impl fmt::Debug for EdgePopup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths: Vec<usize> = self
            .layers
            .iter()
            .map(|layer| layer.parts().outputs())
            .collect();
        formatter
            .debug_struct("EdgePopup")
            .field("outputs", &widths)
            .finish_non_exhaustive()
    }
}

impl EdgePopup {
    /// A network before its first step.
    ///
    /// `background` is the input that most entries have, such as that of a black pixel; it
    /// matters for speed alone. A later layer's inputs are never negative, thanks to ReLU.
    ///
    /// # Panics
    /// If there is no layer, shapes do not fit together, or the sparsity is outside [0, 1).
    pub fn new(
        layers: Vec<LayerWeights>,
        masks: Masks,
        descent: Sgd,
        background: f32,
    ) -> EdgePopup {
        assert!(!layers.is_empty(), "a network has at least one layer");
        assert!(
            (0.0..1.0).contains(&masks.sparsity),
            "sparsity {} is outside [0, 1)",
            masks.sparsity
        );
        for pair in layers.windows(2) {
            assert_eq!(
                pair[0].outputs(),
                pair[1].inputs(),
                "a layer takes what the last one gives"
            );
        }
        let mut sizes = Vec::new();
        let (count, inputs) = (layers.len(), layers[0].inputs());
        let layers = layers.iter().enumerate();
        let layers = layers.map(|(place, layer)| match lines_in_block(layer.outputs()) {
            1 => build::<1>(place, layer, masks, &mut sizes),
            _ => build::<4>(place, layer, masks, &mut sizes),
        });
        let layers: Vec<Box<dyn Layer>> = layers.collect();
        if masks.scope == Scope::Network {
            sizes = vec![sizes.iter().sum()];
        }
        let removed = sizes
            .iter()
            .map(|&size: &usize| (masks.sparsity * size as f64) as usize);
        let mut network = EdgePopup {
            layers,
            inputs,
            selections: removed.map(Selection::new).collect(),
            descent,
            background,
            level: Level::best(),
            features: vec![Features::default(); count],
            outputs: Activations::default(),
            errors: Activations::default(),
            by_entries: Vec::new(),
        };
        network.cut();
        network
    }

    /// One step on a batch: inputs of equal length, and a label for each.
    ///
    /// A loss that is not finite says that training has diverged.
    ///
    /// # Panics
    /// If the inputs do not fit the network, or a label is no class.
    pub fn step(&mut self, inputs: &[&[f32]], labels: &[u8], rate: f64) -> Step {
        self.learn(inputs, labels, rate, false)
    }

    /// The same, and the derivatives of the mean loss by the inputs, `[batch, inputs]`; those of inputs
    /// that equal the background are given as 0, as if a ReLU had silenced them.
    ///
    /// # Panics
    /// As [`EdgePopup::step`]; also for a first layer of links with a ReLU inside.
    pub fn step_with_gradient(
        &mut self,
        inputs: &[&[f32]],
        labels: &[u8],
        rate: f64,
    ) -> (Step, Matrix) {
        assert!(
            !self.layers[0].parts().splits_inputs(),
            "half an input has no derivative of its own"
        );
        let step = self.learn(inputs, labels, rate, true);
        let mut by_inputs = Matrix::zeros(inputs.len(), self.inputs);
        self.features[0].for_each_entry(&self.by_entries, |image, input, by_entry| {
            by_inputs.values_mut()[image * self.inputs + input] = by_entry;
        });
        (step, by_inputs)
    }

    /// The logits of a batch, `[batch, classes]`.
    ///
    /// # Panics
    /// If the inputs do not fit the network.
    pub fn logits(&mut self, inputs: &[&[f32]]) -> Matrix {
        assert!(
            inputs.iter().all(|input| input.len() == self.inputs),
            "{} numbers for every input",
            self.inputs
        );
        let is_split = self.layers[0].parts().splits_inputs();
        self.features[0].read(inputs, self.inputs, self.background, is_split);
        let mut outputs = 0;
        for (place, layer) in self.layers.iter().enumerate() {
            if place > 0 {
                self.outputs.relu(outputs, &mut self.features[place]);
            }
            outputs = layer.parts().outputs();
            layer.forward(self.level, &self.features[place], &mut self.outputs);
        }
        self.outputs.to_matrix(outputs)
    }

    /// The images whose largest logit is their label's.
    ///
    /// # Panics
    /// If the images do not fit the network, or there is not one label for each.
    pub fn correct(&mut self, images: &Matrix, labels: &[u8]) -> usize {
        assert_eq!(images.rows(), labels.len(), "one label per image");
        let starts = (0..labels.len()).step_by(IMAGES_AT_ONCE);
        let batches = starts.map(|start| start..labels.len().min(start + IMAGES_AT_ONCE));
        let correct = batches.map(|batch| {
            let inputs: Vec<&[f32]> = batch.clone().map(|image| images.row(image)).collect();
            cross_entropy(&self.logits(&inputs), &labels[batch]).correct
        });
        correct.sum()
    }

    /// All tensors, layer by layer, as they are now.
    pub fn tensors(&self) -> Vec<Trained> {
        let layers = self.layers.iter().enumerate();
        let tensors = layers.flat_map(|(place, layer)| {
            let named = move |mut tensor: Trained| {
                tensor.name = format!("fc{}.{}", place + 1, tensor.name);
                tensor
            };
            layer.parts().tensors().into_iter().map(named)
        });
        tensors.collect()
    }

    /// Goes back to values and velocities that [`EdgePopup::tensors`] gave, in its order. Training
    /// goes on from there to the bit.
    ///
    /// # Panics
    /// If there is not one matrix of the right shape for each tensor.
    pub fn restore(&mut self, tensors: &[(Matrix, Matrix)]) {
        let mut tensors = tensors.iter();
        for layer in &mut self.layers {
            layer.parts_mut().restore(&mut tensors);
        }
        assert!(tensors.next().is_none(), "one matrix per tensor");
        self.cut();
    }

    fn learn(&mut self, inputs: &[&[f32]], labels: &[u8], rate: f64, to_inputs: bool) -> Step {
        let loss = cross_entropy(&self.logits(inputs), labels);
        let sgd = self.descent.at_rate(rate);
        self.errors.read(&loss.gradient);
        for place in (0..self.layers.len()).rev() {
            let features = &self.features[place];
            let is_asked = place > 0 || to_inputs;
            self.by_entries.clear();
            self.by_entries
                .resize(if is_asked { features.all().len() } else { 0 }, 0.0);
            let by_entries = is_asked.then_some(&mut self.by_entries[..]);
            let errors = &self.errors;
            let layer = &mut self.layers[place];
            layer.backward(
                self.level,
                features,
                errors,
                by_entries,
                sgd,
                &mut self.selections,
            );
            if place > 0 {
                let outputs = self.layers[place - 1].parts().outputs();
                self.errors.reshape(outputs, features.images());
                features.for_each_entry(&self.by_entries, |image, feature, by_entry| {
                    self.errors.set(image, feature, by_entry);
                });
            }
        }
        self.cut();
        Step {
            loss: loss.total,
            correct: loss.correct,
        }
    }

    /// Cuts all masks anew by the scores as they are.
    fn cut(&mut self) {
        let mut tensors: Vec<_> = self
            .layers
            .iter_mut()
            .flat_map(|layer| layer.parts_mut().cuttable())
            .collect();
        for (number, selection) in self.selections.iter_mut().enumerate() {
            let mut cut = selection.cut(|ranks| {
                let mine = tensors.iter().filter(|tensor| tensor.selection() == number);
                mine.for_each(|tensor| tensor.list_ranks(ranks));
            });
            for tensor in tensors
                .iter_mut()
                .filter(|tensor| tensor.selection() == number)
            {
                cut.ties = tensor.apply(cut);
            }
        }
        for layer in &mut self.layers {
            layer.parts_mut().masked_anew();
        }
    }
}

/// A layer in blocks of `L` lines of outputs; notes the sizes of its masked tensors.
fn build<const L: usize>(
    place: usize,
    layer: &LayerWeights,
    masks: Masks,
    sizes: &mut Vec<usize>,
) -> Box<dyn Layer> {
    let mut select = |scored: &Scored| {
        sizes.push(scored.weights.values().len());
        match masks.scope {
            Scope::Tensor => sizes.len() - 1,
            Scope::Network => 0,
        }
    };
    match layer {
        LayerWeights::Dense(weights) => {
            boxed::<L>(Values::new(weights, Layout::ByInput { links: 1 }))
        }
        LayerWeights::Masked(scored) => {
            let layout = Layout::ByInput { links: 1 };
            boxed::<L>(Masked::new(scored, layout, masks.rank, select(scored)))
        }
        LayerWeights::Linked {
            first,
            second,
            relu,
        } => {
            let links = first.weights.rows();
            assert_eq!(
                second.weights.columns(),
                first.weights.values().len(),
                "a second weight for each link"
            );
            let inside = match (relu, place) {
                (false, _) => Inside::Linear,
                (true, 0) => Inside::SplitRelu,
                (true, _) => Inside::PositiveRelu,
            };
            let (layout, rank) = (Layout::ByInput { links }, masks.rank);
            let first = Masked::new(first, Layout::Direct, rank, select(first));
            let second = Masked::new(second, layout, rank, select(second));
            boxed::<L>(Linked::new(first, second, inside))
        }
    }
}

fn boxed<const L: usize>(rows: impl Rows<L> + 'static) -> Box<dyn Layer> {
    Box::new(Blocked::<_, L>(rows))
}
