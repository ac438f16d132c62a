//! The runner, checks, shards and merge on a toy experiment.

mod check;
mod common;
mod damage;
mod runner;
mod shards;
