//! The paper's construction, carried out: a random network is pruned until it approximates a
//! target.
//!
//! A [`Target`] has layers W_i. A [`RandomNetwork`] has two random matrices for each of them and is
//! drawn from a seed. [`construct`] finds masks under which the two compute almost W_i: every
//! weight becomes a subset sum of products of random weights, one for each half-line of its input
//! (`gadget`). The result is a [`PrunedNetwork`], whose kept weights are compared with the random
//! ones, drawn again. A [`Construction`] says how: as the proof does it, or with named
//! improvements.
//!
//! [`LayerConstruction`] does the same row by row, for callers with threads.
//!
//! Whether one random network serves *every* target, [`EveryTarget`] tells from its [`Instances`].
//!
//! How far the two are apart on the unit ball is the subject of [`certificates`](crate::certificates).

mod error;
mod every_target;
mod gadget;
mod layer;
mod mask;
mod options;
mod pruned_network;
mod random_network;
mod target;

pub use error::ConstructionError;
pub use every_target::{Candidate, EveryTarget, Instances};
pub use gadget::Outcome;
pub use layer::{LayerConstruction, PrunedRow};
pub use mask::{Mask, PrunedMatrix};
pub use options::{Construction, Gadget, NonnegativeInputs, Selection, Split};
pub use pruned_network::{PrunedLayer, PrunedNetwork};
pub use random_network::{EXPERIMENT, RandomLayer, RandomNetwork, fewest_parameters};
pub use target::{Norms, Target};

pub(crate) use gadget::Block;
pub(crate) use gadget::half_line;
pub(crate) use layer::first_matrix;
pub(crate) use options::MAX_KEPT;
pub(crate) use target::{rectify, with_constant};

use subset_sum::Solver;

/// Prunes a random network so that it approximates a target to `epsilon` on the unit ball, as far
/// as its subset sums allow, and tells for each layer how its instances went. Instances without a
/// subset that is close enough take the closest one and are counted; nothing is drawn anew.
///
/// # Errors
/// [`ConstructionError`] if the random network does not have the target's widths, or if epsilon or
/// the number of candidates is out of range.
///
/// ```
/// use tickets::construction::{Construction, Norms, RandomNetwork, Target, construct};
/// use networks::{Dense, Matrix, Network};
/// let weight = Matrix::new(1, 1, vec![-0.3]);
/// let network = Network::new(vec![Dense { name: "fc1".into(), weight, bias: None }])?;
/// let target = Target::new(&network, Norms::AtMostOne)?;
/// let random = RandomNetwork::new(&target.widths(), &[40], 1, 0)?;
/// let (pruned, outcomes) = construct(&random, &target, Construction::PAPER, 0.01)?;
/// assert_eq!(outcomes[0].infeasible, 0);
/// assert!((pruned.forward(&[1.0])[0] + 0.3).abs() < 0.01);
/// assert!((pruned.forward(&[-1.0])[0] - 0.3).abs() < 0.01);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn construct(
    random: &RandomNetwork,
    target: &Target,
    construction: Construction,
    epsilon: f64,
) -> Result<(PrunedNetwork, Vec<Outcome>), ConstructionError> {
    let mut solver = Solver::new();
    let mut layer = |index| {
        let layer = LayerConstruction::new(random, target, index, construction, epsilon)?;
        layer.finish(
            (0..layer.rows())
                .map(|row| layer.row(row, &mut solver))
                .collect(),
        )
    };
    let layers: Result<Vec<_>, ConstructionError> =
        (0..target.layers().len()).map(&mut layer).collect();
    let (layers, outcomes) = layers?.into_iter().unzip();
    Ok((PrunedNetwork::new(layers, target)?, outcomes))
}
