//! The theorem's construction: networks pruned to targets, how far they are off, and their tickets.

mod construction;
#[path = "../files/mod.rs"]
mod files;
mod pruned_ticket;
mod targets;
mod worst_error;
