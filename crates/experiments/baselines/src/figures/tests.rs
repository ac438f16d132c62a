use std::fs;

use crate::row::{HistogramRow, Row};
use crate::theory::{Network, coupon_units};
use lab::Row as _;

use super::*;
use charts::{Panel, Shape, assert_legible};

/// Runs of one construction for one weight at 2^-`bits`: half with `units`, a quarter with one more and
/// less each.
fn lines(construction: Construction, weight: f64, bits: i32, units: u64) -> [String; 2] {
    let (name, tolerance) = (construction.name(), 0.5_f64.powi(bits));
    let histogram: Vec<String> = [(units - 1, 25_000), (units, 50_000), (units + 1, 25_000)]
        .iter()
        .map(|(units, runs)| format!("{name},{weight},{tolerance},{units},{units},{runs}\n"))
        .collect();
    let row = format!("{name},{weight},{tolerance},100000,0,0.0\n");
    [row, histogram.concat()]
}

/// A construction, weights, the last number of bits, and units for so many bits.
type Runs = (Construction, &'static [f64], i32, fn(u64) -> u64);

/// The figures of made-up rows.
fn drawn(runs: &[Runs]) -> Vec<Figure> {
    let mut rows = "construction,weight,tolerance,runs,gave_up,largest_error\n".to_owned();
    let mut histogram = "construction,weight,tolerance,lower,upper,runs\n".to_owned();
    for (construction, weights, last, units) in runs {
        for weight in *weights {
            for bits in 1..=*last {
                let [row, bins] = lines(*construction, *weight, bits, units(bits as u64));
                rows += &row;
                histogram += &bins;
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(format!("{name}.csv")), text).unwrap();
    };
    write(Row::TABLE, &rows);
    write(HistogramRow::TABLE, &histogram);
    figures(folder.path()).unwrap()
}

const WEIGHTS: &[f64] = &[0.5, 0.0625];

fn all() -> Vec<Figure> {
    drawn(&[
        (Construction::MalachProof, WEIGHTS, 8, |bits| {
            10 * 4_u64.pow(bits as u32)
        }),
        (Construction::MalachClosest, WEIGHTS, 14, |bits| 4 << bits),
        (Construction::Orseau, WEIGHTS, 20, |bits| 26 * bits),
        (Construction::OrseauUniform, WEIGHTS, 12, |bits| 20 << bits),
        (Construction::Gadget, WEIGHTS, 20, |bits| 10 + 4 * bits),
        (Construction::PooledGadget, WEIGHTS, 18, |bits| 5 + 2 * bits),
    ])
}

/// Points of the lines of one colour.
fn points(panel: &Panel, construction: Construction, dash: Dash) -> Vec<(f64, f64)> {
    let color = look(construction).1.color;
    let lines = panel
        .series
        .iter()
        .filter_map(|series| match &series.shape {
            Shape::Line(points) if series.style.color == color && series.style.dash == dash => {
                Some(points.clone())
            }
            _ => None,
        });
    lines.flatten().collect()
}

#[test]
fn every_figure_is_legible() {
    let figures = all();
    assert_eq!(
        figures.iter().map(|figure| figure.name).collect::<Vec<_>>(),
        ["baselines-weight", "baselines-network"]
    );
    figures.iter().for_each(assert_legible);
}

#[test]
fn medians_are_solid_and_what_continues_them_is_dashed() {
    let figures = all();
    let panels = &figures[0].rows[0];
    assert_eq!(panels.len(), 2);
    let gadget = points(&panels[0], Construction::Gadget, Dash::Solid);
    assert_eq!(gadget.len(), 20);
    assert_eq!(gadget[4], (32.0, 30.0));
    let dashed = points(&panels[0], Construction::Gadget, Dash::Dashed);
    assert_eq!(dashed, [gadget[19]]);
    // The plane through medians that are 5 + 2 bits, and higher quantiles one above.
    let pooled = points(&panels[0], Construction::PooledGadget, Dash::Dashed);
    assert_eq!(pooled[0], (2_f64.powi(18), 41.0));
    assert!(
        pooled.len() == 3 && (pooled[2].1 - 45.0).abs() < 1.0,
        "{pooled:?}"
    );
    let proof = points(&panels[0], Construction::MalachProof, Dash::Dashed);
    let expected = coupon_units(Construction::MalachProof, 0.5, 0.5_f64.powi(20), 0.5);
    assert_eq!(proof.last().map(|point| point.1), expected);
    assert_eq!((proof.len(), proof[0]), (13, (256.0, 655_360.0)));
}

#[test]
fn a_network_is_measured_where_the_tolerance_and_the_failures_of_its_weights_are() {
    let figures = all();
    let panels = &figures[1].rows[0];
    assert_eq!(panels.len(), 3);
    // At eps = 0.01, d = 16, l = 3 a weight has 17.2 bits, and fails more rarely than one run in 10,000.
    let gadget = points(&panels[0], Construction::Gadget, Dash::Solid);
    let centre = gadget.iter().find(|(x, _)| *x == 100.0).unwrap().1;
    let parameters = |units: f64| Network::CENTRE.weights() * 2.0 * units;
    assert!(
        (parameters(78.0)..parameters(84.0)).contains(&centre),
        "{centre}"
    );
    assert!(gadget.len() < 9);
    assert_eq!(
        points(&panels[0], Construction::Gadget, Dash::Dashed).len(),
        9
    );
    assert!(points(&panels[0], Construction::MalachProof, Dash::Solid).is_empty());
    let bound = points(&panels[2], Construction::PooledGadget, Dash::Mixed);
    assert!(
        bound
            .iter()
            .all(|point| point.1 == Network::CENTRE.least_parameters())
    );
}

#[test]
fn captions_name_runs_and_files_and_say_whose_reading_it_is() {
    for figure in all() {
        for part in [
            "our reading",
            "Data: baselines.csv and baselines-histogram.csv",
        ] {
            assert!(figure.caption.contains(part), "{}", figure.caption);
        }
    }
    assert!(
        all()[0]
            .caption
            .contains("over 100,000 runs for each point")
    );
}

#[test]
fn other_weights_have_no_network_and_a_missing_table_no_figure() {
    let figures = drawn(&[(Construction::Orseau, &[0.25], 9, |bits| 20 * bits)]);
    assert_eq!(figures.len(), 1);
    assert_legible(&figures[0]);
    let folder = tempfile::tempdir().unwrap();
    assert!(super::figures(folder.path()).unwrap().is_empty());
}

#[test]
fn every_construction_has_a_look_of_its_own() {
    let looks = Construction::ALL.map(look);
    for (index, (label, style)) in looks.iter().enumerate() {
        let others = &looks[..index];
        assert!(
            others
                .iter()
                .all(|(other, look)| other != label && look.color != style.color)
        );
    }
}
