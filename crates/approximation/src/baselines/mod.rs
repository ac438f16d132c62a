//! How many random units it takes to approximate a weight by pruning: the paper's construction against
//! the ones before it.
//!
//! Every run draws units until one construction of [`tickets::baselines`] can be pruned to one weight,
//! and rows count the runs by the units they took. What follows for whole networks is derived from the
//! rows in [`theory`].

mod claims;
pub mod config;
pub mod needed;
pub mod report;
pub mod row;
pub mod theory;
pub mod unit;

pub use config::Config;
pub use row::{HistogramRow, NAME, Row};
pub use tickets::baselines::Construction;
