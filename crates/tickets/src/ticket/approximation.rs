//! A network as a seed and a mask; `docs/src/formats/tickets.md` describes the file for other languages.
//!
//! Every weight is the sum of some of its random coefficients. The coefficients follow from a few
//! numbers ([`Draw`], [`Uniform`]), so one bit a coefficient is all that is stored of a weight.

use networks::{Dense, Matrix, Network, check_shapes};
use serde::{Deserialize, Serialize};
use subset_sum::MAX_DRAWN;
use subset_sum::grid::{LARGEST, WEIGHT_STEP};

use super::container::{
    GENERATOR, Opened, Tensors, check_empty, check_names, check_sha256, mask_tensor, open, seal,
    take_mask,
};
use super::error::TicketError;
use super::kind::Kind;
use crate::coefficients::{Coefficients, Draw, EXPERIMENT, Uniform, target_weights, weight};

/// How 64-bit numbers become coefficients.
const LAW: &str = "uniform on multiples of 2^-23";

/// A network whose weights are subset sums of random coefficients: a seed and a mask.
///
/// Whatever exists has passed the checks of [`ApproximationTicket::new`].
#[derive(Debug, Clone, PartialEq)]
pub struct ApproximationTicket {
    draw: Draw,
    law: Uniform,
    tolerance: f64,
    target: String,
    layers: Vec<MaskedLayer>,
}

/// The masks of one layer.
#[derive(Debug, Clone, PartialEq)]
struct MaskedLayer {
    name: String,
    rows: usize,
    columns: usize,
    /// The bits of one row after those of the other, each row from a byte of its own. In a row,
    /// candidate i of column j is bit p = j * candidates + i: bit p % 8, counted from the least
    /// significant one, of byte p / 8. Bits behind the last column are 0.
    bits: Vec<u8>,
}

/// All of a ticket but its masks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    format: String,
    generator: String,
    experiment: String,
    seed: u64,
    replicate: u64,
    coefficients: Coefficients,
    candidates: usize,
    law: String,
    low: i64,
    high: i64,
    tolerance: f64,
    target: String,
    layers: Vec<Shape>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    name: String,
    rows: usize,
    columns: usize,
}

impl ApproximationTicket {
    /// The ticket of an approximation: of each of the target's weights, layer after layer and row
    /// after row, the mask of the kept coefficients (candidate i is bit i). The `tolerance` says how
    /// far a weight was meant to be from the target's at most; it is recorded, not checked.
    ///
    /// # Errors
    /// [`TicketError`] if the target has biases or weights off the grid, masks do not fit weights
    /// and candidates, or a number is out of range.
    pub fn new(
        draw: Draw,
        law: Uniform,
        tolerance: f64,
        target: &Network,
        masks: &[u64],
    ) -> Result<ApproximationTicket, TicketError> {
        check_values(draw, law, tolerance)?;
        target_weights(target)?;
        check_masks(masks, target.weights(), draw.candidates)?;
        let mut rest = masks;
        let masked = |layer: &Dense| {
            let (rows, columns) = (layer.weight.rows(), layer.weight.columns());
            let (masks, after) = rest.split_at(rows * columns);
            rest = after;
            MaskedLayer {
                name: layer.name.clone(),
                rows,
                columns,
                bits: pack(masks, columns, draw.candidates),
            }
        };
        Ok(ApproximationTicket {
            draw,
            law,
            tolerance,
            target: target.sha256(),
            layers: target.layers().iter().map(masked).collect(),
        })
    }

    /// How the coefficients are drawn.
    pub fn draw(&self) -> Draw {
        self.draw
    }

    /// The distribution of a coefficient.
    pub fn law(&self) -> Uniform {
        self.law
    }

    /// How far a weight was meant to be from the target's at most (epsilon of the paper).
    pub fn tolerance(&self) -> f64 {
        self.tolerance
    }

    /// [`Network::sha256`] of the target.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The number of weights.
    pub fn weights(&self) -> u64 {
        let count = |layer: &MaskedLayer| (layer.rows * layer.columns) as u64;
        self.layers.iter().map(count).sum()
    }

    /// The size of the masks in bits, one for every candidate of every weight. The file is larger by
    /// its header and by at most 7 bits a row.
    pub fn bits(&self) -> u64 {
        self.weights() * self.draw.candidates as u64
    }

    /// Draws the coefficients again and adds up the kept ones.
    pub fn network(&self) -> Network {
        let dense = |layer: &MaskedLayer| {
            let values = self.sums(layer).map(weight).collect();
            Dense {
                name: layer.name.clone(),
                weight: Matrix::new(layer.rows, layer.columns, values),
                bias: None,
            }
        };
        let layers = self.layers.iter().map(dense).collect();
        Network::new(layers).expect("shapes and names are checked, subset sums are finite")
    }

