//! A network as a seed and a mask; `docs/src/formats/tickets.md` describes the file for other languages.
//!
//! Every weight and every bias is the sum of some of its random coefficients. The coefficients follow
//! from a few numbers ([`Draw`], [`Laws`]), so one bit a coefficient is all that is stored of a weight.

mod description;

use networks::{Dense, Matrix, Network, check_shapes};

use super::container::{
    GENERATOR, Opened, Tensors, check_empty, check_names, check_sha256, mask_tensor, open, seal,
    take_mask,
};
use super::error::TicketError;
use super::kind::Kind;
use crate::coefficients::{
    Block, Draw, EXPERIMENT, Laws, Uniform, bias_name, target_blocks, weight,
};
use description::{
    Description, LAW, LAW_OF_LAYERS, Shape, check_laws, check_masks, check_values, read_laws,
};

/// A network whose weights are subset sums of random coefficients: a seed and a mask.
///
/// Whatever exists has passed the checks of [`ApproximationTicket::new`].
#[derive(Debug, Clone, PartialEq)]
pub struct ApproximationTicket {
    draw: Draw,
    laws: Laws,
    tolerance: f64,
    target: String,
    layers: Vec<MaskedLayer>,
}

/// The masks of one layer.
#[derive(Debug, Clone, PartialEq)]
struct MaskedLayer {
    weight: Masked,
    bias: Option<Masked>,
}

/// The masks of the numbers of a [`Block`].
#[derive(Debug, Clone, PartialEq)]
struct Masked {
    name: String,
    rows: usize,
    columns: usize,
    /// The bits of one row after those of the other, each row from a byte of its own. In a row,
    /// candidate i of column j is bit p = j * candidates + i: bit p % 8, counted from the least
    /// significant one, of byte p / 8. Bits behind the last column are 0.
    bits: Vec<u8>,
}

impl ApproximationTicket {
    /// The ticket of an approximation: of each of the target's weights, layer after layer and row
    /// after row, with a layer's biases behind its weights, the mask of the kept coefficients
    /// (candidate i is bit i). The `tolerance` says how far a weight was meant to be from the target's
    /// at most; it is recorded, not checked.
    ///
    /// # Errors
    /// [`TicketError`] if the target has weights off the grid, masks do not fit weights and
    /// candidates, or a number is out of range.
    pub fn new(
        draw: Draw,
        laws: impl Into<Laws>,
        tolerance: f64,
        target: &Network,
        masks: &[u64],
    ) -> Result<ApproximationTicket, TicketError> {
        let laws = laws.into();
        check_values(draw, &laws, tolerance)?;
        let blocks = target_blocks(target)?;
        check_laws(&laws, blocks.len())?;
        let weights = blocks.iter().flatten().map(|block| block.weights.len());
        check_masks(masks, weights.sum(), draw.candidates)?;
        let mut rest = masks;
        let mut masked = |block: Block| {
            let (masks, after) = rest.split_at(block.weights.len());
            rest = after;
            Masked {
                rows: masks.len() / block.columns,
                columns: block.columns,
                bits: pack(masks, block.columns, draw.candidates),
                name: block.name,
            }
        };
        let layers = blocks.into_iter().filter_map(|layer| {
            let mut masked = layer.into_iter().map(&mut masked);
            let weight = masked.next()?;
            let bias = masked.next();
            Some(MaskedLayer { weight, bias })
        });
        Ok(ApproximationTicket {
            draw,
            laws,
            tolerance,
            target: target.sha256(),
            layers: layers.collect(),
        })
    }

    /// How the coefficients are drawn.
    pub fn draw(&self) -> Draw {
        self.draw
    }

    /// The distributions of the coefficients.
    pub fn laws(&self) -> &Laws {
        &self.laws
    }

    /// How far a weight was meant to be from the target's at most (epsilon of the paper).
    pub fn tolerance(&self) -> f64 {
        self.tolerance
    }

    /// [`Network::sha256`] of the target.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The number of weights, biases among them.
    pub fn weights(&self) -> u64 {
        let count = |masked: &Masked| (masked.rows * masked.columns) as u64;
        self.layers
            .iter()
            .flat_map(MaskedLayer::parts)
            .map(count)
            .sum()
    }

