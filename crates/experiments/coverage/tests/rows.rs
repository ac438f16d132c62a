//! Rows against brute force, against each other and against their golden first ones.

use coverage::NAME;
use coverage::quantile::WorstErrors;
use coverage::row::{
    DensityRow, FixedSizeRow, GapRow, GrowthRow, HitsRow, Row, ThinningRow, TrajectoryRow,
};
use lab::{table, testing};
use subset_sum::Law;
use subset_sum::grid::{ONE, to_f64};
use subset_sum::sampling::generator;
use tempfile::TempDir;

/// Every part in small.
const PRESET: &str = "seed = 1
[coverage]
radii = [1.0, 0.1]
exact = [{ laws = ['uniform', 'gadget'], from = 1, to = 8, trials = 60 }]
decided = [{ laws = ['gadget'], candidates = [12, 40], tolerances = [0.0625, 0.01], trials = 50 }]
[coverage.thinning]
weights = [0.5]
candidates = [12]
tolerances = [0.0625]
trials = 50
[coverage.growth]
starts = [{ tolerance = 0.01, cells = 1000 }]
runs = 20
[coverage.gaps]
laws = ['product']
candidates = [6]
targets = [0.5, -0.25]
trials = 100
counted = 40
[coverage.density]
laws = ['gadget']
draws = 250_000
[coverage.fixed-size]
candidates = [8]
fractions = [0.25, 0.5]
most-subsets = 60
tolerances = [0.1]
target = 0.5
trials = 50
";

/// The results of a run on so many threads.
fn run(preset: &str) -> TempDir {
    testing::run(&coverage::Experiment, preset, 2)
}

fn rows<R: lab::Row>(folder: &TempDir) -> Vec<R> {
    table::read(folder.path()).unwrap().unwrap()
}

/// The first draws of an instance, from their definition.
fn draws(law: Law, instance: u64, candidates: u32) -> Vec<i64> {
    let mut generator = generator(1, NAME, &format!("law={law}"), instance);
    (0..candidates).map(|_| law.draw(&mut generator)).collect()
}

/// The sums of all subsets with at least `fewest` and at most `most` elements.
fn sums(candidates: &[i64], fewest: u32, most: u32) -> Vec<i64> {
    let masks =
        (0..1_u32 << candidates.len()).filter(|mask| (fewest..=most).contains(&mask.count_ones()));
    let chosen = |mask: u32| {
        let chosen = candidates
            .iter()
            .enumerate()
            .filter(move |(i, _)| mask >> i & 1 == 1);
        chosen.map(|(_, x)| x).sum()
    };
    masks.map(chosen).collect()
}

/// The largest distance of a number in [-end, end] from the nearest sum, in half grid units: at an end
/// or in the middle between two sums.
fn worst(sums: &[i64], end: i64) -> i64 {
    let distance = |twice: i64| {
        sums.iter()
            .map(|sum| (2 * sum - twice).abs())
            .min()
            .unwrap()
    };
    let mut sorted = sums.to_vec();
    sorted.sort_unstable();
    let middles = sorted
        .windows(2)
        .map(|pair| (pair[0] + pair[1]).clamp(-2 * end, 2 * end));
    middles
        .chain([-2 * end, 2 * end])
        .map(distance)
        .max()
        .unwrap()
}

#[test]
fn failures_are_those_of_brute_force() {
    let folder = run(PRESET);
    let mut seen = 0;
    for row in rows::<Row>(&folder) {
        if row.candidates > 8 {
            continue;
        }
        let (law, end) = (
            row.law.parse().unwrap(),
            (row.radius * ONE as f64).round() as i64,
        );
        let is_failure = |&instance: &u64| {
            let sums = sums(&draws(law, instance, row.candidates), 0, 64);
            worst(&sums, end) as f64 > 2.0 * row.tolerance * ONE as f64
        };
        // Every 7th row: brute force takes its time.
        seen += 1;
        if seen % 7 == 0 {
            let failures = (1..=row.trials).filter(is_failure).count() as u64;
            assert_eq!(row.failures(), failures, "{row:?}");
        }
        assert_eq!(row.undecided, 0);
    }
    assert!(seen > 1000, "{seen}");
}

