//! Tickets: networks as seeds and masks, and the files that hold them.
//!
//! There is one file for all of them, with a description, tensors and a checksum (`container`), and
//! a payload for each [`Kind`]:
//!
//! * [`ApproximationTicket`]: weights that are subset sums of random coefficients;
//! * [`PrunedTicket`]: a random network under the masks of the theorem's construction;
//! * [`EdgePopupTicket`]: a random network under the masks that edge-popup trained.
//!
//! [`AnyTicket`] reads the kind that a file names. A ticket of another kind than was asked for is
//! answered with the binary that reads it ([`TicketError::OtherKind`]).

mod approximation;
mod container;
mod edge_popup;
mod error;
mod kind;
mod pruned_network;

pub use approximation::ApproximationTicket;
pub use container::empty_ticket;
pub use edge_popup::{EdgePopupRun, EdgePopupTicket, NamedMask, Tested, TrainedTensor};
pub use error::TicketError;
pub use kind::Kind;
pub use pruned_network::PrunedTicket;

/// A ticket of any kind.
#[derive(Debug, Clone, PartialEq)]
pub enum AnyTicket {
    /// A network whose weights are subset sums.
    Approximation(ApproximationTicket),
    /// A random network under the masks of the theorem's construction.
    Pruned(PrunedTicket),
    /// A random network under the masks that edge-popup trained.
    EdgePopup(EdgePopupTicket),
}

impl AnyTicket {
    /// Reads a ticket of the kind that its format names.
    ///
    /// # Errors
    /// As the reader of its kind. A format of no kind is refused as one of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<AnyTicket, TicketError> {
        let opened = container::open(bytes)?;
        match opened.kind() {
            Some(Kind::Pruned) => PrunedTicket::from_opened(opened).map(AnyTicket::Pruned),
            Some(Kind::EdgePopup) => EdgePopupTicket::from_opened(opened).map(AnyTicket::EdgePopup),
            Some(Kind::Approximation) | None => {
                ApproximationTicket::from_opened(opened).map(AnyTicket::Approximation)
            }
        }
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            AnyTicket::Approximation(_) => Kind::Approximation,
            AnyTicket::Pruned(_) => Kind::Pruned,
            AnyTicket::EdgePopup(_) => Kind::EdgePopup,
        }
    }
}