    /// The size of the masks in bits, one for every candidate of every weight. The file is larger by
    /// its header and by at most 7 bits a row.
    pub fn bits(&self) -> u64 {
        self.weights() * self.draw.candidates as u64
    }

    /// Draws the coefficients again and adds up the kept ones.
    pub fn network(&self) -> Network {
        let dense = |(index, layer): (usize, &MaskedLayer)| {
            let law = self.laws.of_layer(index);
            let values = |masked| self.sums(law, masked).map(weight).collect();
            let shape = &layer.weight;
            Dense {
                name: shape.name.clone(),
                weight: Matrix::new(shape.rows, shape.columns, values(shape)),
                bias: layer.bias.as_ref().map(values),
            }
        };
        let layers = self.layers.iter().enumerate().map(dense).collect();
        Network::new(layers).expect("shapes and names are checked, subset sums are finite")
    }

    /// |subset sum - weight| of every weight of the target in grid units, layer after layer and row
    /// after row.
    ///
    /// # Errors
    /// [`TicketError::OtherTarget`] if the ticket was not made from this network.
    pub fn errors(&self, target: &Network) -> Result<Vec<i64>, TicketError> {
        let found = target.sha256();
        let shapes = self.layers.iter().map(MaskedLayer::shape);
        if found != self.target || !shapes.eq(target.layers().iter().map(shape_of_target)) {
            return Err(TicketError::OtherTarget {
                found,
                expected: self.target.clone(),
            });
        }
        let blocks = target_blocks(target)?;
        let weights = blocks.iter().flatten().flat_map(|block| &block.weights);
        let layers = self.layers.iter().enumerate();
        let sums = layers.flat_map(|(index, layer)| {
            let law = self.laws.of_layer(index);
            layer.parts().flat_map(move |masked| self.sums(law, masked))
        });
        let pairs = sums.zip(weights);
        Ok(pairs.map(|(sum, weight)| (sum - weight).abs()).collect())
    }

    /// The subset sums of some numbers in grid units, row after row.
    fn sums<'a>(&'a self, law: Uniform, masked: &'a Masked) -> impl Iterator<Item = i64> + 'a {
        let candidates = self.draw.candidates;
        let bytes = bytes_per_row(masked.columns, candidates);
        let rows = masked.bits.chunks_exact(bytes).enumerate();
        rows.flat_map(move |(row, bits)| {
            let row = self.draw.row(law, &masked.name, row, masked.columns);
            let kept = |place: usize| bits[place / 8] >> (place % 8) & 1 == 1;
            let sum = |column: usize| -> i64 {
                let set = self.draw.set(&row, column).iter().enumerate();
                set.filter(|(candidate, _)| kept(column * candidates + candidate))
                    .map(|(_, coefficient)| coefficient)
                    .sum()
            };
            (0..masked.columns).map(sum).collect::<Vec<i64>>()
        })
    }
}

impl MaskedLayer {
    /// The masks of the weights, then those of the biases.
    fn parts(&self) -> impl Iterator<Item = &Masked> {
        std::iter::once(&self.weight).chain(&self.bias)
    }

    /// Outputs and inputs, and whether there are biases.
    fn shape(&self) -> ([usize; 2], bool) {
        ([self.weight.rows, self.weight.columns], self.bias.is_some())
    }
}

/// As [`MaskedLayer::shape`].
fn shape_of_target(layer: &Dense) -> ([usize; 2], bool) {
    let weight = &layer.weight;
    ([weight.rows(), weight.columns()], layer.bias.is_some())
}

impl ApproximationTicket {
    /// Reads a ticket. Memory stays within a small multiple of the bytes, whatever they claim.
    ///
    /// # Errors
    /// [`TicketError`] in one line for bytes that are no ticket or not the ticket that was written.
    pub fn from_bytes(bytes: &[u8]) -> Result<ApproximationTicket, TicketError> {
        ApproximationTicket::from_opened(open(bytes)?)
    }

    pub(super) fn from_opened(opened: Opened) -> Result<ApproximationTicket, TicketError> {
        let (description, tensors) = opened.of_kind(Kind::Approximation)?;
        from_parts(description, tensors)
    }

