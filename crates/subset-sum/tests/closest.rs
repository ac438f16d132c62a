//! Every way to a closest subset against an enumeration, and against the sorted method where that
//! would take too long: same optimum and same mask.

mod instances;

use instances::{Instance, LAWS, Law, in_parallel, scaled, target};
use rand::Rng;
use subset_sum::grid::{LARGEST, ONE, WEIGHT_STEP};
use subset_sum::sampling::uniform;
use subset_sum::{Method, Solver, Subset};

const METHODS: [Method; 3] = [Method::Automatic, Method::Portable, Method::Sorted];

fn solvers() -> [Solver; 3] {
    METHODS.map(|method| Solver::new().with_method(method))
}

/// The closest of all subsets. Zeros need no care: a subset with one is not the smallest.
fn by_enumeration(instance: &Instance, sums: &mut Vec<i64>) -> Subset {
    sums.clear();
    sums.push(0);
    for candidate in &instance.candidates {
        let known = sums.len();
        sums.extend_from_within(..);
        sums[known..].iter_mut().for_each(|sum| *sum += candidate);
    }
    let error = |sum: i64| (sum - instance.target).abs();
    let least = sums.iter().map(|&sum| error(sum)).min().unwrap();
    let closest = sums
        .iter()
        .zip(0..)
        .filter(|(sum, _)| error(**sum) == least);
    let subsets = closest.map(|(&sum, mask)| Subset { mask, sum });
    subsets
        .min_by_key(|subset| (subset.size(), subset.mask))
        .unwrap()
}

fn closest(solver: &mut Solver, instance: &Instance) -> Subset {
    solver.load(&instance.candidates).unwrap();
    solver.closest(instance.target).unwrap()
}

/// All methods agree with the last one, the sorted one.
fn assert_agreement(solvers: &mut [Solver; 3], instance: &Instance, law: Law) {
    let found = solvers.each_mut().map(|solver| closest(solver, instance));
    let Instance { candidates, target } = instance;
    assert_eq!(
        found, [found[2]; 3],
        "{law:?}, target {target} of {candidates:?}"
    );
}

#[test]
fn a_million_small_instances_agree_with_an_enumeration() {
    const PARTS: usize = 100;
    in_parallel("small", PARTS, |_, draws| {
        let (mut solvers, mut sums) = (solvers(), Vec::new());
        for _ in 0..scaled(1_000_000) / PARTS {
            let law = LAWS[uniform(draws, 0, LAWS.len() as i64 - 1) as usize];
            // Half of them are large enough for the join.
            let count = uniform(draws, 0, 12).max(uniform(draws, 0, 12)) as usize;
            let instance = law.instance(draws, count);
            let expected = by_enumeration(&instance, &mut sums);
            for (solver, method) in solvers.iter_mut().zip(METHODS) {
                let Instance { candidates, target } = &instance;
                assert_eq!(
                    closest(solver, &instance),
                    expected,
                    "{method:?}, {law:?}, target {target} of {candidates:?}"
                );
            }
        }
    });
}

#[test]
fn a_hundred_thousand_instances_of_21_candidates_agree() {
    const PARTS: usize = 100;
    in_parallel("21", PARTS, |_, draws| {
        let mut solvers = solvers();
        for number in 0..scaled(100_000) / PARTS {
            let law = if number % 2 == 0 {
                Law::Weights
            } else {
                LAWS[number / 2 % LAWS.len()]
            };
            assert_agreement(&mut solvers, &law.instance(draws, 21), law);
        }
    });
}

#[test]
fn two_thousand_instances_of_each_size_agree() {
    const PARTS: usize = 20;
    in_parallel("sizes", PARTS, |part, draws| {
        let mut solvers = solvers();
        for count in 13..=30 {
            for number in 0..(scaled(2_000) / PARTS).max(1) {
                let law = LAWS[(number + part + count) % LAWS.len()];
                assert_agreement(&mut solvers, &law.instance(draws, count), law);
            }
        }
    });
}

#[test]
fn large_instances_agree() {
    in_parallel("large", scaled(200).min(LAWS.len() * 5), |part, draws| {
        let law = LAWS[part % LAWS.len()];
        let count = if cfg!(debug_assertions) {
            31
        } else {
            31 + part / LAWS.len()
        };
        assert_agreement(&mut solvers(), &law.instance(draws, count), law);
    });
}

