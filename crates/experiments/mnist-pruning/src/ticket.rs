//! A pruned network as a ticket: the seed that its weights are drawn from again, and the bits of its masks.
//!
//! A safetensors file. The string `ticket` of its metadata describes the run; `{tensor}.mask`, U8
//! `[rows, ceil(columns / 8)]`, holds a mask row by row, entry p of a row being bit p mod 8 of byte p / 8;
//! LeNet5's convolutions, which were trained, are stored as they are; `checksum` is the SHA-256 of all that.

use crate::architecture::{Architecture, LINKS, Model};
use crate::data::{Images, digest};
use crate::drawing;
use crate::learner::Learner;
use crate::network_file::{self, Network, safetensors, stored};
use crate::row::{NAME, Row, Variant};
use crate::run::Run;
use anyhow::{Context, Result, ensure};
use lab::write_whole;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use tickets::Matrix;
use training::Convolutions;
use training::edge_popup::{LayerWeights, Scored};

const FORMAT: &str = "ticketlab-pruning/1";
const GENERATOR: &str = "SHA-256, PCG64-DXSM";

/// What a ticket says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    format: String,
    generator: String,
    experiment: String,
    /// The root of all seeds.
    pub seed: u64,
    /// The run, which names the draws.
    pub run: Run,
    /// SHA-256 of the images that it was trained on and tested with.
    pub images: String,
    /// Images that it was tested on.
    pub test_images: u64,
    /// Images that it classified correctly after its last epoch.
    pub correct: u64,
}

/// A ticket whose checksum is right and whose masks fit its run.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// What it says of itself.
    pub description: Description,
    masks: Vec<Vec<bool>>,
    convolutions: Option<Convolutions>,
}

/// The bytes of the ticket of a finished run.
pub(crate) fn write(
    root: u64,
    run: &Run,
    images: &str,
    learner: &Learner,
    convolutions: Option<&Convolutions>,
    row: &Row,
) -> Result<Vec<u8>> {
    let description = serde_json::to_string(&Description {
        format: FORMAT.to_owned(),
        generator: GENERATOR.to_owned(),
        experiment: NAME.to_owned(),
        seed: root,
        run: *run,
        images: images.to_owned(),
        test_images: row.test_images,
        correct: row.correct_last,
    })?;
    let mut tensors = BTreeMap::new();
    for tensor in learner.connected().tensors() {
        let (rows, columns) = (tensor.weights.rows(), tensor.weights.columns());
        let kept = tensor.kept.context("a dense network has no ticket")?;
        let packed: Vec<u8> = kept.chunks(columns).flat_map(pack).collect();
        tensors.insert(
            format!("{}.mask", tensor.name),
            (Dtype::U8, vec![rows, columns.div_ceil(8)], packed),
        );
    }
    tensors.extend(convolutions.into_iter().flat_map(stored));
    let checksum = checksum(
        &description,
        tensors.values().map(|(_, _, bytes)| bytes.as_slice()),
    );
    tensors.insert(
        "checksum".to_owned(),
        (Dtype::U8, vec![checksum.len()], checksum.to_vec()),
    );
    safetensors(&tensors, ("ticket", description))
}

impl Ticket {
    /// Reads a ticket.
    ///
    /// # Errors
    /// Bytes that are not a whole ticket of this experiment, in one line.
    pub fn from_bytes(file: &[u8]) -> Result<Ticket> {
        let whole = "not a complete safetensors file; copy it again";
        let (_, header) = SafeTensors::read_metadata(file).context(whole)?;
        let tensors = SafeTensors::deserialize(file).context(whole)?;
        let description = header
            .metadata()
            .as_ref()
            .and_then(|metadata| metadata.get("ticket"));
        let text = description
            .context("no ticket: it has no description; name one that mnist-pruning wrote")?;
        let tensors: BTreeMap<&str, TensorView> = tensors.iter().collect();
        let found = tensors
            .get("checksum")
            .context("no ticket: it has no checksum")?
            .data();
        let content = tensors.iter().filter(|(name, _)| **name != "checksum");
        let expected = checksum(text, content.map(|(_, view)| view.data()));
        ensure!(
            *found == expected,
            "its content does not agree with its checksum; copy it again"
        );
        let description: Description = serde_json::from_str(text)
            .context("no ticket of mnist-pruning, or of another version of it")?;
        ensure!(
            description.format == FORMAT
                && description.experiment == NAME
                && description.generator == GENERATOR,
            "is of the format {} with the generator {}, not {FORMAT} with {GENERATOR}",
            description.format,
            description.generator
        );
        let run = description.run;
        ensure!(run.model != Model::Dense, "a dense network has no ticket");
        ensure!(
            (0.0..1.0).contains(&run.sparsity),
            "its sparsity {} is outside [0, 1)",
            run.sparsity
        );
        let mask = |(name, rows, columns): (String, usize, usize)| {
            let view = tensors
                .get(name.as_str())
                .with_context(|| format!("has no tensor `{name}`"))?;
            let shape = [rows, columns.div_ceil(8)];
            ensure!(
                view.dtype() == Dtype::U8 && view.shape() == shape,
                "`{name}` must be U8 of the shape {shape:?}"
            );
            let rows = view.data().chunks(shape[1]);
            Ok(rows
                .flat_map(|row| (0..columns).map(|entry| row[entry / 8] >> (entry % 8) & 1 == 1))
                .collect())
        };
        let masks: Vec<Vec<bool>> = masks(&run).into_iter().map(mask).collect::<Result<_>>()?;
        ensure!(
            are_exact(&run, &masks),
            "its masks do not remove the fraction {}, rounded down",
            run.sparsity
        );
        let is_convolved = run.architecture == Architecture::LeNet5;
        let others = if is_convolved { 3 } else { 1 };
        ensure!(
            tensors.len() == masks.len() + others && description.correct <= description.test_images,
            "no ticket that mnist-pruning wrote: it has other tensors, or more correct images than images"
        );
        let convolutions = is_convolved
            .then(|| Convolutions::from_safetensors(file))
            .transpose()?;
        Ok(Ticket {
            description,
            masks,
            convolutions,
        })
    }