    /// |subset sum - weight| of every weight of the target in grid units, layer after layer and row
    /// after row.
    ///
    /// # Errors
    /// [`TicketError::OtherTarget`] if the ticket was not made from this network.
    pub fn errors(&self, target: &Network) -> Result<Vec<i64>, TicketError> {
        let found = target.sha256();
        let shape = |layer: &MaskedLayer| [layer.rows, layer.columns];
        let of_target = |layer: &Dense| [layer.weight.rows(), layer.weight.columns()];
        let shapes = self.layers.iter().map(shape);
        if found != self.target || !shapes.eq(target.layers().iter().map(of_target)) {
            return Err(TicketError::OtherTarget {
                found,
                expected: self.target.clone(),
            });
        }
        let weights = target_weights(target)?;
        let sums = self.layers.iter().flat_map(|layer| self.sums(layer));
        let pairs = sums.zip(weights.iter().flatten());
        Ok(pairs.map(|(sum, weight)| (sum - weight).abs()).collect())
    }

    /// The subset sums of one layer in grid units, row after row.
    fn sums<'a>(&'a self, layer: &'a MaskedLayer) -> impl Iterator<Item = i64> + 'a {
        let candidates = self.draw.candidates;
        let bytes = bytes_per_row(layer.columns, candidates);
        let rows = layer.bits.chunks_exact(bytes).enumerate();
        rows.flat_map(move |(row, bits)| {
            let row = self.draw.row(self.law, &layer.name, row, layer.columns);
            let kept = |place: usize| bits[place / 8] >> (place % 8) & 1 == 1;
            let sum = |column: usize| -> i64 {
                let set = self.draw.set(&row, column).iter().enumerate();
                set.filter(|(candidate, _)| kept(column * candidates + candidate))
                    .map(|(_, coefficient)| coefficient)
                    .sum()
            };
            (0..layer.columns).map(sum).collect::<Vec<i64>>()
        })
    }
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
        let masks = self.layers.iter();
        let masks = masks.map(|layer| mask_tensor(&layer.name, layer.rows, &layer.bits));
        seal(&self.description(), masks.collect())
    }

    fn description(&self) -> Description {
        let shape = |layer: &MaskedLayer| Shape {
            name: layer.name.clone(),
            rows: layer.rows,
            columns: layer.columns,
        };
        Description {
            format: Kind::Approximation.format().to_owned(),
            generator: GENERATOR.to_owned(),
            experiment: EXPERIMENT.to_owned(),
            seed: self.draw.seed,
            replicate: self.draw.replicate,
            coefficients: self.draw.coefficients,
            candidates: self.draw.candidates,
            law: LAW.to_owned(),
            low: self.law.low,
            high: self.law.high,
            tolerance: self.tolerance,
            target: self.target.clone(),
            layers: self.layers.iter().map(shape).collect(),
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
    let law = Uniform {
        low: description.low,
        high: description.high,
    };
    check_names(&[
        ("generator", &description.generator, GENERATOR),
        ("experiment", &description.experiment, EXPERIMENT),
        ("law", &description.law, LAW),
    ])?;
    check_sha256("target", &description.target)?;
    check_values(draw, law, description.tolerance)?;
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
        law,
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
    let Shape {
        name,
        rows,
        columns,
    } = shape;
    let bits = columns as u128 * candidates as u128;
    let bits = take_mask(tensors, &name, rows, bits)?;
    Ok(MaskedLayer {
        name,
        rows,
        columns,
        bits,
    })
}

/// Checks the numbers from which coefficients are drawn, so that no draw and no sum overflows.
fn check_values(draw: Draw, law: Uniform, tolerance: f64) -> Result<(), TicketError> {
    if !(1..=MAX_DRAWN).contains(&draw.candidates) {
        let expected = format!("from 1 to {MAX_DRAWN}");
        return Err(TicketError::value("candidates", draw.candidates, expected));
    }
    let largest = LARGEST / WEIGHT_STEP;
    if !(-largest..=largest).contains(&law.low) {
        return Err(TicketError::value("low", law.low, "from -2^33 to 2^33"));
    }
    if !(law.low..=largest).contains(&law.high) {
        return Err(TicketError::value("high", law.high, "from `low` to 2^33"));
    }
    if !(tolerance.is_finite() && tolerance >= 0.0) {
        let expected = "a finite number that is not negative";
        return Err(TicketError::value("tolerance", tolerance, expected));
    }
    Ok(())
}

/// Checks that there is one mask for every weight, of candidates that there are.
fn check_masks(masks: &[u64], weights: usize, candidates: usize) -> Result<(), TicketError> {
    if masks.len() != weights {
        return Err(TicketError::MaskCount {
            found: masks.len(),
            expected: weights,
        });
    }
    let outside = |&mask: &u64| candidates < MAX_DRAWN && mask >> candidates != 0;
    match masks.iter().position(outside) {
        None => Ok(()),
        Some(index) => Err(TicketError::MaskBits {
            index,
            mask: masks[index],
            candidates,
        }),
    }
}
