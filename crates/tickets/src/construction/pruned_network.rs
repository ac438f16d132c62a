//! Pruned networks: what is left of a random network, and the proof that it was there before.

use subset_sum::grid;

use super::error::ConstructionError;
use super::mask::PrunedMatrix;
use super::options::NonnegativeInputs;
use super::random_network::{RandomLayer, RandomNetwork};
use super::target::{Target, rectify, with_constant};
use networks::Matrix;
use networks::{Dense, Network};

/// The pruned matrices M_{2i-1} and M_{2i}, which stand for layer i of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrunedLayer {
    first: PrunedMatrix,
    second: PrunedMatrix,
}

impl PrunedLayer {
    /// Both matrices. A row of the first one keeps one entry at most, a row of the second one at
    /// most [`MAX_KEPT`](super::options::MAX_KEPT) for a half-line of an input.
    pub(crate) fn new(first: PrunedMatrix, second: PrunedMatrix) -> PrunedLayer {
        PrunedLayer { first, second }
    }

    /// M_{2i-1} under its mask.
    pub fn first(&self) -> &PrunedMatrix {
        &self.first
    }

    /// M_{2i} under its mask.
    pub fn second(&self) -> &PrunedMatrix {
        &self.second
    }

    /// The slopes W+ and W- of the layer, which computes x -> W+ x+ - W- x- with x = x+ - x-: row
    /// after row, in units of 2^-46 and exact. They are added up from the kept weights, at most 64
    /// for a slope, which stays below 128.
    pub fn slopes(&self) -> [Vec<i64>; 2] {
        const FEW_PRODUCTS: &str = "at most 64 products of weights up to 1";
        let inputs = self.first.mask().columns();
        let in_weights: Vec<Option<(usize, i32)>> = (0..self.first.mask().rows())
            .map(|unit| self.first.row(unit).next())
            .collect();
        let mut slopes = [0, 1].map(|_| vec![0; self.second.mask().rows() * inputs]);
        for row in 0..self.second.mask().rows() {
            for (unit, out_weight) in self.second.row(row) {
                let Some((input, in_weight)) = in_weights[unit] else {
                    continue;
                };
                let half_line = usize::from(in_weight < 0);
                let slope: &mut i64 = &mut slopes[half_line][row * inputs + input];
                let product = i64::from(in_weight) * i64::from(out_weight);
                *slope = slope.checked_add(product).expect(FEW_PRODUCTS);
            }
        }
        slopes
    }

    /// Compares every kept weight with the random weight in its place, drawn again from the seed.
    ///
    /// # Errors
    /// [`ConstructionError::NotDrawn`] for the first weight that is another, and
    /// [`ConstructionError::OtherWidths`] if the shapes differ.
    pub fn check(&self, random: &RandomLayer) -> Result<(), ConstructionError> {
        let expected = vec![random.inputs(), random.hidden(), random.outputs()];
        let (first, second) = (self.first.mask(), self.second.mask());
        let found = vec![first.columns(), first.rows(), second.rows()];
        if found != expected || second.columns() != first.rows() {
            return Err(ConstructionError::OtherWidths { found, expected });
        }
        let size = 2 * random.units();
        compare(
            &self.first,
            2 * random.number() - 1,
            |unit, input| ([unit / size, input], unit % size),
            |[block, input]| random.first(block, input),
        )?;
        compare(
            &self.second,
            2 * random.number(),
            |row, unit| ([row, unit / size], unit % size),
            |[row, block]| random.second(row, block),
        )
    }
}

/// Compares the kept entries of matrix M_`number` with those drawn: `place` names, for a row and a
/// column, a generator and the place among its entries.
fn compare(
    matrix: &PrunedMatrix,
    number: usize,
    place: impl Fn(usize, usize) -> ([usize; 2], usize),
    draw: impl Fn([usize; 2]) -> Vec<i32>,
) -> Result<(), ConstructionError> {
    let mut known = None;
    for row in 0..matrix.mask().rows() {
        for (column, found) in matrix.row(row) {
            let (name, at) = place(row, column);
            let entries = match known.take() {
                Some((known_name, entries)) if known_name == name => entries,
                _ => draw(name),
            };
            let drawn = entries[at];
            known = Some((name, entries));
            if found != drawn {
                let matrix = format!("M_{number}");
                return Err(ConstructionError::NotDrawn {
                    matrix,
                    row,
                    column,
                    found,
                    drawn,
                });
            }
        }
    }
    Ok(())
}

/// A random network under its masks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrunedNetwork {
    layers: Vec<PrunedLayer>,
    has_constant_input: bool,
}

impl PrunedNetwork {
    /// The network of all pruned layers of a target.
    ///
    /// # Errors
    /// [`ConstructionError::OtherWidths`] if the layers do not have the target's widths.
    pub fn new(
        layers: Vec<PrunedLayer>,
        target: &Target,
    ) -> Result<PrunedNetwork, ConstructionError> {
        let network = PrunedNetwork::of_layers(layers, target.has_constant_input());
        network.check_widths(target).map(|()| network)
    }

    /// The network of layers that fit each other.
    pub(crate) fn of_layers(layers: Vec<PrunedLayer>, has_constant_input: bool) -> PrunedNetwork {
        PrunedNetwork {
            layers,
            has_constant_input,
        }
    }

