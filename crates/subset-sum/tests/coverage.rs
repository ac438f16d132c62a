//! Coverage by every method against its definition, and the methods against each other.

mod instances;

use instances::{Instance, LAWS, in_parallel, scaled};
use rand_pcg::Pcg64Dxsm;
use std::ops::RangeInclusive;
use subset_sum::coverage::{
    Answer, Cause, Coverage, CoverageError, CoverageMethod, CoverageSolver,
};
use subset_sum::grid::{LARGEST, ONE};
use subset_sum::sampling::{generator, uniform};

const METHODS: [CoverageMethod; 4] = [
    CoverageMethod::Automatic,
    CoverageMethod::Bitset,
    CoverageMethod::Halves,
    CoverageMethod::Sorted,
];

/// All subset sums in ascending order, each once.
fn sums(candidates: &[i64]) -> Vec<i64> {
    let mut sums = vec![0];
    for candidate in candidates {
        sums.extend(sums.clone().iter().map(|sum| sum + candidate));
        sums.sort_unstable();
        sums.dedup();
    }
    sums
}

/// For each cause the largest error and the lowest place that has it, both in half units: from
/// the numbers at which an error may be largest, which are the ends of the interval and the middles of
/// gaps.
fn by_definition(sums: &[i64], interval: &RangeInclusive<i64>) -> [Option<(i64, i64)>; 3] {
    let (low, high) = (*interval.start(), *interval.end());
    let middles = sums.windows(2).map(|pair| pair[0] + pair[1]);
    let places = middles.chain([2 * low, 2 * high]);
    let mut worst: [Option<(i64, i64)>; 3] = [None; 3];
    for at in places.filter(|at| (2 * low..=2 * high).contains(at)) {
        let place = sums.partition_point(|sum| 2 * sum < at);
        let (below, above) = (
            place.checked_sub(1).map(|i| sums[i]),
            sums.get(place).copied(),
        );
        let distance = |sum: i64| (2 * sum - at).abs();
        let error = below
            .map_or(i64::MAX, distance)
            .min(above.map_or(i64::MAX, distance));
        let cause = match (below, above) {
            (Some(below), Some(above)) if below >= low && above <= high => Cause::InnerGap,
            (Some(_), Some(_)) => Cause::EdgeGap,
            _ => Cause::Reach,
        };
        let known = &mut worst[cause as usize];
        if error > 0 && known.is_none_or(|(most, lowest)| (error, -at) > (most, -lowest)) {
            *known = Some((error, at));
        }
    }
    worst
}

fn as_found(found: &Coverage) -> [Option<(i64, i64)>; 3] {
    [found.reach, found.edge_gap, found.inner_gap]
        .map(|hole| hole.map(|hole| (hole.twice_error, hole.twice_at)))
}

/// Symmetric intervals, wide and narrow ones, single numbers, and such as begin or end at a sum or a
/// target.
fn interval(draws: &mut Pcg64Dxsm, sums: &[i64], target: i64) -> RangeInclusive<i64> {
    let mut a_sum =
        || sums[uniform(draws, 0, sums.len() as i64 - 1) as usize].clamp(-LARGEST, LARGEST);
    let (a, b) = (a_sum(), a_sum());
    let (a, b) = match uniform(draws, 0, 6) {
        0 => (-ONE, ONE),
        1 => (-ONE / 10, ONE / 10),
        2 => (a, b),
        3 => (a, a),
        4 => (a + uniform(draws, -2, 2), b + uniform(draws, -2, 2)),
        5 => (target, b),
        _ => (
            uniform(draws, -4 * ONE, 4 * ONE),
            uniform(draws, -4 * ONE, 4 * ONE),
        ),
    };
    let (a, b) = (a.clamp(-LARGEST, LARGEST), b.clamp(-LARGEST, LARGEST));
    a.min(b)..=a.max(b)
}

#[test]
fn every_method_agrees_with_the_definition() {
    in_parallel("coverage", scaled(10_000), |part, draws| {
        let law = LAWS[part % LAWS.len()];
        let Instance { candidates, target } = law.instance(draws, part / LAWS.len() % 14);
        let sums = sums(&candidates);
        let intervals = [0, 1].map(|_| interval(draws, &sums, target));
        for method in METHODS {
            let found = CoverageSolver::with_method(method)
                .worst(&candidates, &intervals)
                .unwrap();
            for (interval, found) in intervals.iter().zip(&found) {
                let expected = by_definition(&sums, interval);
                assert_eq!(
                    as_found(found),
                    expected,
                    "{method:?}, {law:?}: {candidates:?} on {interval:?}"
                );
                for hole in [found.reach, found.edge_gap, found.inner_gap]
                    .into_iter()
                    .flatten()
                {
                    let is_sum =
                        |sum: Option<i64>| sum.is_none_or(|sum| sums.binary_search(&sum).is_ok());
                    assert!(is_sum(hole.below) && is_sum(hole.above));
                }
            }
        }
    });
}

#[test]
fn the_methods_agree_on_many_candidates() {
    let intervals = [
        -ONE..=ONE,
        -ONE / 2..=ONE / 2,
        -ONE / 10..=ONE / 10,
        0..=3 * ONE,
    ];
    in_parallel("many candidates", scaled(160), |part, draws| {
        let law = LAWS[part % LAWS.len()];
        let candidates = law.instance(draws, 14 + part / LAWS.len() % 8).candidates;
        let expected =
            CoverageSolver::with_method(CoverageMethod::Sorted).worst(&candidates, &intervals);
        for method in METHODS {
            let found = CoverageSolver::with_method(method).worst(&candidates, &intervals);
            assert_eq!(found, expected, "{method:?}, {law:?}: {candidates:?}");
        }
    });
}

