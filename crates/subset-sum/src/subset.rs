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
