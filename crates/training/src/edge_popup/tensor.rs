//! A tensor of frozen weights under the mask that its scores give.

use super::lanes::{LANES, Line, Plain, Vector};
use super::network::Trained;
use super::selection::{Cut, Selection};
use std::slice;
use tickets::Matrix;

/// How far and with what memory a step goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) rate: f32,
    pub(super) momentum: f32,
    pub(super) decay: f32,
}

impl Pace {
    /// Moves 16 trained numbers along their velocities; returns where they are now.
    #[inline(always)]
    pub(super) fn advance<V: Vector>(
        self,
        values: &mut Line,
        velocities: &mut Line,
        gradient: V,
    ) -> V {
        let value = V::load(values);
        let gradient = V::splat(self.decay).multiply_add(value, gradient);
        let velocity = V::splat(self.momentum).multiply_add(V::load(velocities), gradient);
        let value = V::splat(-self.rate).multiply_add(velocity, value);
        velocity.store(velocities);
        value.store(values);
        value
    }
}

/// By what entries of a tensor are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// The score's absolute value, as in the paper's code.
    Absolute,
    /// The score itself.
    Signed,
}

/// `[blocks, rows]` of `L` lines: columns in blocks, rows within a block. The last block is filled
/// up with weights 0 that never count.
#[derive(Debug, Clone)]
pub(super) struct Blocks<const L: usize> {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) cells: Vec<[Line; L]>,
}

impl<const L: usize> Blocks<L> {
    pub(super) const WIDTH: usize = L * LANES;

    fn zeros(rows: usize, columns: usize) -> Blocks<L> {
        let cells = vec![[Line::ZERO; L]; rows * columns.div_ceil(Self::WIDTH)];
        Blocks {
            rows,
            columns,
            cells,
        }
    }

    /// A matrix as it is.
    pub(super) fn of(matrix: &Matrix) -> Blocks<L> {
        let mut blocks = Blocks::zeros(matrix.rows(), matrix.columns());
        for row in 0..matrix.rows() {
            for (column, &value) in matrix.row(row).iter().enumerate() {
                blocks.set(row, column, value);
            }
        }
        blocks
    }

    pub(super) fn to_matrix(&self) -> Matrix {
        let places =
            (0..self.rows).flat_map(|row| (0..self.columns).map(move |column| (row, column)));
        let values = places.map(|(row, column)| self.get(row, column)).collect();
        Matrix::new(self.rows, self.columns, values)
    }

    /// A matrix `[outputs, links * inputs]`, of which column k * inputs + j becomes row j * links + k.
    pub(super) fn transposed(matrix: &Matrix, links: usize) -> Blocks<L> {
        let mut blocks = Blocks::zeros(matrix.columns(), matrix.rows());
        let inputs = matrix.columns() / links;
        for output in 0..matrix.rows() {
            for (column, &value) in matrix.row(output).iter().enumerate() {
                blocks.set(column % inputs * links + column / inputs, output, value);
            }
        }
        blocks
    }

    /// The matrix that [`Blocks::transposed`] took.
    pub(super) fn to_transposed(&self, links: usize) -> Matrix {
        let inputs = self.rows / links;
        let places =
            (0..self.columns).flat_map(|output| (0..self.rows).map(move |column| (output, column)));
        let value = |(output, column)| self.get(column % inputs * links + column / inputs, output);
        Matrix::new(self.columns, self.rows, places.map(value).collect())
    }

    pub(super) fn zeros_like(&self) -> Blocks<L> {
        Blocks {
            cells: vec![[Line::ZERO; L]; self.cells.len()],
            ..*self
        }
    }

    pub(super) fn count(&self) -> usize {
        self.columns.div_ceil(Self::WIDTH)
    }

    #[inline(always)]
    pub(super) fn place(&self, row: usize, column: usize) -> (usize, usize, usize) {
        let (block, inside) = (column / Self::WIDTH, column % Self::WIDTH);
        (block * self.rows + row, inside / LANES, inside % LANES)
    }

    pub(super) fn get(&self, row: usize, column: usize) -> f32 {
        let (cell, line, lane) = self.place(row, column);
        self.cells[cell][line].0[lane]
    }

    pub(super) fn set(&mut self, row: usize, column: usize, value: f32) {
        let (cell, line, lane) = self.place(row, column);
        self.cells[cell][line].0[lane] = value;
    }
}

/// Weights, scores and the scores' velocities.
#[derive(Debug, Clone)]
pub(super) struct Masked<const L: usize> {
    pub(super) weights: Blocks<L>,
    pub(super) scores: Blocks<L>,
    pub(super) velocities: Blocks<L>,
    rank: Rank,
    /// Which of the network's selections cuts it.
    pub(super) selection: usize,
    cut: f32,
    /// Cells and places in them that rank as the cut does and are removed all the same, in order.
    ties: Vec<(usize, usize)>,
    /// For each line of the last block, which lanes are entries.
    live: [u16; L],
}

