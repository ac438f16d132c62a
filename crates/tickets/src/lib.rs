//! Networks as seeds and masks: what the paper's theorem promises, carried out and certified.
//!
//! A [`Ticket`] is a network as a seed and a mask: which of the random [`coefficients`] add up to
//! every weight. It is read from and written to bytes.
//!
//! [`construction`] prunes random networks until they approximate a target, as the paper's proof
//! does, and encloses the worst error.
//!
//! [`baselines`] prunes random units to one weight as the constructions before the paper's do, to
//! compare what they cost.
//!
//! The crate knows no files, no flags, no threads and no clock.

pub mod baselines;
pub mod coefficients;
pub mod construction;
mod ticket;
mod ticket_file;

pub use ticket::{Ticket, TicketError};
pub use ticket_file::AnyTicket;

// Networks have a crate of their own. These names stand here until every crate asks it for them.
pub use networks::matrix;
pub use networks::{Dense, Matrix, Network, NetworkError, TensorFileError, read_tensor, relu};
