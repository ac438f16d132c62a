//! Rows against their definition.

use construction::{GadgetRow, NetworkRow, Numbers, Target, WeightRow};
use lab::testing::{self, read};
use std::sync::LazyLock;
use subset_sum::coverage::CoverageSolver;
use subset_sum::grid::{ONE, WEIGHT_STEP};
use tempfile::TempDir;
use tickets::construction::{Gadget, RandomLayer, RandomNetwork, Split};

const PRESET: &str = "seed = 1
[construction]
most-units = 50
drawing = { weight = -0.4, epsilon = 0.05, units = 14 }
weights = [{ from = 3, to = 4, instances = 30 }]
columns = [{ outputs = 3, bits = 3, instances = 20 }]
networks = [
    { widths = [2, 4], depths = [1, 2], gadgets = ['paper', 'pooled'], splits = ['entrywise', 'euclidean'], epsilons = [0.5], replicates = 3, pruned = 2, compared = 1 },
    { widths = [3], depths = [1], outputs = 1, gadgets = ['paper'], splits = ['entrywise'], epsilons = [0.5], replicates = 2, pruned = 1, compared = 1 },
]
";

/// One run for all tests.
static RUN: LazyLock<TempDir> = LazyLock::new(run);

fn run() -> TempDir {
    testing::run(&construction::Experiment, PRESET, 2)
}

/// The smallest number of these numbers that covers \[-1, 1\] within 2^-`bits`, zeros counted.
fn needed(numbers: &[i64], bits: u32) -> Option<u64> {
    let mut solver = CoverageSolver::new();
    let mut covers = |&count: &usize| {
        let found = &solver.worst(&numbers[..count], &[-ONE..=ONE]).unwrap()[0];
        found.worst_error() <= (-f64::from(bits)).exp2()
    };
    (0..=numbers.len())
        .find(&mut covers)
        .map(|count| count as u64)
}

fn layer(outputs: usize, replicate: u64) -> RandomLayer {
    RandomNetwork::new(&[1, outputs], &[50], 1, replicate)
        .unwrap()
        .layers()[0]
}

/// The candidates of both halves of a gadget: products, or 0 where the in-weight has the wrong sign.
fn halves(layer: &RandomLayer, row: usize) -> [Vec<i64>; 2] {
    let (first, second) = (layer.first(0, 0), layer.second(row, 0));
    [0, 1].map(|half| {
        let units = half * 50..(half + 1) * 50;
        let keeps = |&unit: &usize| (first[unit] > 0) == (half == 0);
        let product = |unit: usize| i64::from(first[unit]) * i64::from(second[unit]);
        units
            .map(|unit| if keeps(&unit) { product(unit) } else { 0 })
            .collect()
    })
}

/// The instances that need each number of units, with those that nothing suffices for last.
fn histogram(mut needed: Vec<Option<u64>>) -> Vec<(Option<u64>, u64)> {
    needed.sort_by_key(|units| units.unwrap_or(u64::MAX));
    let mut counts: Vec<(Option<u64>, u64)> = Vec::new();
    for units in needed {
        match counts.last_mut().filter(|(last, _)| *last == units) {
            Some((_, count)) => *count += 1,
            None => counts.push((units, 1)),
        }
    }
    counts
}

fn found(rows: &[WeightRow], numbers: Numbers, bits: u32) -> Vec<(Option<u64>, u64)> {
    let is_asked =
        |row: &&WeightRow| row.numbers == numbers && row.tolerance == (-f64::from(bits)).exp2();
    let rows = rows.iter().filter(is_asked);
    rows.map(|row| (row.units, row.instances)).collect()
}

fn larger(pair: [Option<u64>; 2]) -> Option<u64> {
    Some(pair[0]?.max(pair[1]?))
}

#[test]
fn weights_are_counted_by_what_they_need() {
    let rows: Vec<WeightRow> = read(&RUN);
    for bits in [3, 4] {
        let over = |needed: &dyn Fn(&RandomLayer) -> Option<u64>| {
            histogram(
                (1..=30)
                    .map(|instance| needed(&layer(1, instance)))
                    .collect(),
            )
        };
        let uniform = over(&|layer| {
            let numbers: Vec<i64> = layer
                .second(0, 0)
                .iter()
                .map(|&b| i64::from(b) * WEIGHT_STEP)
                .collect();
            needed(&numbers[..50], bits)
        });
        assert_eq!(found(&rows, Numbers::Uniform, bits), uniform);
        let positive = over(&|layer| needed(&halves(layer, 0)[0], bits));
        assert_eq!(found(&rows, Numbers::PositiveHalf, bits), positive);
        let gadget = over(&|layer| larger(halves(layer, 0).map(|half| needed(&half, bits))));
        assert_eq!(found(&rows, Numbers::Gadget, bits), gadget);
        assert!(rows.iter().all(|row| row.undecided == 0));
    }
}