impl<const L: usize> Masked<L> {
    pub(super) fn new(
        weights: Blocks<L>,
        scores: Blocks<L>,
        rank: Rank,
        selection: usize,
    ) -> Masked<L> {
        let in_last = weights.columns - (weights.count() - 1) * Blocks::<L>::WIDTH;
        let live = std::array::from_fn(|line| {
            (0..LANES).fold(0, |live, lane| {
                live | u16::from(line * LANES + lane < in_last) << lane
            })
        });
        Masked {
            velocities: weights.zeros_like(),
            weights,
            scores,
            rank,
            selection,
            cut: f32::NEG_INFINITY,
            ties: Vec::new(),
            live,
        }
    }

    /// The tensor as `to_matrix` orders its entries.
    pub(super) fn tensor(&self, name: &str, to_matrix: impl Fn(&Blocks<L>) -> Matrix) -> Trained {
        let mut kept = self.weights.zeros_like();
        let mut effective = self.weights.zeros_like();
        for cell in 0..kept.cells.len() {
            let lanes = self.kept::<Plain<false>>(cell);
            let rows = kept.cells[cell].iter_mut().zip(&mut effective.cells[cell]);
            for (line, (kept, effective)) in rows.enumerate() {
                Plain::<false>::splat(1.0).only(lanes[line]).store(kept);
                Plain::<false>::load(&self.weights.cells[cell][line])
                    .only(lanes[line])
                    .store(effective);
            }
        }
        Trained {
            name: name.to_owned(),
            weights: to_matrix(&self.weights),
            values: to_matrix(&self.scores),
            velocities: to_matrix(&self.velocities),
            effective: to_matrix(&effective),
            kept: Some(
                to_matrix(&kept)
                    .values()
                    .iter()
                    .map(|&kept| kept == 1.0)
                    .collect(),
            ),
        }
    }

    /// Takes over the next values and velocities.
    pub(super) fn take(
        &mut self,
        tensors: &mut slice::Iter<(Matrix, Matrix)>,
        to_blocks: impl Fn(&Matrix) -> Blocks<L>,
    ) {
        let (scores, velocities) = tensors.next().expect("one pair per tensor");
        (self.scores, self.velocities) = (to_blocks(scores), to_blocks(velocities));
        let shape = |blocks: &Blocks<L>| (blocks.rows, blocks.columns);
        assert_eq!(
            shape(&self.scores),
            shape(&self.weights),
            "one score per weight"
        );
        assert_eq!(
            shape(&self.velocities),
            shape(&self.weights),
            "one velocity per weight"
        );
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
    #[inline(always)]
    fn kept<V: Vector>(&self, cell: usize) -> [u16; L] {
        let (cut, dropped) = (V::splat(self.cut), self.dropped());
        let scores = &self.scores.cells[cell];
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
        pace: Pace,
        selection: &mut Selection,
    ) {
        let is_last = cell + self.weights.rows >= self.weights.cells.len();
        let dropped = self.dropped();
        let weights = &self.weights.cells[cell];
        let scores = &mut self.scores.cells[cell];
        let velocities = &mut self.velocities.cells[cell];
        for line in 0..L {
            let score = V::load(&scores[line]);
            let mut gradient = by_effective[line].times(V::load(&weights[line]));
            if dropped != 0 {
                // |s| has the derivative sign(s), which is 0 at 0.
                gradient = gradient
                    .flipped_by(score, dropped)
                    .only(score.differs(V::splat(0.0)));
            }
            let score = pace.advance(&mut scores[line], &mut velocities[line], gradient);
            let live = if is_last { self.live[line] } else { u16::MAX };
            selection.observe(score.without_bits(dropped), live);
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
        self.ties.clear();
        if cut.ties == 0 {
            return 0;
        }
        let mut ties = Vec::new();
        self.for_each_rank(|cell, place, rank| {
            if rank == cut.least {
                ties.push((cell, place));
            }
        });
        let rows = self.weights.rows;
        // Output by output.
        ties.sort_unstable_by_key(|&(cell, place)| (cell / rows, place, cell % rows));
        ties.truncate(cut.ties);
        ties.sort_unstable();
        self.ties = ties;
        cut.ties - self.ties.len()
    }
}

impl<const L: usize> Masked<L> {
    /// Visits cell, place in the cell and rank of every entry, in the order of memory.
    fn for_each_rank(&self, mut visit: impl FnMut(usize, usize, f32)) {
        let dropped = self.dropped();
        for (cell, lines) in self.scores.cells.iter().enumerate() {
            let columns = self.weights.columns - (cell / self.weights.rows) * Blocks::<L>::WIDTH;
            let scores = lines.iter().flat_map(|line| line.0).take(columns);
            for (place, score) in scores.enumerate() {
                visit(cell, place, f32::from_bits(score.to_bits() & !dropped));
            }
        }
    }
}
