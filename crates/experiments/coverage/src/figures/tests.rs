use std::fs;

use crate::row::{DensityRow, FixedSizeRow, GapRow, TrajectoryRow};
use crate::theory::reach_failure;

use super::*;
use charts::{Series, assert_legible};

const LAWS: [&str; 5] = ["uniform", "product", "gadget", "normal", "mixture-0.5"];

/// Rows of one distribution, radius and n, from the worst error of every instance: failures at the tolerances
/// 2^(-j/16), by reach, an edge gap and an inner gap in turn.
fn rows(law: &str, radius: f64, candidates: u32, errors: &[f64]) -> Vec<Row> {
    let mut rows = Vec::new();
    for rung in 0..16 * 40 {
        let tolerance = (-f64::from(rung) / 16.0).exp2();
        let failing = |cause: usize| {
            let of_cause = errors.iter().skip(cause).step_by(3);
            of_cause.filter(|&&error| error > tolerance).count() as u64
        };
        let row = Row {
            law: law.to_owned(),
            radius,
            candidates,
            tolerance,
            trials: errors.len() as u64,
            reach: failing(0),
            edge_gap: failing(1),
            inner_gap: failing(2),
            undecided: 0,
        };
        let failures = row.failures();
        if failures == 0 {
            rows.clear();
        }
        rows.push(row);
        if failures == errors.len() as u64 {
            break;
        }
    }
    rows
}

/// Rows whose errors lie around radius / 2^(n - 3), the instances a factor of 2^(1/4) apart.
fn typical(
    law: &str,
    radius: f64,
    numbers: impl IntoIterator<Item = u32>,
    trials: u32,
) -> Vec<Row> {
    let of_number = |n| {
        let bits = |instance: u32| {
            let spread = (f64::from(instance) - f64::from(trials - 1) / 2.0) / 4.0;
            f64::from(n) - 3.0 + spread / f64::from(trials) * 16.0
        };
        let errors = (0..trials).map(|instance| radius * (-bits(instance)).exp2().min(1.0));
        rows(law, radius, n, &errors.collect::<Vec<_>>())
    };
    numbers.into_iter().flat_map(of_number).collect()
}

fn runs(tolerance: f64, steps: &[(u32, u32)]) -> Vec<GrowthRow> {
    let row = |(run, &(steps_to_half, steps_to_full)): (u64, &(u32, u32))| GrowthRow {
        tolerance,
        cells: 1000,
        run,
        steps_to_half,
        steps_to_full,
        deviation: 0.0,
        largest_growth: 2.0,
    };
    (1..).zip(steps).map(row).collect()
}

fn trajectory(tolerance: f64, fractions: &[f64]) -> Vec<TrajectoryRow> {
    let row = |(step, &fraction): (u32, &f64)| TrajectoryRow {
        tolerance,
        step,
        runs: 3,
        mean: fraction,
        low: fraction,
        median: fraction,
        high: fraction,
    };
    (0..).zip(fractions).map(row).collect()
}

fn gaps(law: &str, target: f64, candidates: u32) -> Vec<GapRow> {
    let row = |percent: u32| GapRow {
        law: law.to_owned(),
        candidates,
        target,
        trials: 10_000,
        distance: 0.0123,
        probability: f64::from(percent) / 100.0,
        gap: f64::from(percent),
    };
    (1..100).map(row).collect()
}

fn density(law: &str, zeros: u64, counts: &[u64]) -> Vec<DensityRow> {
    let width = 2.0 / counts.len() as f64;
    let row = |lower: f64, upper: f64, count| DensityRow {
        law: law.to_owned(),
        lower,
        upper,
        draws: 1000,
        count,
    };
    let bins = counts.iter().enumerate().map(|(bin, &count)| {
        let lower = -1.0 + width * bin as f64;
        row(lower, lower + width, count)
    });
    [row(0.0, 0.0, zeros)].into_iter().chain(bins).collect()
}

fn fixed_size(
    candidates: u32,
    size: u32,
    tolerance: f64,
    successes: u64,
    hits: u64,
) -> FixedSizeRow {
    FixedSizeRow {
        candidates,
        size,
        target: 0.5,
        tolerance,
        trials: 100,
        successes,
        hits,
        squared_hits: hits,
    }
}

