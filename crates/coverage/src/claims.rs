//! What is claimed of random subset sum, and how rows are held against it.

use lab::claims::Claim;

/// The claims of the experiment.
pub fn claims() -> Vec<Claim> {
    Vec::new()
}
