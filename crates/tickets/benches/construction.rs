//! Seconds for the paper's construction of a network 784-500-10 and for what is certified of it.
//!
//!     cargo bench -p tickets
//!
//! Targets have weights close to N(0, 0.03). One thread; of some rounds the quickest counts. The
//! plain method beside the construction is a meet in the middle in `f64` by two sorted lists, on
//! the same candidates; the plain bounds of a norm are those that need no factorisation. Times
//! depend on the machine, ratios less so.

use std::hint::black_box;
use std::time::Instant;

use networks::{Dense, Matrix, Network};
use subset_sum::Solver;
use subset_sum::grid::{ONE, to_f64};
use subset_sum::sampling::{generator, uniform};
use tickets::certificates::{Comparison, Domain, RealMatrix, Search, spectral_norm_bound};
use tickets::construction::{
    Construction, Gadget, LayerConstruction, NonnegativeInputs, Norms, PrunedNetwork, RandomLayer,
    RandomNetwork, Selection, Split, Target, construct,
};

/// Candidates of an instance.
const CANDIDATES: usize = 21;

/// Units a half (n of the paper).
const UNITS: usize = 70;

/// Rows of the first layer that the plain method does.
const PLAIN_ROWS: usize = 4;

const ROUNDS: usize = 3;

fn main() {
    let target = Target::new(&network(&[784, 500, 10]), Norms::Any).expect("small weights");
    let random = random(&target, UNITS);
    println!(
        "construction of 784-500-10, n = {UNITS}, closest of the first {CANDIDATES} candidates"
    );
    let plain = time(|| plain_rows(&target, &random.layers()[0]));
    let plain = plain / (2 * PLAIN_ROWS * 784) as f64;
    let paper = Construction {
        split: Split::PerWeight,
        selection: Selection::Closest,
        candidates: CANDIDATES,
        ..Construction::PAPER
    };
    report(
        "plain meet in the middle, f64",
        plain * 794_000.0,
        794_000,
        plain,
    );
    for (name, nonnegative_inputs, gadget, instances) in [
        (
            "the proof's gadget",
            NonnegativeInputs::Nowhere,
            Gadget::Paper,
            794_000,
        ),
        (
            "pooled gadget",
            NonnegativeInputs::Nowhere,
            Gadget::Pooled,
            794_000,
        ),
        (
            "nonnegative inputs",
            NonnegativeInputs::Everywhere,
            Gadget::Paper,
            397_000,
        ),
    ] {
        let construction = Construction {
            gadget,
            nonnegative_inputs,
            ..paper
        };
        let seconds = time(|| construct(&random, &target, construction, 0.01).expect("valid"));
        report(name, seconds, instances, plain);
    }
    let (pruned, _) = construct(&random, &target, paper, 0.01).expect("valid");
    precise();
    evaluate(&target, &random, &pruned);
    norms();
}

fn report(name: &str, seconds: f64, instances: usize, plain: f64) {
    let each = seconds / instances as f64;
    println!(
        "{name:36}{seconds:>8.2} s{:>10.2} us each{:>8.1}x",
        each * 1e6,
        plain / each
    );
}

/// Some rows of the proof's construction at a precision where closest subsets cannot be had.
fn precise() {
    const ROWS: usize = 4;
    let target = Target::new(&network(&[32; 9]), Norms::Rescaled).expect("small weights");
    let random = random(&target, 110);
    let layer = LayerConstruction::new(&random, &target, 0, Construction::PAPER, 0.1);
    let layer = layer.expect("valid");
    let mut solver = Solver::new();
    let seconds = time(|| {
        (0..ROWS)
            .map(|row| layer.row(row, &mut solver))
            .collect::<Vec<_>>()
    });
    let each = seconds / (ROWS * 2 * 32) as f64 * 1e6;
    println!("\n8 layers of 32, n = 110, epsilon = 0.1, first feasible: {each:.0} us an instance");
}

/// What is done with a pruned network.
fn evaluate(target: &Target, random: &RandomNetwork, pruned: &PrunedNetwork) {
    println!("\nthe pruned network 784-500-10");
    let input: Vec<f64> = (0..784).map(|at| f64::from(at % 7) / 100.0).collect();
    let folded = pruned.on_nonnegative_inputs();
    let single = Matrix::new(1, 784, input.iter().map(|&x| x as f32).collect());
    let comparison = Comparison::new(target, pruned, Domain::UnitBall).expect("equal widths");
    let one = |name: &str, seconds: f64| println!("{name:36}{:>8.2} ms", seconds * 1e3);
    one("comparison with the seed", time(|| pruned.check(random)));
    one(
        "forward, by its kept weights",
        time(|| pruned.forward(&input)),
    );
    one(
        "forward, folded into two layers",
        time(|| folded.forward(&single)),
    );
    one("certificate", time(|| comparison.bounds()));
    one(
        "certificate and 32 ascents",
        time(|| comparison.worst_error(Search::default())),
    );
}