/// The series of a panel with this label.
fn labelled<'a>(panel: &'a Panel, label: &str) -> Option<&'a Series> {
    panel.series.iter().find(|series| series.label == label)
}

/// The points of the line with this label.
fn line(panel: &Panel, label: &str) -> Vec<(f64, f64)> {
    match labelled(panel, label).map(|series| &series.shape) {
        Some(Shape::Line(points)) => points.clone(),
        other => panic!("{label}: {other:?}"),
    }
}

/// The ends of all error bars.
fn bars(panel: &Panel) -> Vec<[(f64, f64); 2]> {
    let bars = |series: &Series| match &series.shape {
        Shape::Bars(bars) => bars.clone(),
        _ => Vec::new(),
    };
    panel.series.iter().flat_map(bars).collect()
}

fn assert_close(found: &[(f64, f64)], expected: &[(f64, f64)]) {
    let is_close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b.abs().max(1e-3);
    let both = found.iter().zip(expected);
    let close = both
        .into_iter()
        .all(|(a, b)| is_close(a.0, b.0) && is_close(a.1, b.1));
    assert!(
        found.len() == expected.len() && close,
        "{found:?} {expected:?}"
    );
}

#[test]
fn rich_rows_are_legible_in_all_seven_figures() {
    let mut all = Vec::new();
    for radius in [1.0, 0.5, 0.1] {
        for law in LAWS {
            all.extend(typical(law, radius, 4..=32, 400));
        }
        all.extend(typical("gadget", radius, [64, 80], 400));
    }
    let starts = [1e-2, 1e-3, 1e-4, 1e-5];
    let growth: Vec<GrowthRow> = starts
        .iter()
        .flat_map(|&start| runs(start, &[(10, 16), (12, 18), (14, 25)]))
        .collect();
    let fractions: Vec<TrajectoryRow> = starts
        .iter()
        .flat_map(|&start| trajectory(start, &[2.0 * start, 0.1, 0.5, 0.9, 1.0]))
        .collect();
    let gaps: Vec<GapRow> = [
        ("uniform", 0.5),
        ("uniform", 0.25),
        ("product", 0.5),
        ("product", 0.25),
    ]
    .into_iter()
    .flat_map(|(law, target)| [10, 14, 18, 22].map(|n| gaps(law, target, n)))
    .flatten()
    .collect();
    let densities = [
        density("product", 0, &[100, 400, 400, 100]),
        density("gadget", 500, &[50, 200, 200, 50]),
    ];
    let sizes: Vec<FixedSizeRow> = [(16, 1), (16, 2), (16, 4), (32, 16)]
        .into_iter()
        .flat_map(|(n, k)| {
            [(0.25, 90, 300), (0.001, 0, 0)].map(|(t, s, h)| fixed_size(n, k, t, s, h))
        })
        .collect();
    for figure in [
        worst_error::figure(&all).unwrap().unwrap(),
        failure::figure(&all).unwrap().unwrap(),
        smallest_n::figure(&all, &growth).unwrap().unwrap(),
        growth::figure(&fractions, &growth),
        gaps::figure(&gaps),
        density::figure(&densities.concat()).unwrap(),
        fixed_size::figure(&sizes).unwrap(),
    ] {
        assert_legible(&figure);
        assert!(figure.caption.ends_with(".csv"), "{}", figure.caption);
    }
}

#[test]
fn worst_errors_are_drawn_by_their_quantiles_above_the_floor() {
    // Of 40 instances 20 keep 1/4, 36 keep 1/2.
    let errors = [vec![0.25; 20], vec![0.5; 16], vec![0.9; 4]].concat();
    let figure = worst_error::figure(&rows("normal", 1.0, 6, &errors))
        .unwrap()
        .unwrap();
    assert_legible(&figure);
    let panel = &figure.rows[0][0];
    assert_eq!(line(panel, "median"), [(6.0, 0.25)]);
    assert_eq!(line(panel, "90 % quantile"), [(6.0, 0.5)]);
    assert_eq!(line(panel, "bound by counting, 2⁻ⁿ"), [(6.0, 1.0 / 64.0)]);
    // 99 % take 299 instances, and 90 % take 29.
    assert!(labelled(panel, "99 % quantile").is_none());
    let figure = worst_error::figure(&rows("normal", 1.0, 6, &errors[12..]))
        .unwrap()
        .unwrap();
    assert!(labelled(&figure.rows[0][0], "90 % quantile").is_none());
    assert!(
        figure.caption.contains("over 28 instances"),
        "{}",
        figure.caption
    );
}

