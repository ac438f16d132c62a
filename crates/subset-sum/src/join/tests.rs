//! The sieves against what they promise, and the join where it must not leave the work to others.

#[cfg(target_arch = "x86_64")]
use super::avx512::Avx512Sieve;
use super::keys::{INDEX_BITS, Keys, index, without_index};
use super::sieve::{Match, PortableSieve, Sieve};
use super::{Join, MIN_CANDIDATES};
use crate::grid::ONE;
use crate::sampling::{generator, uniform};
use rand::Rng;

/// Calls a test for each sieve that the processor can run.
macro_rules! for_each_sieve {
    ($test:ident) => {
        $test(PortableSieve::default());
        #[cfg(target_arch = "x86_64")]
        if let Some(sieve) = Avx512Sieve::detect() {
            $test(sieve);
        }
    };
}

fn list(keys: &[u32]) -> Keys {
    let mut list = Keys::default();
    list.storage()[..keys.len()].copy_from_slice(keys);
    list.set_len(keys.len());
    list
}

/// A random list, or one of keys around zero and around a random key.
fn random_keys(draws: &mut impl Rng) -> Vec<u32> {
    let most = 1 << uniform(draws, 0, i64::from(INDEX_BITS));
    let count = uniform(draws, 0, most);
    let origin = draws.next_u64() as u32 * uniform(draws, 0, 1) as u32;
    let spread = uniform(draws, 0, 31);
    let keys = (0..count).map(|_| origin.wrapping_add((draws.next_u64() as i32 >> spread) as u32));
    keys.collect()
}

fn random_reach(draws: &mut impl Rng) -> u32 {
    (uniform(draws, 0, 15) as u32) << INDEX_BITS
}

fn are_near(a: u32, b: u32, reach: u32) -> bool {
    without_index(a)
        .wrapping_sub(without_index(b))
        .wrapping_add(reach)
        <= 2 * reach
}

fn sieving_keeps_what_is_near(mut sieve: impl Sieve) {
    let mut draws = generator(1, "sieve", "keep", 0);
    for _ in 0..400 {
        let (keys, others) = (random_keys(&mut draws), random_keys(&mut draws));
        let reach = random_reach(&mut draws);
        let shift = ((2 * reach).leading_zeros() - 16).min(5) + uniform(&mut draws, 0, 3) as u32;
        let mut kept = list(&keys);
        sieve.keep_near(&mut kept, &list(&others), reach, shift);
        let mut kept = kept.as_slice().iter();
        for &key in &keys {
            let needed = others.iter().any(|&other| are_near(key, other, reach));
            // The order stays, so each key that is needed comes behind the one before.
            assert!(
                !needed || kept.any(|&kept| kept == key),
                "{key} of {reach}, {shift}"
            );
        }
    }
}

fn sieving_drops_most_of_what_is_far(mut sieve: impl Sieve) {
    let mut draws = generator(1, "sieve", "drop", 0);
    let mut random = |count| -> Vec<u32> { (0..count).map(|_| draws.next_u64() as u32).collect() };
    let (mut kept, others) = (list(&random(2000)), list(&random(100)));
    sieve.keep_near(&mut kept, &others, 1 << 13, 2);
    assert!(kept.len() < 100, "{} kept of 2000", kept.len());
}

fn matches_are_complete(sieve: impl Sieve) {
    let mut draws = generator(1, "sieve", "matches", 0);
    let mut found = vec![Match::default(); 1 << 12];
    let mut complete = 0;
    for _ in 0..200 {
        let (low, high) = (random_keys(&mut draws), random_keys(&mut draws));
        let reach = random_reach(&mut draws);
        let mut expected = Vec::new();
        for &low in &low {
            let near = high.iter().filter(|&&high| are_near(low, high, reach));
            expected.extend(near.map(|&high| (index(low), index(high))));
        }
        match sieve.matches(&list(&low), &list(&high), reach, &mut found) {
            Some(count) => {
                let found = found[..count].iter().map(|found| (found.low, found.high));
                let mut found: Vec<_> = found.collect();
                found.sort_unstable();
                expected.sort_unstable();
                assert_eq!(found, expected);
                complete += 1;
            }
            None => assert!(expected.len() > found.len() / 2),
        }
    }
    assert!(
        complete > 50,
        "only {complete} lists of matches were complete"
    );
}

fn appended_keys_are_numbered(mut sieve: impl Sieve) {
    let mut draws = generator(1, "sieve", "append", 0);
    let mut appended = Keys::default();
    let mut expected = Vec::new();
    for count in (0..60).chain([200, 0, 17]) {
        let keys: Vec<u32> = (0..count)
            .map(|_| (draws.next_u64() as u32) << INDEX_BITS)
            .collect();
        let add = (draws.next_u64() as u32) << INDEX_BITS;
        expected.extend(keys.iter().map(|key| key.wrapping_add(add)));
        sieve.append(&keys, add, &mut appended);
    }
    for (position, key) in expected.iter_mut().enumerate() {
        *key += position as u32;
    }
    assert_eq!(appended.as_slice(), expected);
}

#[test]
fn sieves_keep_their_promises() {
    for_each_sieve!(sieving_keeps_what_is_near);
    for_each_sieve!(sieving_drops_most_of_what_is_far);
    for_each_sieve!(matches_are_complete);
    for_each_sieve!(appended_keys_are_numbered);
}

/// Without masses of equal sums the join itself has to find the optimum; otherwise tests against
/// the sorted method would compare that method with itself.
#[test]
fn a_join_rarely_gives_up() {
    for mut join in [Join::automatic(), Join::portable()] {
        let mut draws = generator(1, "join", "gives up", 0);
        for count in MIN_CANDIDATES..=24 {
            let mut given_up = 0;
            for _ in 0..200 {
                let step = 1 << uniform(&mut draws, 0, 23);
                let mut number = || uniform(&mut draws, -ONE / step, ONE / step) * step;
                let candidates: Vec<i64> = (0..count).map(|_| number()).collect();
                let target = number() / 8;
                given_up += usize::from(join.closest(&candidates, target).is_err());
            }
            assert!(given_up < 10, "{given_up} of 200 with {count} candidates");
        }
    }
}