#[test]
fn answers_agree_with_the_worst_error() {
    in_parallel("answers", scaled(4000), |part, draws| {
        let law = LAWS[part % LAWS.len()];
        let Instance { candidates, target } = law.instance(draws, part / LAWS.len() % 22);
        let mut solver = CoverageSolver::new();
        let some_sums = sums(&candidates[..candidates.len().min(10)]);
        let interval = interval(draws, &some_sums, target);
        let found = solver
            .worst(&candidates, std::slice::from_ref(&interval))
            .unwrap()[0];
        let worst = found.worst().map_or(0, |(_, hole)| hole.twice_error);
        let exactly = worst / 2 + worst % 2;
        for tolerance in [
            exactly,
            exactly - 1,
            exactly + 1,
            exactly / 2,
            exactly / 1000,
            2 * exactly,
            uniform(draws, 0, ONE),
        ] {
            let tolerance = tolerance.max(0);
            let expected = found
                .failure(tolerance)
                .map_or(Answer::Covered, Answer::Failed);
            let answer = solver.covers(&candidates, interval.clone(), tolerance);
            assert_eq!(
                answer,
                Ok(expected),
                "{law:?}, within {tolerance} on {interval:?}: {candidates:?}"
            );
        }
    });
}

/// Found wrong by a reader: a single number far from every sum, sums that rounding makes too large, a
/// hole at the edge among thousands of others, and sums that coincide in billions.
#[test]
fn rare_cases_are_right_and_quick() {
    let mut solver = CoverageSolver::new();
    let edge = Ok(Answer::Failed(Cause::EdgeGap));
    assert_eq!(solver.covers(&[4, 6], 8..=8, 1), edge);
    let many = vec![64 * ONE; 1024];
    let all = -LARGEST..=LARGEST;
    assert!(solver.covers(&many, all, LARGEST).is_ok());
    let powers = [
        -65536, 32768, 16384, 8192, 4096, 2048, 1024, -512, -256, 128, 64, -32, 16, 8,
    ];
    assert_eq!(solver.covers(&powers, -44579..=21368, 2), edge);
    for method in METHODS {
        let mut solver = CoverageSolver::with_method(method);
        let found = solver.worst(&[1; 36], &[0..=36]).unwrap()[0];
        assert_eq!(found.worst().map(|(_, hole)| hole.twice_error), Some(1));
        let two = [[ONE / 3; 18], [-ONE / 7; 18]].concat();
        let found = solver.worst(&two, &[-ONE..=ONE]).unwrap()[0];
        assert_eq!(as_found(&found), by_definition(&sums(&two), &(-ONE..=ONE)));
    }
}

/// Above 36 nonzero candidates only one tolerance is decided. The first 20 candidates are covered by
/// the worst error, so more of them cover it too, and a counting bound says when none can.
#[test]
fn many_candidates_are_decided_for_one_tolerance() {
    let mut draws = generator(1, "decided", "", 0);
    let mut solver = CoverageSolver::new();
    for _ in 0..scaled(100) {
        let candidates: Vec<i64> = (0..64).map(|_| uniform(&mut draws, -ONE, ONE)).collect();
        let few = solver.worst(&candidates[..20], &[-ONE..=ONE]).unwrap()[0];
        let enough = few.worst().unwrap().1.twice_error / 2 + 1;
        assert_eq!(
            solver.covers(&candidates, -ONE..=ONE, enough),
            Ok(Answer::Covered)
        );
        assert_eq!(
            solver.covers(&candidates, -100 * ONE..=ONE, ONE),
            Ok(Answer::Failed(Cause::Reach))
        );
        // All sums are multiples of 1/8: every gap is 1/8.
        let coarse: Vec<i64> = candidates.iter().map(|x| x >> 43 << 43).collect();
        assert_eq!(
            solver.covers(&coarse, -ONE..=ONE, ONE / 15),
            Ok(Answer::Covered)
        );
        // Few enough to be measured to the last unit.
        for (tolerance, is_covered) in [(ONE / 16, true), (ONE / 16 - 1, false)] {
            let answer = solver.covers(&coarse[..44], -ONE..=ONE, tolerance);
            assert_eq!(answer == Ok(Answer::Covered), is_covered, "{answer:?}");
            assert_ne!(answer, Ok(Answer::Undecided));
        }
        let missed = solver.covers(&coarse, -ONE..=ONE, ONE / 17).unwrap();
        assert!(
            matches!(missed, Answer::Failed(Cause::InnerGap | Cause::EdgeGap)),
            "{missed:?}"
        );
    }
}

#[test]
fn what_cannot_be_computed_is_an_error() {
    let mut solver = CoverageSolver::new();
    let unit = [-ONE..=ONE];
    assert_eq!(
        solver.worst(&[1; 37], &unit),
        Err(CoverageError::TooManyNonzero(37))
    );
    assert!(solver.worst(&[0; 37], &unit).is_ok());
    assert_eq!(
        solver.worst(&[LARGEST + 1], &unit),
        Err(CoverageError::TooLarge(LARGEST + 1))
    );
    assert_eq!(
        solver.worst(&[], &[RangeInclusive::new(1, 0)]),
        Err(CoverageError::Empty(1, 0))
    );
    assert_eq!(
        solver.covers(&[LARGEST; 65], -1..=1, 0),
        Err(CoverageError::TooMany(65))
    );
    let both_signs: Vec<i64> = (0..64).map(|i| LARGEST * (1 - 2 * (i % 2))).collect();
    assert!(solver.covers(&both_signs, -1..=1, 0).is_ok());
    assert!(solver.covers(&[1], i64::MIN..=0, 1).is_err());
}