#[test]
fn five_laws_take_two_rows_of_panels_with_one_range() {
    let all: Vec<Row> = LAWS
        .iter()
        .flat_map(|law| typical(law, 1.0, 4..8, 10))
        .collect();
    let figure = worst_error::figure(&all).unwrap().unwrap();
    assert_eq!(figure.rows.iter().map(Vec::len).collect::<Vec<_>>(), [3, 2]);
    let labels = figure
        .rows
        .iter()
        .map(|row| row.iter().map(|panel| panel.y.label.is_empty()).collect());
    let labels: Vec<Vec<bool>> = labels.collect();
    assert_eq!(labels, [vec![false, true, true], vec![false, true]]);
}

#[test]
fn a_bit_a_number_is_a_slope_of_one() {
    let mut all = typical("uniform", 1.0, 4..=26, 101);
    // Numbers that are left out of the fit.
    all.retain(|row| row.candidates != 10);
    all.extend(rows("uniform", 1.0, 10, &[0.9; 101]));
    let figure = smallest_n::figure(&all, &runs(0.25, &[(1, 2)]))
        .unwrap()
        .unwrap();
    let panel = &figure.rows[0][0];
    assert_eq!(panel.notes, ["least squares: n = 1.00 log₂(1/ε) + 3.00"]);
    assert_close(
        &line(panel, "least squares, n = 12 to 24"),
        &[(9.0, 12.0), (21.0, 24.0)],
    );
    let points = line(panel, "median of the smallest n");
    assert!(points.contains(&(5.0, 8.0)), "{points:?}");
    // The interval of the median is one of precision, and holds it.
    let bar = bars(panel)[4];
    assert!(
        bar[0].0 < 5.0 && 5.0 < bar[1].0 && bar[0].1 == 8.0 && bar[1].1 == 8.0,
        "{bar:?}"
    );
    let floor = line(panel, "bound by counting");
    assert!(floor.contains(&(5.0, 5.0)), "{floor:?}");
}

#[test]
fn the_growth_dynamics_stand_beside_their_own_interval_alone() {
    let all = [
        typical("uniform", 1.0, 4..9, 11),
        typical("uniform", 0.5, 4..9, 11),
    ]
    .concat();
    let growth = runs(0.25, &[(1, 2), (1, 6)]);
    let figure = smallest_n::figure(&all, &growth).unwrap().unwrap();
    let label = "mean draws in the growth dynamics";
    assert!(labelled(&figure.rows[0][0], label).is_none());
    assert_eq!(line(&figure.rows[0][1], label), [(2.0, 4.0)]);
    assert!(figure.rows[0][1].notes.is_empty(), "no line through n < 12");
    assert!(figure.caption.ends_with("coverage-growth.csv"));
    let without = smallest_n::figure(&all, &[]).unwrap().unwrap();
    assert!(
        without.caption.ends_with("Data: coverage.csv"),
        "{}",
        without.caption
    );
}

#[test]
fn failures_are_drawn_by_cause_until_none_is_left() {
    let (near, far) = (1.0 / 128.0, 0.5);
    let all = [
        rows("uniform", 1.0, 3, &[far; 6]),
        rows("uniform", 1.0, 4, &[far, near, far, far, near, near]),
        rows("uniform", 1.0, 5, &[near, far, near, near, near, near]),
        rows("uniform", 1.0, 6, &[near; 6]),
        rows("uniform", 1.0, 7, &[near; 6]),
    ]
    .concat();
    let figure = failure::figure(&all).unwrap().unwrap();
    assert_legible(&figure);
    assert!(
        figure.caption.contains("ε = 0.015625 "),
        "{}",
        figure.caption
    );
    let panel = &figure.rows[0][0];
    let (third, sixth) = (1.0 / 3.0, 1.0 / 6.0);
    let total = [(3.0, 1.0), (4.0, 0.5), (5.0, sixth), (6.0, 0.0)];
    assert_close(&line(panel, "any cause"), &total);
    assert_close(&line(panel, "reach"), &[(4.0, third)]);
    assert_close(&line(panel, "edge gap"), &[(5.0, sixth)]);
    assert_close(&line(panel, "inner gap"), &[(4.0, sixth)]);
    // None of six failed: (1 - p)^6 = 0.025.
    assert_close(
        &bars(panel)[3],
        &[(6.0, 0.0), (6.0, 1.0 - 0.025_f64.powf(sixth))],
    );
    let exact = line(panel, "reach, exact probability");
    assert_eq!(exact.len(), 4);
    assert!((exact[0].1 - reach_failure(3, 63.0 / 64.0)).abs() < 1e-12);
}

