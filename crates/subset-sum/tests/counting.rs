//! Counts of subsets against an enumeration of all masks.

use proptest::prelude::*;
use subset_sum::counting::{Counter, CounterError, MAX_COUNTED};
use subset_sum::grid::{LARGEST, ONE};

/// For each subset its number of elements and its sum.
fn subsets(candidates: &[i64]) -> Vec<(u32, i64)> {
    let sum = |mask: u32| {
        let chosen = (0..candidates.len()).filter(|i| mask >> i & 1 == 1);
        chosen.map(|i| candidates[i]).sum()
    };
    (0..1_u32 << candidates.len())
        .map(|mask| (mask.count_ones(), sum(mask)))
        .collect()
}

/// Instances with few coincidences and with many.
fn candidates() -> impl Strategy<Value = Vec<i64>> {
    let count = 0..=11_usize;
    prop_oneof![
        prop::collection::vec(-ONE..=ONE, count.clone()),
        prop::collection::vec(-3_i64..=3, count.clone()),
        prop::collection::vec(prop_oneof![Just(0), -ONE..=ONE], count.clone()),
        prop::collection::vec(prop::sample::select(vec![-LARGEST, 0, LARGEST]), count),
    ]
}

/// Targets that are sums, or nearly, and others.
fn targets() -> impl Strategy<Value = Vec<(usize, i64)>> {
    let offset = prop_oneof![
        Just(0),
        -4_i64..=4,
        -ONE..=ONE,
        Just(i64::MIN),
        Just(i64::MAX)
    ];
    prop::collection::vec((any::<usize>(), offset), 1..4)
}

fn tolerance() -> impl Strategy<Value = i64> {
    prop_oneof![
        Just(i64::MIN),
        Just(-1),
        Just(0),
        0..=4_i64,
        0..=ONE,
        0..=4 * LARGEST,
        Just(i64::MAX)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn counts_are_those_of_an_enumeration(
        instances in prop::collection::vec((candidates(), targets(), tolerance()), 1..3),
    ) {
        // One counter for all: what it keeps from former candidates must not show.
        let mut counter = Counter::default();
        for (candidates, targets, tolerance) in instances {
            counter.load(&candidates).unwrap();
            let subsets = subsets(&candidates);
            for (at, offset) in targets {
                let target = subsets[at % subsets.len()].1.saturating_add(offset);
                let is_hit = |sum: i64| {
                    (i128::from(sum) - i128::from(target)).abs() <= i128::from(tolerance)
                };
                let all = subsets.iter().filter(|(_, sum)| is_hit(*sum)).count();
                prop_assert_eq!(counter.hits(target, tolerance), all as u64);
                for size in [at % 5, at % 13] {
                    let of_size = subsets.iter().filter(|(s, sum)| *s as usize == size && is_hit(*sum));
                    prop_assert_eq!(
                        counter.hits_of_size(size, target, tolerance),
                        of_size.count() as u64
                    );
                }
            }
        }
    }
}

#[test]
fn without_candidates_the_empty_subset_is_counted() {
    let mut counter = Counter::default();
    assert_eq!((counter.hits(0, 0), counter.hits(1, 0)), (1, 0));
    assert_eq!(
        (counter.hits_of_size(0, 0, 0), counter.hits_of_size(1, 0, 0)),
        (1, 0)
    );
    assert_eq!(counter.hits_of_size(usize::MAX, 0, i64::MAX), 0);
}

#[test]
fn every_subset_is_counted_at_the_limits() {
    let mut counter = Counter::default();
    counter.load(&[LARGEST; MAX_COUNTED]).unwrap();
    assert_eq!(counter.hits(0, i64::MAX), 1 << MAX_COUNTED);
    assert_eq!(counter.hits(MAX_COUNTED as i64 * LARGEST, 0), 1);
    // 40 * 39 / 2 pairs.
    assert_eq!(counter.hits_of_size(2, 2 * LARGEST, 0), 780);
    counter.load(&[0; MAX_COUNTED]).unwrap();
    assert_eq!(counter.hits(0, 0), 1 << MAX_COUNTED);
}

#[test]
fn what_cannot_be_counted_is_refused_and_the_former_candidates_stay() {
    let mut counter = Counter::default();
    counter.load(&[ONE]).unwrap();
    let too_many = counter.load(&[0; MAX_COUNTED + 1]);
    assert_eq!(too_many, Err(CounterError::TooMany(MAX_COUNTED + 1)));
    for candidate in [LARGEST + 1, i64::MIN, i64::MAX] {
        assert_eq!(
            counter.load(&[candidate]),
            Err(CounterError::TooLarge(candidate))
        );
    }
    assert_eq!(counter.hits(ONE, 0), 1);
}