    /// Draws the weights again and applies the masks.
    pub fn network(&self) -> Network {
        let mut masks = self.masks.iter();
        let mut pruned = |scored: Scored| {
            let kept = masks.next().expect("a mask for each tensor");
            let weights = scored.weights.values().iter().zip(kept);
            let weights = weights
                .map(|(&weight, &kept)| if kept { weight } else { 0.0 })
                .collect();
            Matrix::new(scored.weights.rows(), scored.weights.columns(), weights)
        };
        let layers = drawing::layers(&self.description.run, self.description.seed).into_iter();
        let layers = layers.map(|layer| match layer {
            LayerWeights::Dense(weights) => LayerWeights::Dense(weights),
            LayerWeights::Masked(scored) => LayerWeights::Dense(pruned(scored)),
            LayerWeights::Linked {
                first,
                second,
                relu,
            } => Network::linked(pruned(first), pruned(second), relu),
        });
        Network {
            layers: layers.collect(),
            convolutions: self.convolutions.clone(),
        }
    }

    /// The masks, in the order of the network's tensors.
    pub fn masks(&self) -> &[Vec<bool>] {
        &self.masks
    }
}

/// Whether masks remove exactly what the run's do.
fn are_exact(run: &Run, masks: &[Vec<bool>]) -> bool {
    let is_exact = |masks: &[Vec<bool>]| {
        let entries = || masks.iter().flatten();
        let removed = (run.sparsity * entries().count() as f64) as usize;
        entries().filter(|&&kept| !kept).count() == removed
    };
    match run.variant {
        Variant::Global => is_exact(masks),
        _ => masks.chunks(1).all(is_exact),
    }
}

/// Names and shapes of a run's masks.
fn masks(run: &Run) -> Vec<(String, usize, usize)> {
    let widths = run.architecture.widths(run.model);
    let layers = widths.windows(2).enumerate();
    let masks = layers.flat_map(|(place, widths)| {
        let (name, inputs, outputs) = (format!("fc{}", place + 1), widths[0], widths[1]);
        match run.model {
            Model::Dense => vec![],
            Model::Wide => vec![(format!("{name}.weight.mask"), outputs, inputs)],
            Model::Linear | Model::Relu => vec![
                (format!("{name}.weight1.mask"), LINKS, inputs),
                (format!("{name}.weight2.mask"), outputs, LINKS * inputs),
            ],
        }
    });
    masks.collect()
}

fn checksum<'a>(description: &'a str, tensors: impl Iterator<Item = &'a [u8]>) -> [u8; 32] {
    digest(std::iter::once(description.as_bytes()).chain(tensors))
}

/// Bits as bytes, the first the lowest.
fn pack(bits: &[bool]) -> Vec<u8> {
    let byte = |bits: &[bool]| {
        bits.iter()
            .rev()
            .fold(0, |byte, &bit| byte << 1 | u8::from(bit))
    };
    bits.chunks(8).map(byte).collect()
}

/// Reads the ticket in `file`, draws its network again and tests it on the images of the folder `data` or
/// on MNIST. With `export`, the network goes to that file, is read back and tested again.
///
/// # Errors
/// A file that cannot be read or written; images that do not fit.
pub fn test(file: &Path, export: Option<&Path>, data: Option<&Path>) -> Result<String> {
    let named = || format!("--ticket {}", file.display());
    let bytes = network_file::read(file).with_context(named)?;
    if let Some(export) = export {
        let is_ticket =
            export.canonicalize().ok() == Some(file.canonicalize().with_context(named)?);
        let shown = export.display();
        ensure!(
            !export.is_dir(),
            "--export {shown}: is a folder; name a file in it"
        );
        ensure!(
            !is_ticket,
            "--export {shown}: is the ticket itself; name another file"
        );
    }
    let ticket = Ticket::from_bytes(&bytes).with_context(named)?;
    let (run, images) = (ticket.description.run, Images::new(data, None)?);
    let network = ticket.network();
    let (correct, test_images) = (network.correct(&images), images.test.labels.len());
    let bits: usize = ticket.masks.iter().map(Vec::len).sum();
    let kept = ticket.masks.iter().flatten().filter(|&&kept| kept).count();
    let found = if images.sha256 == ticket.description.images {
        format!("{} when it was made", ticket.description.correct)
    } else {
        "made from other images".to_owned()
    };
    let mut text = format!(
        "ticket: {}, root seed {}\nsize: {bits} bits, {kept} weights kept\n\
         accuracy: {correct} of {test_images} test images correct ({found})",
        run.key(),
        ticket.description.seed
    );
    if let Some(path) = export {
        let bytes = network.to_safetensors(&ticket.masks, &run.key())?;
        write_whole(path, |file| Ok(file.write_all(&bytes)?))
            .with_context(|| format!("--export {}", path.display()))?;
        let read = Network::from_safetensors(&std::fs::read(path)?, run.architecture, run.model)?;
        let again = read.correct(&images);
        ensure!(
            again == correct,
            "{}: read back, {again} images are correct, not {correct}",
            path.display()
        );
        write!(
            text,
            "\nexported: {}, read back with the same accuracy",
            path.display()
        )?;
    }
    Ok(text)
}