#[test]
fn the_tolerance_nearest_by_ratio_stands_in_for_a_missing_one() {
    let mut all = rows("gadget", 0.1, 9, &[0.09, 0.08, 0.001]);
    all.retain(|row| row.tolerance >= 0.03);
    let figure = failure::figure(&all).unwrap().unwrap();
    let smallest = all.last().unwrap().tolerance;
    assert!(
        figure.caption.contains(&format!("ε = {smallest} ")),
        "{}",
        figure.caption
    );
    let panel = &figure.rows[0][0];
    assert!(
        labelled(panel, "reach, exact probability").is_none(),
        "known for uniform numbers alone"
    );
}

#[test]
fn the_covered_fraction_is_held_against_its_recursion_and_its_bound() {
    let fractions = trajectory(0.01, &[0.02, 0.05, 0.4, 0.99, 1.0, 1.0]);
    let growth = [runs(0.1, &[(1, 3), (3, 3)]), runs(0.01, &[(4, 7)])].concat();
    let figure = growth::figure(&fractions, &growth);
    assert_legible(&figure);
    let (left, right) = (&figure.rows[0][0], &figure.rows[0][1]);
    // The first step at which all but 0.01 is covered is the last one drawn.
    assert_eq!(line(left, "ε = 0.01").len(), 4);
    let recursion = line(left, "recursion of the mean");
    assert_close(&recursion[..2], &[(0.0, 0.02), (1.0, 0.02 + 0.98 * 0.01)]);
    assert_eq!(recursion.len(), 4);
    let bound = [(0.0, 0.02), (50.0_f64.log2(), 1.0)];
    assert_close(&line(left, "doubled by every draw"), &bound);
    let e = std::f64::consts::LN_10;
    assert_close(
        &line(right, "until half is covered"),
        &[(e, 2.0), (2.0 * e, 4.0)],
    );
    assert_close(
        &line(right, "until all but ε is covered"),
        &[(e, 3.0), (2.0 * e, 7.0)],
    );
    // One run has no interval; two equal ones have one of length 0.
    assert_eq!(bars(right).len(), 2);
    assert_close(&bars(right)[1], &[(e, 3.0), (e, 3.0)]);
    assert!(
        right.notes[0].starts_with("half: 0.87 ln(1/ε) + 0.00, slope "),
        "{:?}",
        right.notes
    );
    let alone = growth::figure(&fractions, &growth[2..]);
    assert!(alone.rows[0][1].notes.is_empty());
    assert_legible(&alone);
}

#[test]
fn gaps_are_drawn_against_exponential_quantiles() {
    let figure = gaps::figure(&[gaps("product", 0.5, 14), gaps("product", 0.25, 14)].concat());
    let panel = &figure.rows[0][0];
    assert_eq!(panel.title, "Product law P, z = 0.5");
    assert_eq!(panel.notes, ["distance 0.012\u{a0}(n = 14)"]);
    let points = line(panel, "n = 14");
    assert_eq!(points.len(), 99);
    assert_close(&points[49..50], &[(2.0_f64.ln(), 50.0)]);
    let diagonal = line(panel, "as predicted");
    assert_close(&diagonal[1..], &[(100.0_f64.ln(), 100.0_f64.ln())]);
    // sqrt(ln(40) / 20000).
    assert!(
        figure.caption.contains("closer than 0.014"),
        "{}",
        figure.caption
    );
    assert_eq!(figure.rows[0].len(), 2);
}

