//! Files of tickets, taken apart and put together by hand.

use safetensors::SafeTensors;
use sha2::{Digest, Sha256};

/// The `ticket` text and the checksum of a ticket's file.
pub fn parts(bytes: &[u8]) -> (String, Vec<u8>) {
    let (_, header) = SafeTensors::read_metadata(bytes).unwrap();
    let text = header.metadata().as_ref().unwrap()["ticket"].clone();
    let file = SafeTensors::deserialize(bytes).unwrap();
    (text, file.tensor("checksum").unwrap().data().to_vec())
}

/// A ticket put together by hand, with a checksum that fits: `masks` are (name, rows, bytes).
pub fn forged(text: &str, masks: &[(&str, usize, &[u8])]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(text);
    masks.iter().for_each(|(_, _, bytes)| hash.update(bytes));
    let checksum = hash.finalize().to_vec();
    let mut tensors =
        vec![r#""checksum":{"dtype":"U8","shape":[32],"data_offsets":[0,32]}"#.to_owned()];
    let mut data = checksum;
    for (name, rows, bytes) in masks {
        let (start, columns) = (data.len(), bytes.len() / rows);
        data.extend_from_slice(bytes);
        let end = data.len();
        tensors.push(format!(
            r#""{name}":{{"dtype":"U8","shape":[{rows},{columns}],"data_offsets":[{start},{end}]}}"#
        ));
    }
    let text = serde_json::to_string(text).unwrap();
    let tensors = tensors.join(",");
    let header = format!(r#"{{"__metadata__":{{"ticket":{text}}},{tensors}}}"#);
    let length = (header.len() as u64).to_le_bytes();
    [&length, header.as_bytes(), &data].concat()
}
