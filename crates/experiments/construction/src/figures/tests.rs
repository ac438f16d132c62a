use crate::targets::DRAWN;
use crate::{GadgetRow, NetworkRow, Numbers, Target, WeightRow};

use super::*;
use crate::row::NAME;
use charts::{Dash, Panel, Scale, Shape, Style, assert_legible};

/// So many networks of each setting.
const NETWORKS: u64 = 5;

/// Units that a network of the setting is made to need: on a plane, but for the replicate.
fn units(row: &NetworkRow) -> u64 {
    let setting = Setting::of(row);
    let plane = 20.0 - 2.0 * setting.tolerance().log2() + 3.0 * (setting.instances() as f64).log2();
    plane.round() as u64 + row.replicate - NETWORKS.div_ceil(2)
}

/// Networks of all shapes, gadgets and splits.
fn networks() -> Vec<NetworkRow> {
    let mut rows = Vec::new();
    for (width, depth) in [4, 8, 16, 32].into_iter().flat_map(|d| [(d, 1), (d, 4)]) {
        for gadget in [Gadget::Paper, Gadget::Pooled] {
            for split in [Split::Entrywise, Split::Euclidean] {
                for replicate in 1..=NETWORKS {
                    for target in [Target::Every].into_iter().chain(DRAWN) {
                        let mut row = NetworkRow {
                            width,
                            outputs: width,
                            depth,
                            gadget,
                            split,
                            epsilon: EPSILON,
                            replicate,
                            target,
                            instances: 2 * depth * width * width,
                            units: None,
                            undecided: 0,
                            largest_error: None,
                            cube_error: None,
                            found: (target != Target::Every).then_some(0.001 * replicate as f64),
                            certified: (target != Target::Every).then_some(0.02),
                        };
                        row.units = Some(units(&row));
                        rows.push(row);
                    }
                }
            }
        }
    }
    rows
}

/// Two sizes of columns, and weights for each number of bits.
fn weights() -> Vec<WeightRow> {
    let row = |numbers, outputs, bits: u64, units| WeightRow {
        numbers,
        outputs,
        tolerance: 0.5_f64.powi(bits as i32),
        units: Some(units),
        instances: 10,
        undecided: 0,
    };
    let mut rows = Vec::new();
    for bits in 2..=12 {
        for (numbers, units) in [
            (Numbers::Uniform, bits + 4),
            (Numbers::Product, bits + 6),
            (Numbers::PositiveHalf, 2 * bits + 12),
            (Numbers::NegativeHalf, 2 * bits + 12),
            (Numbers::Gadget, 2 * bits + 16),
            (Numbers::PooledGadget, bits + 10),
        ] {
            rows.extend([0, 1, 2].map(|more| row(numbers, 1, bits, units + more)));
        }
    }
    for bits in [6, 10] {
        for numbers in [Numbers::SharedGadgets, Numbers::FreshGadgets] {
            rows.extend((0..6).map(|more| row(numbers, 16, bits, 4 * bits + 3 * more)));
        }
    }
    rows
}

/// A gadget of so many units, all with the same weights but for signs; of each half every third unit
/// is kept, which makes slopes of `kept` / 4.
fn gadget(units: u64) -> Vec<GadgetRow> {
    let row = |unit: u64| {
        let is_second = unit > units / 2;
        let sign = if is_second { -1.0 } else { 1.0 };
        let has_sign = unit.is_multiple_of(2);
        GadgetRow {
            weight: 0.5,
            epsilon: 0.05,
            unit,
            in_weight: if has_sign { 0.5 * sign } else { -0.5 * sign },
            out_weight: 0.5 * sign,
            keeps_in_weight: has_sign,
            keeps_out_weight: unit == 2 || unit == 4 || unit == units,
        }
    };
    (1..=units).map(row).collect()
}

/// The figures of some tables.
fn drawn(units: &[GadgetRow], weights: &[WeightRow], networks: &[NetworkRow]) -> Vec<Figure> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), units);
    write(folder.path(), weights);
    write(folder.path(), networks);
    figures(folder.path()).unwrap()
}

fn write<R: lab::Row>(folder: &Path, rows: &[R]) {
    if !rows.is_empty() {
        let mut writer = csv::Writer::from_path(lab::table::path::<R>(folder)).unwrap();
        rows.iter().for_each(|row| writer.serialize(row).unwrap());
    }
}

fn named(figures: &[Figure], name: &str) -> Figure {
    let figure = figures.iter().find(|figure| figure.name == name);
    figure.unwrap_or_else(|| panic!("no {name}")).clone()
}

