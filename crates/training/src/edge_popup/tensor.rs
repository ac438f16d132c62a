//! Numbers under training, and tensors of frozen weights under the mask that trained scores give.

use super::blocks::{Blocks, Layout};
use super::selection::{Cut, Selection};
use super::sgd::SgdParams;
use super::vector::{LANES, Plain, Vector};
use super::weights::{Scored, Trained};
use networks::Matrix;
use std::slice;

/// Numbers under training and their velocities.
#[derive(Debug, Clone)]
pub(super) struct Values<const L: usize> {
    pub(super) values: Blocks<L>,
    pub(super) velocities: Blocks<L>,
}

impl<const L: usize> Values<L> {
    /// At rest.
    pub(super) fn new(matrix: &Matrix, layout: Layout) -> Values<L> {
        let values = Blocks::new(matrix, layout);
        Values {
            velocities: values.zeros_like(),
            values,
        }
    }

    /// Takes over the next values and velocities.
    pub(super) fn restore(&mut self, tensors: &mut slice::Iter<(Matrix, Matrix)>) {
        let (values, velocities) = tensors.next().expect("one pair per tensor");
        self.values.read(values);
        self.velocities.read(velocities);
    }

    /// Moves a line along its velocities; returns where it is now.
    #[inline(always)]
    pub(super) fn advance<V: Vector>(
        &mut self,
        cell: usize,
        line: usize,
        gradient: V,
        sgd: SgdParams,
    ) -> V {
        let values = &mut self.values.cells[cell][line];
        let velocities = &mut self.velocities.cells[cell][line];
        let value = V::load(values);
        let gradient = V::splat(sgd.decay).multiply_add(value, gradient);
        let velocity = V::splat(sgd.momentum).multiply_add(V::load(velocities), gradient);
        let value = V::splat(-sgd.rate).multiply_add(velocity, value);
        velocity.store(velocities);
        value.store(values);
        value
    }
}

/// By what entries of a tensor are ranked. Of equal ranks the first in the order of
/// [`Matrix::values`] is the lowest, and of several tensors the first tensor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// The score's absolute value, as in the paper's code.
    Absolute,
    /// The score itself.
    Signed,
}

/// Frozen weights and their scores.
#[derive(Debug, Clone)]
pub(super) struct Masked<const L: usize> {
    pub(super) weights: Blocks<L>,
    pub(super) scores: Values<L>,
    rank: Rank,
    /// Which of the network's selections cuts it.
    pub(super) selection: usize,
    cut: f32,
    /// Cells and places in them that rank as the cut does and are removed all the same, in order.
    ties: Vec<(usize, usize)>,
    /// How many cells are full of entries, and which lanes of the others are.
    full: usize,
    live: [u16; L],
}

impl<const L: usize> Masked<L> {
    pub(super) fn new(scored: &Scored, layout: Layout, rank: Rank, selection: usize) -> Masked<L> {
        let shape = |matrix: &Matrix| (matrix.rows(), matrix.columns());
        assert_eq!(
            shape(&scored.weights),
            shape(&scored.scores),
            "one score per weight"
        );
        let weights = Blocks::new(&scored.weights, layout);
        let in_last = weights.columns % Blocks::<L>::WIDTH;
        Masked {
            full: weights.columns / Blocks::<L>::WIDTH * weights.rows,
            live: std::array::from_fn(|line| {
                let entries = in_last.saturating_sub(line * LANES).min(LANES);
                ((1_u32 << entries) - 1) as u16
            }),
            weights,
            scores: Values::new(&scored.scores, layout),
            rank,
            selection,
            cut: f32::NEG_INFINITY,
            ties: Vec::new(),
        }
    }

    pub(super) fn tensor(&self, name: &str) -> Trained {
        let weights = self.weights.to_matrix();
        let mut effective = weights.clone();
        let mut is_kept = vec![true; weights.values().len()];
        for cell in 0..self.weights.cells.len() {
            let kept = self.kept::<Plain<false>>(cell);
            for place in 0..self.weights.width(cell) {
                if kept[place / LANES] >> (place % LANES) & 1 == 0 {
                    let index = self.weights.index(cell, place);
                    effective.values_mut()[index] = 0.0;
                    is_kept[index] = false;
                }
            }
        }
        Trained {
            name: name.to_owned(),
            weights,
            values: self.scores.values.to_matrix(),
            velocities: self.scores.velocities.to_matrix(),
            effective,
            kept: Some(is_kept),
        }
    }

