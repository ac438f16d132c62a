//! A pruned network as a seed and a mask; `docs/src/formats/tickets.md` describes the file for other languages.
//!
//! Which weights of M_1, M_3, ... are kept follows from their signs and from the gadget, so the masks
//! of M_2, M_4, ... are all that is stored: one bit for each of their random weights.

use serde::{Deserialize, Serialize};

use super::container::{
    GENERATOR, Opened, Tensors, check_empty, check_names, check_sha256, mask_tensor, open, seal,
    take_mask,
};
use super::error::TicketError;
use super::kind::Kind;
use crate::construction::{
    Block, Construction, EXPERIMENT, Gadget, MAX_KEPT, NonnegativeInputs, PrunedLayer,
    PrunedMatrix, PrunedNetwork, RandomLayer, RandomNetwork, Target, first_matrix, half_line,
};

/// How 64-bit numbers become weights.
const LAW: &str = "uniform on multiples of 2^-23 from -1 to 1";

/// A random network under masks: a seed and one bit for each random weight of M_2, M_4, ...
///
/// Whatever exists fits its random network: no bit is set for a neuron without an in-weight, and
/// no more bits for an instance than it had candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct PrunedTicket {
    description: Description,
    random: RandomNetwork,
    /// For each layer the bits of M_{2i}, row after row, each row from a byte of its own. Unit u is
    /// bit u % 8, counted from the least significant one, of byte u / 8.
    masks: Vec<Vec<u8>>,
}

/// All of a ticket but its masks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    format: String,
    generator: String,
    experiment: String,
    law: String,
    seed: u64,
    replicate: u64,
    gadget: Gadget,
    nonnegative_inputs: NonnegativeInputs,
    candidates: usize,
    constant_input: bool,
    target: String,
    layers: Vec<Shape>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    inputs: usize,
    outputs: usize,
    units: usize,
    factor: f64,
}

impl PrunedTicket {
    /// The ticket of a network that was pruned out of a random one of this seed and replicate.
    /// `name` is [`Network::sha256`](networks::Network::sha256) of the network that the target was made
    /// from.
    ///
    /// # Errors
    /// [`TicketError`] if the ticket would not give the pruned network again, because that was made by
    /// another construction, of another random network or for another target, or if `name` is no
    /// SHA-256.
    pub fn new(
        pruned: &PrunedNetwork,
        random: &RandomNetwork,
        [seed, replicate]: [u64; 2],
        target: &Target,
        construction: Construction,
        name: String,
    ) -> Result<PrunedTicket, TicketError> {
        pruned.check_widths(target)?;
        let layers = random.layers().iter().zip(target.factors());
        let shape = |(layer, &factor): (&RandomLayer, &f64)| Shape {
            inputs: layer.inputs(),
            outputs: layer.outputs(),
            units: layer.units(),
            factor,
        };
        check_sha256("target", &name)?;
        let description = Description {
            format: Kind::Pruned.format().to_owned(),
            generator: GENERATOR.to_owned(),
            experiment: EXPERIMENT.to_owned(),
            law: LAW.to_owned(),
            seed,
            replicate,
            gadget: construction.gadget,
            nonnegative_inputs: construction.nonnegative_inputs,
            candidates: construction.candidates,
            constant_input: target.has_constant_input(),
            target: name,
            layers: layers.map(shape).collect(),
        };
        let random = description.random()?;
        pruned.check(&random)?;
        let masks = pruned.layers().iter().map(|layer| bits(layer.second()));
        let ticket = PrunedTicket {
            masks: masks.collect(),
            random,
            description,
        }
        .checked()?;
        match ticket.network() == *pruned {
            true => Ok(ticket),
            false => Err(TicketError::OtherConstruction),
        }
    }

    /// Reads a ticket. Memory stays within a small multiple of the bytes, whatever they claim.
    ///
    /// # Errors
    /// [`TicketError`] in one line for bytes that are no ticket or not the ticket that was written.
    pub fn from_bytes(bytes: &[u8]) -> Result<PrunedTicket, TicketError> {
        PrunedTicket::from_opened(open(bytes)?)
    }

