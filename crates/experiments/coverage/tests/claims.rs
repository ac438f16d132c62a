//! Verdicts on rows that are made up to support, contradict or lack what is claimed.

use coverage::row::{DensityRow, FixedSizeRow, GapRow, GrowthRow, Row, ThinningRow};
use coverage::theory::{product_probability, reach_failure};
use lab::claims::Verdict::{self, Contradicted, Inconclusive, Supported};
use lab::judge;
use std::path::Path;
use tempfile::TempDir;

/// The verdict on one claim, if the folder has its rows.
fn judged(folder: &Path, id: &str) -> Option<Verdict> {
    let judgements = judge(&coverage::Experiment, folder).unwrap();
    let found = judgements.into_iter().find(|found| found.claim.id == id);
    found.expect(id).evidence.map(|evidence| evidence.verdict)
}

/// The verdict that rows of one table give.
fn verdict<R: lab::Row>(id: &str, rows: &[R]) -> Option<Verdict> {
    let folder = TempDir::new().unwrap();
    let mut writer = csv::Writer::from_path(lab::table::path::<R>(folder.path())).unwrap();
    rows.iter().for_each(|row| writer.serialize(row).unwrap());
    writer.flush().unwrap();
    judged(folder.path(), id)
}

fn row(law: &str, candidates: u32, tolerance: f64, trials: u64, failures: [u64; 3]) -> Row {
    Row {
        law: law.to_owned(),
        radius: 1.0,
        candidates,
        tolerance,
        trials,
        reach: failures[0],
        edge_gap: failures[1],
        inner_gap: failures[2],
        undecided: 0,
    }
}

/// Uniform candidates whose median worst error is 2^-`bits` at n = 24 and grows by 2^(1/`slope`) for
/// each one less, with failures 1 / (1 + tolerance / median).
fn uniform(bits: f64, slope: f64, trials: u64) -> Vec<Row> {
    let mut rows = Vec::new();
    for candidates in 4..=28_u32 {
        let median = (-bits + (24.0 - f64::from(candidates)) / slope).exp2();
        for step in 0..400 {
            let tolerance = (-f64::from(step) / 16.0).exp2();
            let failures = (trials as f64 / (1.0 + tolerance / median)).round() as u64;
            rows.push(row(
                "uniform",
                candidates,
                tolerance,
                trials,
                [0, 0, failures],
            ));
        }
    }
    rows
}

#[test]
fn errors_that_fall_as_predicted_support_what_is_said_of_uniform_candidates() {
    let rows = uniform(18.0, 1.15, 100_000);
    for id in ["RSS-1.1", "RSS-1.2", "RSS-1.3", "RSS-1.4"] {
        assert_eq!(verdict(id, &rows), Some(Supported), "{id}");
    }
    // The same with few trials decides less, but contradicts nothing.
    let rows = uniform(18.0, 1.15, 20);
    for id in ["RSS-1.1", "RSS-1.2", "RSS-1.4"] {
        assert_eq!(verdict(id, &rows), Some(Inconclusive), "{id}");
    }
}

#[test]
fn errors_that_fall_otherwise_contradict_it() {
    let later = uniform(14.0, 1.15, 10_000);
    assert_eq!(verdict("RSS-1.1", &later), Some(Contradicted));
    assert_eq!(verdict("RSS-1.3", &later), Some(Contradicted));
    assert_eq!(verdict("RSS-1.2", &later), Some(Supported));
    let slower = uniform(18.0, 1.4, 10_000);
    assert_eq!(verdict("RSS-1.2", &slower), Some(Contradicted));
    let constant = [8, 12, 16, 20].map(|n| row("uniform", n, 0.0625, 10_000, [1000, 0, 0]));
    assert_eq!(verdict("RSS-1.4", &constant), Some(Contradicted));
}

#[test]
fn reach_is_held_against_its_curve() {
    let rows = |factor: f64| {
        [8, 12].map(|candidates| {
            let share = factor * reach_failure(candidates, 1.0 - 0.0625);
            row(
                "uniform",
                candidates,
                0.0625,
                10_000,
                [(share * 1e4) as u64, 7, 7],
            )
        })
    };
    assert_eq!(verdict("RSS-6.1", &rows(1.0)), Some(Supported));
    assert_eq!(verdict("RSS-6.1", &rows(1.5)), Some(Contradicted));
    assert_eq!(verdict("RSS-6.1", &rows(1.2)), Some(Inconclusive));
}

