//! Networks and how to compute with them: the mathematics between subset sums and experiments.
//!
//! A [`Network`] is a fully connected ReLU network. It is read from and written to the bytes of a
//! safetensors file with PyTorch's tensor names, and evaluated by [`Network::forward`].
//! [`matrix`] holds the row-major [`Matrix`] and its products, which training shares.
//!
//! A [`Ticket`] is a network as a seed and a mask: which of the random [`coefficients`] add up to
//! every weight. It too is read from and written to bytes.
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
pub mod matrix;
mod names;
mod network;
mod tensor_file;
mod ticket;
mod ticket_file;

pub use matrix::Matrix;
pub use network::{Dense, Network, NetworkError, relu};
pub use tensor_file::{TensorFileError, read_tensor};
pub use ticket::{Ticket, TicketError};
pub use ticket_file::AnyTicket;
