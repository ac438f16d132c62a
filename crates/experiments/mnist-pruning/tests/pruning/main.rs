//! The binary `mnist-pruning` on few images: rows that say what was done, the same bytes whatever happens to a
//! run, tickets that give the same network again, and one line for bad input.

mod checkpoints;
mod common;
mod locks;
mod refusals;
mod rows;
mod tickets;
