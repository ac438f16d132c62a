//! The binary `mnist-approximation` as a user meets it.

mod command_line;
mod common;
mod faults;
mod targets;
