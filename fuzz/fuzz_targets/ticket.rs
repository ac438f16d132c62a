//! Tickets: one that is written, read and made into a network again, or one line.
//!
//! No mutation finds a SHA-256, so every input that has a place for a checksum is read a second time
//! with the one that fits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use safetensors::SafeTensors;
use sha2::{Digest, Sha256};
use tickets::ticket::AnyTicket;
use tickets::{ApproximationTicket, EdgePopupTicket, PrunedTicket};

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    if let Some(bytes) = with_checksum(bytes) {
        check(&bytes);
    }
});

fn check(bytes: &[u8]) {
    match AnyTicket::from_bytes(bytes) {
        Ok(AnyTicket::Approximation(ticket)) => {
            let again = ApproximationTicket::from_bytes(&ticket.to_bytes())
                .expect("what is written is read");
            assert_eq!(again, ticket);
            let network = ticket.network();
            assert_eq!(network.weights() as u64, ticket.weights());
            assert!(ticket.errors(&network).is_err() || ticket.target() == network.sha256());
        }
        Ok(AnyTicket::Pruned(ticket)) => {
            let again =
                PrunedTicket::from_bytes(&ticket.to_bytes()).expect("what is written is read");
            assert_eq!(again, ticket);
            assert!(ticket.network().check(ticket.random()).is_ok());
        }
        Ok(AnyTicket::EdgePopup(ticket)) => {
            let again =
                EdgePopupTicket::from_bytes(&ticket.to_bytes()).expect("what is written is read");
            assert_eq!(again, ticket);
        }
        Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
    }
}

/// The same file with the checksum of its content, if it has a place for one.
fn with_checksum(bytes: &[u8]) -> Option<Vec<u8>> {
    let (header, metadata) = SafeTensors::read_metadata(bytes).ok()?;
    let text = metadata.metadata().as_ref()?.get("ticket")?;
    let file = SafeTensors::deserialize(bytes).ok()?;
    let mut masks: Vec<_> = file
        .iter()
        .filter(|(name, _)| *name != "checksum")
        .collect();
    masks.sort_by_key(|(name, _)| *name);
    let mut hash = Sha256::new();
    hash.update(text);
    masks.iter().for_each(|(_, mask)| hash.update(mask.data()));
    let (start, end) = metadata.info("checksum")?.data_offsets;
    let mut bytes = bytes.to_vec();
    let place = bytes.get_mut(8 + header + start..8 + header + end)?;
    (place.len() == 32).then(|| place.copy_from_slice(&hash.finalize()))?;
    Some(bytes)
}
