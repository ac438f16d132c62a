//! The theorem on MNIST: its rows against their definition, and its verdicts.

mod claims;
mod command_line;
mod rows;