#[test]
fn an_instance_below_the_floor_contradicts_counting() {
    let fine = (-7.0_f64).exp2();
    assert_eq!(
        verdict("RSS-7.1", &[row("normal", 6, fine, 10, [0, 0, 10])]),
        Some(Supported)
    );
    assert_eq!(
        verdict("RSS-7.1", &[row("normal", 7, fine, 10, [0, 0, 9])]),
        Some(Supported)
    );
    assert_eq!(
        verdict("RSS-7.1", &[row("normal", 6, fine, 10, [0, 0, 9])]),
        Some(Contradicted)
    );
}

#[test]
fn what_the_gadget_covers_and_why_not() {
    let at_64 = |failures| [row("gadget", 64, 1.0 / 1024.0, 1000, failures)];
    assert_eq!(verdict("RSS-4.1", &at_64([5, 1, 0])), Some(Supported));
    assert_eq!(verdict("RSS-4.1", &at_64([150, 1, 0])), Some(Contradicted));
    let mut undecided = at_64([5, 1, 0]);
    undecided[0].undecided = 150;
    assert_eq!(verdict("RSS-4.1", &undecided), Some(Inconclusive));
    let at_32 = |failures| [row("gadget", 32, 1.0 / 64.0, 1000, failures)];
    assert_eq!(verdict("RSS-6.2", &at_32([200, 20, 30])), Some(Supported));
    assert_eq!(
        verdict("RSS-6.2", &at_32([50, 100, 100])),
        Some(Contradicted)
    );
    assert_eq!(verdict("RSS-6.2", &at_32([0, 0, 0])), None);
}

#[test]
fn thinning_must_not_help() {
    let row = |covered, only| ThinningRow {
        weight: 0.5,
        radius: 1.0,
        candidates: 40,
        tolerance: 1.0 / 1024.0,
        trials: 1000,
        covered,
        covered_thinned: 900,
        covered_thinned_only: only,
        undecided: 0,
    };
    assert_eq!(verdict("RSS-2.1", &[row(990, 0)]), Some(Supported));
    assert_eq!(verdict("RSS-2.1", &[row(990, 1)]), Some(Contradicted));
    assert_eq!(verdict("RSS-2.2", &[row(990, 0)]), Some(Supported));
    assert_eq!(verdict("RSS-2.2", &[row(800, 0)]), Some(Contradicted));
}

/// The product's histogram in a hundred million draws, times `share`, with one inner bin changed.
fn histogram(law: &str, share: f64, change: f64) -> Vec<DensityRow> {
    let draws = 100_000_000;
    let bins = (-100..100).map(|bin| (f64::from(bin) / 100.0, f64::from(bin + 1) / 100.0));
    let bins = bins.map(|(lower, upper)| {
        let factor = if lower == 0.48 { change } else { 1.0 };
        let expected = share * product_probability(lower, upper) * draws as f64;
        DensityRow {
            law: law.to_owned(),
            lower,
            upper,
            draws,
            count: (factor * expected) as u64,
        }
    });
    let zeros = DensityRow {
        law: law.to_owned(),
        lower: 0.0,
        upper: 0.0,
        draws,
        count: 0,
    };
    bins.chain([zeros]).collect()
}

#[test]
fn histograms_are_held_against_the_product_density() {
    assert_eq!(
        verdict("RSS-3.1", &histogram("product", 1.0, 1.0)),
        Some(Supported)
    );
    assert_eq!(
        verdict("RSS-3.2", &histogram("gadget", 0.5, 1.0)),
        Some(Supported)
    );
    assert_eq!(
        verdict("RSS-3.1", &histogram("product", 1.0, 0.9)),
        Some(Contradicted)
    );
    assert_eq!(
        verdict("RSS-3.1", &histogram("product", 1.05, 1.0)),
        Some(Contradicted)
    );
    assert_eq!(
        verdict("RSS-3.2", &histogram("gadget", 1.0, 1.0)),
        Some(Contradicted)
    );
    assert_eq!(verdict("RSS-3.2", &histogram("product", 1.0, 1.0)), None);
}

