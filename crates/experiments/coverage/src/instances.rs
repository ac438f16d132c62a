//! Instances: instance i of a distribution is one sequence of draws, the same in every part of the experiment.

use crate::row::NAME;
use anyhow::{Context, Result};
use rayon::prelude::*;
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

/// What `instance` says of instances 1, 2, ... on all threads, each of which has a kernel of its own.
///
/// # Errors
/// That of an instance, by its number.
pub(crate) fn of_all<K, T: Send>(
    instances: u64,
    kernel: impl Fn() -> K + Send + Sync,
    instance: impl Fn(u64, &mut K) -> Result<T> + Send + Sync,
) -> Result<Vec<T>> {
    let numbers = (1..=instances).into_par_iter();
    let found = numbers.map_init(kernel, |kernel, number| {
        instance(number, kernel).with_context(|| format!("instance {number}"))
    });
    found.collect()
}
