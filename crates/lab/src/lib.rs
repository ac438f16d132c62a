//! What every experiment shares.
//!
//! An experiment is a configuration, its units of work and their rows ([`Experiment`]). The rest is
//! here: presets ([`preset`]), the common flags ([`flags`]), the runner that computes units on all
//! cores, survives a kill and writes CSV files whose bytes depend on preset, seed and code alone
//! ([`run`]), and the record of how they were made ([`meta`]).

pub mod experiment;
pub mod flags;
pub mod meta;
mod partial;
pub mod preset;
mod runner;
pub mod statistics;
pub mod table;

pub use experiment::{Experiment, Row, Rows};
pub use flags::{Flags, exit_code, print};
pub use runner::{Outcome, run, write_whole};
