//! A network that edge-popup pruned, as a seed and a mask for each tensor; `docs/src/formats/tickets.md` describes
//! the file for other languages.
//!
//! The run is named, not described: which layers it has and how their weights are drawn is the
//! experiment's. So a file is checked in two steps. [`EdgePopupTicket::from_bytes`] checks all that
//! the file says of itself; [`EdgePopupTicket::masks`] and [`EdgePopupTicket::check_trained`] are told
//! names and shapes and check the tensors by them. The checksum does not cover names and shapes, so
//! both steps are needed.

use std::collections::BTreeMap;

use networks::check_finite;
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};

use super::container::{
    GENERATOR, Opened, Tensors, check_empty, check_names, check_sha256, mask_tensor, open, seal,
    take_mask,
};
use super::error::TicketError;
use super::kind::Kind;

/// The variant of a run whose masks share one threshold: they remove the fraction together.
const GLOBAL: &str = "global";

/// The name of a run: all that its weights are drawn from, beside the root seed, and how it was
/// trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EdgePopupRun {
    /// The network's layers, such as `fc2`.
    pub architecture: String,
    /// What stands for a layer, such as `wide`.
    pub model: String,
    /// What was done otherwise than in the paper's code, such as `paper` for nothing.
    pub variant: String,
    /// The fraction that masks remove, in [0, 1).
    pub sparsity: f64,
    /// Epochs of training.
    pub epochs: usize,
    /// Which draw of initial weights, scores and batches.
    pub seed: u64,
}

/// What a network was tested on, and how well it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// SHA-256 of the images that it was trained on and tested with.
    pub images: String,
    /// Images that it was tested on.
    pub test_images: u64,
    /// Those of them that it classified correctly.
    pub correct: u64,
}

/// The mask of a tensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedMask {
    /// The tensor's name, such as `fc1.weight`.
    pub name: String,
    /// Its shape, `[rows, columns]`.
    pub shape: [usize; 2],
    /// Which entries are kept, row after row.
    pub kept: Vec<bool>,
}

/// A tensor that was trained and is stored as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainedTensor {
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Its numbers, all finite.
    pub values: Vec<f32>,
}

/// A random network under the masks that edge-popup trained: a seed, a run and a mask for each tensor.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgePopupTicket {
    description: Description,
    /// The masks as the file has them, each row from a byte of its own: entry p of a row is bit p % 8,
    /// counted from the least significant one, of byte p / 8.
    masks: BTreeMap<String, PackedMask>,
    trained: BTreeMap<String, TrainedTensor>,
}

#[derive(Debug, Clone, PartialEq)]
struct PackedMask {
    rows: usize,
    bits: Vec<u8>,
}

/// All of a ticket but its tensors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    format: String,
    generator: String,
    experiment: String,
    seed: u64,
    run: EdgePopupRun,
    images: String,
    test_images: u64,
    correct: u64,
}

impl EdgePopupTicket {
    /// The ticket of a run from a root seed, with all its masks and whatever tensors were trained.
    ///
    /// # Errors
    /// [`TicketError`] if a number is out of range, or if masks do not remove the run's sparsity.
    ///
    /// # Panics
    /// If a mask is empty or does not have one entry for each place of its shape, or a trained tensor not
    /// one number.
    pub fn new(
        seed: u64,
        run: EdgePopupRun,
        tested: Tested,
        masks: &[NamedMask],
        trained: BTreeMap<String, TrainedTensor>,
    ) -> Result<EdgePopupTicket, TicketError> {
        let description = Description {
            format: Kind::EdgePopup.format().to_owned(),
            generator: GENERATOR.to_owned(),
            experiment: Kind::EdgePopup.experiment().to_owned(),
            seed,
            run,
            images: tested.images,
            test_images: tested.test_images,
            correct: tested.correct,
        };
        description.check()?;
        for (name, tensor) in &trained {
            let entries = tensor.shape.iter().product::<usize>();
            assert_eq!(tensor.values.len(), entries, "one number for each place");
            check_finite(name, &tensor.values)?;
        }
        let packed = masks.iter().map(|mask| (mask.name.clone(), pack(mask)));
        let ticket = EdgePopupTicket {
            description,
            masks: packed.collect(),
            trained,
        };
        ticket.check_sparsity(masks)?;
        Ok(ticket)
    }

