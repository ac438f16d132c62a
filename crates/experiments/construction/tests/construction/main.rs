//! The experiment `construction`.

mod claims;
mod command_line;
mod rows;
