//! The experiment `coverage`: after how many random numbers is every target near a subset sum?

pub mod row;
