//! A chosen subset, and the order that makes the choice unique.

/// Some of the candidates: which, and what they add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Subset {
    /// Candidate `i`, counted as drawn, is in the subset if bit `i` is set. Never set for a zero.
    pub mask: u64,
    /// Sum of the chosen candidates, in grid units.
    pub sum: i64,
}

impl Subset {
    /// Number of chosen candidates.
    pub fn size(&self) -> u32 {
        self.mask.count_ones()
    }

    /// Distance of the sum from `target`, in grid units.
    pub fn error(&self, target: i64) -> i64 {
        (self.sum - target).abs()
    }
}

/// Of two masks with equal sums, the one that the tie rule prefers: fewest elements, then the
/// smaller integer. The rule works half by half: the best whole consists of the best halves.
pub(crate) fn preferred(a: u32, b: u32) -> u32 {
    if (b.count_ones(), b) < (a.count_ones(), a) {
        b
    } else {
        a
    }
}

/// The best subset met so far: smallest error, then fewest elements, then smallest mask.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Best {
    target: i64,
    error: i64,
    subset: Option<Subset>,
}

impl Best {
    /// Nothing met yet.
    pub fn of(target: i64) -> Self {
        Self {
            target,
            error: i64::MAX,
            subset: None,
        }
    }

    /// Distance of the best sum from the target; more than any sum's if nothing was met.
    pub fn error(&self) -> i64 {
        self.error
    }

    /// The best subset.
    pub fn subset(&self) -> Option<Subset> {
        self.subset
    }

    /// Meets the subset that `mask` names, if it is close enough to matter: its part in the low half
    /// adds up to `sum` where `missing` is what the part in the high half leaves missing.
    #[inline(always)]
    pub fn offer(&mut self, sum: i64, missing: i64, mask: impl FnOnce() -> u64) {
        let error = (sum - missing).abs();
        if error > self.error {
            return;
        }
        let found = Subset {
            mask: mask(),
            sum: self.target + (sum - missing),
        };
        let order = |subset: &Subset| (subset.size(), subset.mask);
        if error < self.error || self.subset.is_none_or(|old| order(&found) < order(&old)) {
            self.subset = Some(found);
        }
        self.error = error;
    }
}