    /// Reads a ticket. Memory stays within a small multiple of the bytes, whatever they claim. Masks
    /// are not checked before their shapes are known ([`EdgePopupTicket::masks`]).
    ///
    /// # Errors
    /// [`TicketError`] in one line for bytes that are no ticket or not the ticket that was written.
    pub fn from_bytes(bytes: &[u8]) -> Result<EdgePopupTicket, TicketError> {
        EdgePopupTicket::from_opened(open(bytes)?)
    }

    /// The ticket of a file whose checksum fits.
    pub(super) fn from_opened(opened: Opened) -> Result<EdgePopupTicket, TicketError> {
        let (description, tensors): (Description, Tensors) = opened.of_kind(Kind::EdgePopup)?;
        description.check()?;
        let (mut masks, mut trained) = (BTreeMap::new(), BTreeMap::new());
        for (name, view) in tensors {
            match (name.strip_suffix(".mask"), view.dtype(), view.shape()) {
                (Some(masked), Dtype::U8, &[rows, bytes]) if rows > 0 && bytes > 0 => {
                    let bits = view.data().to_vec();
                    masks.insert(masked.to_owned(), PackedMask { rows, bits });
                }
                (None, Dtype::F32, shape) => {
                    let tensor = TrainedTensor {
                        shape: shape.to_vec(),
                        values: floats(view.data()),
                    };
                    check_finite(&name, &tensor.values)?;
                    trained.insert(name, tensor);
                }
                _ => return Err(TicketError::MaskUnknown { tensor: name }),
            }
        }
        Ok(EdgePopupTicket {
            description,
            masks,
            trained,
        })
    }

    /// The ticket as the bytes of a file, the same bytes for the same ticket.
    pub fn to_bytes(&self) -> Vec<u8> {
        let floats = self.trained.iter().map(|(name, tensor)| {
            let bytes = tensor.values.iter().flat_map(|value| value.to_le_bytes());
            (name, &tensor.shape, bytes.collect::<Vec<u8>>())
        });
        let floats: Vec<_> = floats.collect();
        let masks = self.masks.iter();
        let mut tensors: Tensors = masks
            .map(|(name, mask)| mask_tensor(name, mask.rows, &mask.bits))
            .collect();
        tensors.extend(floats.iter().map(|(name, shape, bytes)| {
            let view = TensorView::new(Dtype::F32, shape.to_vec(), bytes);
            (name.to_string(), view.expect("four bytes per entry"))
        }));
        seal(&self.description, tensors)
    }

    /// Root of all seeds.
    pub fn seed(&self) -> u64 {
        self.description.seed
    }

    /// The run, which names the draws.
    pub fn run(&self) -> &EdgePopupRun {
        &self.description.run
    }

    /// What the network was tested on.
    pub fn tested(&self) -> Tested {
        Tested {
            images: self.description.images.clone(),
            test_images: self.description.test_images,
            correct: self.description.correct,
        }
    }

    /// The tensors that were trained, by their names.
    pub fn trained(&self) -> &BTreeMap<String, TrainedTensor> {
        &self.trained
    }

    /// The masks of the tensors with these names and shapes `[rows, columns]`, in their order.
    ///
    /// # Errors
    /// [`TicketError`] if there are other masks, one has another shape, or they do not remove the
    /// run's sparsity.
    pub fn masks(&self, shapes: &[(String, [usize; 2])]) -> Result<Vec<NamedMask>, TicketError> {
        let stored = self.masks.iter();
        let mut stored: Tensors = stored
            .map(|(name, mask)| mask_tensor(name, mask.rows, &mask.bits))
            .collect();
        let mask = |(name, [rows, columns]): &(String, [usize; 2])| {
            let bits = take_mask(&mut stored, name, *rows, *columns as u128)?;
            Ok(unpack(name, [*rows, *columns], &bits))
        };
        let masks: Vec<NamedMask> = shapes
            .iter()
            .map(mask)
            .collect::<Result<_, TicketError>>()?;
        check_empty(stored)?;
        self.check_sparsity(&masks)?;
        Ok(masks)
    }

