//! Tickets as the bytes of a safetensors file; `docs/FORMAT.md` describes it for other languages.
//!
//! The header's metadata hold one entry, `ticket`: a JSON object that says how to draw the
//! coefficients. The tensors are `{layer}.mask`, the bits of [`crate::ticket::MaskedLayer`], and
//! `checksum`, the SHA-256 of the JSON text followed by the bytes of all masks in the order of their
//! names. It is compared before anything is believed, so a ticket that was changed is never used.

use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::coefficients::{Coefficients, Draw, EXPERIMENT, Uniform};
use crate::construction::PrunedTicket;
use crate::ticket::{MaskedLayer, Ticket, TicketError, check_values};
use networks::check_shapes;

/// The name of this version of the format.
const FORMAT: &str = "ticketlab-ticket/1";

/// How seeds become 64-bit numbers.
pub(crate) const GENERATOR: &str = "SHA-256, PCG64-DXSM";

/// How 64-bit numbers become coefficients.
const LAW: &str = "uniform on multiples of 2^-23";

/// The entry of the metadata.
const DESCRIPTION: &str = "ticket";

/// The tensor that is no mask.
const CHECKSUM: &str = "checksum";

/// All of a ticket but its masks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    format: String,
    generator: String,
    experiment: String,
    seed: u64,
    replicate: u64,
    coefficients: Coefficients,
    candidates: usize,
    law: String,
    low: i64,
    high: i64,
    tolerance: f64,
    target: String,
    layers: Vec<Shape>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    name: String,
    rows: usize,
    columns: usize,
}

/// The one field that every version has.
#[derive(Deserialize)]
struct Version {
    format: String,
}

/// The masks of a ticket by their names.
pub(crate) type Tensors<'a> = BTreeMap<String, TensorView<'a>>;

/// A ticket of either kind.
#[derive(Debug, Clone, PartialEq)]
pub enum AnyTicket {
    /// A network whose weights are subset sums.
    Approximation(Ticket),
    /// A random network under its masks.
    Pruned(PrunedTicket),
}

impl AnyTicket {
    /// Reads a ticket of the kind that its format names.
    ///
    /// # Errors
    /// As [`Ticket::from_bytes`] and [`PrunedTicket::from_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<AnyTicket, TicketError> {
        let opened = open(bytes)?;
        match opened.format.as_str() {
            PrunedTicket::FORMAT => PrunedTicket::from_opened(opened).map(AnyTicket::Pruned),
            _ => Ticket::from_opened(opened).map(AnyTicket::Approximation),
        }
    }
}

/// What a file with a fitting checksum holds.
pub(crate) struct Opened<'a> {
    /// The description.
    text: String,
    /// The format that it names.
    format: String,
    masks: Tensors<'a>,
}

/// Compares the checksum before anything is believed.
pub(crate) fn open(bytes: &[u8]) -> Result<Opened<'_>, TicketError> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(TicketError::Format)?;
    let metadata = header.metadata().as_ref();
    let text = metadata.and_then(|metadata| metadata.get(DESCRIPTION));
    let text = text.ok_or(TicketError::Foreign)?.clone();
    let file = SafeTensors::deserialize(bytes).map_err(TicketError::Format)?;
    let mut masks: Tensors = file.tensors().into_iter().collect();
    let stored = masks.remove(CHECKSUM).ok_or(TicketError::Foreign)?;
    if stored.data() != checksum(&text, masks.values().map(TensorView::data)) {
        return Err(TicketError::Damaged);
    }
    let Version { format } = serde_json::from_str(&text).map_err(TicketError::Description)?;
    Ok(Opened {
        text,
        format,
        masks,
    })
}

impl<'a> Opened<'a> {
    /// The description and the masks of a ticket of the given format.
    pub fn of_format<D: DeserializeOwned>(
        self,
        format: &'static str,
    ) -> Result<(D, Tensors<'a>), TicketError> {
        if self.format != format {
            return Err(TicketError::Version {
                found: self.format,
                expected: format,
            });
        }
        let description = serde_json::from_str(&self.text).map_err(TicketError::Description)?;
        Ok((description, self.masks))
    }
}

/// The bytes of a file with a description, masks of whole rows by their names, and the checksum.
pub(crate) fn seal(
    description: &impl Serialize,
    masks: impl Iterator<Item = (String, usize, impl AsRef<[u8]>)>,
) -> Vec<u8> {
    let text = serde_json::to_string(description).expect("strings and finite numbers");
    let masks: BTreeMap<_, _> = masks
        .map(|(name, rows, bits)| (name, (rows, bits)))
        .collect();
    let mut tensors = BTreeMap::new();
    for (name, (rows, bits)) in &masks {
        let bits = bits.as_ref();
        let view = TensorView::new(Dtype::U8, vec![*rows, bits.len() / rows], bits);
        tensors.insert(name.as_str(), view.expect("whole rows"));
    }
    let checksum = checksum(&text, tensors.values().map(TensorView::data));
    let view = TensorView::new(Dtype::U8, vec![checksum.len()], &checksum);
    tensors.insert(CHECKSUM, view.expect("one byte an entry"));
    // More than one entry would come in the changing order of a hash map.
    let metadata = HashMap::from([(DESCRIPTION.to_owned(), text)]);
    serialize(tensors, Some(metadata)).expect("names below the limit of the format")
}