    /// The bits of a score that its rank drops: the sign, or none.
    #[inline(always)]
    fn dropped(&self) -> u32 {
        match self.rank {
            Rank::Absolute => 1 << 31,
            Rank::Signed => 0,
        }
    }

    /// The weights of a cell, those removed as 0.
    #[inline(always)]
    pub(super) fn effective<V: Vector>(&self, cell: usize) -> [V; L] {
        let kept = self.kept::<V>(cell);
        std::array::from_fn(|line| V::load(&self.weights.cells[cell][line]).only(kept[line]))
    }

    /// The lanes of a cell that the mask keeps.
    ///
    /// Compared each time: the scores are in the cache anyway, and one comparison of sixteen is cheaper
    /// than a stored mask, which would be one more array to pass through memory. Ties at the threshold
    /// are few (none, but for equal scores) and are listed.
    #[inline(always)]
    fn kept<V: Vector>(&self, cell: usize) -> [u16; L] {
        let (cut, dropped) = (V::splat(self.cut), self.dropped());
        let scores = &self.scores.values.cells[cell];
        let mut kept: [u16; L] =
            std::array::from_fn(|line| V::load(&scores[line]).without_bits(dropped).at_least(cut));
        if !self.ties.is_empty() {
            let first = self.ties.partition_point(|tie| tie.0 < cell);
            for &(_, place) in self.ties[first..].iter().take_while(|tie| tie.0 == cell) {
                kept[place / LANES] &= !(1 << (place % LANES));
            }
        }
        kept
    }

    /// Moves the scores of a cell, given the loss's derivatives by its effective weights, and shows
    /// their ranks to the selection.
    #[inline(always)]
    pub(super) fn learn<V: Vector>(
        &mut self,
        cell: usize,
        by_effective: &[V; L],
        sgd: SgdParams,
        selection: &mut Selection,
    ) {
        let dropped = self.dropped();
        let live = if cell < self.full {
            [u16::MAX; L]
        } else {
            self.live
        };
        for (line, by_effective) in by_effective.iter().enumerate() {
            let score = V::load(&self.scores.values.cells[cell][line]);
            let mut gradient = by_effective.times(V::load(&self.weights.cells[cell][line]));
            if dropped != 0 {
                // |s| has the derivative sign(s), which is 0 at 0.
                gradient = gradient
                    .flipped_by(score, dropped)
                    .only(score.differs(V::splat(0.0)));
            }
            let score = self.scores.advance(cell, line, gradient, sgd);
            // The new rank is in a register now: to look for the next threshold costs no second pass.
            selection.observe(score.without_bits(dropped), live[line]);
        }
    }

    /// Visits cell, place in the cell and rank of every entry; NaN ranks lowest, as for
    /// [`Selection::observe`].
    fn for_each_rank(&self, mut visit: impl FnMut(usize, usize, f32)) {
        let dropped = self.dropped();
        for (cell, lines) in self.scores.values.cells.iter().enumerate() {
            let scores = lines.iter().flat_map(|line| line.0);
            for (place, score) in scores.take(self.weights.width(cell)).enumerate() {
                let rank = f32::from_bits(score.to_bits() & !dropped);
                visit(cell, place, rank.max(f32::NEG_INFINITY));
            }
        }
    }
}

/// What a cut needs of a tensor, whatever its block's width.
pub(super) trait Cuttable {
    /// Which of the network's selections cuts it.
    fn selection(&self) -> usize;
    /// Adds all ranks to a list.
    fn list_ranks(&self, ranks: &mut Vec<f32>);
    /// Cuts, and returns how many of the cut's ties are left for the next tensor.
    fn apply(&mut self, cut: Cut) -> usize;
}

impl<const L: usize> Cuttable for Masked<L> {
    fn selection(&self) -> usize {
        self.selection
    }

    fn list_ranks(&self, ranks: &mut Vec<f32>) {
        self.for_each_rank(|_, _, rank| ranks.push(rank));
    }

    fn apply(&mut self, cut: Cut) -> usize {
        self.cut = cut.least;
        let mut ties = Vec::new();
        if cut.ties > 0 {
            self.for_each_rank(|cell, place, rank| {
                if rank == cut.least {
                    ties.push((cell, place));
                }
            });
            ties.sort_unstable_by_key(|&(cell, place)| self.weights.index(cell, place));
            ties.truncate(cut.ties);
            ties.sort_unstable();
        }
        self.ties = ties;
        cut.ties - self.ties.len()
    }
}