/// Runs from four tolerances with so many draws until half is covered, give or take one.
fn growth(halves: [u32; 4], deviation: f64, largest_growth: f64) -> Vec<GrowthRow> {
    let mut rows = Vec::new();
    for (tolerance, half) in [1e-2, 1e-3, 1e-4, 1e-5].into_iter().zip(halves) {
        rows.extend((1..=1000).map(|run| GrowthRow {
            tolerance,
            cells: 400_000,
            run,
            steps_to_half: half + (run % 3) as u32,
            steps_to_full: half + 10,
            deviation: deviation + if run % 2 == 0 { 0.1 } else { -0.1 },
            largest_growth,
        }));
    }
    rows
}

#[test]
fn growth_is_held_against_its_recursion() {
    let good = growth([10, 16, 22, 28], 0.0, 2.0);
    for id in ["RSS-5.1", "RSS-5.2", "RSS-5.3"] {
        assert_eq!(verdict(id, &good), Some(Supported), "{id}");
    }
    assert_eq!(
        verdict("RSS-5.1", &growth([10, 16, 22, 28], 1.0, 2.0)),
        Some(Contradicted)
    );
    assert_eq!(
        verdict("RSS-5.2", &growth([10, 16, 22, 28], 0.0, 2.1)),
        Some(Contradicted)
    );
    assert_eq!(
        verdict("RSS-5.3", &growth([10, 20, 30, 40], 0.0, 2.0)),
        Some(Contradicted)
    );
    // Slopes of 0.9, 2.2 and 4.8 draws for a factor of e: steep enough on average, but no line.
    assert_eq!(
        verdict("RSS-5.3", &growth([10, 12, 17, 28], 0.0, 2.0)),
        Some(Contradicted)
    );
    assert_eq!(verdict("RSS-5.3", &good[..1000]), None);
}

#[test]
fn gaps_are_held_against_the_exponential_law() {
    let rows = |law: &str, distance| {
        [10, 14, 18].map(|candidates| GapRow {
            law: law.to_owned(),
            candidates,
            target: 0.5,
            trials: 200_000,
            // Small numbers of candidates are shown, not tested.
            distance: if candidates < 14 { 0.3 } else { distance },
            probability: 0.5,
            gap: 0.69,
        })
    };
    for (id, law) in [("RSS-8.1", "uniform"), ("RSS-8.2", "product")] {
        assert_eq!(verdict(id, &rows(law, 0.008)), Some(Supported));
        assert_eq!(verdict(id, &rows(law, 0.05)), Some(Contradicted));
        assert_eq!(verdict(id, &rows(law, 0.02)), Some(Inconclusive));
        assert_eq!(verdict(id, &rows("normal", 0.0)), None);
    }
}

#[test]
fn subsets_of_a_fixed_size_are_held_against_their_surplus() {
    // s is 10 for eps = 1/8, 2 for 2^-11 and -2 for 2^-15; in between nothing is claimed.
    let rows = |successes: [u64; 4]| {
        let tolerances = [3, 11, 13, 15].map(|exponent| (-f64::from(exponent)).exp2());
        let rows = tolerances.into_iter().zip(successes);
        let rows = rows.map(|(tolerance, successes)| FixedSizeRow {
            candidates: 16,
            size: 8,
            target: 0.5,
            tolerance,
            trials: 1000,
            successes,
            hits: successes,
            squared_hits: successes,
        });
        rows.collect::<Vec<_>>()
    };
    assert_eq!(
        verdict("RSS-10.1", &rows([1000, 800, 500, 200])),
        Some(Supported)
    );
    assert_eq!(
        verdict("RSS-10.1", &rows([1000, 520, 500, 200])),
        Some(Inconclusive)
    );
    assert_eq!(
        verdict("RSS-10.1", &rows([1000, 300, 500, 200])),
        Some(Contradicted)
    );
    assert_eq!(
        verdict("RSS-10.1", &rows([1000, 800, 500, 700])),
        Some(Contradicted)
    );
    assert_eq!(
        verdict("RSS-10.1", &rows([1000, 800, 500, 200])[2..3]),
        None
    );
}
