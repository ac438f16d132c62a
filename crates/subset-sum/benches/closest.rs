//! Microseconds for one subset, by every method, against a plain meet in the middle.
//!
//!     cargo bench -p subset-sum
//!
//! An instance has n coefficients uniform on [-0.464, 0.541] and a target close to N(0, 0.03), all on
//! the grid 2^-23, as in a network's layer. In each round the methods take turns on the same
//! instances, and a method's quickest round counts, so that other work on the machine disturbs
//! little. One thread. Times depend on the machine; the ratios to the plain method, which ran
//! between the others, less so.

use std::hint::black_box;
use std::time::{Duration, Instant};
use subset_sum::grid::{ONE, WEIGHT_STEP, to_f64};
use subset_sum::sampling::{generator, uniform};
use subset_sum::{Method, Solver, SolverError, Subset};

/// Numbers of candidates, and how many instances of each make up a round.
const SIZES: [(usize, usize); 5] = [(15, 256), (21, 128), (25, 32), (30, 8), (40, 4)];

/// How long the methods take turns on one size.
const TIME_PER_SIZE: Duration = Duration::from_secs(9);

/// The fewest rounds, however long they take.
const MIN_ROUNDS: usize = 5;

/// What a feasible subset may miss the target by: 0.01.
const TOLERANCE: i64 = ONE / 100;

/// A tolerance that takes some twenty candidates.
const FINE: i64 = ONE >> 16;

/// Targets over the same candidates, as in a row of a 784-column matrix.
const ROW: usize = 784;

/// The most candidates for rows: larger ones would take seconds.
const MAX_IN_ROW: usize = 30;

/// Candidates and their targets, the candidates as floating-point numbers too.
struct Instance {
    candidates: Vec<i64>,
    as_floats: Vec<f64>,
    targets: Vec<i64>,
}

/// A method: its name, and what it does with an instance.
struct Contestant {
    name: &'static str,
    run: Box<dyn FnMut(&Instance)>,
    takes_rows: bool,
}

fn main() {
    println!("microseconds for one subset, and how many times faster than the plain method");
    print!("{:36}", "");
    let columns = SIZES.map(|(count, instances)| {
        print!("{:>19}", format!("n = {count}"));
        column(count, instances)
    });
    println!();
    for (line, Contestant { name, .. }) in contestants().iter().enumerate() {
        print!("{name:36}");
        for column in &columns {
            match column[line] {
                Some(time) => print!("{time:>10.2}{:>8.1}x", column[0].unwrap_or(f64::NAN) / time),
                None => print!("{:>19}", "-"),
            }
        }
        println!();
    }
}

fn contestants() -> Vec<Contestant> {
    let closest = |name, method, takes_rows| {
        let mut solver = Solver::new().with_method(method);
        let run = move |instance: &Instance| {
            solver
                .load(&instance.candidates)
                .expect("weights are small");
            for &target in &instance.targets {
                black_box(solver.closest(target).expect("targets are small"));
            }
        };
        let run = Box::new(run);
        Contestant {
            name,
            run,
            takes_rows,
        }
    };
    vec![
        Contestant {
            name: "plain meet in the middle, f64",
            run: Box::new(|instance| {
                let target = to_f64(instance.targets[0]);
                black_box(plain(&instance.as_floats, target));
            }),
            takes_rows: false,
        },
        closest("closest, automatic", Method::Automatic, false),
        closest("closest, portable", Method::Portable, false),
        closest("closest, sorted", Method::Sorted, false),
        closest("closest, automatic, row of 784", Method::Automatic, true),
        closest("closest, portable, row of 784", Method::Portable, true),
        closest("closest, sorted, row of 784", Method::Sorted, true),
        feasible(
            "smallest feasible within 0.01",
            Method::Automatic,
            TOLERANCE,
            Solver::smallest_feasible,
        ),
        feasible(
            "first feasible within 0.01",
            Method::Automatic,
            TOLERANCE,
            Solver::first_feasible,
        ),
        feasible(
            "first feasible within 2^-16",
            Method::Automatic,
            FINE,
            Solver::first_feasible,
        ),
        feasible(
            "the same, mask after mask",
            Method::Sorted,
            FINE,
            Solver::first_feasible,
        ),
    ]
}

type Feasible = fn(&mut Solver, i64, i64) -> Result<Option<Subset>, SolverError>;

fn feasible(name: &'static str, method: Method, tolerance: i64, search: Feasible) -> Contestant {
    let mut solver = Solver::new().with_method(method);
    let run = move |instance: &Instance| {
        solver
            .load(&instance.candidates)
            .expect("weights are small");
        black_box(search(&mut solver, instance.targets[0], tolerance).expect("targets are small"));
    };
    Contestant {
        name,
        run: Box::new(run),
        takes_rows: false,
    }
}

/// The microseconds that each contestant takes for one subset of `count` candidates.
fn column(count: usize, instances: usize) -> Vec<Option<f64>> {
    let single = weights(count, instances, 1);
    let rows = weights(count, 1.max(instances / 32), ROW);
    let mut contestants = contestants();
    let mut best = vec![None; contestants.len()];
    let start = Instant::now();
    let mut rounds = 0;
    while rounds < MIN_ROUNDS || start.elapsed() < TIME_PER_SIZE {
        for (contestant, best) in contestants.iter_mut().zip(&mut best) {
            if contestant.takes_rows && count > MAX_IN_ROW {
                continue;
            }
            let instances = if contestant.takes_rows {
                &rows
            } else {
                &single
            };
            let subsets: usize = instances
                .iter()
                .map(|instance| instance.targets.len())
                .sum();
            let start = Instant::now();
            instances
                .iter()
                .for_each(|instance| (contestant.run)(instance));
            let time = start.elapsed().as_secs_f64() * 1e6 / subsets as f64;
            *best = Some(best.map_or(time, |best: f64| best.min(time)));
        }
        rounds += 1;
    }
    best
}

fn weights(count: usize, instances: usize, targets: usize) -> Vec<Instance> {
    let mut draws = generator(1, "bench", &format!("n={count}"), targets as u64);
    let mut uniform = |low, high| uniform(&mut draws, low, high) * WEIGHT_STEP;
    let instance = |_| {
        let candidates: Vec<i64> = (0..count).map(|_| uniform(-3_892_314, 4_538_237)).collect();
        // Twelve uniform terms of deviation 0.03 / sqrt(12) each.
        let mut target = || (0..12).map(|_| uniform(-125_829, 125_829)).sum();
        Instance {
            targets: (0..targets).map(|_| target()).collect(),
            as_floats: candidates
                .iter()
                .map(|&candidate| to_f64(candidate))
                .collect(),
            candidates,
        }
    };
    (0..instances).map(instance).collect()
}

/// The plain meet in the middle: the error of the closest of all subset sums, in `f64`, by two
/// sorted lists and two pointers.
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