#[test]
fn tolerances_go_from_one_that_all_keep_to_one_that_none_does() {
    let folder = run(PRESET);
    let rows = rows::<Row>(&folder);
    let exact = rows
        .iter()
        .filter(|row| row.candidates <= 8)
        .collect::<Vec<_>>();
    for table in
        exact.chunk_by(|a, b| (&a.law, a.radius, a.candidates) == (&b.law, b.radius, b.candidates))
    {
        let failures: Vec<u64> = table.iter().map(|row| row.failures()).collect();
        assert!(failures.is_sorted());
        assert_eq!(
            failures.iter().filter(|&&count| count == 0).count(),
            1,
            "{failures:?}"
        );
        assert_eq!(
            failures.iter().filter(|&&count| count == 60).count(),
            1,
            "{failures:?}"
        );
        let tolerances = table
            .windows(2)
            .map(|pair| pair[1].tolerance / pair[0].tolerance);
        assert!(
            tolerances
                .into_iter()
                .all(|ratio| (ratio - 0.957_603_28).abs() < 1e-7)
        );
    }
}

#[test]
fn further_candidates_never_uncover() {
    let folder = run(PRESET);
    let rows = rows::<Row>(&folder);
    for (law, radius) in [("uniform", 1.0), ("uniform", 0.1), ("gadget", 1.0)] {
        for exponent in 0..8 {
            let failures = (1..=8).map(|candidates| {
                let errors = WorstErrors::new(&rows, law, radius, candidates).unwrap();
                errors.at((-f64::from(exponent)).exp2()).unwrap().failures()
            });
            let failures: Vec<u64> = failures.collect();
            assert!(
                failures.is_sorted_by(|a, b| a >= b),
                "{law} {exponent}: {failures:?}"
            );
        }
    }
}

#[test]
fn instances_with_too_many_nonzero_candidates_are_undecided() {
    let preset = "seed = 1\n[coverage]\nradii = [0.1]\n\
                  exact = [{ laws = ['gadget'], from = 72, to = 72, trials = 4 }]";
    let folder = run(preset);
    let nonzero = |instance| {
        draws(Law::Gadget, instance, 72)
            .iter()
            .filter(|&&x| x != 0)
            .count()
    };
    let undecided = (1..=4).filter(|&instance| nonzero(instance) > 36).count() as u64;
    for row in rows::<Row>(&folder) {
        assert_eq!(row.undecided, undecided);
    }
    assert!(undecided > 0, "take another seed");
}

#[test]
fn counts_at_fixed_targets_are_those_of_brute_force() {
    let folder = run(PRESET);
    for row in rows::<FixedSizeRow>(&folder) {
        let tolerance = (row.tolerance * ONE as f64) as i64;
        let hits = |instance| {
            let sums = sums(&draws(Law::Uniform, instance, 8), row.size, row.size);
            sums.iter()
                .filter(|&sum| (sum - ONE / 2).abs() <= tolerance)
                .count() as u64
        };
        let hits: Vec<u64> = (1..=50).map(hits).collect();
        assert_eq!(row.size, 2);
        assert_eq!(row.hits, hits.iter().sum::<u64>());
        assert_eq!(
            row.squared_hits,
            hits.iter().map(|hits| hits * hits).sum::<u64>()
        );
        assert_eq!(
            row.successes,
            hits.iter().filter(|&&hits| hits > 0).count() as u64
        );
    }
    let gaps = rows::<GapRow>(&folder);
    let mut expected: Vec<f64> = (1..=100)
        .map(|instance| normalised_gap(&draws(Law::Product, instance, 6)))
        .collect();
    expected.sort_by(f64::total_cmp);
    let median = gaps
        .iter()
        .find(|row| row.target == 0.5 && row.probability == 0.5)
        .unwrap();
    assert!(
        (median.gap - expected[49]).abs() < 1e-9 * median.gap,
        "{} {}",
        median.gap,
        expected[49]
    );
    assert_eq!(gaps.len(), 2 * 199);
    let hits = rows::<HitsRow>(&folder);
    let instances: u64 = hits.iter().map(|row| row.instances).sum();
    assert_eq!(instances, 2 * 40);
    // A gap of at most 1 is a hit.
    let near = (1..=40)
        .filter(|&i| normalised_gap(&draws(Law::Product, i, 6)) <= 1.0)
        .count();
    let none = hits
        .iter()
        .find(|row| row.target == 0.5 && row.hits == 0)
        .unwrap();
    assert_eq!(none.instances, 40 - near as u64);
}

