//! The kinds of tickets: what their files call themselves, and which experiment makes them.

/// A kind of ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A network whose weights are subset sums of random coefficients.
    Approximation,
    /// A random network under the masks of the theorem's construction.
    Pruned,
    /// A random network under the masks that edge-popup trained.
    EdgePopup,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 3] = [Kind::Approximation, Kind::Pruned, Kind::EdgePopup];

    /// The experiments that write tickets, for a message.
    pub(super) const EXPERIMENTS: &str = "mnist-approximation, mnist-theorem or mnist-pruning";

    /// The name of the format and of its version, as it stands in the file.
    pub fn format(self) -> &'static str {
        match self {
            Kind::Approximation => "ticketlab-ticket/1",
            Kind::Pruned => "ticketlab-pruned-network/1",
            Kind::EdgePopup => "ticketlab-pruning/1",
        }
    }

    /// The experiment that writes these tickets and whose flag `--ticket` reads them.
    pub fn experiment(self) -> &'static str {
        match self {
            Kind::Approximation => "mnist-approximation",
            Kind::Pruned => "mnist-theorem",
            Kind::EdgePopup => "mnist-pruning",
        }
    }

    /// The kind with this name of its format.
    pub(super) fn of_format(format: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.format() == format)
    }
}
