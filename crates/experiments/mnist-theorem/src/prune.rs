//! A random network, pruned to a target by the threads of a rayon pool.

use anyhow::Result;
use rayon::prelude::*;
use std::time::Instant;
use subset_sum::Solver;
use tickets::construction::{
    Construction, LayerConstruction, Outcome, PrunedLayer, PrunedNetwork, RandomNetwork, Target,
};

/// The closest subset asks for no tolerance: this one is rounded to 0.
const NO_TOLERANCE: f64 = f64::MIN_POSITIVE;

/// A pruned network and how it came to be.
#[derive(Debug)]
pub struct Pruned {
    /// The network.
    pub network: PrunedNetwork,
    /// How the instances of each layer went.
    pub outcomes: Vec<Outcome>,
    /// Time spent, summed over cores, in seconds.
    pub core_seconds: f64,
}

/// Prunes a random network. Rows of the matrices are shared out among the threads of the current
/// rayon pool; the result does not depend on them. Every kept weight is compared with the random
/// one, drawn again.
///
/// # Errors
/// As [`LayerConstruction::new`].
pub fn prune(
    random: &RandomNetwork,
    target: &Target,
    construction: Construction,
) -> Result<Pruned> {
    let mut core_seconds = 0.0;
    let layers = (0..target.layers().len()).map(|index| {
        let (layer, seconds) = prune_layer(random, target, index, construction)?;
        core_seconds += seconds;
        Ok(layer)
    });
    let layers: Result<Vec<(PrunedLayer, Outcome)>> = layers.collect();
    let (layers, outcomes) = layers?.into_iter().unzip();
    Ok(Pruned {
        network: PrunedNetwork::new(layers, target)?,
        outcomes,
        core_seconds,
    })
}

fn prune_layer(
    random: &RandomNetwork,
    target: &Target,
    index: usize,
    construction: Construction,
) -> Result<((PrunedLayer, Outcome), f64)> {
    let started = Instant::now();
    let layer = LayerConstruction::new(random, target, index, construction, NO_TOLERANCE)?;
    let mut seconds = started.elapsed().as_secs_f64();
    let rows = (0..layer.rows()).into_par_iter();
    let rows = rows.map_init(Solver::new, |solver, row| {
        let started = Instant::now();
        (layer.row(row, solver), started.elapsed().as_secs_f64())
    });
    let (rows, of_rows): (Vec<_>, Vec<f64>) = rows.unzip();
    seconds += of_rows.iter().sum::<f64>();
    let started = Instant::now();
    let finished = layer.finish(rows)?;
    Ok((finished, seconds + started.elapsed().as_secs_f64()))
}