#[test]
fn histograms_are_densities_beside_the_uniform_law_that_they_contain() {
    let bins = [
        density("gadget", 500, &[50, 200, 200, 50]),
        density("normal", 0, &[1000]),
    ]
    .concat();
    let figure = density::figure(&bins).unwrap();
    assert_eq!(figure.rows[0].len(), 1);
    let panel = &figure.rows[0][0];
    assert_eq!(
        panel.notes,
        ["weight of the uniform law: 0.1733; 50.00 % zeros, not drawn"]
    );
    let Some(Shape::Steps(bars)) = labelled(panel, "histogram").map(|series| &series.shape) else {
        panic!("no histogram")
    };
    assert_eq!(
        bars.iter().map(|bar| bar.height).collect::<Vec<_>>(),
        [0.1, 0.4, 0.4, 0.1]
    );
    let level = line(panel, "uniform law on [−1/2, 1/2] times its weight");
    assert_close(
        &level[1..3],
        &[(-0.5, 0.25 * 2.0_f64.ln()), (0.5, 0.25 * 2.0_f64.ln())],
    );
    // Half of the mass of a product is within 1/2: (1 + ln 2)/4 to each side, here halved.
    let inner = 0.25 * (1.0 + 2.0_f64.ln());
    assert_close(&line(panel, "density")[2..3], &[(0.25, inner)]);
}

#[test]
fn sizes_are_told_apart_by_reduced_fractions() {
    let figure = fixed_size::figure(&[
        fixed_size(16, 8, 0.125, 100, 700),
        fixed_size(16, 2, 0.25, 30, 40),
        fixed_size(32, 4, 0.25, 60, 90),
    ])
    .unwrap();
    let (left, right) = (&figure.rows[0][0], &figure.rows[0][1]);
    let labels: Vec<&str> = left
        .series
        .iter()
        .map(|series| series.label.as_str())
        .collect();
    assert_eq!(labels, ["k/n = 1/8", "", "k/n = 1/2", "", "s = 0"]);
    // 16 bits less log2(8 / 0.125).
    assert_close(&line(left, "k/n = 1/2"), &[(10.0, 1.0)]);
    assert_close(&line(right, "k/n = 1/8"), &[(0.4, 0.3), (0.9, 0.6)]);
    let poisson = line(right, "1 − exp(−hits)");
    assert_close(&poisson[100..], &[(7.0, 1.0 - (-7.0_f64).exp())]);
}

#[test]
fn another_selection_leaves_figures_out() {
    let mut other = typical("normal", 0.3, 4..9, 10);
    assert!(worst_error::figure(&other).unwrap().is_none());
    assert!(failure::figure(&other).unwrap().is_none());
    assert!(smallest_n::figure(&other, &[]).unwrap().is_none());
    assert!(density::figure(&density("normal", 0, &[1000])).is_none());
    // A distribution that is shown, at tolerances too far apart for a median.
    other = rows("uniform", 1.0, 9, &[0.9, 0.3, 0.2, 0.01]);
    other.retain(|row| [0.5, 0.25].contains(&row.tolerance));
    assert!(worst_error::figure(&other).unwrap().is_none());
    assert!(smallest_n::figure(&other, &[]).unwrap().is_none());
    assert!(failure::figure(&other).unwrap().is_some());
}

#[test]
fn rows_without_instances_are_an_error_with_a_cure() {
    let folder = tempfile::tempdir().unwrap();
    let text = "candidates,size,target,tolerance,trials,successes,hits,squared_hits\n8,2,0.5,0.1,0,0,0,0\n";
    fs::write(folder.path().join("coverage-fixed-size.csv"), text).unwrap();
    let error = format!("{:#}", figures(folder.path()).unwrap_err());
    assert!(
        error.contains("--fresh") && error.contains("no trials"),
        "{error}"
    );
    fs::remove_file(folder.path().join("coverage-fixed-size.csv")).unwrap();
    assert!(figures(folder.path()).unwrap().is_empty());
}

#[test]
fn captions_define_the_laws_that_they_name() {
    let defined = |laws: &[&str]| definitions(laws.iter().copied());
    assert_eq!(defined(&["uniform", "normal"]), "");
    assert!(defined(&["gadget"]).starts_with("P: ") && defined(&["gadget"]).contains("D: "));
    assert!(!defined(&["product"]).contains("D: "));
    assert!(defined(&["mixture-0.25"]).starts_with("M: "));
}
