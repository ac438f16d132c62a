//! A network as a seed and a mask.
//!
//! Every weight is the sum of some of its random coefficients. The coefficients follow from a few
//! numbers ([`Draw`], [`Uniform`]), so one bit a coefficient is all that is stored of a weight.
//! `ticket_file` turns a ticket into bytes and back.

use safetensors::SafeTensorError;
use safetensors::tensor::Dtype;
use subset_sum::MOST_DRAWN;
use subset_sum::grid::{LARGEST, WEIGHT_STEP};
use thiserror::Error;

use crate::coefficients::{Draw, TargetError, Uniform, target_weights, weight};
use crate::construction::ConstructionError;
use networks::Matrix;
use networks::names::one_line;
use networks::{Dense, Network, NetworkError};

/// Why bytes are not a ticket, or numbers do not make one.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TicketError {
    /// Not the safetensors format, or a part of a file.
    #[error("not a complete safetensors file ({}): copy the ticket again", one_line(.0))]
    Format(SafeTensorError),
    /// A safetensors file that is something else.
    #[error("a safetensors file, but no ticket: name a file that mnist-approximation wrote")]
    Foreign,
    /// Bytes that are not those that were written.
    #[error("the ticket's checksum does not fit its content: it was damaged, copy it again")]
    Damaged,
    /// A ticket of another version of the format.
    #[error("the ticket has the format {found:?}, not {expected:?}: read it with its own version")]
    Version {
        /// The format that the ticket names.
        found: String,
        /// The format that is known here.
        expected: &'static str,
    },
    /// A description that lacks a field, has one too many or one of another type.
    #[error("the ticket's description cannot be read ({}): make it anew", one_line(.0))]
    Description(serde_json::Error),
    /// A value that no ticket has.
    #[error("the ticket's `{field}` is {found}, but must be {expected}: make it anew")]
    Value {
        /// The field's name in the description.
        field: &'static str,
        /// Its value.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// Layers that do not make a network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// Shapes that make no random network.
    #[error(transparent)]
    Construction(#[from] ConstructionError),
    /// A target that no ticket can stand for.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// A layer without a mask.
    #[error("the ticket has no tensor `{layer}.mask`: make it anew")]
    MaskMissing {
        /// The layer's name.
        layer: String,
    },
    /// A mask of another size than the layer's.
    #[error("`{layer}.mask` is {dtype} {found:?}, but must be U8 {expected:?}: make it anew")]
    MaskShape {
        /// The layer's name.
        layer: String,
        /// The tensor's element type.
        dtype: Dtype,
        /// The tensor's shape.
        found: Vec<usize>,
        /// Rows of the layer, and bytes for the bits of a row.
        expected: [u128; 2],
    },
    /// A tensor that belongs to no layer.
    #[error(
        "the tensor `{}` belongs to no layer of the ticket: make it anew",
        one_line(tensor)
    )]
    MaskUnknown {
        /// The tensor's name.
        tensor: String,
    },
    /// A set bit behind the last candidate of a row.
    #[error("`{layer}.mask` has bits behind the end of row {row}: make it anew")]
    MaskPadding {
        /// The layer's name.
        layer: String,
        /// The row.
        row: usize,
    },
    /// A kept out-weight of a hidden unit that is pruned.
    #[error("`{layer}.mask` keeps unit {unit} in row {row}, which has no in-weight: make it anew")]
    MaskUnit {
        /// The matrix's name, such as `M_2`.
        layer: String,
        /// The row.
        row: usize,
        /// The hidden unit.
        unit: usize,
    },
    /// More out-weights for one half-line of an input than a subset can have.
    #[error(
        "`{layer}.mask` keeps more than {candidates} units in row {row} for one half-line of input \
         {input}: make it anew"
    )]
    MaskInstance {
        /// The matrix's name, such as `M_2`.
        layer: String,
        /// The row.
        row: usize,
        /// The input of the layer, which is also the block of hidden units.
        input: usize,
        /// Candidates of an instance.
        candidates: usize,
    },
    /// A pruned network that its ticket would not give again.
    #[error("the pruned network was made by another construction or target: name its own ones")]
    OtherConstruction,
    /// Not one mask for every weight.
    #[error("found {found} masks for {expected} weights: give one for each")]
    MaskCount {
        /// The masks given.
        found: usize,
        /// The weights of the target.
        expected: usize,
    },
    /// A mask that names a candidate that was not drawn.
    #[error("mask {index} is {mask:#b}, but there are {candidates} candidates: one bit for each")]
    MaskBits {
        /// Which mask.
        index: usize,
        /// Its bits.
        mask: u64,
        /// Candidates for a weight.
        candidates: usize,
    },
    /// A network that the ticket was not made from.
    #[error(
        "the ticket's target has the SHA-256 {expected}, this network {found}: name its target"
    )]
    OtherTarget {
        /// The network's SHA-256.
        found: String,
        /// The SHA-256 in the ticket.
        expected: String,
    },
}

/// A network whose weights are subset sums of random coefficients: a seed and a mask.
///
/// Whatever exists has passed the checks of [`Ticket::new`].
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    pub(crate) draw: Draw,
    pub(crate) law: Uniform,
    pub(crate) tolerance: f64,
    pub(crate) target: String,
    pub(crate) layers: Vec<MaskedLayer>,
}

/// The masks of one layer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MaskedLayer {
    pub name: String,
    pub rows: usize,
    pub columns: usize,
    /// The bits of one row after those of the other, each row from a byte of its own. In a row,
    /// candidate i of column j is bit p = j * candidates + i: bit p % 8, counted from the least
    /// significant one, of byte p / 8. Bits behind the last column are 0.
    pub bits: Vec<u8>,
}

impl Ticket {
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
    ) -> Result<Ticket, TicketError> {
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
        Ok(Ticket {
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

    /// The law of a coefficient.
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

/// Checks the numbers from which coefficients are drawn, so that no draw and no sum overflows.
pub(crate) fn check_values(draw: Draw, law: Uniform, tolerance: f64) -> Result<(), TicketError> {
    let value = |field, found: String, expected: String| {
        Err(TicketError::Value {
            field,
            found,
            expected,
        })
    };
    if !(1..=MOST_DRAWN).contains(&draw.candidates) {
        let expected = format!("from 1 to {MOST_DRAWN}");
        return value("candidates", draw.candidates.to_string(), expected);
    }
    let largest = LARGEST / WEIGHT_STEP;
    if !(-largest..=largest).contains(&law.low) {
        return value("low", law.low.to_string(), "from -2^33 to 2^33".to_owned());
    }
    if !(law.low..=largest).contains(&law.high) {
        return value(
            "high",
            law.high.to_string(),
            "from `low` to 2^33".to_owned(),
        );
    }
    if !(tolerance.is_finite() && tolerance >= 0.0) {
        let expected = "a finite number that is not negative";
        return value("tolerance", tolerance.to_string(), expected.to_owned());
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
    let outside = |&mask: &u64| candidates < MOST_DRAWN && mask >> candidates != 0;
    match masks.iter().position(outside) {
        None => Ok(()),
        Some(index) => Err(TicketError::MaskBits {
            index,
            mask: masks[index],
            candidates,
        }),
    }
}
