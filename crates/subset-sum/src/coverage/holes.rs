//! What is said of an interval: its largest holes, of each kind, and their errors.

use crate::grid::ONE;
use std::fmt;
use std::ops::RangeInclusive;

/// Why a number of the interval is far from every subset sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// It lies beyond the least or the greatest sum.
    Reach,
    /// It lies between two consecutive sums of which at least one is outside the interval.
    EdgeGap,
    /// It lies between two consecutive sums inside the interval.
    InnerGap,
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(match self {
            Self::Reach => "reach",
            Self::EdgeGap => "edge gap",
            Self::InnerGap => "inner gap",
        })
    }
}

/// A part of the number line without subset sums, and its number of the interval that is farthest
/// from all of them. That one may lie halfway between grid points, so it is counted in units of
/// 2^-47.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// The greatest sum below the hole, in grid units; `None` if there is none.
    pub below: Option<i64>,
    /// The least sum above the hole, in grid units; `None` if there is none.
    pub above: Option<i64>,
    /// The number of the interval that is farthest from both, in units of 2^-47.
    pub twice_at: i64,
    /// Its distance from the nearer one, in units of 2^-47.
    pub twice_error: i64,
}

impl Hole {
    /// The hole between two neighbouring sums (or beyond the last), as far as it matters to the
    /// interval; `None` if no number of the interval lies inside.
    ///
    /// One of the sums must be there.
    pub(super) fn between(
        below: Option<i64>,
        above: Option<i64>,
        interval: &RangeInclusive<i64>,
    ) -> Option<Self> {
        let (low, high) = (2 * interval.start(), 2 * interval.end());
        let twice_at = match (below, above) {
            (Some(below), Some(above)) => below.saturating_add(above).clamp(low, high),
            (None, _) => low,
            (_, None) => high,
        };
        // A sum very far away only needs to stay far away.
        let from_below = below.map_or(i64::MAX, |sum| {
            twice_at.saturating_sub(sum.saturating_mul(2))
        });
        let from_above = above.map_or(i64::MAX, |sum| {
            sum.saturating_mul(2).saturating_sub(twice_at)
        });
        let twice_error = from_below.min(from_above);
        (twice_error > 0).then_some(Self {
            below,
            above,
            twice_at,
            twice_error,
        })
    }

    /// The number that is farthest from all sums.
    pub fn at(&self) -> f64 {
        self.twice_at as f64 / (2 * ONE) as f64
    }

    /// Its distance from the nearest sum.
    pub fn error(&self) -> f64 {
        self.twice_error as f64 / (2 * ONE) as f64
    }
}

/// The largest holes of an interval: of each kind the one with the largest error; of equal ones
/// the lowest. `None` where no number of the interval is in such a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Beyond the least and the greatest sum.
    pub reach: Option<Hole>,
    /// Across an end of the interval.
    pub edge_gap: Option<Hole>,
    /// Inside the interval.
    pub inner_gap: Option<Hole>,
}

impl Coverage {
    fn holes(&self) -> [(Cause, Option<Hole>); 3] {
        [
            (Cause::Reach, self.reach),
            (Cause::EdgeGap, self.edge_gap),
            (Cause::InnerGap, self.inner_gap),
        ]
    }

    /// The hole with the largest error and its kind, the earlier kind if they are equal; `None` if
    /// every number of the interval is a sum, which takes an interval of a single number.
    pub fn worst(&self) -> Option<(Cause, Hole)> {
        let holes = self.holes().into_iter();
        let holes = holes.filter_map(|(cause, hole)| Some((cause, hole?)));
        holes.rev().max_by_key(|(_, hole)| hole.twice_error)
    }

    /// The largest distance of a number of the interval from the nearest sum.
    pub fn worst_error(&self) -> f64 {
        self.worst().map_or(0.0, |(_, hole)| hole.error())
    }

    /// Why the interval is not covered within `tolerance` (grid units): the first of reach, edge gap
    /// and inner gap whose error is larger; `None` if it is covered.
    pub fn failure(&self, tolerance: i64) -> Option<Cause> {
        let too_large = |hole: Hole| hole.twice_error > tolerance.saturating_mul(2);
        let holes = self.holes().into_iter();
        holes
            .filter(|(_, hole)| hole.is_some_and(too_large))
            .map(|(cause, _)| cause)
            .next()
    }

    /// Takes notice of the hole across an end of the interval: between the sums next to that end, below
    /// and above it, as far as there are such.
    pub(super) fn offer_outer(
        &mut self,
        below: Option<i64>,
        above: Option<i64>,
        interval: &RangeInclusive<i64>,
    ) {
        let cause = if below.is_some() && above.is_some() {
            Cause::EdgeGap
        } else {
            Cause::Reach
        };
        self.offer(cause, Hole::between(below, above, interval));
    }

    /// Takes notice of a hole of some kind.
    pub(super) fn offer(&mut self, cause: Cause, hole: Option<Hole>) {
        let known = match cause {
            Cause::Reach => &mut self.reach,
            Cause::EdgeGap => &mut self.edge_gap,
            Cause::InnerGap => &mut self.inner_gap,
        };
        let key = |hole: &Hole| (hole.twice_error, -hole.twice_at);
        if let Some(hole) = hole.filter(|hole| known.is_none_or(|known| key(hole) > key(&known))) {
            *known = Some(hole);
        }
    }
}
