//! Random networks with the theorem's shapes, drawn from a seed and never stored.
//!
//! For a target with layers W_i in R^{d_i x d_{i-1}} the random network is
//!
//! ```text
//! g(x) = M_{2l} s(M_{2l-1} ... s(M_2 s(M_1 x)))        s = ReLU
//! M_{2i-1} in R^{2 n d_{i-1} x d_{i-1}}    M_{2i} in R^{d_i x 2 n d_{i-1}}
//! ```
//!
//! The 2 n d_{i-1} neurons between the two are d_{i-1} *blocks* of 2n, one for each input, and
//! a block is two halves of n. Every entry is uniform on the multiples of 2^-23 in \[-1, 1\], held
//! as an integer in these steps, and is a draw of a generator ([`subset_sum::sampling`]) with the
//! name
//!
//! ```text
//! ticketlab/1|{seed}|random-network|layer={i}/{d_i-1}x{d_i}/first/block={b}/column={c}|{replicate}
//! ticketlab/1|{seed}|random-network|layer={i}/{d_i-1}x{d_i}/second/row={r}/block={b}|{replicate}
//! ```
//!
//! The halves take turns: draw 2k belongs to unit k of the first half, draw 2k + 1 to unit k of the
//! second one. No name holds n, so networks that differ only in n are nested, and what suffices
//! with n units suffices with more.

use std::ops::Range;

use subset_sum::grid::{ONE, WEIGHT_STEP};
use subset_sum::sampling::{generator, uniform};

use super::error::ConstructionError;

/// What the seeds of random networks are for.
pub const EXPERIMENT: &str = "random-network";

/// The weight 1 in steps of 2^-23.
pub(crate) const STEPS: i64 = ONE / WEIGHT_STEP;

/// A random ReLU network with twice the depth of a target.
///
/// ```
/// use tickets::construction::RandomNetwork;
/// let random = RandomNetwork::new(&[784, 500, 10], &[65, 70], 1, 0)?;
/// assert_eq!(random.parameters(), 2 * 65 * 784 * (784 + 500) + 2 * 70 * 500 * (500 + 10));
/// // The entry in the first row and column of M_1.
/// let entry = random.layers()[0].first(0, 0)[0];
/// assert!(entry.abs() <= 1 << 23);
/// # Ok::<(), tickets::construction::ConstructionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RandomNetwork {
    layers: Vec<RandomLayer>,
}

/// The two matrices M_{2i-1} and M_{2i} of a random network that stand for layer i of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RandomLayer {
    seed: u64,
    replicate: u64,
    number: usize,
    inputs: usize,
    outputs: usize,
    units: usize,
}

impl RandomNetwork {
    /// The network for targets of the given widths d_0, d_1, ..., d_l, with n = `units[i - 1]`
    /// units a half for layer i. `replicate` counts independent networks of one seed.
    ///
    /// # Errors
    /// [`ConstructionError`] if there is no layer, not one number of units for each, a zero among
    /// the numbers, or more than 2^32 - 1 neurons.
    pub fn new(
        widths: &[usize],
        units: &[usize],
        seed: u64,
        replicate: u64,
    ) -> Result<RandomNetwork, ConstructionError> {
        let expected = widths.len().saturating_sub(1);
        if expected == 0 {
            return Err(ConstructionError::NoLayers);
        }
        if units.len() != expected {
            let found = units.len();
            return Err(ConstructionError::UnitCount { found, expected });
        }
        let layer = |(index, &units): (usize, &usize)| {
            let layer = RandomLayer {
                seed,
                replicate,
                number: index + 1,
                inputs: widths[index],
                outputs: widths[index + 1],
                units,
            };
            layer.check().map(|()| layer)
        };
        let layers = units
            .iter()
            .enumerate()
            .map(layer)
            .collect::<Result<_, _>>()?;
        Ok(RandomNetwork { layers })
    }

    /// The pairs of matrices, one for each layer of a target; there is at least one.
    pub fn layers(&self) -> &[RandomLayer] {
        &self.layers
    }

