//! What can be wrong with a ticket, each in one line that says what to do about it.

use networks::NetworkError;
use networks::names::one_line;
use safetensors::SafeTensorError;
use safetensors::tensor::Dtype;
use thiserror::Error;

use super::kind::Kind;
use crate::coefficients::TargetError;
use crate::construction::ConstructionError;

/// Why bytes are not a ticket, or numbers do not make one.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TicketError {
    /// Not the safetensors format, or a part of a file.
    #[error("not a complete safetensors file ({}): copy the ticket again", one_line(.0))]
    Format(SafeTensorError),
    /// A safetensors file that is something else.
    #[error(
        "a safetensors file, but no ticket: name one that {} wrote",
        Kind::EXPERIMENTS
    )]
    Foreign,
    /// Bytes that are not those that were written.
    #[error("the ticket's checksum does not fit its content: it was damaged, copy it again")]
    Damaged,
    /// A ticket of another kind than was asked for.
    #[error("a ticket of {}: `{} --ticket` reads it", .0.experiment(), .0.experiment())]
    OtherKind(Kind),
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
    /// A kept out-weight of a neuron that is pruned.
    #[error("`{layer}.mask` keeps unit {unit} in row {row}, which has no in-weight: make it anew")]
    MaskUnit {
        /// The matrix's name, such as `M_2`.
        layer: String,
        /// The row.
        row: usize,
        /// The neuron.
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
        /// The input of the layer, which is also the block of neurons.
        input: usize,
        /// Candidates of an instance.
        candidates: usize,
    },
    /// Other trained tensors than the run has.
    #[error(
        "the ticket has the trained tensors {}, but must have {expected:?}: make it anew",
        one_line(format_args!("{found:?}"))
    )]
    Trained {
        /// Names and shapes of those that it has.
        found: Vec<String>,
        /// Names and shapes of those that it should have.
        expected: Vec<String>,
    },
    /// Masks that remove another fraction than they should.
    #[error("the ticket's masks do not remove the fraction {sparsity}, rounded down: make it anew")]
    Sparsity {
        /// The fraction to be removed.
        sparsity: f64,
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

impl TicketError {
    /// A field of the description that is not what it must be.
    pub(super) fn value(
        field: &'static str,
        found: impl ToString,
        expected: impl Into<String>,
    ) -> Self {
        Self::Value {
            field,
            found: found.to_string(),
            expected: expected.into(),
        }
    }
}