    /// The ticket of a file whose checksum fits.
    pub(super) fn from_opened(opened: Opened) -> Result<PrunedTicket, TicketError> {
        let (description, mut tensors): (Description, Tensors) = opened.of_kind(Kind::Pruned)?;
        check_names(&[
            ("generator", &description.generator, GENERATOR),
            ("experiment", &description.experiment, EXPERIMENT),
            ("law", &description.law, LAW),
        ])?;
        check_sha256("target", &description.target)?;
        let random = description.random()?;
        let mask = |layer: &RandomLayer| {
            let bits = layer.hidden() as u128;
            take_mask(&mut tensors, &name(layer), layer.outputs(), bits)
        };
        let masks = random.layers().iter().map(mask).collect::<Result<_, _>>()?;
        check_empty(tensors)?;
        PrunedTicket {
            description,
            random,
            masks,
        }
        .checked()
    }

    /// The ticket as the bytes of a file, the same bytes for the same ticket.
    pub fn to_bytes(&self) -> Vec<u8> {
        let masks = self.random.layers().iter().zip(&self.masks);
        let masks = masks.map(|(layer, bits)| mask_tensor(&name(layer), layer.outputs(), bits));
        seal(&self.description, masks.collect())
    }

    /// The random network, to be drawn from its seed.
    pub fn random(&self) -> &RandomNetwork {
        &self.random
    }

    /// Root of the seeds of the random network, and which of its independent draws.
    pub fn seed(&self) -> [u64; 2] {
        [self.description.seed, self.description.replicate]
    }

    /// Which units serve which half-line.
    pub fn gadget(&self) -> Gadget {
        self.description.gadget
    }

    /// Where inputs have to be nonnegative.
    pub fn nonnegative_inputs(&self) -> NonnegativeInputs {
        self.description.nonnegative_inputs
    }

    /// So many of the first nonzero candidates of an instance were searched.
    pub fn candidates(&self) -> usize {
        self.description.candidates
    }

    /// What the target's layers were divided by.
    pub fn factors(&self) -> Vec<f64> {
        let layers = self.description.layers.iter();
        layers.map(|layer| layer.factor).collect()
    }

    /// [`Network::sha256`](networks::Network::sha256) of the network that the target was made from.
    pub fn target(&self) -> &str {
        &self.description.target
    }

    /// The size of the masks in bits. The file is larger by its header and at most 7 bits a row.
    pub fn bits(&self) -> u64 {
        let layers = self.random.layers().iter();
        layers
            .map(|layer| (layer.outputs() * layer.hidden()) as u64)
            .sum()
    }

    /// Draws the random network again and applies the masks.
    pub fn network(&self) -> PrunedNetwork {
        let layers = self.random.layers().iter().zip(&self.masks);
        let layers = layers.map(|(random, bits)| {
            let rows: Vec<_> = (0..random.outputs())
                .map(|row| entries(random, row, bits))
                .collect();
            let second = PrunedMatrix::from_rows(random.hidden(), rows.iter().map(Vec::as_slice));
            let nonnegative = self.nonnegative_inputs().hold_in(random.number());
            let blocks = Block::all(random, self.gadget(), nonnegative);
            PrunedLayer::new(first_matrix(random, &blocks), second)
        });
        PrunedNetwork::of_layers(layers.collect(), self.description.constant_input)
    }

    /// The ticket, if no bit is set for a neuron whose in-weight is pruned, and for no instance
    /// more bits than it had candidates.
    fn checked(self) -> Result<PrunedTicket, TicketError> {
        let candidates = self.candidates();
        if !(1..=MAX_KEPT).contains(&candidates) {
            let expected = format!("from 1 to {MAX_KEPT}");
            return Err(TicketError::value("candidates", candidates, expected));
        }
        for (random, bits) in self.random.layers().iter().zip(&self.masks) {
            (0..random.inputs()).try_for_each(|input| self.check_block(random, input, bits))?;
        }
        Ok(self)
    }

