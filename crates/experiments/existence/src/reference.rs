//! The run of the authors' code: Burkholz, "Convolutional and Residual Networks Provably Contain Lottery
//! Tickets" (ICML 2022) and "Most Activation Functions Can Win the Lottery Without Excessive Depth"
//! (NeurIPS 2022), repository RelationalML/LT-existence.
//!
//! Its rule, as the code states it: all subsets of 0 elements are tried, then all of 1, and so on, and the
//! first one within the tolerance ends the search. The option that bounds the size excludes its value, so
//! that a bound of 15 tries up to 14 of 15 numbers. An instance without a subset within the tolerance fails
//! and has the size of its closest subset.
//!
//! The numbers below are those of the results that are stored with the code, from notes taken of them. The
//! seed does not reach the generator that draws, so the run can be compared but not repeated.

/// Random numbers of an instance.
pub const CANDIDATES: u32 = 15;

/// Largest distance that counts as success.
pub const TOLERANCE: f64 = 0.01;

/// Instances of each kind.
pub const INSTANCES: u64 = 100_000;

/// Sizes that are counted one by one, from 0.
pub const COUNTED: usize = 6;

/// What one kind of numbers led to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reference {
    /// Our name of the distribution.
    pub distribution: &'static str,
    /// What the authors call the construction, by the depth of the random network.
    pub construction: &'static str,
    /// Instances that failed.
    pub failures: u64,
    /// Instances by size, from 0 to 5.
    pub sizes: [u64; COUNTED],
    /// The mean size of all instances.
    pub mean_size: f64,
}

/// Both runs.
pub const BOTH: [Reference; 2] = [
    Reference {
        distribution: "uniform",
        construction: "L+1",
        failures: 404,
        sizes: [1033, 13713, 44922, 35783, 4101, 377],
        mean_size: 2.29643,
    },
    Reference {
        distribution: "product",
        construction: "2L",
        failures: 3552,
        sizes: [966, 12701, 43642, 31275, 7388, 2220],
        mean_size: 2.46340,
    },
];

impl Reference {
    /// Instances by size, from 0 to 5, and those with more elements.
    pub fn classes(&self) -> [u64; COUNTED + 1] {
        let mut classes = [0; COUNTED + 1];
        classes[..COUNTED].copy_from_slice(&self.sizes);
        classes[COUNTED] = INSTANCES - self.sizes.iter().sum::<u64>();
        classes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The means tell that the instances beyond 5 elements, 71 and 1808, have 6.3 and 6.6 on average, so
    /// failing ones are counted among the sizes.
    #[test]
    fn the_means_agree_with_the_counts() {
        for (reference, rest) in BOTH.iter().zip([71, 1808]) {
            let classes = reference.classes();
            assert_eq!(classes[COUNTED], rest);
            let counted = classes[..COUNTED].iter().zip(0..);
            let sum: u64 = counted.map(|(count, size)| count * size).sum();
            let beyond = reference.mean_size * INSTANCES as f64 - sum as f64;
            let mean = beyond / rest as f64;
            assert!((beyond - beyond.round()).abs() < 1e-6 && (6.0..7.0).contains(&mean));
        }
    }
}
