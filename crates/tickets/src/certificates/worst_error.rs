//! The worst error of a pruned network over the unit ball, from above and from below.
//!
//! The bound from above is a certificate (`bounds`). Any point of the ball gives a bound from below:
//! [`Search`] looks for a good one, and what the two networks compute there is enclosed with all
//! roundings.

use super::bounds::LayerBound;
use super::comparison::Comparison;
use super::search::{Found, Search};

/// The worst error of a pruned network lies between two bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct WorstError {
    /// A point of the domain, and an error that is certainly reached there.
    pub found: Found,
    /// The bounds of each layer; the last one's error is that of the network.
    pub layers: Vec<LayerBound>,
}

impl WorstError {
    /// The bound from below.
    pub fn lower(&self) -> f64 {
        self.found.error
    }

    /// The bound from above.
    pub fn upper(&self) -> f64 {
        self.layers[self.layers.len() - 1].error
    }
}

impl Comparison {
    /// The worst error over the domain, from both sides.
    ///
    /// ```
    /// use tickets::certificates::{Comparison, Domain, Search};
    /// use tickets::construction::{Construction, Norms, RandomNetwork, Target, construct};
    /// use networks::{Dense, Matrix, Network};
    /// let weight = Matrix::new(1, 1, vec![-0.3]);
    /// let network = Network::new(vec![Dense { name: "fc1".into(), weight, bias: None }])?;
    /// let target = Target::new(&network, Norms::AtMostOne)?;
    /// let random = RandomNetwork::new(&target.widths(), &[40], 1, 0)?;
    /// let (pruned, outcomes) = construct(&random, &target, Construction::PAPER, 0.01)?;
    /// let comparison = Comparison::new(&target, &pruned, Domain::UnitBall)?;
    /// let error = comparison.worst_error(Search::default());
    /// // One weight: the worst error is that of the worse half-line.
    /// let expected = subset_sum::grid::to_f64(outcomes[0].largest_error);
    /// assert!(error.lower() <= expected && expected <= error.upper());
    /// assert!(error.upper() - error.lower() < 1e-8 * expected);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn worst_error(&self, search: Search) -> WorstError {
        WorstError {
            found: self.search(search),
            layers: self.bounds(),
        }
    }
}
