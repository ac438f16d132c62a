//! Rows against their definition.

use baselines::constructions::Construction;
use baselines::{HistogramRow, NAME, Row};
use lab::testing::{self, read};
use subset_sum::grid::{ONE, WEIGHT_STEP, to_f64};
use subset_sum::sampling::{generator, uniform};
use tempfile::TempDir;

const PRESET: &str = "seed = 1
[baselines]
most-units = 120
measured = [
    { constructions = ['malach-closest'], weights = [0.5], from = 1, to = 5, runs = 60 },
    { constructions = ['gadget', 'pooled-gadget'], weights = [0.25], from = 1, to = 3, runs = 40 },
    { constructions = ['orseau'], weights = [-0.25], from = 2, to = 2, runs = 10 },
]
";

fn run() -> TempDir {
    testing::run(&baselines::Experiment, PRESET, 2)
}

/// Units until both half-lines have a product within `tolerance` of 1/2, and the larger of the errors of
/// their closest products.
fn closest(bits: u32, run: u64) -> Option<(u64, i64)> {
    let key = format!("construction=malach-closest/weight=0.5/tolerance=2^-{bits}");
    let mut draws = generator(1, NAME, &key, run);
    let mut draw = || uniform(&mut draws, -ONE / WEIGHT_STEP, ONE / WEIGHT_STEP);
    let mut errors = [i64::MAX; 2];
    for units in 1..=120 {
        let (u, v) = (draw(), draw());
        let error = &mut errors[usize::from(u < 0)];
        *error = (*error).min((u * v - ONE / 2).abs());
        if errors[0].max(errors[1]) <= ONE >> bits {
            return Some((units, errors[0].max(errors[1])));
        }
    }
    None
}

#[test]
fn rows_count_the_runs_by_the_units_that_they_take() {
    let folder = run();
    let (rows, histogram) = (read::<Row>(&folder), read::<HistogramRow>(&folder));
    let mut gave_up = 0;
    for bits in 1..=5 {
        let tolerance = to_f64(ONE >> bits);
        let runs: Vec<_> = (1..=60).map(|run| closest(bits, run)).collect();
        let row = &rows[bits as usize - 1];
        assert_eq!(
            (row.construction, row.weight),
            (Construction::MalachClosest, 0.5)
        );
        assert_eq!((row.tolerance, row.runs), (tolerance, 60));
        assert_eq!(
            row.gave_up,
            runs.iter().filter(|run| run.is_none()).count() as u64
        );
        gave_up += row.gave_up;
        let largest = runs.iter().flatten().map(|&(_, error)| error).max();
        assert_eq!(row.largest_error, to_f64(largest.unwrap()));
        let bins = histogram
            .iter()
            .filter(|bin| bin.construction == row.construction && bin.tolerance == tolerance);
        let mut counted = 0;
        for bin in bins {
            let inside = |run: &&Option<(u64, i64)>| {
                run.is_some_and(|(units, _)| (bin.lower..=bin.upper).contains(&units))
            };
            assert_eq!(
                bin.runs,
                runs.iter().filter(inside).count() as u64,
                "{bin:?}"
            );
            assert!(bin.runs > 0);
            counted += bin.runs;
        }
        assert_eq!(counted + row.gave_up, 60);
    }
    assert!(gave_up > 0);
}

#[test]
fn a_weight_within_the_tolerance_takes_no_unit_and_a_gadget_takes_pairs() {
    let histogram = read::<HistogramRow>(&run());
    let of = |construction: Construction, bits: i32| {
        let tolerance = 0.5_f64.powi(bits);
        let bins = histogram
            .iter()
            .filter(move |bin| bin.construction == construction && bin.tolerance == tolerance);
        bins.map(|bin| (bin.lower, bin.upper, bin.runs))
            .collect::<Vec<_>>()
    };
    for construction in [Construction::Gadget, Construction::PooledGadget] {
        for bits in [1, 2] {
            assert_eq!(of(construction, bits), [(0, 0, 40)]);
        }
    }
    let gadget = of(Construction::Gadget, 3);
    assert!(gadget.iter().all(|(lower, ..)| lower % 2 == 0) && gadget.len() > 5);
    assert!(
        of(Construction::PooledGadget, 3)
            .iter()
            .any(|(lower, ..)| lower % 2 == 1)
    );
}