    /// Checks that tensors of these names and shapes were trained, in the order of their names, and no
    /// others.
    ///
    /// # Errors
    /// [`TicketError::Trained`] otherwise.
    pub fn check_trained(&self, shapes: &[(&str, &[usize])]) -> Result<(), TicketError> {
        let stored = self.trained.iter();
        let found: Vec<String> = stored
            .map(|(name, tensor)| format!("{name} {:?}", tensor.shape))
            .collect();
        let expected = shapes
            .iter()
            .map(|(name, shape)| format!("{name} {shape:?}"));
        let expected: Vec<String> = expected.collect();
        match found == expected {
            true => Ok(()),
            false => Err(TicketError::Trained { found, expected }),
        }
    }

    /// Checks that exactly floor(sparsity * entries) entries are removed: of each mask, or of all
    /// together where they share a threshold.
    fn check_sparsity(&self, masks: &[NamedMask]) -> Result<(), TicketError> {
        let run = &self.description.run;
        let is_exact = |masks: &[NamedMask]| {
            let entries = || masks.iter().flat_map(|mask| &mask.kept);
            let removed = (run.sparsity * entries().count() as f64) as usize;
            entries().filter(|&&kept| !kept).count() == removed
        };
        let together = if run.variant == GLOBAL {
            masks.len()
        } else {
            1
        };
        match masks.chunks(together.max(1)).all(is_exact) {
            true => Ok(()),
            false => Err(TicketError::Sparsity {
                sparsity: run.sparsity,
            }),
        }
    }
}

impl Description {
    fn check(&self) -> Result<(), TicketError> {
        check_names(&[
            ("generator", &self.generator, GENERATOR),
            ("experiment", &self.experiment, Kind::EdgePopup.experiment()),
        ])?;
        check_sha256("images", &self.images)?;
        if !(0.0..1.0).contains(&self.run.sparsity) {
            let found = self.run.sparsity;
            return Err(TicketError::value("sparsity", found, "in [0, 1)"));
        }
        if self.correct > self.test_images {
            let expected = format!("at most {}, the images", self.test_images);
            return Err(TicketError::value("correct", self.correct, expected));
        }
        Ok(())
    }
}

/// The bits of a mask, the first of a byte the lowest.
fn pack(mask: &NamedMask) -> PackedMask {
    let [rows, columns] = mask.shape;
    assert!(rows > 0 && columns > 0, "a tensor has entries");
    assert_eq!(mask.kept.len(), rows * columns, "one entry for each place");
    let byte = |bits: &[bool]| {
        let bits = bits.iter().rev();
        bits.fold(0, |byte, &bit| byte << 1 | u8::from(bit))
    };
    let row = |row: &[bool]| row.chunks(8).map(byte).collect::<Vec<u8>>();
    let bits = mask.kept.chunks(columns).flat_map(row).collect();
    PackedMask { rows, bits }
}

/// The mask that bits stand for.
fn unpack(name: &str, shape: [usize; 2], bits: &[u8]) -> NamedMask {
    let columns = shape[1];
    let row = |row: &[u8]| -> Vec<bool> {
        let is_set = |entry: usize| row[entry / 8] >> (entry % 8) & 1 == 1;
        (0..columns).map(is_set).collect()
    };
    let rows = bits.chunks(columns.div_ceil(8));
    NamedMask {
        name: name.to_owned(),
        shape,
        kept: rows.flat_map(row).collect(),
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    let (entries, _) = bytes.as_chunks::<4>();
    entries
        .iter()
        .map(|&entry| f32::from_le_bytes(entry))
        .collect()
}
