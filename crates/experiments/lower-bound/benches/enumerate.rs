//! Milliseconds to find all targets that the pruned versions of one network hit, at every tolerance from
//! 2^-1 to 2^-13, against a plain enumeration of all masks.
//!
//!     cargo bench -p lower-bound
//!
//! Weights are uniform. The quickest of three rounds counts, in which the methods take turns on the same
//! network. One thread. Times depend on the machine, ratios less so. Beside the definition, mask by mask in
//! wide integers, which runs once, stands for parallel links what an enumeration costs at least: a Gray
//! code that changes one weight at a time and marks the sum's cell at the finest tolerance alone.

use lower_bound::enumerate::hits;
use lower_bound::marks::Code;
use lower_bound::network::{Architecture, Network, Weights};
use lower_bound::plain;
use std::hint::black_box;
use std::time::Instant;
use subset_sum::grid::{FRACTION_BITS, ONE};
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
        "{:18}{:>6}{:>14}{:>12}{:>12}{:>12}{:>10}",
        "milliseconds", "alpha", "definition", "Gray code", "portable", "automatic", "faster"
    );
    for (architecture, width) in SIZES {
        let mut weights = generator(1, "benchmark", architecture.name(), 0);
        let network = Network::draw(architecture, width, Weights::Uniform, &mut weights);
        let every = milliseconds(|| {
            black_box(plain::hits(&network));
        });
        let mut best = [f64::INFINITY; 2];
        let mut gray = f64::INFINITY;
        for _ in 0..ROUNDS {
            if architecture == Architecture::Linear {
                gray = gray.min(milliseconds(|| {
                    black_box(marks(network.weights()));
                }));
            }
            for (best, code) in best.iter_mut().zip([Code::Portable, Code::Automatic]) {
                *best = best.min(milliseconds(|| {
                    black_box(hits(&network, code));
                }));
            }
        }
        let [portable, automatic] = best;
        let gray = if gray.is_finite() {
            format!("{gray:.2}")
        } else {
            "-".to_owned()
        };
        println!(
            "{:18}{:>6}{every:>14.0}{gray:>12}{portable:>12.2}{automatic:>12.2}{:>9.0}x",
            architecture.name(),
            architecture.parameters(width),
            every / automatic
        );
    }
}

/// The cells of 2^-13 around targets in \[-1, 1\] that hold a subset sum, a bit each.
fn marks(weights: &[i64]) -> Vec<u64> {
    const CELLS: i64 = 1 << 13;
    let (mut sum, mut chosen) = (0, 0_u32);
    let mut marks = vec![0_u64; (CELLS as usize + 1).div_ceil(64)];
    for step in 1_u32..=1 << weights.len() {
        let cell = (sum + ONE) >> (FRACTION_BITS - 12);
        if (0..=CELLS).contains(&cell) {
            marks[cell as usize / 64] |= 1 << (cell % 64);
        }
        let at = step.trailing_zeros() as usize;
        if let Some(weight) = weights.get(at) {
            chosen ^= 1 << at;
            sum += if chosen >> at & 1 == 1 {
                *weight
            } else {
                -weight
            };
        }
    }
    marks
}

fn milliseconds(work: impl FnOnce()) -> f64 {
    let started = Instant::now();
    work();
    1e3 * started.elapsed().as_secs_f64()
}