#[test]
fn a_column_needs_what_the_worst_of_its_gadgets_needs() {
    let rows: Vec<WeightRow> = read(&RUN);
    let worst = |gadgets: Vec<[Vec<i64>; 2]>| {
        let mut needed = gadgets
            .iter()
            .map(|halves| larger([&halves[0], &halves[1]].map(|half| needed(half, 3))));
        needed.try_fold(0, |worst, units| Some(units?.max(worst)))
    };
    let shared = (1..=20).map(|column| {
        let layer = layer(3, column);
        worst((0..3).map(|row| halves(&layer, row)).collect())
    });
    assert_eq!(
        found(&rows, Numbers::SharedGadgets, 3),
        histogram(shared.collect())
    );
    let fresh = (0..20).map(|column| {
        let gadgets = 3 * column + 1..=3 * column + 3;
        worst(gadgets.map(|gadget| halves(&layer(1, gadget), 0)).collect())
    });
    assert_eq!(
        found(&rows, Numbers::FreshGadgets, 3),
        histogram(fresh.collect())
    );
}

#[test]
fn networks_that_serve_every_target_serve_each_and_keep_their_bounds() {
    let rows: Vec<NetworkRow> = read(&RUN);
    let mut pruned = 0;
    for row in rows.iter().filter(|row| row.target != Target::Every) {
        let is_same = |other: &&NetworkRow| {
            let names = |row: &NetworkRow| {
                let NetworkRow {
                    width,
                    outputs,
                    depth,
                    gadget,
                    split,
                    replicate,
                    ..
                } = *row;
                (width, outputs, depth, gadget, split, replicate)
            };
            other.target == Target::Every && names(other) == names(row)
        };
        let every = rows.iter().find(is_same).unwrap();
        assert!(
            every.units.is_none() || row.units.unwrap() <= every.units.unwrap(),
            "{row:?}"
        );
        assert_eq!(row.instances, every.instances);
        assert_eq!(row.cube_error.is_some(), row.depth == 1);
        assert_eq!(row.found.is_some(), row.replicate == 1);
        if row.units.is_some() {
            pruned += 1;
            assert!(row.cube_error.is_none_or(|error| error < 0.5), "{row:?}");
            let pair = row.found.zip(row.certified);
            assert!(
                pair.is_none_or(|(low, high)| low <= high && high < 0.5),
                "{row:?}"
            );
        }
    }
    // Two networks of eight shapes and splits by both gadgets, five targets; and one neuron.
    assert!(pruned > 100, "{pruned}");
}

#[test]
fn the_pooled_gadget_and_the_wider_split_need_no_more_units_of_the_same_network() {
    let rows: Vec<NetworkRow> = read(&RUN);
    let units = |row: &NetworkRow| row.units.unwrap_or(u64::MAX);
    let easier = |row: &NetworkRow, gadget, split| {
        let is_it = |other: &&NetworkRow| {
            (other.gadget, other.split) == (gadget, split)
                && (other.width, other.outputs, other.depth) == (row.width, row.outputs, row.depth)
                && (other.replicate, other.target) == (row.replicate, row.target)
        };
        units(rows.iter().find(is_it).unwrap())
    };
    let papers = rows
        .iter()
        .filter(|row| (row.gadget, row.split) == (Gadget::Paper, Split::Entrywise));
    for row in papers.filter(|row| row.outputs == row.width) {
        assert!(easier(row, Gadget::Pooled, Split::Entrywise) <= units(row));
        assert!(easier(row, Gadget::Paper, Split::Euclidean) <= units(row));
    }
}

#[test]
fn the_drawn_gadget_is_what_its_seed_gives_and_approximates_its_weight() {
    let rows: Vec<GadgetRow> = read(&RUN);
    let layer = RandomNetwork::new(&[1, 1], &[14], 1, 0).unwrap().layers()[0];
    let (first, second) = (layer.first(0, 0), layer.second(0, 0));
    assert_eq!(rows.len(), 28);
    let mut slopes = [0.0; 2];
    for (unit, row) in rows.iter().enumerate() {
        let scaled = |weight: i32| f64::from(weight) / f64::from(1 << 23);
        assert_eq!(
            (row.in_weight, row.out_weight),
            (scaled(first[unit]), scaled(second[unit]))
        );
        let half = usize::from(unit >= 14);
        assert_eq!(row.keeps_in_weight, (row.in_weight > 0.0) == (half == 0));
        if row.keeps_out_weight {
            assert!(row.keeps_in_weight);
            slopes[half] += row.in_weight * row.out_weight;
        }
    }
    assert!(
        slopes
            .iter()
            .all(|slope| (slope + 0.4).abs() <= 0.05 + 1e-7),
        "{slopes:?}"
    );
}
