//! The choice among methods that all give the same answer.

/// How a [`Solver`](crate::Solver) looks for closest subsets. Every method names the same subset;
/// only the time differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Method {
    /// The fastest one that the processor has instructions for.
    #[default]
    Automatic,
    /// The fastest one that needs no special instructions.
    Portable,
    /// Two sorted lists, the reference: slower, but as simple as can be.
    Sorted,
}
