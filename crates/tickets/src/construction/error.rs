//! What can be wrong with a construction, each in one line that says what to do about it.

use subset_sum::MAX_PREFIXES;
use thiserror::Error;

use networks::NetworkError;

/// Why a construction cannot be done, or is not what it claims to be.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ConstructionError {
    /// A random network without layers.
    #[error("a random network needs at least one layer: give an input and an output width")]
    NoLayers,
    /// Not one number of units for every layer of the target.
    #[error("found {found} numbers of units for {expected} layers: give one per layer")]
    UnitCount {
        /// The numbers given.
        found: usize,
        /// The target's layers.
        expected: usize,
    },
    /// A layer without inputs, outputs or units.
    #[error(
        "layer {layer} has {inputs} inputs, {outputs} outputs and {units} units a half: \
         give it at least one of each"
    )]
    EmptyLayer {
        /// Which layer of the target, from 1.
        layer: usize,
        /// Its inputs.
        inputs: usize,
        /// Its outputs.
        outputs: usize,
        /// Units a half (n of the paper).
        units: usize,
    },
    /// More neurons than are counted.
    #[error(
        "layer {layer} has 2 * {inputs} * {units} hidden units: at most {} are possible, \
         use fewer units",
        u32::MAX
    )]
    TooManyUnits {
        /// Which layer of the target, from 1.
        layer: usize,
        /// Its inputs.
        inputs: usize,
        /// Units a half (n of the paper).
        units: usize,
    },
    /// A network with other widths than the one that it is to be used with.
    #[error(
        "found a network of widths {found:?} where {expected:?} are needed: \
         draw and construct it for this target"
    )]
    OtherWidths {
        /// The network's widths, from inputs to outputs.
        found: Vec<usize>,
        /// The widths that are needed.
        expected: Vec<usize>,
    },
    /// Not as many inputs or weights as a layer has.
    #[error("found {found} numbers where {expected} are needed: give one each")]
    Length {
        /// The numbers given.
        found: usize,
        /// The numbers needed.
        expected: usize,
    },
    /// A weight outside \[-1, 1\].
    #[error(
        "the target's `{layer}` has the weight {value} in row {row}, column {column}: \
         weights must lie in [-1, 1], rescale the target"
    )]
    Weight {
        /// The layer's name.
        layer: String,
        /// The row of the weight.
        row: usize,
        /// The column of the weight.
        column: usize,
        /// The weight.
        value: f32,
    },
    /// A layer whose spectral norm may be above 1.
    #[error(
        "the target's `{layer}` has a spectral norm of up to {norm:.7}: \
         the theorem needs at most 1, rescale the target"
    )]
    Norm {
        /// The layer's name.
        layer: String,
        /// The certified bound of the norm.
        norm: f64,
    },
    /// A number of candidates that cannot be searched.
    #[error("{0} candidates for a subset: take from 1 to {MAX_PREFIXES}")]
    Candidates(usize),
    /// An epsilon that is not a positive number.
    #[error("epsilon is {0}: it must be a positive number")]
    Epsilon(f64),
    /// A pruned network that holds what the random network does not.
    #[error(
        "{matrix} has {found} in row {row}, column {column}, where {drawn} was drawn \
         (both in steps of 2^-23): construct it again from this seed"
    )]
    NotDrawn {
        /// The matrix's name, such as `M_3`.
        matrix: String,
        /// The row of the entry.
        row: usize,
        /// The column of the entry.
        column: usize,
        /// What stands there, in steps of 2^-23.
        found: i32,
        /// What the seed gives, in steps of 2^-23.
        drawn: i32,
    },
    /// A pruned network that is too large to be stored with its zeros.
    #[error(
        "{matrix} has {entries} entries: at most {most} are stored with the zeros, \
         use the sparse network"
    )]
    TooLargeForDense {
        /// The matrix's name, such as `M_1`.
        matrix: String,
        /// Its entries.
        entries: u128,
        /// The most that are stored.
        most: u128,
    },
    /// Layers that do not make a network.
    #[error(transparent)]
    Network(#[from] NetworkError),
}