    /// The widths of its targets, d_0 to d_l.
    pub fn widths(&self) -> Vec<usize> {
        let outputs = self.layers.iter().map(|layer| layer.outputs);
        std::iter::once(self.layers[0].inputs)
            .chain(outputs)
            .collect()
    }

    /// The number of all random weights, sum_i 2 n_i d_{i-1} (d_{i-1} + d_i).
    pub fn parameters(&self) -> u128 {
        self.layers.iter().map(RandomLayer::parameters).sum()
    }
}

impl RandomLayer {
    fn check(&self) -> Result<(), ConstructionError> {
        let RandomLayer {
            number: layer,
            inputs,
            outputs,
            units,
            ..
        } = *self;
        if inputs == 0 || outputs == 0 || units == 0 {
            return Err(ConstructionError::EmptyLayer {
                layer,
                inputs,
                outputs,
                units,
            });
        }
        let hidden = inputs
            .checked_mul(units)
            .and_then(|half| half.checked_mul(2));
        if hidden.is_none_or(|hidden| hidden > u32::MAX as usize) {
            return Err(ConstructionError::TooManyUnits {
                layer,
                inputs,
                units,
            });
        }
        Ok(())
    }

    /// Which layer of the target it stands for: i, from 1.
    pub fn number(&self) -> usize {
        self.number
    }

    /// The inputs d_{i-1}, which is also the number of blocks.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The outputs d_i.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Neurons in a half of a block (n of the paper).
    pub fn units(&self) -> usize {
        self.units
    }

    /// All neurons, 2 n d_{i-1}.
    pub fn hidden(&self) -> usize {
        2 * self.units * self.inputs
    }

    /// The neurons of a block: rows of M_{2i-1} and columns of M_{2i}.
    pub fn block(&self, block: usize) -> Range<usize> {
        let size = 2 * self.units;
        block * size..(block + 1) * size
    }

    /// The number of random weights, 2 n d_{i-1} (d_{i-1} + d_i).
    pub fn parameters(&self) -> u128 {
        self.hidden() as u128 * (self.inputs + self.outputs) as u128
    }

    /// The entries of M_{2i-1} in one column and the 2n rows of one block, in steps of 2^-23.
    pub fn first(&self, block: usize, column: usize) -> Vec<i32> {
        self.draw(&format!("first/block={block}/column={column}"))
    }

    /// The entries of M_{2i} in one row and the 2n columns of one block, in steps of 2^-23.
    pub fn second(&self, row: usize, block: usize) -> Vec<i32> {
        self.draw(&format!("second/row={row}/block={block}"))
    }

    /// The entries of M_{2i-1} in the column and the rows of one block, one by one as they are drawn.
    pub(crate) fn in_weights(&self, block: usize) -> impl Iterator<Item = i32> + use<> {
        let draws = self.draws(&format!("first/block={block}/column={block}"));
        draws.take(2 * self.units)
    }

    /// The place in its block of the unit whose weights are the given draws of their generators.
    pub(crate) fn unit_of_draw(&self, draw: usize) -> usize {
        draw % 2 * self.units + draw / 2
    }

    /// One number for every unit of a block, in the order of the units.
    fn draw(&self, place: &str) -> Vec<i32> {
        let mut entries = vec![0; 2 * self.units];
        let (first, second) = entries.split_at_mut(self.units);
        let halves = first.iter_mut().zip(second);
        let in_turn = halves.flat_map(|(first, second)| [first, second]);
        in_turn
            .zip(self.draws(place))
            .for_each(|(entry, drawn)| *entry = drawn);
        entries
    }

    /// The numbers of a generator, without an end.
    fn draws(&self, place: &str) -> impl Iterator<Item = i32> + use<> {
        let RandomLayer {
            number,
            inputs,
            outputs,
            ..
        } = self;
        let key = format!("layer={number}/{inputs}x{outputs}/{place}");
        let mut generator = generator(self.seed, EXPERIMENT, &key, self.replicate);
        std::iter::repeat_with(move || uniform(&mut generator, -STEPS, STEPS) as i32)
    }
}

