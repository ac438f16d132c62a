//! What every experiment shares.
//!
//! An experiment is a configuration, its units of work, their rows ([`Experiment`]) and its claims
//! ([`claims`]). The rest is here: presets ([`preset`]), the common flags ([`flags`]), the runner that
//! computes units on all cores, survives a kill and writes CSV files whose bytes depend on preset,
//! seed and code alone ([`run`]), shards of a run and how they become one ([`merge()`]), the record of
//! how rows were made ([`meta`]), files that are whole or not there ([`store`]), units computed again and held against their rows ([`check()`]), and the
//! statistics that verdicts rest on ([`statistics`]).

mod about;
mod check;
pub mod claims;
pub mod experiment;
mod finish;
pub mod flags;
mod job;
mod judgement;
mod merge;
pub mod meta;
mod named;
mod part;
mod partial;
pub mod preset;
mod progress;
mod runner;
mod shard;
pub mod sources;
pub mod statistics;
pub mod store;
pub mod table;
pub mod testing;

pub use about::About;
pub use check::{Checked, Difference, check};
pub use experiment::{Configured, Experiment, HEADLINE, MAX_UNITS, Row, Rows, Unit, boxed};
pub use flags::{Flags, Folder, exit_code, print, say, verdict_code};
pub use job::Job;
pub use judgement::{Judgement, judge};
pub use merge::merge;
pub use part::{Part, Parts};
pub use runner::{Outcome, main, run, run_all, run_and_print};
pub use shard::Shard;
pub use table::{Column, Table};
