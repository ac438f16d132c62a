use crate::row::Quantity;

use super::*;
use charts::{Shape, assert_legible};

const WEIGHTS: u64 = 1000;

/// Rows of every kind for some n, tolerances and replicates.
fn rows(candidates: &[u32], tolerances: &[f64], replicates: u64) -> Vec<Row> {
    let mut rows = Vec::new();
    for coefficients in VARIANTS {
        for &candidates in candidates {
            for (selection, small_to_zero) in rules() {
                for &tolerance in tolerances {
                    for replicate in 1..=replicates {
                        let correct_after = 9700 - 8000 / u64::from(candidates) - 3 * replicate;
                        rows.push(Row {
                            coefficients,
                            candidates,
                            selection,
                            tolerance,
                            small_to_zero,
                            replicate,
                            weights: WEIGHTS,
                            initial_parameters: WEIGHTS * u64::from(candidates),
                            infeasible: 0,
                            kept_parameters: WEIGHTS * u64::from(candidates) / 2,
                            max_error: tolerance,
                            mean_error: tolerance / 2.0,
                            test_images: 10_000,
                            correct_before: 9719,
                            correct_after,
                        });
                    }
                }
            }
        }
    }
    rows
}

fn rules() -> [(Selection, bool); 4] {
    let [closest, smallest, first] = SELECTIONS;
    [
        (closest, false),
        (closest, true),
        (smallest, false),
        (first, false),
    ]
}

/// Histograms of one approximation for each rule: `errors` by the exponent of the bin (the smallest
/// exponent for exact zeros), `kept` by size.
fn bins(candidates: u32, errors: &[(i32, u64)], kept: &[u64]) -> Vec<HistogramRow> {
    let mut bins = Vec::new();
    for coefficients in VARIANTS {
        for (selection, small_to_zero) in rules() {
            let bin = |quantity, lower, upper, weights| HistogramRow {
                coefficients,
                candidates,
                selection,
                tolerance: 0.01,
                small_to_zero,
                replicate: 1,
                quantity,
                lower,
                upper,
                weights,
            };
            bins.extend(errors.iter().map(|&(exponent, weights)| {
                let lower = if exponent == i32::MIN {
                    0.0
                } else {
                    2f64.powi(exponent)
                };
                let upper = if exponent == i32::MIN {
                    2f64.powi(-46)
                } else {
                    2.0 * lower
                };
                bin(Quantity::Error, lower, upper, weights)
            }));
            bins.extend((0_u32..).zip(kept).map(|(size, &weights)| {
                let lower = f64::from(size);
                bin(Quantity::Kept, lower, lower + 1.0, weights)
            }));
        }
    }
    bins
}

#[test]
fn rich_rows_are_legible_in_all_four_figures() {
    let rows = rows(&[4, 5, 8, 12, 16, 21], &[0.003, 0.01, 0.03, 0.1, 0.3], 3);
    for figure in [
        accuracy::figure(&rows).unwrap(),
        tolerance::figure(&rows).unwrap(),
    ] {
        assert_legible(&figure);
        assert!(
            figure.caption.contains("medians of 3 replicates"),
            "{}",
            figure.caption
        );
        assert!(figure.caption.contains(ROWS));
    }
    let bins = bins(
        21,
        &[(i32::MIN, 90), (-20, 300), (-19, 500), (-8, 110)],
        &[0, 400, 0, 600],
    );
    for figure in [
        error::figure(&bins).unwrap(),
        kept::figure(&bins, true).unwrap(),
    ] {
        assert_legible(&figure);
        assert!(
            figure.caption.contains("1,000 weights"),
            "{}",
            figure.caption
        );
        assert!(figure.caption.contains(HISTOGRAM));
    }
}

#[test]
fn one_row_of_each_kind_is_enough() {
    let rows = rows(&[8], &[0.05], 1);
    for figure in [
        accuracy::figure(&rows).unwrap(),
        tolerance::figure(&rows).unwrap(),
    ] {
        assert_legible(&figure);
        assert!(
            figure.caption.contains("1 replicate "),
            "{}",
            figure.caption
        );
    }
    assert_legible(&accuracy::figure(&rows[..1]).unwrap());
    assert_legible(&tolerance::figure(&rows[..1]).unwrap());
}

