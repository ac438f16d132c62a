//! One layer of a construction: blocks shared by all outputs, and a row of subsets for each.

use subset_sum::Solver;

use super::error::ConstructionError;
use super::gadget::{Block, Chooser, Outcome};
use super::mask::PrunedMatrix;
use super::options::{Construction, grid_tolerance};
use super::pruned_network::PrunedLayer;
use super::random_network::{RandomLayer, RandomNetwork};
use super::target::Target;

/// Entries of one row: columns, ascending, and weights in steps of 2^-23.
type Entries = Vec<(u32, i32)>;

/// The construction of one layer. Its rows do not depend on each other, so they can be made in any
/// order and by any thread.
///
/// ```
/// use subset_sum::Solver;
/// use tickets::construction::{Construction, LayerConstruction, Norms, RandomNetwork, Target};
/// use networks::{Dense, Matrix, Network};
/// let weight = Matrix::new(2, 2, vec![0.5, -0.25, 0.0, 0.75]);
/// let network = Network::new(vec![Dense { name: "fc1".into(), weight, bias: None }])?;
/// let target = Target::new(&network, Norms::AtMostOne)?;
/// let random = RandomNetwork::new(&target.widths(), &[40], 1, 0)?;
/// let layer = LayerConstruction::new(&random, &target, 0, Construction::PAPER, 0.1)?;
/// let mut solver = Solver::new();
/// let rows = (0..2).map(|row| layer.row(row, &mut solver)).collect();
/// let (pruned, outcome) = layer.finish(rows)?;
/// assert_eq!((outcome.instances, outcome.infeasible), (8, 0));
/// assert_eq!(pruned.second().mask().rows(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct LayerConstruction {
    random: RandomLayer,
    construction: Construction,
    /// The target's weights, row after row, in units of 2^-46.
    targets: Vec<i64>,
    /// What a weight may miss its target by, in units of 2^-46.
    tolerance: i64,
    blocks: Vec<Block>,
}

/// One row of M_{2i} under its mask.
#[derive(Debug, Clone)]
pub struct PrunedRow {
    entries: Entries,
    outcome: Outcome,
}

impl LayerConstruction {
    /// Draws and prunes M_{2i-1} for one layer of the target, counted from 0.
    ///
    /// # Errors
    /// [`ConstructionError`] if the random network does not have the target's widths, or if epsilon
    /// or the number of candidates is out of range.
    ///
    /// # Panics
    /// If the target has no such layer.
    pub fn new(
        random: &RandomNetwork,
        target: &Target,
        layer: usize,
        construction: Construction,
        epsilon: f64,
    ) -> Result<LayerConstruction, ConstructionError> {
        construction.check(epsilon)?;
        let (found, expected) = (random.widths(), target.widths());
        if found != expected {
            return Err(ConstructionError::OtherWidths { found, expected });
        }
        let random = random.layers()[layer];
        let layers = target.layers().len();
        let (inputs, outputs) = (random.inputs(), random.outputs());
        let tolerance = construction
            .split
            .tolerance(epsilon, layers, inputs, outputs);
        let nonnegative = construction.nonnegative_inputs.hold_in(layer + 1);
        Ok(LayerConstruction {
            random,
            construction,
            targets: target.grid_units(layer),
            tolerance: grid_tolerance(tolerance),
            blocks: Block::all(&random, construction.gadget, nonnegative),
        })
    }

    /// The rows to make: the layer's outputs.
    pub fn rows(&self) -> usize {
        self.random.outputs()
    }

    /// Draws and prunes one row of M_{2i}: two subsets for each weight, or one.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize, solver: &mut Solver) -> PrunedRow {
        let mut entries = Entries::new();
        let mut chooser = Chooser::new(solver, self.construction, self.tolerance);
        let targets = &self.targets[row * self.blocks.len()..][..self.blocks.len()];
        for (number, (block, &target)) in self.blocks.iter().zip(targets).enumerate() {
            let out_weights = self.random.second(row, number);
            let first_column = self.random.block(number).start;
            let start = entries.len();
            for units in &block.half_lines {
                chooser.choose(units, &out_weights, target, |unit| {
                    let column = (first_column + unit.place) as u32;
                    entries.push((column, out_weights[unit.place]));
                });
            }
            entries[start..].sort_unstable();
        }
        PrunedRow {
            outcome: chooser.outcome,
            entries,
        }
    }

    /// Puts all rows together, in order, and compares every kept weight with the random one, drawn
    /// again.
    ///
    /// # Errors
    /// [`ConstructionError`] if there is not one row for each output, or if rows of another layer
    /// are among them.
    pub fn finish(
        &self,
        rows: Vec<PrunedRow>,
    ) -> Result<(PrunedLayer, Outcome), ConstructionError> {
        if rows.len() != self.rows() {
            let (found, expected) = (rows.len(), self.rows());
            return Err(ConstructionError::Length { found, expected });
        }
        let entries = rows.iter().map(|row| row.entries.as_slice());
        let second = PrunedMatrix::from_rows(self.random.hidden(), entries);
        let layer = PrunedLayer::new(first_matrix(&self.random, &self.blocks), second);
        layer.check(&self.random)?;
        let outcomes = rows.iter().map(|row| row.outcome);
        Ok((layer, outcomes.fold(Outcome::default(), Outcome::and)))
    }
}

/// M_{2i-1} under its mask: each unit that serves keeps the weight of its own input.
pub(crate) fn first_matrix(random: &RandomLayer, blocks: &[Block]) -> PrunedMatrix {
    let mut rows = vec![None; random.hidden()];
    for (number, block) in blocks.iter().enumerate() {
        let start = random.block(number).start;
        for unit in block.half_lines.iter().flatten() {
            rows[start + unit.place] = Some((number as u32, unit.weight));
        }
    }
    PrunedMatrix::from_rows(random.inputs(), rows.iter().map(Option::as_slice))
}
