//! Closest subsets for many targets over the same candidates.
//!
//! For one target, both halves of a meet in the middle cost about the same. For many, it pays to put
//! far more than half of the work into what is kept: an index of the sums of a large part of the
//! candidates, in which each target looks up what the few sums of the other part leave missing.

use crate::join::{GaveUp, Scale};
use crate::subset::{Best, Subset};
use crate::sums_by_cell::{SumsByCell, list_sums};

/// Candidates that the indexed part has more than the other one.
const EXTRA: usize = 10;

/// The most candidates in the indexed part, and the most in the other part.
const MAX_INDEXED: usize = 17;
const MAX_OTHERS: usize = 9;

/// The most sums in a cell. Were there more, equal sums would have to be merged.
const MAX_IN_CELL: usize = 64;

/// Sums that are looked at together.
const GROUP: usize = 4;

/// Searches with growing radius before the index gives up.
const ATTEMPTS: usize = 3;

/// The widest interval that is looked up, in cells.
const MAX_CELLS: i64 = 8;

/// An index for one set of candidates.
#[derive(Debug, Default)]
pub(crate) struct Index {
    indexed: SumsByCell,
    indexed_bits: u32,
    others: Vec<i64>,
    is_crowded: bool,
}

/// How many of the candidates are indexed.
fn indexed(candidates: usize) -> usize {
    ((candidates + EXTRA) / 2).min(MAX_INDEXED).min(candidates)
}

/// Sums in the index of so many candidates; `None` if they are too many for an index.
pub(crate) fn sums(candidates: usize) -> Option<u64> {
    let indexed = indexed(candidates);
    (candidates - indexed <= MAX_OTHERS).then_some(1 << indexed)
}

impl Index {
    /// Takes other candidates, so many that [`sums`] knows how many sums to index.
    pub fn rebuild(&mut self, candidates: &[i64]) {
        let (first, rest) = candidates.split_at(indexed(candidates.len()));
        self.indexed.rebuild(first);
        self.indexed_bits = first.len() as u32;
        self.others.resize(1 << rest.len(), 0);
        list_sums(0, rest, &mut self.others);
        self.is_crowded = self.indexed.most_in_cell() > MAX_IN_CELL;
    }

    /// The closest subset to `target`, by the tie rule; `candidates` are those of the index.
    ///
    /// Every subset with an error up to the radius is met, or up to the best error met before it,
    /// which is enough: see [`crate::join`].
    pub fn closest(&self, candidates: &[i64], target: i64) -> Result<Subset, GaveUp> {
        if self.is_crowded {
            return Err(GaveUp);
        }
        let scale = Scale::expected(candidates, target)?;
        let mut radius = scale.radius;
        for _ in 0..ATTEMPTS {
            if radius > MAX_CELLS * self.indexed.cell_width() {
                break;
            }
            let best = self.within(radius, target);
            radius = match best.subset() {
                Some(subset) if best.error() <= radius => return Ok(subset),
                Some(_) => best.error(),
                None => scale.wider(),
            };
        }
        Err(GaveUp)
    }

    /// The best subset with an error up to `radius`, or any worse one.
    fn within(&self, radius: i64, target: i64) -> Best {
        let sums = self.indexed.sums();
        // A join has ten candidates at least, so there are more sums than a group has.
        let last_group = sums.len() - GROUP;
        let mut best = Best::of(target);
        for (&other, mask) in self.others.iter().zip(0_u64..) {
            let missing = target - other;
            let reach = radius.min(best.error());
            let mut at = self.indexed.at_most(missing - reach);
            let end = self.indexed.beyond(missing + reach);
            // Most intervals have less than a group. Other sums do no harm, and to take as many each
            // time spares the processor a branch that it could not predict.
            loop {
                at = at.min(last_group);
                let errors = sums[at..at + GROUP].iter().map(|sum| (sum - missing).abs());
                if errors.min() <= Some(best.error()) {
                    self.offer_group(at, missing, mask, &mut best);
                }
                at += GROUP;
                if at >= end {
                    break;
                }
            }
        }
        best
    }

    #[cold]
    fn offer_group(&self, at: usize, missing: i64, mask: u64, best: &mut Best) {
        let group = at..at + GROUP;
        let masks = &self.indexed.masks()[group.clone()];
        for (&sum, &indexed) in self.indexed.sums()[group].iter().zip(masks) {
            best.offer(sum, missing, || {
                mask << self.indexed_bits | u64::from(indexed)
            });
        }
    }
}