#[test]
fn equal_and_exact_errors_still_make_a_histogram() {
    for errors in [&[(-10, WEIGHTS)][..], &[(i32::MIN, WEIGHTS)]] {
        let bins = bins(4, errors, &[WEIGHTS]);
        assert_legible(&error::figure(&bins).unwrap());
        assert_legible(&kept::figure(&bins, true).unwrap());
    }
}

#[test]
fn perfect_answers_and_empty_tickets_have_a_place_on_logarithmic_axes() {
    let mut rows = rows(&[8, 12], &[0.01, 0.1], 2);
    for row in &mut rows {
        row.correct_before = row.test_images;
        row.correct_after = row.test_images;
        row.kept_parameters = 0;
    }
    assert_legible(&accuracy::figure(&rows).unwrap());
    assert_legible(&tolerance::figure(&rows).unwrap());
}

#[test]
fn nothing_to_draw_is_an_error_with_a_cure() {
    let mut untested = rows(&[8], &[0.01], 1);
    untested.iter_mut().for_each(|row| row.test_images = 0);
    let empty = bins(8, &[(-10, 0)], &[0, 0]);
    for result in [
        accuracy::figure(&untested),
        tolerance::figure(&untested),
        accuracy::figure(&[]),
        tolerance::figure(&[]),
        error::figure(&empty),
        kept::figure(&empty, true),
        error::figure(&[]),
        kept::figure(&[], true),
    ] {
        let message = result.unwrap_err().to_string();
        assert!(
            message.contains(".csv") && message.contains("--fresh"),
            "{message}"
        );
    }
}

#[test]
fn the_largest_n_the_nearest_tolerance_and_the_first_replicate_are_counted() {
    let mut all = bins(8, &[(-9, 10)], &[10]);
    all.extend(bins(16, &[(-12, 10)], &[10]));
    let mut other = bins(16, &[(-3, 10)], &[10]);
    other.iter_mut().for_each(|bin| bin.tolerance = 0.3);
    all.extend(other);
    let mut second = bins(16, &[(-4, 10)], &[10]);
    second.iter_mut().for_each(|bin| bin.replicate = 2);
    all.extend(second);
    let chosen = paper_bins(all.iter().filter(|bin| bin.quantity == Quantity::Error));
    assert!(!chosen.is_empty());
    assert!(chosen.iter().all(|bin| bin.lower == 2f64.powi(-12)));
}

#[test]
fn means_and_the_authors_value_are_marked() {
    let figure = kept::figure(&bins(4, &[], &[0, 250, 0, 750]), true).unwrap();
    let marks: Vec<f64> = figure.rows[0][0]
        .series
        .iter()
        .filter_map(|series| match series.shape {
            Shape::Vertical(value) => Some(value),
            _ => None,
        })
        .collect();
    assert_eq!(marks[..2], [2.5, 2.5]);
    assert!((marks[2] - 9.385).abs() < 5e-4);
}

#[test]
fn small_changes_are_drawn_from_the_last_large_one_on() {
    let mut rows = rows(&[4, 8, 16], &[0.01], 1);
    for row in &mut rows {
        row.correct_after = if row.candidates == 8 { 5000 } else { 9709 };
    }
    let figure = accuracy::figure(&rows).unwrap();
    let Shape::Line(points) = &figure.rows[1][0].series[1].shape else {
        panic!("no line")
    };
    assert_eq!(points.len(), 1);
    assert!(points[0].0 == 16.0 && (points[0].1 + 0.1).abs() < 1e-12);
}

#[test]
fn a_few_lucky_weights_do_not_stretch_the_axis_of_errors() {
    let errors = [
        (i32::MIN, 100),
        (-40, 1),
        (-39, 0),
        (-12, 5000),
        (-11, 4899),
        (-1, 0),
    ];
    let figure = error::figure(&bins(21, &errors, &[])).unwrap();
    let Shape::Steps(drawn) = &figure.rows[0][0].series[1].shape else {
        panic!("no histogram")
    };
    let lowers: Vec<f64> = drawn.iter().map(|bin| bin.lower).collect();
    assert_eq!(lowers, [0.0, 2f64.powi(-12), 2f64.powi(-11)]);
    assert_eq!(drawn[1].height, 50.0);
}
