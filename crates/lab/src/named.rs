//! What is known of a unit before it is computed.

use crate::experiment::Unit;

/// A unit's name and cost.
pub(crate) struct Named {
    pub key: String,
    /// Roughly how long it takes on one core.
    pub seconds: f64,
}

impl Named {
    /// What a unit says of itself.
    pub fn of(unit: &dyn Unit) -> Self {
        Self {
            key: unit.key(),
            seconds: unit.seconds(),
        }
    }

    /// How much of a progress bar it is.
    pub fn milliseconds(&self) -> u64 {
        (1000.0 * self.seconds).ceil() as u64
    }
}
