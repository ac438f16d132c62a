//! A pruned network as a ticket, and a ticket read back, tested and exported.
//!
//! The file is an [`EdgePopupTicket`]; which tensors its run has and how their weights are drawn is said here.

use crate::architecture::Model;
use crate::config::Config;
use crate::data::Images;
use crate::drawing;
use crate::learner::Learner;
use crate::network::Network;
use crate::row::Row;
use crate::run::Run;
use crate::tensors::{self, convolutions};
use anyhow::{Context, Result, ensure};
use lab::store;
use networks::Matrix;
use std::collections::BTreeMap;
use std::path::Path;
use tickets::EdgePopupTicket;
use tickets::ticket::{NamedMask, Tested, TrainedTensor};
use training::edge_popup::{LayerWeights, Scored};
use training::{Convolutions, source};

/// The bytes of the ticket of a finished run.
pub(crate) fn of_run(
    config: &Config,
    run: &Run,
    learner: &Learner,
    front: Option<&Convolutions>,
    row: &Row,
) -> Result<Vec<u8>> {
    let tested = Tested {
        images: config.images.sha256.clone(),
        test_images: row.test_images,
        correct: row.correct_last,
    };
    let front = front.into_iter().flat_map(convolutions);
    let trained: BTreeMap<String, TrainedTensor> = front
        .map(|(name, shape, weights)| {
            let tensor = TrainedTensor {
                shape: shape.to_vec(),
                values: weights.values().to_vec(),
            };
            (name.to_owned(), tensor)
        })
        .collect();
    let ticket =
        EdgePopupTicket::new(config.seed, run.named()?, tested, &masks(learner)?, trained)?;
    Ok(ticket.to_bytes())
}

/// The masks of a network, in the order of its tensors.
fn masks(learner: &Learner) -> Result<Vec<NamedMask>> {
    let tensors = learner.connected().tensors().into_iter();
    let mask = tensors.map(|tensor| {
        Ok(NamedMask {
            name: tensor.name,
            shape: [tensor.weights.rows(), tensor.weights.columns()],
            kept: tensor.kept.context("a dense network has no ticket")?,
        })
    });
    mask.collect()
}

/// A ticket whose tensors fit its run.
struct Read {
    ticket: EdgePopupTicket,
    run: Run,
    /// In the order of the network's tensors.
    masks: Vec<NamedMask>,
    convolutions: Option<Convolutions>,
}

impl Read {
    /// Reads a ticket.
    ///
    /// # Errors
    /// Bytes that are not a whole ticket of this experiment, in one line.
    fn from_bytes(file: &[u8]) -> Result<Read> {
        let ticket = EdgePopupTicket::from_bytes(file)?;
        let run = Run::of_name(ticket.run())?;
        ensure!(run.model != Model::Dense, "a dense network has no ticket");
        let masks = ticket.masks(&run.architecture.tensors(run.model))?;
        let is_convolved = run.architecture.is_convolved();
        let trained: &[_] = if is_convolved {
            &tensors::CONVOLUTIONS
        } else {
            &[]
        };
        ticket.check_trained(trained)?;
        let convolutions = is_convolved.then(|| Convolutions::from_safetensors(file));
        Ok(Read {
            run,
            masks,
            convolutions: convolutions.transpose()?,
            ticket,
        })
    }

    /// Draws the weights again and applies the masks.
    fn network(&self) -> Network {
        let layers = drawing::layers(&self.run, self.ticket.seed()).into_iter();
        let scored = layers.flat_map(|layer| match layer {
            LayerWeights::Dense(_) => vec![],
            LayerWeights::Masked(scored) => vec![scored],
            LayerWeights::Linked { first, second, .. } => vec![first, second],
        });
        let weights = scored
            .zip(&self.masks)
            .map(|(scored, mask)| pruned(&scored, mask));
        Network::new(self.run.model, weights.collect(), self.convolutions.clone())
    }
}

/// Weights with those removed as 0.
fn pruned(scored: &Scored, mask: &NamedMask) -> Matrix {
    let weights = scored.weights.values().iter().zip(&mask.kept);
    let kept = weights.map(|(&weight, &kept)| if kept { weight } else { 0.0 });
    Matrix::new(mask.shape[0], mask.shape[1], kept.collect())
}

/// Reads the ticket in `file`, draws its network again and tests it on the images of the folder `data` or
/// on MNIST. With `export`, the network goes to that file, is read back and tested again.
///
/// # Errors
/// A file that cannot be read or written; images that do not fit.
pub fn test(file: &Path, export: Option<&Path>, data: Option<&Path>) -> Result<String> {
    let named = || format!("--ticket {}", file.display());
    let bytes = source::read_bytes(file).with_context(named)?;
    if let Some(export) = export {
        let named = || format!("--export {}", export.display());
        check_export(file, export).with_context(named)?;
    }
    let read = Read::from_bytes(&bytes).with_context(named)?;
    let (network, images) = (read.network(), Images::new(data, None)?);
    let correct = network.correct(&images);
    let mut text = description(&read, &images, correct);
    if let Some(path) = export {
        let named = || format!("--export {}", path.display());
        write_export(path, &read, &network, (&images, correct)).with_context(named)?;
        let shown = path.display();
        text += &format!("\nexported: {shown}, read back with the same accuracy");
    }
    Ok(text)
}

/// Refuses a folder and the ticket itself.
fn check_export(ticket: &Path, export: &Path) -> Result<()> {
    ensure!(!export.is_dir(), "is a folder; name a file in it");
    let is_ticket = export.canonicalize().ok() == Some(ticket.canonicalize()?);
    ensure!(!is_ticket, "is the ticket itself; name another file");
    Ok(())
}

fn description(read: &Read, images: &Images, correct: usize) -> String {
    let tested = read.ticket.tested();
    let kept = || read.masks.iter().flat_map(|mask| &mask.kept);
    let found = if images.sha256 == tested.images {
        format!("{} when it was made", tested.correct)
    } else {
        "made from other images".to_owned()
    };
    format!(
        "ticket: {}, root seed {}\nsize: {} bits, {} weights kept\n\
         accuracy: {correct} of {} test images correct ({found})",
        read.run.key(),
        read.ticket.seed(),
        kept().count(),
        kept().filter(|&&kept| kept).count(),
        images.test.labels.len()
    )
}

/// Writes a ticket's network and checks that it classifies as many images correctly when it is read back.
fn write_export(
    path: &Path,
    read: &Read,
    network: &Network,
    (images, correct): (&Images, usize),
) -> Result<()> {
    let run = &read.run;
    store::write(path, &network.to_safetensors(&read.masks, &run.key())?)?;
    let again = Network::from_safetensors(&store::read(path)?, run.architecture, run.model)?;
    let again = again.correct(images);
    ensure!(
        again == correct,
        "read back, {again} images are correct, not {correct}"
    );
    Ok(())
}