    /// Goes through the units of one block as they are drawn. Nothing is stored of them, so memory
    /// does not depend on their number.
    fn check_block(
        &self,
        random: &RandomLayer,
        input: usize,
        bits: &[u8],
    ) -> Result<(), TicketError> {
        let nonnegative = self.nonnegative_inputs().hold_in(random.number());
        let start = random.block(input).start;
        // For each row the bits of its two instances.
        let mut kept = vec![[0_u8; 2]; random.outputs()];
        for (draw, weight) in random.in_weights(input).enumerate() {
            let unit = start + random.unit_of_draw(draw);
            let half_line = half_line(self.gadget(), nonnegative, draw, weight);
            let rows = bits.chunks_exact(row_bytes(random)).enumerate();
            for (row, _) in rows.filter(|(_, bits)| is_set(bits, unit)) {
                let Some(half_line) = half_line else {
                    let layer = name(random);
                    return Err(TicketError::MaskUnit { layer, row, unit });
                };
                kept[row][half_line] += 1;
                if usize::from(kept[row][half_line]) > self.candidates() {
                    return Err(TicketError::MaskInstance {
                        layer: name(random),
                        row,
                        input,
                        candidates: self.candidates(),
                    });
                }
            }
        }
        Ok(())
    }
}

impl Description {
    /// The random network, if there can be one with these shapes.
    fn random(&self) -> Result<RandomNetwork, TicketError> {
        for pair in self.layers.windows(2) {
            let (found, expected) = (pair[1].inputs, pair[0].outputs);
            if found != expected {
                let expected = format!("{expected}, the outputs of the layer before");
                return Err(TicketError::value("inputs", found, expected));
            }
        }
        let factors = self.layers.iter().map(|layer| layer.factor);
        if let Some(factor) = factors
            .into_iter()
            .find(|factor| !(*factor > 0.0 && factor.is_finite()))
        {
            return Err(TicketError::value("factor", factor, "a positive number"));
        }
        let inputs = self.layers.iter().map(|layer| layer.inputs);
        let widths: Vec<usize> = inputs
            .chain(self.layers.last().map(|layer| layer.outputs))
            .collect();
        let units: Vec<usize> = self.layers.iter().map(|layer| layer.units).collect();
        Ok(RandomNetwork::new(
            &widths,
            &units,
            self.seed,
            self.replicate,
        )?)
    }
}

/// M_{2i}.
fn name(layer: &RandomLayer) -> String {
    format!("M_{}", 2 * layer.number())
}

fn row_bytes(layer: &RandomLayer) -> usize {
    layer.hidden().div_ceil(8)
}

fn is_set(bits: &[u8], unit: usize) -> bool {
    bits[unit / 8] >> (unit % 8) & 1 == 1
}

/// The mask of a matrix as bits.
fn bits(matrix: &PrunedMatrix) -> Vec<u8> {
    let bytes = matrix.mask().columns().div_ceil(8);
    let mut bits = vec![0; matrix.mask().rows() * bytes];
    for row in 0..matrix.mask().rows() {
        for &column in matrix.mask().row(row) {
            bits[row * bytes + column as usize / 8] |= 1 << (column % 8);
        }
    }
    bits
}

/// The kept entries of one row of M_{2i}, drawn again.
fn entries(random: &RandomLayer, row: usize, bits: &[u8]) -> Vec<(u32, i32)> {
    let bits = &bits[row * row_bytes(random)..][..row_bytes(random)];
    let mut entries = Vec::new();
    for block in 0..random.inputs() {
        let weights = random.second(row, block).into_iter();
        let units = random.block(block).zip(weights);
        let kept = units.filter(|&(unit, _)| is_set(bits, unit));
        entries.extend(kept.map(|(unit, weight)| (unit as u32, weight)));
    }
    entries
}
