//! Milliseconds for the worst error over [-1, 1], by every method, against sorting all sums.
//!
//!     cargo bench -p subset-sum --bench coverage
//!
//! Candidates are uniform on [-1, 1]. In each round the methods take turns on the same candidates, and
//! a method's quickest round counts. One thread. Times depend on the machine; the ratios to the plain
//! method, which ran between the others, less so.

use std::hint::black_box;
use std::time::{Duration, Instant};
use subset_sum::Law;
use subset_sum::coverage::{CoverageMethod, CoverageSolver};
use subset_sum::grid::{ONE, from_f64};
use subset_sum::sampling::generator;

/// Numbers of candidates, instances of each in a round, and rounds.
const SIZES: [(usize, usize, usize); 6] = [
    (16, 32, 20),
    (20, 16, 20),
    (24, 8, 5),
    (28, 3, 2),
    (30, 2, 1),
    (32, 2, 1),
];

/// The most candidates for the plain method and for sorting by windows.
const MAX_SORTED: usize = 24;

/// A method's name and what it does with the candidates.
type Contestant = (&'static str, usize, Box<dyn FnMut(&[i64])>);

fn main() {
    println!("milliseconds for the worst error over [-1, 1], and how many times faster than plain");
    let mut columns = Vec::new();
    print!("{:12}", "");
    for (count, instances, rounds) in SIZES {
        print!("{:>19}", format!("n = {count}"));
        columns.push(column(count, instances, rounds));
    }
    println!();
    for (line, (name, ..)) in contestants().iter().enumerate() {
        print!("{name:12}");
        for column in &columns {
            match column[line] {
                Some(time) => {
                    let ratio = column[0].map(|plain| format!("{:.1}x", plain / time));
                    print!("{time:>10.3}{:>9}", ratio.unwrap_or_default());
                }
                None => print!("{:>19}", "-"),
            }
        }
        println!();
    }
    println!("\nmilliseconds to decide whether 64 candidates cover [-1, 1], by tolerance");
    for exponent in [-10, -14, -17, -20, -21] {
        println!("2^{exponent}: {:.3}", decision(exponent));
    }
}

fn contestants() -> Vec<Contestant> {
    let by = |name, most, method| {
        let mut solver = CoverageSolver::with_method(method);
        let run = move |candidates: &[i64]| {
            black_box(
                solver
                    .worst(candidates, &[-ONE..=ONE])
                    .expect("few candidates"),
            );
        };
        (name, most, Box::new(run) as Box<dyn FnMut(&[i64])>)
    };
    vec![
        (
            "plain",
            MAX_SORTED,
            Box::new(|candidates: &[i64]| {
                black_box(plain(candidates));
            }),
        ),
        by("automatic", 36, CoverageMethod::Automatic),
        by("bitset", 28, CoverageMethod::Bitset),
        by("halves", 36, CoverageMethod::Halves),
        by("sorted", MAX_SORTED, CoverageMethod::Sorted),
    ]
}

/// Lists all sums, sorts them and looks at every gap.
fn plain(candidates: &[i64]) -> i64 {
    let mut sums = vec![0];
    for candidate in candidates {
        sums.extend_from_within(..);
        let half = sums.len() / 2;
        sums[half..].iter_mut().for_each(|sum| *sum += candidate);
    }
    sums.sort_unstable();
    let gaps = sums
        .windows(2)
        .filter(|pair| pair[0] > -ONE && pair[1] < ONE);
    gaps.map(|pair| pair[1] - pair[0]).max().unwrap_or(0)
}

fn draw(count: usize, instances: usize, round: usize) -> Vec<Vec<i64>> {
    let mut draws = generator(1, "benchmark", &format!("n={count}"), round as u64);
    (0..instances)
        .map(|_| (0..count).map(|_| Law::Uniform.draw(&mut draws)).collect())
        .collect()
}

/// Milliseconds an instance for each method that takes so many candidates.
fn column(count: usize, instances: usize, rounds: usize) -> Vec<Option<f64>> {
    let mut contestants = contestants();
    let mut best = vec![None; contestants.len()];
    for _ in 0..rounds {
        // Always the same ones, so that the quickest rounds of all methods had the same work.
        let drawn = draw(count, instances, 0);
        for ((_, most, run), best) in contestants.iter_mut().zip(&mut best) {
            if count <= *most {
                let started = Instant::now();
                drawn.iter().for_each(|candidates| run(candidates));
                let time = milliseconds(started.elapsed()) / instances as f64;
                *best = Some(best.unwrap_or(f64::INFINITY).min(time));
            }
        }
    }
    best
}

/// Milliseconds to decide the tolerance 2^exponent for 64 candidates.
fn decision(exponent: i32) -> f64 {
    let mut solver = CoverageSolver::new();
    let tolerance = from_f64(f64::from(exponent).exp2()).expect("a small number");
    let drawn = draw(64, 16, 0);
    let rounds = (0..10).map(|_| {
        let started = Instant::now();
        for candidates in &drawn {
            black_box(
                solver
                    .covers(candidates, -ONE..=ONE, tolerance)
                    .expect("few candidates"),
            );
        }
        milliseconds(started.elapsed()) / drawn.len() as f64
    });
    rounds.fold(f64::INFINITY, f64::min)
}

fn milliseconds(time: Duration) -> f64 {
    1e3 * time.as_secs_f64()
}
