//! The authors' run, n = 21 and the closest subset for every weight: `cargo bench -p mnist-approximation`.
//!
//! Prints wall seconds on all cores and on one, best of five, and the memory of the process.

use mnist_approximation::Range;
use mnist_approximation::approximate::{Rule, Target, approximate};
use networks::Network;
use std::time::Instant;
use tickets::coefficients::{Coefficients, Draw};

const TRACKED: &[u8] = include_bytes!("../../../../data/target-784-500-10.safetensors");

fn seconds(target: &Target, coefficients: Coefficients, threads: usize) -> f64 {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.expect("threads");
    let draw = Draw {
        coefficients,
        candidates: 21,
        seed: 1,
        replicate: 1,
    };
    let once = || {
        let started = Instant::now();
        let found = pool.install(|| approximate(target, draw, Rule::closest(0.01)));
        assert_eq!(
            found.expect("an approximation").errors.len(),
            target.network().weights()
        );
        started.elapsed().as_secs_f64()
    };
    (0..5).map(|_| once()).fold(f64::INFINITY, f64::min)
}

fn main() {
    let network = Network::from_safetensors(TRACKED).expect("the tracked target");
    let target = Target::new(network, Range::Network).expect("weights on the grid");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "{} weights, n = 21, closest subset, coefficients drawn anew",
        target.network().weights()
    );
    for (name, coefficients) in [
        ("per weight", Coefficients::PerWeight),
        ("per row", Coefficients::PerRow),
    ] {
        let (all, one) = (
            seconds(&target, coefficients, cores),
            seconds(&target, coefficients, 1),
        );
        println!("{name}: {all:.2} s on {cores} cores, {one:.2} s on 1");
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(line) = status.lines().find(|line| line.starts_with("VmHWM")) {
        println!("peak memory {}", line.trim_start_matches("VmHWM:").trim());
    }
}
