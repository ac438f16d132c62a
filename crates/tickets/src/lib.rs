//! Networks as seeds and masks: what the paper's theorem promises, carried out and certified.
//!
//! [`coefficients`] are the random numbers of which subsets add up to the weights of an
//! approximation.
//!
//! [`construction`] prunes random networks until they approximate a target, as the paper's proof
//! does, and [`certificates`] enclose the worst error.
//!
//! A [`ticket`] is what is left to be stored: a seed and a mask. It is read from and written to the
//! bytes of one kind of file.
//!
//! The crate knows no files, no flags, no threads and no clock.

pub mod certificates;
pub mod coefficients;
pub mod construction;
pub mod ticket;

pub use ticket::{
    AnyTicket, ApproximationTicket, EdgePopupTicket, Kind, PrunedTicket, TicketError,
};
