//! The runner, checks, shards and merge on a toy experiment.

mod check;
mod common;
mod runner;
mod shards;
