//! Every method against an enumeration of all subsets: same optimum and same mask.

use proptest::prelude::*;
use subset_sum::grid::{LARGEST, ONE};
use subset_sum::{Method, Solver, Subset};

/// All subsets that contain no zero, with their sums.
fn subsets(candidates: &[i64]) -> impl Iterator<Item = Subset> {
    let chosen = |mask: u64| (0..candidates.len()).filter(move |i| mask >> i & 1 == 1);
    (0..1_u64 << candidates.len())
        .filter(move |&mask| chosen(mask).all(|i| candidates[i] != 0))
        .map(move |mask| Subset {
            mask,
            sum: chosen(mask).map(|i| candidates[i]).sum(),
        })
}

fn closest(candidates: &[i64], target: i64) -> Subset {
    subsets(candidates)
        .min_by_key(|subset| (subset.error(target), subset.size(), subset.mask))
        .unwrap()
}

fn smallest_feasible(candidates: &[i64], target: i64, tolerance: i64) -> Option<Subset> {
    subsets(candidates)
        .filter(|subset| subset.error(target) <= tolerance)
        .min_by_key(|subset| (subset.size(), subset.error(target), subset.mask))
}

fn first_feasible(candidates: &[i64], target: i64, tolerance: i64) -> Option<Subset> {
    subsets(candidates).find(|subset| subset.error(target) <= tolerance)
}

/// Instances of the distributions and of the ways in which sums coincide.
fn candidates() -> impl Strategy<Value = Vec<i64>> {
    let weight = -ONE..=ONE;
    let count = 0..=12_usize;
    let product = (0..=1_i64 << 23, -(1_i64 << 23)..=1 << 23).prop_map(|(a, b)| a * b);
    let normal = prop::collection::vec(-ONE..=ONE, 12).prop_map(|terms| terms.iter().sum());
    prop_oneof![
        prop::collection::vec(weight.clone(), count.clone()),
        prop::collection::vec(product, count.clone()),
        prop::collection::vec(normal, count.clone()),
        (weight.clone(), count.clone()).prop_map(|(value, n)| vec![value; n]),
        prop::collection::vec(1..=ONE, count.clone()),
        prop::collection::vec(-3_i64..=3, count.clone()),
        prop::collection::vec(
            prop::sample::select(vec![-ONE, 1, ONE / 3, ONE]),
            count.clone()
        ),
        prop::collection::vec(prop_oneof![Just(0), weight], count.clone()),
        prop::collection::vec(prop::sample::select(vec![-LARGEST, 0, LARGEST]), count),
    ]
}

/// A target anywhere, or one that a subset hits exactly or almost.
fn target_of(candidates: &[i64], mask: u64, offset: i64) -> i64 {
    let chosen = candidates
        .iter()
        .enumerate()
        .filter(|(i, _)| mask >> i & 1 == 1);
    (chosen.map(|(_, c)| c).sum::<i64>() + offset).clamp(-LARGEST, LARGEST)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn all_methods_name_the_same_subset_as_brute_force(
        candidates in candidates(),
        targets in prop::collection::vec(
            (any::<u64>(), prop_oneof![Just(0), -4_i64..=4, -ONE..=ONE]), 1..4),
        tolerance in prop_oneof![Just(-1), Just(0), 0..=4_i64, 0..=ONE / 8, Just(i64::MAX)],
    ) {
        let mut solver = Solver::new();
        solver.load(&candidates).unwrap();
        // Several targets over the same candidates also test what the solver keeps between them.
        for (mask, offset) in targets {
            let target = target_of(&candidates, mask, offset);
            prop_assert_eq!(solver.closest(target).unwrap(), closest(&candidates, target));
            prop_assert_eq!(
                solver.smallest_feasible(target, tolerance).unwrap(),
                smallest_feasible(&candidates, target, tolerance)
            );
            prop_assert_eq!(
                solver.first_feasible(target, tolerance).unwrap(),
                first_feasible(&candidates, target, tolerance)
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// More candidates than an enumeration bears: prefix by prefix against mask by mask.
    #[test]
    fn first_feasible_subsets_are_the_same_by_prefixes_and_in_order(
        candidates in prop_oneof![
            prop::collection::vec(-ONE..=ONE, 13..=24),
            prop::collection::vec(-1000_i64..=1000, 13..=24),
            prop::collection::vec(prop_oneof![Just(0), -ONE..=ONE], 13..=30),
            (-ONE..=ONE).prop_map(|value| vec![value; 20]),
            prop::collection::vec(prop::sample::select(vec![-LARGEST, LARGEST / 3]), 13..=20),
        ],
        targets in prop::collection::vec(
            (any::<u64>(), prop_oneof![Just(0), -4_i64..=4, -ONE..=ONE]), 1..4),
        bits in 2..48_u32,
    ) {
        let tolerance = ONE >> bits;
        let (mut by_prefixes, mut in_order) =
            (Solver::new(), Solver::new().with_method(Method::Sorted));
        by_prefixes.load(&candidates).unwrap();
        in_order.load(&candidates).unwrap();
        for (mask, offset) in targets {
            let target = target_of(&candidates, mask, offset);
            prop_assert_eq!(
                by_prefixes.first_feasible(target, tolerance).unwrap(),
                in_order.first_feasible(target, tolerance).unwrap()
            );
        }
    }
}