/// The fewest parameters that Theorem 2 allows a network R^d -> R^d, d = `width`, if for every
/// linear target of norm at most 1 one of its pruned networks is within `epsilon` of the target on
/// the unit ball with probability 1/2: d^2 log2(1 / (2 epsilon)) - 1.
///
/// ```
/// use tickets::construction::fewest_parameters;
/// assert_eq!(fewest_parameters(4, 1.0 / 64.0), 16.0 * 5.0 - 1.0);
/// ```
pub fn fewest_parameters(width: usize, epsilon: f64) -> f64 {
    (width * width) as f64 * -(2.0 * epsilon).log2() - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(units: usize) -> RandomNetwork {
        RandomNetwork::new(&[3, 2, 4], &[units, units], 7, 1).unwrap()
    }

    /// Whatever changes these numbers changes every published construction.
    #[test]
    fn entries_are_golden() {
        let layer = network(2).layers()[1];
        assert_eq!(layer.first(1, 1), GOLDEN_FIRST);
        assert_eq!(layer.second(3, 0), GOLDEN_SECOND);
    }

    const GOLDEN_FIRST: [i32; 4] = [3_957_952, 3_452_259, -2_584_703, -4_351_802];
    const GOLDEN_SECOND: [i32; 4] = [-742_801, 1_252_451, -8_355_181, 6_910_582];

    #[test]
    fn networks_that_differ_in_n_are_nested() {
        let (small, large) = (network(3), network(5));
        for (few, many) in small.layers().iter().zip(large.layers()) {
            for draw in 0..6 {
                let (in_few, in_many) = (few.unit_of_draw(draw), many.unit_of_draw(draw));
                assert_eq!(few.first(1, 0)[in_few], many.first(1, 0)[in_many]);
                assert_eq!(few.second(1, 1)[in_few], many.second(1, 1)[in_many]);
            }
        }
    }

    #[test]
    fn no_two_places_share_their_draws() {
        let mut seen = std::collections::HashSet::new();
        for layer in network(4).layers() {
            for block in 0..layer.inputs() {
                assert!((0..layer.inputs()).all(|column| seen.insert(layer.first(block, column))));
                assert!((0..layer.outputs()).all(|row| seen.insert(layer.second(row, block))));
            }
        }
        assert_eq!(seen.len(), 3 * (3 + 2) + 2 * (2 + 4));
    }

    /// Five standard errors around the moments 0 and 1/3 of U\[-1, 1\].
    #[test]
    fn entries_are_uniform() {
        let layer = RandomNetwork::new(&[1, 1], &[50_000], 7, 0)
            .unwrap()
            .layers()[0];
        let values = layer.second(0, 0);
        let scaled = values.iter().map(|&value| f64::from(value) / STEPS as f64);
        let count = values.len() as f64;
        assert!((scaled.clone().sum::<f64>() / count).abs() < 5.0 * (1.0 / 3.0 / count).sqrt());
        let square = scaled.map(|value| value * value).sum::<f64>() / count;
        assert!((square - 1.0 / 3.0).abs() < 5.0 * (4.0 / 45.0 / count).sqrt());
    }

    #[test]
    fn empty_and_ill_fitting_shapes_are_refused() {
        let refused = |widths: &[usize], units: &[usize], beginning: &str| {
            let error = RandomNetwork::new(widths, units, 1, 0)
                .unwrap_err()
                .to_string();
            assert!(error.starts_with(beginning), "{error}");
        };
        refused(&[], &[], "a random network needs at least one layer");
        refused(&[3], &[], "a random network needs at least one layer");
        refused(&[3, 2], &[4, 4], "found 2 numbers of units for 1 layers");
        refused(&[3, 0], &[4], "layer 1 has 3 inputs, 0 outputs and 4 units");
        refused(
            &[3, 2, 2],
            &[4, 0],
            "layer 2 has 2 inputs, 2 outputs and 0 units",
        );
        refused(
            &[1 << 20, 1],
            &[1 << 12],
            "layer 1 has 2 * 1048576 * 4096 hidden",
        );
        refused(
            &[2, 1],
            &[usize::MAX],
            "layer 1 has 2 * 2 * 18446744073709551615",
        );
    }
}
