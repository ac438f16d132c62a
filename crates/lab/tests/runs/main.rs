//! The runner, shards and merge on a toy experiment.

mod common;
mod runner;
mod shards;
