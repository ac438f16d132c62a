//! Instances: instance i of a distribution is one sequence of draws, the same in every part of the experiment.

use crate::row::NAME;
use subset_sum::Law;
use subset_sum::sampling::generator;

/// The first `candidates` draws of an instance, in grid units.
pub(crate) fn draw(seed: u64, law: Law, instance: u64, candidates: u32) -> Vec<i64> {
    let labelled = draw_labelled(seed, law, instance, candidates);
    labelled.map(|(candidate, _)| candidate).collect()
}

/// The same draws, each with whether it comes from the distribution's uniform part.
pub(crate) fn draw_labelled(
    seed: u64,
    law: Law,
    instance: u64,
    candidates: u32,
) -> impl Iterator<Item = (i64, bool)> {
    let mut generator = generator(seed, NAME, &format!("law={law}"), instance);
    (0..candidates).map(move |_| law.draw_labelled(&mut generator))
}
