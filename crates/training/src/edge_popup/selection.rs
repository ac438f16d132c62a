//! The exact threshold of a mask, at the cost of a few comparisons an entry.
//!
//! A mask removes the `removed` entries of lowest rank, so it keeps those whose rank is at least the
//! order statistic of that number. A step of training moves ranks by little, so the next threshold is
//! near the last one: while ranks are learnt they are counted below a bracket around it and collected
//! inside. If the order statistic is inside, it is selected among the few that were collected;
//! otherwise among all. Both are exact; only the width of the bracket is a guess.

use super::vector::{Line, Vector};

/// Where a mask cuts: it keeps what ranks at least `least`, but for the first `ties` entries that
/// rank exactly so. Those go in the order of a stable sort.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cut {
    pub(super) least: f32,
    pub(super) ties: usize,
}

impl Cut {
    /// Removes nothing.
    pub(super) const NOTHING: Cut = Cut {
        least: f32::NEG_INFINITY,
        ties: 0,
    };
}

/// The ranks of one or several tensors that share a threshold, as seen during a step.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    removed: usize,
    /// The bracket, [low, high].
    low: f32,
    high: f32,
    below: usize,
    inside: Vec<f32>,
    /// The last threshold; NaN before there was one, which `max` passes over.
    last: f32,
    /// Half the bracket's width.
    reach: f32,
}

impl Selection {
    /// Removes `removed` entries.
    pub(super) fn new(removed: usize) -> Selection {
        Selection {
            removed,
            low: 0.0,
            high: -1.0,
            below: 0,
            inside: Vec::new(),
            last: f32::NAN,
            reach: 0.0,
        }
    }

    /// Takes note of sixteen ranks, of which those in the lanes `live` are entries. NaN is below all.
    #[inline(always)]
    pub(super) fn observe<V: Vector>(&mut self, ranks: V, live: u16) {
        let not_below = ranks.at_least(V::splat(self.low));
        self.below += (!not_below & live).count_ones() as usize;
        let inside = not_below & V::splat(self.high).at_least(ranks) & live;
        if inside != 0 {
            let mut line = Line::ZERO;
            ranks.store(&mut line);
            self.collect(&line, inside);
        }
    }

    #[inline(never)]
    fn collect(&mut self, ranks: &Line, mut inside: u16) {
        while inside != 0 {
            self.inside.push(ranks.0[inside.trailing_zeros() as usize]);
            inside &= inside - 1;
        }
    }

    /// The cut through the ranks observed since the last one; `all` lists them again, without NaN,
    /// if the bracket missed it.
    pub(super) fn cut(&mut self, all: impl FnOnce(&mut Vec<f32>)) -> Cut {
        if self.removed == 0 {
            return Cut::NOTHING;
        }
        let mut below = self.below;
        let is_hit = (below..below + self.inside.len()).contains(&self.removed);
        if !is_hit {
            below = 0;
            self.inside.clear();
            all(&mut self.inside);
        }
        let place = self.removed - below;
        let (lower, &mut least, _) = self.inside.select_nth_unstable_by(place, f32::total_cmp);
        let ties = lower.iter().filter(|&&rank| rank == least).count();
        self.narrow(least);
        Cut { least, ties }
    }

    /// Sets the next bracket, a few times as wide as thresholds have moved of late, and forgets what
    /// was observed.
    fn narrow(&mut self, least: f32) {
        self.reach = (self.reach * 0.95).max(4.0 * (least - self.last).abs());
        self.last = least;
        (self.low, self.high) = (least - self.reach, least + self.reach);
        self.below = 0;
        self.inside.clear();
    }
}
