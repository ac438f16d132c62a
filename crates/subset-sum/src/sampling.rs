//! Random numbers, seeded by what they are for.
//!
//! A generator's seed is a hash of names (root seed, experiment, key, replicate), so a draw does not
//! depend on threads, order or interruptions. The map from a generator's output to a grid point is
//! our own, because a library's may change between versions; it is reproduced from these lines alone:
//!
//! ```text
//! seed = SHA-256("ticketlab/1|{root}|{experiment}|{key}|{replicate}")
//! x    = next 64 bits of PCG64-DXSM(seed)
//! draw = low + floor(x * (high - low + 1) / 2^64)
//! ```

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Dxsm;
use sha2::{Digest, Sha256};

/// The generator for one named purpose.
///
/// ```
/// use subset_sum::sampling::{generator, uniform};
/// let draw = |key| uniform(&mut generator(1, "coverage", key, 0), -100, 100);
/// assert_eq!(draw("n=8"), draw("n=8"));
/// ```
pub fn generator(root: u64, experiment: &str, key: &str, replicate: u64) -> Pcg64Dxsm {
    let name = format!("ticketlab/1|{root}|{experiment}|{key}|{replicate}");
    Pcg64Dxsm::from_seed(Sha256::digest(name).into())
}

/// One of the integers `low..=high`, each with the same probability up to 2^-64 times their count.
///
/// # Panics
/// If `low > high`.
pub fn uniform(generator: &mut impl Rng, low: i64, high: i64) -> i64 {
    assert!(low <= high, "an empty range {low}..={high}");
    let points = high.abs_diff(low) as u128 + 1;
    let step = (u128::from(generator.next_u64()) * points) >> 64;
    low.wrapping_add(step as i64)
}

/// Puts `items` into a uniformly random order (Fisher and Yates).
pub fn shuffle<T>(generator: &mut impl Rng, items: &mut [T]) {
    for last in (1..items.len()).rev() {
        items.swap(last, uniform(generator, 0, last as i64) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLDEN: [i64; 4] = [-884, -560, -472, -896];

    /// Whatever changes these numbers changes every published result.
    #[test]
    fn first_draws_are_golden() {
        let mut draws = generator(1, "golden", "key", 0);
        let first: Vec<i64> = (0..4).map(|_| uniform(&mut draws, -1000, 1000)).collect();
        assert_eq!(first, GOLDEN);
    }

    #[test]
    fn a_range_is_covered_to_its_ends() {
        let mut draws = generator(1, "ends", "", 0);
        let mut counts = [0; 5];
        for _ in 0..5000 {
            counts[(uniform(&mut draws, -2, 2) + 2) as usize] += 1;
        }
        // Ten standard deviations around 1000.
        assert!(
            counts.iter().all(|&count| (717..1283).contains(&count)),
            "{counts:?}"
        );
        assert_eq!(uniform(&mut draws, 7, 7), 7);
        uniform(&mut draws, i64::MIN, i64::MAX);
    }

    #[test]
    fn shuffling_keeps_every_item() {
        let mut items: Vec<u32> = (0..100).collect();
        shuffle(&mut generator(1, "shuffle", "", 0), &mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
