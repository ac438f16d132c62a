//! The theorem on a trained network: 784-500-10 is pruned out of a real random network.
//!
//! The layers of the target are rescaled to norm at most 1. A random network with uniform weights and
//! twice the depth is pruned by the paper's construction; every weight becomes two subset sums of
//! products of random weights, one for each half-line of its input. What is left is run as a network
//! on the test images, and the certificate of its worst error tells which of their labels no error of
//! that size could have changed.

mod claims;
pub mod config;
pub mod images;
pub mod prune;
pub mod report;
pub mod row;
pub mod ticket;
pub mod unit;

pub use config::Config;
pub use row::{LayerRow, NAME, Row};
pub use unit::Unit;
