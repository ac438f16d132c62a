//! Networks as safetensors files with PyTorch's names: `fc1.weight`, or `fc1.weight1` and `fc1.weight2` in
//! the structure, and `conv1.weight` and `conv2.weight` in LeNet5.

use crate::architecture::{Architecture, LINKS, Model};
use crate::config::Config;
use crate::data::{Images, bytes};
use crate::learner::Learner;
use crate::row::Row;
use crate::run::Run;
use crate::ticket;
use anyhow::{Context, Result, bail, ensure};
use lab::store;
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use tickets::Matrix;
use training::Convolutions;
use training::edge_popup::{Descent, EdgePopup, LayerWeights, Masks, Rank, Scope, Scored};

/// A network that is not trained any more.
#[derive(Debug, Clone)]
pub struct Network {
    /// Fully connected layers; those of a pruned network hold its effective weights.
    pub layers: Vec<LayerWeights>,
    /// LeNet5's convolutions.
    pub convolutions: Option<Convolutions>,
}

impl Network {
    /// A layer of the structure without masks.
    pub(crate) fn linked(first: Matrix, second: Matrix, relu: bool) -> LayerWeights {
        let scored = |weights: Matrix| Scored {
            scores: Matrix::zeros(weights.rows(), weights.columns()),
            weights,
        };
        LayerWeights::Linked {
            first: scored(first),
            second: scored(second),
            relu,
        }
    }

    /// Test images that it classifies correctly.
    pub(crate) fn correct(&self, images: &Images) -> usize {
        let masks = Masks {
            sparsity: 0.0,
            rank: Rank::Absolute,
            scope: Scope::Tensor,
        };
        let descent = Descent {
            momentum: 0.0,
            weight_decay: 0.0,
        };
        let network = |background| EdgePopup::new(self.layers.clone(), masks, descent, background);
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
    pub fn to_safetensors(&self, masks: &[Vec<bool>], identity: &str) -> Result<Vec<u8>> {
        let mut tensors = BTreeMap::new();
        let mut masks = masks.iter();
        let mut put = |name: String, matrix: &Matrix| {
            let shape = vec![matrix.rows(), matrix.columns()];
            if let Some(kept) = masks.next() {
                let kept = kept.iter().map(|&kept| u8::from(kept)).collect();
                tensors.insert(format!("{name}.mask"), (Dtype::U8, shape.clone(), kept));
            }
            tensors.insert(name, (Dtype::F32, shape, bytes(matrix.values())));
        };
        for (place, layer) in self.layers.iter().enumerate() {
            let name = format!("fc{}.weight", place + 1);
            match layer {
                LayerWeights::Dense(weights) | LayerWeights::Masked(Scored { weights, .. }) => {
                    put(name, weights)
                }
                LayerWeights::Linked { first, second, .. } => {
                    put(format!("{name}1"), &first.weights);
                    put(format!("{name}2"), &second.weights);
                }
            }
        }
        tensors.extend(self.convolutions.iter().flat_map(stored));
        safetensors(&tensors, ("identity", identity.to_owned()))
    }

    /// Reads a network back; the run says which.
    ///
    /// # Errors
    /// Bytes that are not such a network, in one line.
    pub fn from_safetensors(
        file: &[u8],
        architecture: Architecture,
        model: Model,
    ) -> Result<Network> {
        let tensors = SafeTensors::deserialize(file)
            .context("not a complete safetensors file; copy it again")?;
        if let Some(bias) = tensors
            .names()
            .into_iter()
            .find(|name| name.ends_with(".bias"))
        {
            bail!(
                "has the tensor `{bias}`; these networks have no biases: train it with bias=False"
            );
        }
        let read = |name: String, rows: usize, columns: usize| {
            let view = tensors.tensor(&name);
            let view = view.ok().with_context(|| {
                format!("has no tensor `{name}`, of the shape [{rows}, {columns}]")
            })?;
            let shape = view.shape();
            ensure!(
                shape == [rows, columns],
                "`{name}` has the shape {shape:?}; that of {} is [{rows}, {columns}]",
                architecture.name()
            );
            floats(&name, &view)
        };
        let widths = architecture.widths(model);
        let layer = |(place, widths): (usize, &[usize])| {
            let (name, inputs, outputs) = (format!("fc{}.weight", place + 1), widths[0], widths[1]);
            Ok(match model {
                Model::Dense | Model::Wide => LayerWeights::Dense(read(name, outputs, inputs)?),
                Model::Linear | Model::Relu => Network::linked(
                    read(format!("{name}1"), LINKS, inputs)?,
                    read(format!("{name}2"), outputs, LINKS * inputs)?,
                    model == Model::Relu,
                ),
            })
        };
        let layers = widths
            .windows(2)
            .enumerate()
            .map(layer)
            .collect::<Result<_>>()?;
        let is_convolved = architecture == Architecture::LeNet5;
        let convolutions = is_convolved
            .then(|| Convolutions::from_safetensors(file))
            .transpose()?;
        Ok(Network {
            layers,
            convolutions,
        })
    }
}

/// LeNet5's convolutions as tensors.
pub(crate) fn stored(convolutions: &Convolutions) -> impl Iterator<Item = (String, Stored)> {
    let tensors = ["conv1.weight", "conv2.weight"]
        .into_iter()
        .zip([[6, 1, 5, 5], [16, 6, 5, 5]]);
    let weights = convolutions.weights().iter();
    tensors.zip(weights).map(|((name, shape), weights)| {
        (
            name.to_owned(),
            (Dtype::F32, shape.to_vec(), bytes(weights.values())),
        )
    })
}

/// The bytes of a file that the command line names.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    ensure!(!path.is_dir(), "is a folder; name a .safetensors file");
    Ok(std::fs::read(path)?)
}

