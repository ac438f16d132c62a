//! Tickets as the bytes of a safetensors file; `docs/FORMAT.md` describes it for other languages.
//!
//! The header's metadata hold one entry, `ticket`: a JSON object that says how to draw the
//! coefficients. The tensors are `{layer}.mask`, the bits of [`crate::ticket::MaskedLayer`], and
//! `checksum`, the SHA-256 of the JSON text followed by the bytes of all masks in the order of their
//! names. It is compared before anything is believed, so a ticket that was changed is never used.

use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::coefficients::{Coefficients, Draw, EXPERIMENT, Uniform};
use crate::network::check_shapes;
use crate::ticket::{MaskedLayer, Ticket, TicketError, check_padding, check_values};

/// The name of this version of the format.
const FORMAT: &str = "ticketlab-ticket/1";

/// How seeds become 64-bit numbers.
const GENERATOR: &str = "SHA-256, PCG64-DXSM";

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

type Tensors<'a> = BTreeMap<&'a str, TensorView<'a>>;

impl Ticket {
    /// Reads a ticket. Memory stays within a small multiple of the bytes, whatever they claim.
    ///
    /// # Errors
    /// [`TicketError`] in one line for bytes that are no ticket or not the ticket that was written.
    pub fn from_bytes(bytes: &[u8]) -> Result<Ticket, TicketError> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(TicketError::Format)?;
        let metadata = header.metadata().as_ref();
        let text = metadata.and_then(|metadata| metadata.get(DESCRIPTION));
        let text = text.ok_or(TicketError::Foreign)?;
        let file = SafeTensors::deserialize(bytes).map_err(TicketError::Format)?;
        let mut tensors: Tensors = file.iter().collect();
        let stored = tensors.remove(CHECKSUM).ok_or(TicketError::Foreign)?;
        if stored.data() != checksum(text, tensors.values().map(TensorView::data)) {
            return Err(TicketError::Damaged);
        }
        let version: Version = serde_json::from_str(text).map_err(TicketError::Description)?;
        if version.format != FORMAT {
            return Err(TicketError::Version {
                found: version.format,
                expected: FORMAT,
            });
        }
        let description = serde_json::from_str(text).map_err(TicketError::Description)?;
        ticket(description, tensors)
    }

    /// The ticket as the bytes of a file, the same bytes for the same ticket.
    ///
    /// # Panics
    /// If the layers' names alone exceed the 100 MB that a safetensors header may have.
    pub fn to_bytes(&self) -> Vec<u8> {
        let text = serde_json::to_string(&self.description()).expect("strings and finite numbers");
        let mut tensors = BTreeMap::new();
        for layer in &self.layers {
            let shape = vec![layer.rows, layer.bits.len() / layer.rows];
            let view = TensorView::new(Dtype::U8, shape, &layer.bits).expect("whole rows");
            tensors.insert(format!("{}.mask", layer.name), view);
        }
        let checksum = checksum(&text, tensors.values().map(TensorView::data));
        let view = TensorView::new(Dtype::U8, vec![checksum.len()], &checksum);
        tensors.insert(CHECKSUM.to_owned(), view.expect("one byte an entry"));
        // More than one entry would come in the changing order of a hash map.
        let metadata = HashMap::from([(DESCRIPTION.to_owned(), text)]);
        serialize(tensors, Some(metadata)).expect("names below the limit of the format")
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
    check_names(&description)?;
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
    match tensors.pop_first() {
        None => Ok(Ticket {
            draw,
            law,
            tolerance: description.tolerance,
            target: description.target,
            layers,
        }),
        Some((tensor, _)) => Err(TicketError::MaskUnknown {
            tensor: tensor.to_owned(),
        }),
    }
}

/// Checks the fields that are names of something.
fn check_names(description: &Description) -> Result<(), TicketError> {
    let names = [
        ("generator", &description.generator, GENERATOR),
        ("experiment", &description.experiment, EXPERIMENT),
        ("law", &description.law, LAW),
    ];
    for (field, found, expected) in names {
        if found != expected {
            return Err(TicketError::Value {
                field,
                found: format!("{found:?}"),
                expected: format!("{expected:?}"),
            });
        }
    }
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let target = &description.target;
    if target.len() != 64 || !target.bytes().all(is_digit) {
        return Err(TicketError::Value {
            field: "target",
            found: format!("{target:?}"),
            expected: "64 hexadecimal digits".to_owned(),
        });
    }
    Ok(())
}

/// The masks of one layer, taken out of the tensors. The tensor's size, which is that of real bytes,
/// bounds the layer's.
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
    let Some(tensor) = tensors.remove(format!("{name}.mask").as_str()) else {
        return Err(TicketError::MaskMissing { layer: name });
    };
    let bytes = (columns as u128 * candidates as u128).div_ceil(8);
    let expected = [rows as u128, bytes];
    let found = tensor.shape().iter().map(|&length| length as u128);
    if tensor.dtype() != Dtype::U8 || !found.eq(expected) {
        return Err(TicketError::MaskShape {
            layer: name,
            dtype: tensor.dtype(),
            found: tensor.shape().to_vec(),
            expected,
        });
    }
    let layer = MaskedLayer {
        name,
        rows,
        columns,
        bits: tensor.data().to_vec(),
    };
    check_padding(&layer, candidates)?;
    Ok(layer)
}