    /// The pruned pairs of matrices, one for each layer of the target.
    pub fn layers(&self) -> &[PrunedLayer] {
        &self.layers
    }

    /// Whether the last input is the constant 1.
    pub fn has_constant_input(&self) -> bool {
        self.has_constant_input
    }

    /// The number of kept weights.
    pub fn size(&self) -> usize {
        let size = |layer: &PrunedLayer| layer.first.mask().size() + layer.second.mask().size();
        self.layers.iter().map(size).sum()
    }

    /// |subset sum - weight| of every instance in units of 2^-46, layer after layer: those for x > 0,
    /// row after row, then those for x < 0 where inputs may be negative.
    ///
    /// # Errors
    /// [`ConstructionError::OtherWidths`] if the target has other widths.
    pub fn errors(
        &self,
        target: &Target,
        nonnegative_inputs: NonnegativeInputs,
    ) -> Result<Vec<Vec<i64>>, ConstructionError> {
        self.check_widths(target)?;
        let layer = |(index, layer): (usize, &PrunedLayer)| {
            let weights = target.grid_units(index);
            let half_lines = nonnegative_inputs.half_lines_in(index + 1);
            let slopes = layer.slopes().into_iter().take(half_lines).flatten();
            let pairs = slopes.zip(weights.iter().cycle());
            pairs
                .map(|(slope, weight)| (slope - weight).abs())
                .collect()
        };
        Ok(self.layers.iter().enumerate().map(layer).collect())
    }

    /// The outputs for one input, by the kept weights alone, in `f64`. A constant input is added.
    ///
    /// # Panics
    /// If there is not one number for each input.
    pub fn forward(&self, input: &[f64]) -> Vec<f64> {
        let mut values = with_constant(input, self.has_constant_input);
        for (index, layer) in self.layers.iter().enumerate() {
            if index > 0 {
                rectify(&mut values);
            }
            let mut hidden = layer.first.apply(&values);
            rectify(&mut hidden);
            values = layer.second.apply(&hidden);
        }
        values
    }

    /// The same network with all zeros: 2l layers whose entries are kept random weights or 0. Where
    /// the target has a constant input, the last input has to be 1.
    ///
    /// # Errors
    /// [`ConstructionError::TooLargeForDense`] if a matrix has more than 2^27 entries.
    pub fn dense(&self) -> Result<Network, ConstructionError> {
        let matrices = self
            .layers
            .iter()
            .flat_map(|layer| [&layer.first, &layer.second]);
        let layer = |(number, matrix): (usize, &PrunedMatrix)| {
            let name = format!("fc{number}");
            let weight = matrix.dense(&format!("M_{number}"))?;
            Ok(Dense {
                name,
                weight,
                bias: None,
            })
        };
        let layers: Result<Vec<Dense>, ConstructionError> =
            (1..).zip(matrices).map(layer).collect();
        Ok(Network::new(layers?)?)
    }

    /// The network of l layers with the slopes W+ for weights, each rounded to `f32`: what this
    /// network computes on nonnegative inputs, at the cost of the target.
    pub fn on_nonnegative_inputs(&self) -> Network {
        let layer = |(index, layer): (usize, &PrunedLayer)| {
            let [slopes, _] = layer.slopes();
            let weights = slopes.into_iter().map(|slope| grid::to_f64(slope) as f32);
            let (rows, columns) = (layer.second.mask().rows(), layer.first.mask().columns());
            Dense {
                name: format!("fc{}", index + 1),
                weight: Matrix::new(rows, columns, weights.collect()),
                bias: None,
            }
        };
        let layers = self.layers.iter().enumerate().map(layer).collect();
        Network::new(layers).expect("layers of a target's widths")
    }

    /// Compares the widths with a target's.
    pub(crate) fn check_widths(&self, target: &Target) -> Result<(), ConstructionError> {
        let shape =
            |layer: &PrunedLayer| [layer.first.mask().columns(), layer.second.mask().rows()];
        let found: Vec<usize> = self.layers.iter().flat_map(shape).collect();
        let shapes = target
            .layers()
            .iter()
            .map(|layer| [layer.columns(), layer.rows()]);
        let expected: Vec<usize> = shapes.flatten().collect();
        match found == expected {
            true => Ok(()),
            false => Err(ConstructionError::OtherWidths { found, expected }),
        }
    }

    /// Compares every kept weight with the random weight in its place, drawn again from the seed.
    ///
    /// # Errors
    /// [`ConstructionError`] if a weight or a shape is another.
    pub fn check(&self, random: &RandomNetwork) -> Result<(), ConstructionError> {
        let found = self.layers.len();
        let expected = random.layers().len();
        if found != expected {
            return Err(ConstructionError::Length { found, expected });
        }
        self.layers
            .iter()
            .zip(random.layers())
            .try_for_each(|(layer, random)| layer.check(random))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "at most 64 products")]
    fn slopes_never_wrap() {
        let units = 1 << 17;
        let weight = 1 << 23;
        let first = PrunedMatrix::from_rows(1, vec![&[(0, weight)][..]; units].into_iter());
        let row: Vec<(u32, i32)> = (0..units as u32).map(|unit| (unit, weight)).collect();
        let second = PrunedMatrix::from_rows(units, [row.as_slice()].into_iter());
        PrunedLayer::new(first, second).slopes();
    }
}