    /// The ticket as the bytes of a file, the same bytes for the same ticket.
    ///
    /// # Panics
    /// If the layers' names alone exceed the 100 MB that a safetensors header may have.
    pub fn to_bytes(&self) -> Vec<u8> {
        let masks = self.layers.iter().flat_map(MaskedLayer::parts);
        let masks = masks.map(|masked| mask_tensor(&masked.name, masked.rows, &masked.bits));
        seal(&self.description(), masks.collect())
    }

    fn description(&self) -> Description {
        let (law, of_network) = match self.laws {
            Laws::Network(law) => (LAW, Some(law)),
            Laws::Layers(_) => (LAW_OF_LAYERS, None),
        };
        let shape = |(index, layer): (usize, &MaskedLayer)| Shape {
            name: layer.weight.name.clone(),
            rows: layer.weight.rows,
            columns: layer.weight.columns,
            biases: layer.bias.is_some(),
            range: of_network.is_none().then(|| self.laws.of_layer(index)),
        };
        Description {
            format: Kind::Approximation.format().to_owned(),
            generator: GENERATOR.to_owned(),
            experiment: EXPERIMENT.to_owned(),
            seed: self.draw.seed,
            replicate: self.draw.replicate,
            coefficients: self.draw.coefficients,
            candidates: self.draw.candidates,
            law: law.to_owned(),
            low: of_network.map(|law| law.low),
            high: of_network.map(|law| law.high),
            tolerance: self.tolerance,
            target: self.target.clone(),
            layers: self.layers.iter().enumerate().map(shape).collect(),
        }
    }
}

/// Bytes that hold the bits of a row.
fn bytes_per_row(columns: usize, candidates: usize) -> usize {
    (columns * candidates).div_ceil(8)
}

/// Masks as the bits of [`MaskedLayer`].
fn pack(masks: &[u64], columns: usize, candidates: usize) -> Vec<u8> {
    let pack_row = |masks: &[u64]| {
        let mut bits = vec![0; bytes_per_row(columns, candidates)];
        for (column, mask) in masks.iter().enumerate() {
            for candidate in (0..candidates).filter(|candidate| mask >> candidate & 1 == 1) {
                let place = column * candidates + candidate;
                bits[place / 8] |= 1 << (place % 8);
            }
        }
        bits
    };
    masks.chunks(columns).flat_map(pack_row).collect()
}

fn from_parts(
    description: Description,
    mut tensors: Tensors,
) -> Result<ApproximationTicket, TicketError> {
    let draw = Draw {
        coefficients: description.coefficients,
        candidates: description.candidates,
        seed: description.seed,
        replicate: description.replicate,
    };
    check_names(&[
        ("generator", &description.generator, GENERATOR),
        ("experiment", &description.experiment, EXPERIMENT),
    ])?;
    let laws = read_laws(&description)?;
    check_sha256("target", &description.target)?;
    check_values(draw, &laws, description.tolerance)?;
    let shape = |shape: &Shape| [shape.rows, shape.columns];
    let layers = &description.layers;
    check_shapes(
        layers
            .iter()
            .map(|layer| (layer.name.as_str(), shape(layer))),
    )?;
    let masked = |shape| masked_layer(shape, draw.candidates, &mut tensors);
    let layers = description
        .layers
        .into_iter()
        .map(masked)
        .collect::<Result<_, _>>()?;
    check_empty(tensors)?;
    Ok(ApproximationTicket {
        draw,
        laws,
        tolerance: description.tolerance,
        target: description.target,
        layers,
    })
}

/// The masks of one layer, taken out of the tensors.
fn masked_layer(
    shape: Shape,
    candidates: usize,
    tensors: &mut Tensors,
) -> Result<MaskedLayer, TicketError> {
    let mut masked = |name: String, columns: usize| {
        let bits = columns as u128 * candidates as u128;
        let bits = take_mask(tensors, &name, shape.rows, bits)?;
        Ok::<_, TicketError>(Masked {
            name,
            rows: shape.rows,
            columns,
            bits,
        })
    };
    let biases = bias_name(&shape.name);
    let weight = masked(shape.name, shape.columns)?;
    let bias = shape.biases.then(|| masked(biases, 1)).transpose()?;
    Ok(MaskedLayer { weight, bias })
}