/// The bits of one mask, taken out of the tensors. The tensor's size, which is that of real bytes,
/// bounds the number of rows and of bits in a row; bits behind the last one are 0.
pub(crate) fn take_mask(
    tensors: &mut Tensors,
    layer: &str,
    rows: usize,
    bits: u128,
) -> Result<Vec<u8>, TicketError> {
    let layer = layer.to_owned();
    let Some(tensor) = tensors.remove(&format!("{layer}.mask")) else {
        return Err(TicketError::MaskMissing { layer });
    };
    let expected = [rows as u128, bits.div_ceil(8)];
    let found = tensor.shape().iter().map(|&length| length as u128);
    if tensor.dtype() != Dtype::U8 || !found.eq(expected) {
        return Err(TicketError::MaskShape {
            layer,
            dtype: tensor.dtype(),
            found: tensor.shape().to_vec(),
            expected,
        });
    }
    let mut in_rows = tensor.data().chunks_exact(tensor.shape()[1]);
    let padded = |row: &[u8]| !bits.is_multiple_of(8) && row[row.len() - 1] >> (bits % 8) != 0;
    match in_rows.position(padded) {
        None => Ok(tensor.data().to_vec()),
        Some(row) => Err(TicketError::MaskPadding { layer, row }),
    }
}

/// Checks that every tensor belonged to a layer.
pub(crate) fn check_empty(mut tensors: Tensors) -> Result<(), TicketError> {
    match tensors.pop_first() {
        None => Ok(()),
        Some((tensor, _)) => Err(TicketError::MaskUnknown { tensor }),
    }
}

/// Checks fields that have one value only: their names, what was found and what it must be.
pub(crate) fn check_names(fields: &[(&'static str, &str, &str)]) -> Result<(), TicketError> {
    for &(field, found, expected) in fields {
        if found != expected {
            return Err(TicketError::Value {
                field,
                found: format!("{found:?}"),
                expected: format!("{expected:?}"),
            });
        }
    }
    Ok(())
}

/// Checks that a target is named by a SHA-256.
pub(crate) fn check_target(target: &str) -> Result<(), TicketError> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if target.len() != 64 || !target.bytes().all(is_digit) {
        return Err(TicketError::Value {
            field: "target",
            found: format!("{target:?}"),
            expected: "64 hexadecimal digits".to_owned(),
        });
    }
    Ok(())
}

impl Ticket {
    /// Reads a ticket. Memory stays within a small multiple of the bytes, whatever they claim.
    ///
    /// # Errors
    /// [`TicketError`] in one line for bytes that are no ticket or not the ticket that was written.
    pub fn from_bytes(bytes: &[u8]) -> Result<Ticket, TicketError> {
        Ticket::from_opened(open(bytes)?)
    }

    fn from_opened(opened: Opened) -> Result<Ticket, TicketError> {
        let (description, tensors) = opened.of_format(FORMAT)?;
        ticket(description, tensors)
    }

    /// The ticket as the bytes of a file, the same bytes for the same ticket.
    ///
    /// # Panics
    /// If the layers' names alone exceed the 100 MB that a safetensors header may have.
    pub fn to_bytes(&self) -> Vec<u8> {
        let masks = self.layers.iter();
        let masks = masks.map(|layer| (format!("{}.mask", layer.name), layer.rows, &layer.bits));
        seal(&self.description(), masks)
    }

    fn description(&self) -> Description {
        let shape = |layer: &MaskedLayer| Shape {
            name: layer.name.clone(),
            rows: layer.rows,
            columns: layer.columns,
        };
        Description {
            format: FORMAT.to_owned(),
            generator: GENERATOR.to_owned(),
            experiment: EXPERIMENT.to_owned(),
            seed: self.draw.seed,
            replicate: self.draw.replicate,
            coefficients: self.draw.coefficients,
            candidates: self.draw.candidates,
            law: LAW.to_owned(),
            low: self.law.low,
            high: self.law.high,
            tolerance: self.tolerance,
            target: self.target.clone(),
            layers: self.layers.iter().map(shape).collect(),
        }
    }
}

fn checksum<'a>(text: &str, masks: impl Iterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(text);
    masks.for_each(|mask| hash.update(mask));
    hash.finalize().into()
}

fn ticket(description: Description, mut tensors: Tensors) -> Result<Ticket, TicketError> {
    let draw = Draw {
        coefficients: description.coefficients,
        candidates: description.candidates,
        seed: description.seed,
        replicate: description.replicate,
    };
    let law = Uniform {
        low: description.low,
        high: description.high,
    };
    check_names(&[
        ("generator", &description.generator, GENERATOR),
        ("experiment", &description.experiment, EXPERIMENT),
        ("law", &description.law, LAW),
    ])?;
    check_target(&description.target)?;
    check_values(draw, law, description.tolerance)?;
    let shape = |shape: &Shape| [shape.rows, shape.columns];
    let layers = &description.layers;
    check_shapes(
        layers
            .iter()
            .map(|layer| (layer.name.as_str(), shape(layer))),
    )?;
    let masked = |shape| masked_layer(shape, draw.candidates, &mut tensors);
    let layers = description
        .layers
        .into_iter()
        .map(masked)
        .collect::<Result<_, _>>()?;
    check_empty(tensors)?;
    Ok(Ticket {
        draw,
        law,
        tolerance: description.tolerance,
        target: description.target,
        layers,
    })
}

/// The masks of one layer, taken out of the tensors.
fn masked_layer(
    shape: Shape,
    candidates: usize,
    tensors: &mut Tensors,
) -> Result<MaskedLayer, TicketError> {
    let Shape {
        name,
        rows,
        columns,
    } = shape;
    let bits = columns as u128 * candidates as u128;
    let bits = take_mask(tensors, &name, rows, bits)?;
    Ok(MaskedLayer {
        name,
        rows,
        columns,
        bits,
    })
}
