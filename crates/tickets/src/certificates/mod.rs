//! How far a pruned network may be from its target, with every rounding accounted for.
//!
//! A [`Comparison`] puts the two side by side over a [`Domain`]. Its [`WorstError`] lies between a
//! bound from above, which holds for every input and in exact arithmetic ([`LayerBound`]), and an error
//! that is certainly reached at a point that a [`Search`] found.
//!
//! Both rest on [`spectral_norm_bound`], which is above the norm of a [`RealMatrix`] whatever was
//! rounded. A [`RealNetwork`] computes in `f64` and tells how far rounding may have taken it.

mod bounds;
mod comparison;
mod half_linear;
mod masked_product;
mod real_matrix;
mod real_network;
mod search;
mod spectral_norm;
#[cfg(test)]
mod tests;
mod vertices;
mod worst_error;

pub use bounds::LayerBound;
pub use comparison::{Comparison, Domain};
pub use real_matrix::RealMatrix;
pub use real_network::RealNetwork;
pub use search::{Found, Search};
pub use spectral_norm::spectral_norm_bound;
pub use worst_error::WorstError;
