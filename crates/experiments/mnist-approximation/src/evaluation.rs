//! How many test images a network classifies correctly, on all threads.

use networks::Network;
use rayon::prelude::*;
use training::evaluate;
use training::mnist::Split;

/// Images that one thread classifies at once.
const IMAGES_AT_ONCE: usize = 4 * evaluate::BATCH;

/// Images that a network classifies correctly, shared out among the threads of the current rayon pool.
pub(super) fn correct(network: &Network, test: &Split) -> u64 {
    let images = test.labels.len();
    let starts: Vec<usize> = (0..images).step_by(IMAGES_AT_ONCE).collect();
    let part = |start: usize| start..images.min(start + IMAGES_AT_ONCE);
    let correct = starts
        .into_par_iter()
        .map(|start| evaluate::correct(network, test, part(start)));
    correct.sum::<usize>() as u64
}