/// Rows of a matrix: first joins, then an index.
#[test]
fn many_targets_over_the_same_candidates_agree() {
    in_parallel("rows", scaled(2_000).max(LAWS.len()), |part, draws| {
        let mut solvers = solvers();
        let law = LAWS[part % LAWS.len()];
        let most = if cfg!(debug_assertions) { 16 } else { 24 };
        let count = uniform(draws, 8, most) as usize;
        let candidates = law.instance(draws, count).candidates;
        solvers
            .iter_mut()
            .for_each(|solver| solver.load(&candidates).unwrap());
        for _ in 0..100 {
            let target = target(draws, &candidates);
            let found = solvers
                .each_mut()
                .map(|solver| solver.closest(target).unwrap());
            assert_eq!(
                found, [found[2]; 3],
                "{law:?}, target {target} of {candidates:?}"
            );
        }
    });
}

/// Candidates that are multiples of a power of two, but for a few: whatever part of a sum the keys
/// of a join leave out, there are sums that differ in nothing else.
#[test]
fn sums_that_coincide_modulo_powers_of_two_are_told_apart() {
    in_parallel("modulo", scaled(4_000), |part, draws| {
        let step = 1 << (20 + part % 36);
        let most = (LARGEST / step).min(1 << 20);
        let small = step.min(ONE) / 64 + 1;
        let candidates = (0..10 + part % 15).map(|number| {
            let multiple = uniform(draws, -most, most) * step;
            let offset = if number % 3 == 0 {
                uniform(draws, -small, small)
            } else {
                0
            };
            (multiple + offset).clamp(-LARGEST, LARGEST)
        });
        let candidates: Vec<i64> = candidates.collect();
        let target = target(draws, &candidates);
        assert_agreement(
            &mut solvers(),
            &Instance { candidates, target },
            Law::Aliased,
        );
    });
}

/// Sums on either side of every border between buckets, the wrap-around included: a target that a
/// subset misses by a little, at many scales and offsets.
#[test]
fn near_misses_are_found_at_every_scale() {
    in_parallel("misses", scaled(8_000), |part, draws| {
        let scale = part % 45;
        let candidates = Law::Huge.instance(draws, 12 + part % 12).candidates;
        let candidates: Vec<i64> = candidates.iter().map(|c| c >> scale).collect();
        let mask = draws.next_u64();
        let chosen = candidates
            .iter()
            .enumerate()
            .filter(|(i, _)| mask >> i & 1 == 1);
        let sum: i64 = chosen.map(|(_, candidate)| candidate).sum();
        let miss = uniform(draws, -1, 1) << uniform(draws, 0, 46 - scale as i64 / 2);
        let target = (sum + miss).clamp(-LARGEST, LARGEST);
        assert_agreement(&mut solvers(), &Instance { candidates, target }, Law::Huge);
    });
}

/// The largest and the smallest sum, and those next to them, lie in the last and the first window.
#[test]
fn the_ends_of_the_range_of_sums_are_reached() {
    in_parallel("ends", scaled(2_000).max(32), |part, draws| {
        let law = LAWS[part % LAWS.len()];
        let candidates = law.instance(draws, 20 + part / LAWS.len() % 6).candidates;
        let mut magnitudes: Vec<i64> = candidates.iter().map(|c| c.abs()).collect();
        magnitudes.sort_unstable();
        let largest: i64 = candidates.iter().filter(|&&c| c > 0).sum();
        let smallest: i64 = candidates.iter().filter(|&&c| c < 0).sum();
        for left_out in [
            0,
            magnitudes[0],
            magnitudes[1],
            magnitudes[0] + magnitudes[1],
        ] {
            for target in [largest - left_out, smallest + left_out] {
                let candidates = candidates.clone();
                let target = (target + uniform(draws, -1, 1)).clamp(-LARGEST, LARGEST);
                assert_agreement(&mut solvers(), &Instance { candidates, target }, law);
            }
        }
    });
}

/// With candidates on 2^-23 and targets off that grid, an optimum lies half a step away or less.
#[test]
fn targets_between_the_sums_of_weights_agree() {
    in_parallel("between", scaled(4_000), |part, draws| {
        let mut instance = Law::Weights.instance(draws, 20 + part % 8);
        instance.target = uniform(draws, -ONE / 8, ONE / 8);
        if part % 2 == 0 {
            // Halfway, where a sum above and one below are equally close.
            instance.target = instance.target / WEIGHT_STEP * WEIGHT_STEP + WEIGHT_STEP / 2;
        }
        assert_agreement(&mut solvers(), &instance, Law::Weights);
    });
}
