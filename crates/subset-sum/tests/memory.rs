//! The memory that a search takes, in a process of its own.

#![cfg(target_os = "linux")]

use subset_sum::Solver;
use subset_sum::grid::ONE;
use subset_sum::sampling::{generator, uniform};

/// Memory that a solver asks for, in bytes for each sum of a half.
const BYTES_A_SUM: usize = 24;

/// The most memory that this process has had, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.unwrap().trim().strip_suffix(" kB").unwrap();
    1024 * kilobytes.parse::<usize>().unwrap()
}

/// Sums of even numbers miss an odd target, so subsets of every size are listed.
#[test]
fn subsets_by_size_take_less_than_the_memory_that_is_asked_for() {
    let mut draws = generator(1, "memory", "", 0);
    let candidates: Vec<i64> = (0..42)
        .map(|_| 2 * uniform(&mut draws, -ONE / 4, ONE / 4))
        .collect();
    let mut solver = Solver::new();
    solver.load(&candidates).unwrap();
    let before = peak();
    assert_eq!(solver.smallest_feasible(ONE / 8 + 1, 0), Ok(None));
    let (taken, asked) = (peak() - before, BYTES_A_SUM << 22);
    assert!(taken < asked, "{taken} bytes, and {asked} were asked for");
}