/// 2^(n+1) g(1/2) |1/2 - nearest sum|.
fn normalised_gap(candidates: &[i64]) -> f64 {
    let values: Vec<f64> = candidates.iter().map(|&x| to_f64(x)).collect();
    let mean = values.iter().sum::<f64>() / 2.0;
    let deviation = values.iter().map(|x| x * x).sum::<f64>().sqrt() / 2.0;
    let z = (0.5 - mean) / deviation;
    let density = (-z * z / 2.0).exp() / (deviation * std::f64::consts::TAU.sqrt());
    let sums = sums(candidates, 0, 64).into_iter();
    let gap = sums.map(|sum| (sum - ONE / 2).abs()).min().unwrap();
    to_f64(gap) * density * 2.0 * f64::from(1 << candidates.len())
}

#[test]
fn the_other_tables_count_everything_once() {
    let folder = run(PRESET);
    let bins = rows::<DensityRow>(&folder);
    assert_eq!(bins.len(), 201);
    assert_eq!(bins.iter().map(|bin| bin.count).sum::<u64>(), 250_000);
    let zeros = bins.iter().find(|bin| bin.lower == bin.upper).unwrap();
    assert!((120_000..130_000).contains(&zeros.count), "{}", zeros.count);
    let growth = rows::<GrowthRow>(&folder);
    let runs: Vec<u64> = growth.iter().map(|row| row.run).collect();
    assert_eq!(runs, (1..=20).collect::<Vec<_>>());
    assert!(
        growth
            .iter()
            .all(|row| row.steps_to_half < row.steps_to_full)
    );
    let longest = growth.iter().map(|row| row.steps_to_full).max();
    let trajectory = rows::<TrajectoryRow>(&folder);
    assert_eq!(trajectory.last().map(|row| row.step), longest);
    assert_eq!((trajectory[0].mean, trajectory[0].high), (0.02, 0.02));
    for row in rows::<ThinningRow>(&folder) {
        assert_eq!(row.covered_thinned_only, 0);
        assert!(row.covered_thinned < row.covered && row.covered <= row.trials);
    }
    let decided = rows::<Row>(&folder)
        .into_iter()
        .filter(|row| row.candidates > 8);
    assert_eq!(decided.count(), 2 * 2 * 2);
}

/// Whatever changes these lines changes every published result.
#[test]
fn first_rows_are_golden() {
    let folder = run(PRESET);
    let line = |name: &str, number: usize| {
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
        text.lines().nth(number).unwrap().to_owned()
    };
    for (name, number, expected) in GOLDEN {
        assert_eq!(line(name, number), expected, "{name}, line {number}");
    }
}

const GOLDEN: [(&str, usize, &str); 7] = [
    ("coverage.csv", 629, "uniform,0.1,8,0.0625,60,1,2,0,0"),
    ("coverage.csv", 1256, "gadget,1.0,40,0.0625,50,3,0,0,0"),
    ("coverage-thinning.csv", 1, "0.5,1.0,12,0.0625,50,26,6,0,0"),
    (
        "coverage-trajectory.csv",
        2,
        "0.01,1,20,0.03035,0.02,0.027,0.04",
    ),
    ("coverage-hits.csv", 1, "product,6,0.5,40,0,15"),
    ("coverage-density.csv", 3, "gadget,-0.98,-0.97,250000,12"),
    (
        "coverage-fixed-size.csv",
        1,
        "8,2,0.5,0.10000000000000853,50,40,103,327",
    ),
];
