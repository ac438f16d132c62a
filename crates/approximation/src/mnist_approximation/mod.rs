//! The paper's Experiment 1: every weight of a network trained on MNIST becomes a subset sum.
//!
//! For each weight n random coefficients are drawn and a subset of them is kept whose sum
//! approximates the weight; the approximated network is then tested as a network. The authors solved
//! one mixed-integer program a weight; [`subset_sum::Solver`] finds the same optimum exactly.

pub mod approximate;
pub mod authors;
mod claims;
pub mod config;
pub mod report;
pub mod row;
pub mod ticket;
pub mod train;
pub mod unit;

pub use config::Config;
pub use row::{Coefficients, HistogramRow, NAME, Quantity, Row, Selection};
