//! The target that is tracked in the repository: 784-500-10, trained by `mnist-approximation --train`.

use anyhow::Result;
use tickets::Network;

const BYTES: &[u8] = include_bytes!("../../../data/target-784-500-10.safetensors");

/// The network, without biases.
pub(crate) fn network() -> Result<Network> {
    Ok(Network::from_safetensors(BYTES)?)
}
