//! The experiment `lower-bound`: counting, packing, and how close the construction comes.

pub mod enumerate;
pub mod marks;
pub mod network;
mod piecewise;
pub mod plain;
