//! Exact random subset sum, the mathematics beneath every ticket.
//!
//! Given random numbers (the *candidates*) and a target, which of them add up to it best? Every
//! number is an integer in units of 2^-46 ([`grid`]), so sums are exact and a result can be
//! compared bit by bit. [`sampling`] draws candidates, seeded by name; [`Solver`] finds the
//! [`Subset`] that is closest, smallest feasible or first feasible.
//!
//! The crate knows no files, no flags, no threads and no clock. It reads one environment variable, which
//! keeps kernels from vector instructions ([`cpu`]).

pub mod counting;
pub mod coverage;
pub mod cpu;
pub mod grid;
pub mod growth;
mod index;
mod join;
mod law;
mod method;
mod ordered_sums;
pub mod sampling;
mod size_classes;
mod solver;
mod sorted_sums;
mod subset;
mod sums_by_cell;
pub mod text;

pub use law::{Law, UnknownLaw};
pub use method::Method;
pub use solver::{MAX_DRAWN, MAX_NONZERO, MAX_PREFIXES, Solver, SolverError};
pub use subset::Subset;
