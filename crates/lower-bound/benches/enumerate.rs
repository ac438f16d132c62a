//! Milliseconds to find all targets that the pruned versions of one network hit, at every tolerance from
//! 2^-1 to 2^-13, against a plain enumeration of all masks.
//!
//!     cargo bench -p lower-bound
//!
//! Weights are uniform. The quickest of three rounds counts, in which the methods take turns on the same
//! network; the plain enumeration runs once. One thread. Times depend on the machine, ratios less so.

use lower_bound::enumerate::hits;
use lower_bound::marks::Code;
use lower_bound::network::{Architecture, Network, Weights};
use lower_bound::plain;
use std::hint::black_box;
use std::time::Instant;
use subset_sum::sampling::generator;

/// Networks of up to 24 parameters.
const SIZES: [(Architecture, usize); 5] = [
    (Architecture::Linear, 24),
    (Architecture::Shared, 23),
    (Architecture::TwoLayer, 12),
    (Architecture::TwoLayerBiased, 7),
    (Architecture::ThreeLayer, 4),
];

const ROUNDS: usize = 3;

fn main() {
    println!(
        "{:18}{:>6}{:>14}{:>12}{:>12}{:>10}",
        "milliseconds", "alpha", "every mask", "portable", "automatic", "faster"
    );
    for (architecture, width) in SIZES {
        let mut weights = generator(1, "benchmark", architecture.name(), 0);
        let network = Network::draw(architecture, width, Weights::Uniform, &mut weights);
        let every = milliseconds(|| {
            black_box(plain::hits(&network));
        });
        let mut best = [f64::INFINITY; 2];
        for _ in 0..ROUNDS {
            for (best, code) in best.iter_mut().zip([Code::Portable, Code::Automatic]) {
                *best = best.min(milliseconds(|| {
                    black_box(hits(&network, code));
                }));
            }
        }
        let [portable, automatic] = best;
        println!(
            "{:18}{:>6}{every:>14.0}{portable:>12.2}{automatic:>12.2}{:>9.0}x",
            architecture.name(),
            architecture.parameters(width),
            every / automatic
        );
    }
}

fn milliseconds(work: impl FnOnce()) -> f64 {
    let started = Instant::now();
    work();
    1e3 * started.elapsed().as_secs_f64()
}
