//! The file that holds a ticket of any kind: a safetensors file with a description, tensors, and a
//! checksum over both. `docs/src/formats/tickets.md` describes it for other languages.
//!
//! The header's metadata hold one entry, `ticket`: a JSON object that says how to draw the random
//! numbers again. The tensors are masks, `{name}.mask`, whatever else a kind stores, and `checksum`,
//! the SHA-256 of the JSON text followed by the bytes of all other tensors in the order of their
//! names. It is compared before anything is believed, so a ticket that was changed is never used.

use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::TicketError;
use super::kind::Kind;

/// How seeds become 64-bit numbers.
pub(crate) const GENERATOR: &str = "SHA-256, PCG64-DXSM";

/// The entry of the metadata.
const DESCRIPTION: &str = "ticket";

/// The tensor that is no mask.
const CHECKSUM: &str = "checksum";

/// The one field that every version has.
#[derive(Serialize, Deserialize)]
struct Version {
    format: String,
}

/// The tensors of a ticket by their names.
pub(crate) type Tensors<'a> = BTreeMap<String, TensorView<'a>>;

/// What a file with a fitting checksum holds.
pub(crate) struct Opened<'a> {
    /// The description.
    text: String,
    /// The format that it names.
    format: String,
    tensors: Tensors<'a>,
}

/// Compares the checksum before anything is believed.
pub(crate) fn open(bytes: &[u8]) -> Result<Opened<'_>, TicketError> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(TicketError::Format)?;
    let metadata = header.metadata().as_ref();
    let text = metadata.and_then(|metadata| metadata.get(DESCRIPTION));
    let text = text.ok_or(TicketError::Foreign)?.clone();
    let file = SafeTensors::deserialize(bytes).map_err(TicketError::Format)?;
    let mut tensors: Tensors = file.tensors().into_iter().collect();
    let stored = tensors.remove(CHECKSUM).ok_or(TicketError::Foreign)?;
    if stored.data() != checksum(&text, tensors.values().map(TensorView::data)) {
        return Err(TicketError::Damaged);
    }
    let Version { format } = serde_json::from_str(&text).map_err(TicketError::Description)?;
    Ok(Opened {
        text,
        format,
        tensors,
    })
}

impl<'a> Opened<'a> {
    /// The kind of ticket that the format names, if this version knows it.
    pub fn kind(&self) -> Option<Kind> {
        Kind::of_format(&self.format)
    }

    /// The description and the tensors of a ticket of the given kind.
    pub fn of_kind<D: DeserializeOwned>(self, kind: Kind) -> Result<(D, Tensors<'a>), TicketError> {
        match self.kind() {
            Some(found) if found == kind => (),
            Some(found) => return Err(TicketError::OtherKind(found)),
            None => {
                return Err(TicketError::Version {
                    found: self.format,
                    expected: kind.format(),
                });
            }
        }
        let description = serde_json::from_str(&self.text).map_err(TicketError::Description)?;
        Ok((description, self.tensors))
    }
}

/// A file that calls itself a ticket of a kind and holds nothing else, to test who reads which kind.
pub fn empty_ticket(kind: Kind) -> Vec<u8> {
    let format = kind.format().to_owned();
    seal(&Version { format }, Tensors::new())
}

/// The bytes of a file with a description, tensors by their names, and the checksum.
pub(crate) fn seal(description: &impl Serialize, tensors: Tensors) -> Vec<u8> {
    let text = serde_json::to_string(description).expect("strings and finite numbers");
    let checksum = checksum(&text, tensors.values().map(TensorView::data));
    let view = TensorView::new(Dtype::U8, vec![checksum.len()], &checksum);
    let mut tensors: Tensors = tensors;
    tensors.insert(CHECKSUM.to_owned(), view.expect("one byte an entry"));
    // More than one entry would come in the changing order of a hash map.
    let metadata = HashMap::from([(DESCRIPTION.to_owned(), text)]);
    serialize(tensors, Some(metadata)).expect("names below the limit of the format")
}

/// A mask as a tensor: rows of whole bytes, under the name of what it masks.
pub(crate) fn mask_tensor<'a>(name: &str, rows: usize, bits: &'a [u8]) -> (String, TensorView<'a>) {
    let view = TensorView::new(Dtype::U8, vec![rows, bits.len() / rows], bits);
    (format!("{name}.mask"), view.expect("whole rows"))
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
            let (found, expected) = (format!("{found:?}"), format!("{expected:?}"));
            return Err(TicketError::value(field, found, expected));
        }
    }
    Ok(())
}

/// Checks that a field names something by its SHA-256.
pub(crate) fn check_sha256(field: &'static str, digits: &str) -> Result<(), TicketError> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if digits.len() != 64 || !digits.bytes().all(is_digit) {
        let found = format!("{digits:?}");
        return Err(TicketError::value(field, found, "64 hexadecimal digits"));
    }
    Ok(())
}

fn checksum<'a>(text: &str, tensors: impl Iterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(text);
    tensors.for_each(|bytes| hash.update(bytes));
    hash.finalize().into()
}
