//! The rows of the experiment's two tables.

use documented::{Documented, DocumentedFields};
use serde::{Deserialize, Serialize};

/// The name of the experiment, of its section in a preset and of its main table.
pub const NAME: &str = "existence";

/// Raised whenever the meaning of a row changes.
pub(crate) const SCHEMA: u32 = 1;

/// All instances of one distribution and one number of candidates: a line of `existence.csv`.
///
/// An instance is a target z from U\[-1, 1\] and n random numbers, its candidates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct Row {
    /// The distribution of the candidates: `uniform` on \[-1, 1\], or `product` of two independent such numbers.
    pub distribution: String,
    /// Candidates of an instance (n).
    pub candidates: u32,
    /// Largest distance of a subset sum from the target that counts as success (epsilon), rounded to a
    /// multiple of 2^-46 for the search. The empty sum is 0.
    pub tolerance: f64,
    /// Instances.
    pub instances: u64,
    /// Instances without a subset sum within the tolerance.
    pub failures: u64,
    /// Instances that fail by the rule of the authors' code, which never takes all n candidates.
    pub reference_failures: u64,
}

impl lab::Row for Row {
    const TABLE: &'static str = "existence";
    const SHARES: &[(&str, &str)] = &[
        ("failures", "instances"),
        ("reference_failures", "instances"),
    ];
}

/// Instances by the number of candidates that they take: a line of `existence-sizes.csv`. Sizes that no
/// instance has are left out. The first two columns are those of [`Row`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Documented, DocumentedFields)]
pub struct SizeRow {
    /// The distribution of the candidates.
    pub distribution: String,
    /// Candidates of an instance (n).
    pub candidates: u32,
    /// Elements of a subset.
    pub size: u32,
    /// Successful instances whose smallest subset within the tolerance has so many elements.
    pub smallest: u64,
    /// Failing instances whose closest subset has so many elements.
    pub closest: u64,
    /// Instances to which the rule of the authors' code gives this size: successful ones by the smallest
    /// subset, failing ones by the closest, and never all n candidates.
    pub reference: u64,
}

impl lab::Row for SizeRow {
    const TABLE: &'static str = "existence-sizes";
}