/// Points of the line with a label.
fn points(panel: &Panel, label: &str) -> Vec<(f64, f64)> {
    let series = panel.series.iter().find(|series| series.label == label);
    match &series.unwrap_or_else(|| panic!("no {label}")).shape {
        Shape::Line(points) => points.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_figure_is_legible() {
    let figures = drawn(&gadget(24), &weights(), &networks());
    assert_eq!(
        figures.iter().map(|figure| figure.name).collect::<Vec<_>>(),
        ["gadget", "weights", "network", "growth", "errors"].map(|name| format!("{NAME}-{name}"))
    );
    for figure in &figures {
        assert_legible(figure);
        assert!(
            figure.caption.contains("Data: construction-"),
            "{}",
            figure.caption
        );
    }
    for units in [1, 2, 10, 100] {
        assert_legible(&drawn(&gadget(units), &[], &[])[0]);
    }
}

#[test]
fn a_gadget_shows_both_slopes_with_their_errors() {
    let figure = named(&drawn(&gadget(12), &[], &[]), "construction-gadget");
    let texts: Vec<&str> = figure.rows[0][0]
        .series
        .iter()
        .filter_map(|series| match &series.shape {
            Shape::Text { content, .. } => Some(content.as_str()),
            _ => None,
        })
        .collect();
    // Two products of 1/4 for x > 0, one for x < 0.
    for part in [
        "h(x) = 0.500\u{a0}x",
        "for x > 0, 2 of 3 products",
        "error 0.000",
        "h(x) = 0.250\u{a0}x",
        "for x < 0, 1 of 3 products",
        "error 0.250",
    ] {
        assert!(texts.contains(&part), "{part}: {texts:?}");
    }
    assert!(figure.caption.contains("within 0.250 of 0.5x"));
    let strokes = |dash: Dash, is_faint: bool| {
        let strokes = figure.rows[0][0].series.iter().filter(|series| {
            matches!(series.shape, Shape::Stroke { width, .. } if (width <= 1.0) == is_faint)
                && series.style.dash == dash
        });
        strokes.count()
    };
    // Of 6 live units 3 are kept; both links of the other 6 are pruned with the first layer.
    assert_eq!(
        [
            (Dash::Dashed, true),
            (Dash::Solid, true),
            (Dash::Solid, false)
        ]
        .map(|(dash, is_faint)| strokes(dash, is_faint)),
        [12, 3, 9]
    );
}

#[test]
fn medians_of_weights_and_shares_of_the_finest_columns_are_drawn() {
    let figure = named(&drawn(&[], &weights(), &networks()), "construction-weights");
    let [single, columns] = figure.rows[0].as_slice() else {
        panic!("{} panels", figure.rows[0].len());
    };
    assert_eq!(points(single, "paper's gadget")[0], (2.0, 21.0));
    assert_eq!(points(single, "n = 2 log₂(1/ε)")[10], (12.0, 24.0));
    assert_eq!(columns.title, "A column of 16 weights, ε = 1/1024");
    let shared = points(columns, "in-weights shared by a column, as in a layer");
    assert_eq!(shared[0], (40.0, 0.0));
    assert_eq!(shared[5], (46.0, 0.5));
    assert_eq!(shared[11], (55.0, 1.0));
    assert!(figure.caption.contains("of 60;"), "{}", figure.caption);
    let single: Vec<WeightRow> = weights()
        .into_iter()
        .filter(|row| row.outputs == 1)
        .collect();
    let figure = named(&drawn(&[], &single, &networks()), "construction-weights");
    assert_legible(&figure);
    assert_eq!(figure.rows[0].len(), 1);
}

#[test]
fn networks_that_need_too_many_units_never_reach_a_share_of_one() {
    let mut rows = networks();
    let unserved = rows
        .iter_mut()
        .filter(|row| row.target == Target::Every && row.replicate == 5);
    unserved.for_each(|row| row.units = None);
    let figure = named(&drawn(&[], &weights(), &rows), "construction-network");
    assert_legible(&figure);
    let panel = &figure.rows[0][1];
    assert_eq!(panel.title, "One size: d = 16, l = 4, ε = 0.1");
    assert_eq!(points(panel, "every target").last().unwrap().1, 0.8);
    assert_eq!(points(panel, "rank one").last().unwrap().1, 1.0);
    assert_eq!(figure.rows[0][0].x.scale, Scale::Log2);
}

#[test]
fn planes_are_found_again_and_few_networks_left_out() {
    let figure = named(&drawn(&[], &weights(), &networks()), "construction-growth");
    assert_eq!(figure.rows[0].len(), 2);
    for panel in &figure.rows[0] {
        assert_eq!(panel.notes.len(), 2);
        for (fit, median) in points(panel, "every target at once") {
            assert!((fit - median).abs() < 1.0, "{fit} {median}");
        }
        assert_eq!(points(panel, "one Gaussian target").len(), 16);
    }
    let fewer: Vec<NetworkRow> = networks()
        .into_iter()
        .filter(|row| row.target != Target::Gaussian || row.replicate < NETWORKS)
        .collect();
    let figure = named(&drawn(&[], &weights(), &fewer), "construction-growth");
    assert_eq!(figure.rows[0][0].notes.len(), 1);
    // Neurons are not shown, however many there are.
    let mut rows = networks();
    let neuron = NetworkRow {
        outputs: 1,
        target: Target::Every,
        ..rows[0].clone()
    };
    rows.extend((1..=100).map(|replicate| NetworkRow {
        replicate,
        ..neuron.clone()
    }));
    let figure = named(&drawn(&[], &weights(), &rows), "construction-growth");
    assert!(
        figure.caption.contains("over 5 networks"),
        "{}",
        figure.caption
    );
    let one: Vec<NetworkRow> = networks()
        .into_iter()
        .filter(|row| row.replicate == 1)
        .collect();
    let figures = drawn(&[], &weights(), &one);
    assert!(
        figures
            .iter()
            .all(|figure| figure.name != "construction-growth")
    );
    figures.iter().for_each(assert_legible);
}

#[test]
fn errors_are_shown_for_the_fewest_and_the_most_layers_in_units_of_epsilon() {
    let figure = named(&drawn(&[], &weights(), &networks()), "construction-errors");
    let titles: Vec<&str> = figure.rows[0]
        .iter()
        .map(|panel| panel.title.as_str())
        .collect();
    assert_eq!(titles, ["l = 1", "l = 4"]);
    for panel in &figure.rows[0] {
        let certified = points(panel, "certified, ε/(2ld²) a weight");
        assert_eq!(
            certified.iter().map(|point| point.0).collect::<Vec<_>>(),
            [4.0, 8.0, 16.0, 32.0]
        );
        assert!(certified.iter().all(|point| (point.1 - 0.2).abs() < 1e-12));
        let found = points(panel, "found, ε/(2ld) a weight");
        assert!(found.iter().all(|point| (point.1 - 0.03).abs() < 1e-12));
    }
    // One layer: (tolerance / epsilon) (sqrt(8) + 2) / sqrt 3 for d = 4, split entrywise.
    let dotted = figure.rows[0][0]
        .series
        .iter()
        .filter_map(|series| match &series.shape {
            Shape::Line(points) if series.style.dash == Dash::Dotted => Some(points[0].1),
            _ => None,
        });
    let expected = (8_f64.sqrt() + 2.0) / 3_f64.sqrt() / 32.0;
    assert!(
        dotted
            .into_iter()
            .any(|value| (value - expected).abs() < 1e-12)
    );
    let uncompared: Vec<NetworkRow> = networks()
        .into_iter()
        .map(|row| NetworkRow {
            certified: None,
            found: None,
            ..row
        })
        .collect();
    let figures = drawn(&[], &weights(), &uncompared);
    assert!(
        figures
            .iter()
            .all(|figure| figure.name != "construction-errors")
    );
}

#[test]
fn kinds_of_targets_can_be_told_apart_and_missing_tables_are_no_figures() {
    let figure = named(&drawn(&[], &weights(), &networks()), "construction-network");
    let looks: Vec<Style> = figure.rows[0][1]
        .series
        .iter()
        .filter(|series| !series.label.is_empty())
        .map(|series| series.style)
        .collect();
    assert_eq!(looks.len(), 6);
    for (index, look) in looks.iter().enumerate() {
        assert!(looks[..index].iter().all(|other| other.color != look.color));
    }
    let names =
        |figures: Vec<Figure>| -> Vec<&str> { figures.iter().map(|figure| figure.name).collect() };
    assert_eq!(names(drawn(&[], &weights(), &[])), ["construction-weights"]);
    assert_eq!(
        names(drawn(&[], &[], &networks())),
        ["network", "growth", "errors"].map(|name| format!("{NAME}-{name}"))
    );
    assert!(drawn(&[], &[], &[]).is_empty());
}
