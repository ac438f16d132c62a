//! All subset sums in ascending order: the reference, and the fastest for few candidates.

use super::holes::{Cause, Coverage, Hole};
use std::ops::RangeInclusive;

/// All subset sums in ascending order, equal ones as often as they occur.
pub(super) fn sums(candidates: &[i64]) -> Vec<i64> {
    let mut sums = vec![0];
    let mut merged = Vec::new();
    for &candidate in candidates {
        merge(&sums, candidate, &mut merged);
        std::mem::swap(&mut sums, &mut merged);
    }
    sums
}

/// Merges sorted sums with themselves shifted by one more candidate.
fn merge(sums: &[i64], candidate: i64, merged: &mut Vec<i64>) {
    merged.clear();
    let (mut i, mut j) = (0, 0);
    while i < sums.len() && j < sums.len() {
        let (without, with) = (sums[i], sums[j] + candidate);
        merged.push(without.min(with));
        i += usize::from(without <= with);
        j += usize::from(without > with);
    }
    merged.extend_from_slice(&sums[i..]);
    merged.extend(sums[j..].iter().map(|sum| sum + candidate));
}

/// What a sorted list of all sums says of an interval.
pub(super) fn coverage(sums: &[i64], interval: RangeInclusive<i64>) -> Coverage {
    let (low, high) = (*interval.start(), *interval.end());
    let first = sums.partition_point(|&sum| sum < low);
    let end = sums.partition_point(|&sum| sum <= high);
    let below = first.checked_sub(1).map(|at| sums[at]);
    let above = sums.get(end).copied();
    let inside = &sums[first..end];
    let mut found = Coverage::default();
    outer(
        &mut found,
        below,
        inside.first().copied(),
        inside.last().copied(),
        above,
        &interval,
    );
    for pair in inside.windows(2) {
        let hole = Hole::between(Some(pair[0]), Some(pair[1]), &interval);
        found.offer(Cause::InnerGap, hole);
    }
    found
}

/// The holes across the ends of the interval: from the sums next to the ends, those outside and the
/// first and the last inside, as far as there are such.
pub(super) fn outer(
    found: &mut Coverage,
    below: Option<i64>,
    first: Option<i64>,
    last: Option<i64>,
    above: Option<i64>,
    interval: &RangeInclusive<i64>,
) {
    let mut offer = |below: Option<i64>, above: Option<i64>| {
        let cause = if below.is_some() && above.is_some() {
            Cause::EdgeGap
        } else {
            Cause::Reach
        };
        found.offer(cause, Hole::between(below, above, interval));
    };
    offer(below, first.or(above));
    if first.is_some() {
        offer(last, above);
    }
}