/// Bounds of the spectral norm of random matrices, with what a power iteration reaches for 1.
fn norms() {
    println!(
        "\nspectral norm:            bound          Frobenius      sqrt(largest row * column sum)"
    );
    for (rows, columns) in [(32, 32), (500, 784), (500, 1568)] {
        let mut draws = generator(1, "bench", "norms", rows as u64);
        let mut number = || uniform(&mut draws, -1 << 40, 1 << 40) as f64;
        let values = (0..rows * columns).map(|_| number()).collect();
        let matrix = RealMatrix::new(rows, columns, values);
        let seconds = time(|| spectral_norm_bound(&matrix));
        let norm = reached(&matrix);
        let bound = spectral_norm_bound(&matrix) / norm;
        let frobenius = length(matrix.values()) / norm;
        let sums = (largest_row_sum(&matrix) * largest_row_sum(&matrix.transposed())).sqrt() / norm;
        let shape = format!("{rows} x {columns}");
        let milliseconds = seconds * 1e3;
        println!("{shape:14}{bound:>12.6} in {milliseconds:>6.2} ms{frobenius:>10.2}{sums:>24.2}");
    }
}

fn reached(matrix: &RealMatrix) -> f64 {
    let mut vector = vec![1.0; matrix.columns()];
    for _ in 0..1000 {
        vector = matrix.apply_transposed(&matrix.apply(&vector));
        let length = length(&vector);
        vector.iter_mut().for_each(|value| *value /= length);
    }
    length(&matrix.apply(&vector))
}

fn length(vector: &[f64]) -> f64 {
    vector.iter().map(|value| value * value).sum::<f64>().sqrt()
}

fn largest_row_sum(matrix: &RealMatrix) -> f64 {
    let sum = |row| matrix.row(row).iter().map(|value| value.abs()).sum();
    (0..matrix.rows()).map(sum).fold(0.0, f64::max)
}

/// The seconds of the quickest round.
fn time<T>(mut run: impl FnMut() -> T) -> f64 {
    let mut once = || {
        let start = Instant::now();
        black_box(run());
        start.elapsed().as_secs_f64()
    };
    (0..ROUNDS).map(|_| once()).fold(f64::INFINITY, f64::min)
}

fn random(target: &Target, units: usize) -> RandomNetwork {
    let units = vec![units; target.layers().len()];
    RandomNetwork::new(&target.widths(), &units, 1, 0).expect("nothing is empty")
}

fn network(widths: &[usize]) -> Network {
    let mut draws = generator(1, "bench", "target", widths.len() as u64);
    // Twelve uniform terms of deviation 0.03 / sqrt(12) each.
    let mut weight = || {
        let steps: i64 = (0..12)
            .map(|_| uniform(&mut draws, -125_829, 125_829))
            .sum();
        steps as f32 / (1 << 23) as f32
    };
    let layer = |(index, shape): (usize, &[usize])| {
        let values = (0..shape[0] * shape[1]).map(|_| weight()).collect();
        let weight = Matrix::new(shape[1], shape[0], values);
        Dense {
            name: format!("fc{}", index + 1),
            weight,
            bias: None,
        }
    };
    let layers = widths.windows(2).enumerate().map(layer).collect();
    Network::new(layers).expect("layers that chain")
}

/// The errors of some rows, summed up, by the plain method.
fn plain_rows(target: &Target, random: &RandomLayer) -> f64 {
    let weight = &target.layers()[0];
    let mut errors = 0.0;
    for block in 0..random.inputs() {
        let in_weights = random.first(block, block);
        for row in 0..PLAIN_ROWS {
            let out_weights = random.second(row, block);
            let products = in_weights.iter().zip(out_weights);
            let products = products.map(|(&a, b)| (a, to_f64(i64::from(a) * i64::from(b))));
            let halves: Vec<(i32, f64)> = products.collect();
            let (first, second) = halves.split_at(UNITS);
            for (half, sign) in [(first, 1), (second, -1)] {
                let serving = half.iter().filter(|(a, _)| a.signum() == sign);
                let candidates: Vec<f64> = serving.map(|&(_, c)| c).take(CANDIDATES).collect();
                errors += plain(&candidates, weight.row(row)[block].into());
            }
        }
    }
    assert!(errors < ONE as f64);
    errors
}

/// The plain meet in the middle: the error of the closest of all subset sums.
fn plain(candidates: &[f64], target: f64) -> f64 {
    let (first, second) = candidates.split_at(candidates.len() / 2);
    let (low, high) = (sorted_sums(first), sorted_sums(second));
    let (mut i, mut j) = (0, high.len());
    let mut best = f64::INFINITY;
    while i < low.len() && j > 0 {
        let difference = low[i] + high[j - 1] - target;
        best = best.min(difference.abs());
        if difference < 0.0 {
            i += 1;
        } else {
            j -= 1;
        }
    }
    best
}

/// All subset sums in ascending order: each candidate merges the list with itself, shifted.
fn sorted_sums(candidates: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0];
    for &candidate in candidates {
        let mut merged = Vec::with_capacity(2 * sums.len());
        let (mut i, mut j) = (0, 0);
        while i < sums.len() && j < sums.len() {
            let (without, with) = (sums[i], sums[j] + candidate);
            if without <= with {
                merged.push(without);
                i += 1;
            } else {
                merged.push(with);
                j += 1;
            }
        }
        merged.extend_from_slice(&sums[i..]);
        merged.extend(sums[j..].iter().map(|sum| sum + candidate));
        sums = merged;
    }
    sums
}
