//! The experiment `lower-bound`: counting, packing, and how close the construction comes.

pub mod enumerate;
pub mod marks;
pub mod network;
pub mod packing;
mod piecewise;
pub mod plain;
pub mod square;
pub mod sup;
pub mod versions;
