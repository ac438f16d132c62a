//! The constructions before the paper's, and what they cost.

pub mod bound;
pub mod coupons;
pub mod golden;
#[cfg(test)]
mod tests;