/// A tensor's numbers as a matrix, all dimensions but the first in one.
pub(crate) fn floats(name: &str, view: &TensorView) -> Result<Matrix> {
    ensure!(
        view.dtype() == Dtype::F32,
        "`{name}` is stored as {}, not as F32",
        view.dtype()
    );
    let numbers: Vec<f32> = view
        .data()
        .as_chunks()
        .0
        .iter()
        .map(|&bytes| f32::from_le_bytes(bytes))
        .collect();
    ensure!(
        numbers.iter().all(|number| number.is_finite()),
        "`{name}` holds a number that is not finite"
    );
    let rows = view.shape().first().copied().unwrap_or(1);
    Ok(Matrix::new(
        rows,
        numbers.len().checked_div(rows).unwrap_or(0),
        numbers,
    ))
}

/// A tensor's type, shape and bytes.
pub(crate) type Stored = (Dtype, Vec<usize>, Vec<u8>);

/// A safetensors file of tensors by name, with one note in its metadata.
pub(crate) fn safetensors(
    tensors: &BTreeMap<String, Stored>,
    note: (&str, String),
) -> Result<Vec<u8>> {
    let views = tensors.iter().map(|(name, (dtype, shape, bytes))| {
        let view = TensorView::new(*dtype, shape.clone(), bytes);
        (
            name.as_str(),
            view.expect("as many bytes as its shape says"),
        )
    });
    let metadata = HashMap::from([(note.0.to_owned(), note.1)]);
    Ok(serialize(views, Some(metadata))?)
}

/// The file of a dense network that is kept in the results folder, if it is that of this run.
pub(crate) fn kept(config: &Config, run: &Run) -> Option<Vec<u8>> {
    let file = std::fs::read(config.file(run, "network")).ok()?;
    let (_, header) = SafeTensors::read_metadata(&file).ok()?;
    let is_ours = *header.metadata().as_ref()?.get("identity")? == config.identity(run);
    is_ours.then_some(file)
}

/// Writes the network of a finished run to the results folder, a pruned one as its ticket; returns the
/// file's bytes.
pub(crate) fn write(
    config: &Config,
    run: &Run,
    learner: &Learner,
    convolutions: Option<&Convolutions>,
    row: &Row,
) -> Result<Vec<u8>> {
    let (kind, bytes) = match run.model {
        Model::Dense => {
            let tensors = learner.connected().tensors().into_iter();
            let network = Network {
                layers: tensors
                    .map(|tensor| LayerWeights::Dense(tensor.weights))
                    .collect(),
                convolutions: learner.convolutions().cloned(),
            };
            (
                "network",
                network.to_safetensors(&[], &config.identity(run))?,
            )
        }
        // Nothing was learnt that a ticket could tell.
        _ if row.completed == 0 => return Ok(Vec::new()),
        _ => (
            "ticket",
            ticket::write(
                config.seed,
                run,
                &config.images.sha256,
                learner,
                convolutions,
                row,
            )?,
        ),
    };
    std::fs::create_dir_all(&config.folder).with_context(|| config.folder.display().to_string())?;
    store::write(&config.file(run, kind), &bytes)?;
    Ok(bytes)
}

impl Config {
    /// The file of a run in the results folder: its `checkpoint`, its `ticket`, or its `network`.
    pub(crate) fn file(&self, run: &Run, kind: &str) -> PathBuf {
        self.folder.join(format!(
            "{}.{kind}.safetensors",
            run.key().replace('/', ".")
        ))
    }
}
