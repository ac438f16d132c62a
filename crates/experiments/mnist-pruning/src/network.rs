//! Networks that are not trained any more, and their files: safetensors with PyTorch's names, `fc1.weight`,
//! or `fc1.weight1` and `fc1.weight2` in the structure, and `conv1.weight` and `conv2.weight` in LeNet5.

use crate::architecture::{Architecture, Model};
use crate::data::Images;
use crate::tensors::{self, Stored, convolutions, floats};
use anyhow::{Context, Result, bail, ensure};
use networks::Matrix;
use safetensors::SafeTensors;
use std::collections::BTreeMap;
use tickets::ticket::NamedMask;
use training::Convolutions;
use training::edge_popup::{EdgePopup, LayerWeights, Masks, Rank, Scope, Scored, Sgd};

/// A network that is not trained any more.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    /// Fully connected layers; those of a pruned network hold its effective weights.
    pub(crate) layers: Vec<LayerWeights>,
    /// LeNet5's convolutions.
    pub(crate) convolutions: Option<Convolutions>,
}

impl Network {
    /// A network of effective weights, one matrix for each tensor of the architecture.
    pub(crate) fn new(
        model: Model,
        weights: Vec<Matrix>,
        convolutions: Option<Convolutions>,
    ) -> Network {
        let mut weights = weights.into_iter();
        let mut layers = Vec::new();
        while let Some(first) = weights.next() {
            layers.push(match model {
                Model::Dense | Model::Wide => LayerWeights::Dense(first),
                Model::Linear | Model::Relu => LayerWeights::Linked {
                    first: unmasked(first),
                    second: unmasked(weights.next().expect("two tensors a layer")),
                    relu: model == Model::Relu,
                },
            });
        }
        Network {
            layers,
            convolutions,
        }
    }

    /// Test images that it classifies correctly.
    pub(crate) fn correct(&self, images: &Images) -> usize {
        let masks = Masks {
            sparsity: 0.0,
            rank: Rank::Absolute,
            scope: Scope::Tensor,
        };
        let untrained = Sgd {
            momentum: 0.0,
            weight_decay: 0.0,
        };
        let network =
            |background| EdgePopup::new(self.layers.clone(), masks, untrained, background);
        let (pixels, labels) = (&images.test.images, &images.test.labels);
        match &self.convolutions {
            None => network(images.background).correct(pixels, labels),
            Some(convolutions) => network(0.0).correct(&convolutions.features(pixels), labels),
        }
    }

    /// The file of the network. Masks go beside the weights, as tensors of bytes 0 and 1; `identity`,
    /// which says what the network depends on, into the file's metadata.
    ///
    /// # Errors
    /// What the format cannot hold.
    pub(crate) fn to_safetensors(&self, masks: &[NamedMask], identity: &str) -> Result<Vec<u8>> {
        let layers = self.layers.iter().enumerate();
        let weights = layers.flat_map(|(place, layer)| named_weights(place + 1, layer));
        let mut stored: BTreeMap<String, Stored> = weights
            .map(|(name, weights)| (name, Stored::matrix(weights)))
            .collect();
        for mask in masks {
            let name = format!("{}.mask", mask.name);
            stored.insert(name, Stored::mask(mask.shape, &mask.kept));
        }
        let front = self.convolutions.iter().flat_map(convolutions);
        stored.extend(front.map(|(name, shape, weights)| {
            (name.to_owned(), Stored::floats(shape, weights.values()))
        }));
        tensors::to_bytes(&stored, ("identity", identity.to_owned()))
    }

    /// Reads a network back; the architecture and the model say which.
    ///
    /// # Errors
    /// Bytes that are not such a network, in one line.
    pub(crate) fn from_safetensors(
        file: &[u8],
        architecture: Architecture,
        model: Model,
    ) -> Result<Network> {
        let stored = SafeTensors::deserialize(file)
            .context("not a complete safetensors file; copy it again")?;
        refuse_biases(&stored)?;
        let shapes = architecture.tensors(model).into_iter();
        let weights = shapes.map(|tensor| named_matrix(&stored, tensor, architecture));
        let weights = weights.collect::<Result<_>>()?;
        let is_convolved = architecture.is_convolved();
        let front = is_convolved.then(|| Convolutions::from_safetensors(file));
        Ok(Network::new(model, weights, front.transpose()?))
    }
}

/// Weights of which a mask of nothing keeps all.
fn unmasked(weights: Matrix) -> Scored {
    Scored {
        scores: Matrix::zeros(weights.rows(), weights.columns()),
        weights,
    }
}

/// The weights of the layer at a place, counted from 1, by their names.
fn named_weights(place: usize, layer: &LayerWeights) -> Vec<(String, &Matrix)> {
    let name = format!("fc{place}.weight");
    match layer {
        LayerWeights::Dense(weights) | LayerWeights::Masked(Scored { weights, .. }) => {
            vec![(name, weights)]
        }
        LayerWeights::Linked { first, second, .. } => vec![
            (format!("{name}1"), &first.weights),
            (format!("{name}2"), &second.weights),
        ],
    }
}

fn refuse_biases(stored: &SafeTensors) -> Result<()> {
    let mut names = stored.names().into_iter();
    match names.find(|name| name.ends_with(".bias")) {
        None => Ok(()),
        Some(bias) => bail!(
            "has the tensor `{bias}`; these networks have no biases: train it with bias=False"
        ),
    }
}

/// The matrix of this name and shape, a tensor of this architecture.
fn named_matrix(
    stored: &SafeTensors,
    (name, shape): (String, [usize; 2]),
    architecture: Architecture,
) -> Result<Matrix> {
    let view = stored.tensor(&name).ok();
    let view = view.with_context(|| format!("has no tensor `{name}`, of the shape {shape:?}"))?;
    let found = view.shape();
    ensure!(
        found == shape,
        "`{name}` has the shape {found:?}; that of {} is {shape:?}",
        architecture.name()
    );
    floats(&name, &view)
}
