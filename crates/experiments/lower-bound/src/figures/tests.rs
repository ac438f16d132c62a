use std::fs;

use crate::row::{ConstructionRow, Row, TicketRow, VolumeRow};
use lab::Row as _;

use super::*;
use charts::{Panel, Shape, assert_legible};

const HEADERS: [(&str, &str); 4] = [
    (
        Row::TABLE,
        "architecture,weights,parameters,distinct_bits,tolerance,networks,targets,hits,fewest,most",
    ),
    (
        VolumeRow::TABLE,
        "width,units,parameters,versions,tolerance,networks,targets,hits,nearly_linear",
    ),
    (
        ConstructionRow::TABLE,
        "construction,width,tolerance,target,runs,largest_error,block,count",
    ),
    (
        TicketRow::TABLE,
        "network,width,tolerance,selection,parameters,target,runs,kept,count",
    ),
];

/// The figures of tables with these lines.
fn drawn(tables: [Vec<String>; 4]) -> Vec<Figure> {
    let folder = tempfile::tempdir().unwrap();
    for ((table, header), lines) in HEADERS.iter().zip(tables) {
        if !lines.is_empty() {
            let text = format!("{header}\n{}\n", lines.join("\n"));
            fs::write(folder.path().join(format!("{table}.csv")), text).unwrap();
        }
    }
    figures(folder.path()).unwrap()
}

/// Parallel links need a bit more than a link a bit, powers of two just one.
fn numbers() -> Vec<String> {
    let mut lines = Vec::new();
    for parameters in 1..=20 {
        for bits in 1..=13 {
            let (tolerance, targets) = (0.5_f64.powi(bits), (1 << bits) + 1);
            let fewest = if parameters >= bits + 2 { 900 } else { 100 };
            let most = (1 << parameters.min(bits)).min(targets);
            let hits = fewest * targets;
            lines.push(format!(
                "linear,uniform,{parameters},{parameters},{tolerance},1000,{targets},{hits},{fewest},{most}"
            ));
            let succeeds = u8::from(parameters > bits);
            lines.push(format!(
                "linear,powers,{parameters},{parameters},{tolerance},1,{targets},{targets},{succeeds},{most}"
            ));
        }
    }
    lines
}

fn volumes() -> Vec<String> {
    let mut lines = Vec::new();
    for (width, units) in [(2, 1), (2, 6), (3, 2)] {
        for (tolerance, hits) in [(0.5, 100), (0.25, 9), (0.125, 0)] {
            let parameters = 2 * width * units;
            lines.push(format!(
                "{width},{units},{parameters},10,{tolerance},10,1000,{hits},5"
            ));
        }
    }
    lines
}

fn constructions() -> Vec<String> {
    let mut lines = Vec::new();
    for (name, units) in [("paper", 4), ("pooled", 2)] {
        for width in [1, 2, 4, 8] {
            for bits in [4, 8, 12] {
                let tolerance = 0.5_f64.powi(bits);
                let block = units * (10 + bits);
                lines.push(format!("{name},{width},{tolerance},hard,50,0.0,{block},50"));
                lines.push(format!("{name},{width},{tolerance},easy,50,0.0,2,50"));
            }
        }
    }
    lines
}

fn tickets() -> Vec<String> {
    let mut lines = Vec::new();
    for (network, width) in [("linear", 1), ("pooled", 1), ("pooled", 2)] {
        for bits in [4, 12] {
            let tolerance = 0.5_f64.powi(bits);
            for selection in ["closest", "smallest-feasible"] {
                for parameters in [60, 120] {
                    let kept = if selection == "closest" {
                        parameters / 2
                    } else {
                        12
                    };
                    lines.push(format!(
                        "{network},{width},{tolerance},{selection},{parameters},hard,50,{kept},50"
                    ));
                }
            }
        }
    }
    lines
}

fn all() -> Vec<Figure> {
    drawn([numbers(), volumes(), constructions(), tickets()])
}

/// The points of the lines with this label.
fn points(panel: &Panel, label: &str) -> Vec<(f64, f64)> {
    let found = panel.series.iter().filter(|series| series.label == label);
    found
        .filter_map(|series| match &series.shape {
            Shape::Line(points) => Some(points.clone()),
            _ => None,
        })
        .flatten()
        .collect()
}

#[test]
fn every_figure_is_legible_and_names_its_data() {
    let figures = all();
    let names: Vec<&str> = figures.iter().map(|figure| figure.name).collect();
    let expected = ["optimality-1", "optimality-2", "hits", "widths", "tickets"];
    assert_eq!(names, expected.map(|name| format!("lower-bound-{name}")));
    for figure in &figures {
        assert_legible(figure);
        assert!(
            figure.caption.contains("Data: lower-bound"),
            "{}",
            figure.name
        );
    }
}

#[test]
fn parameters_are_those_that_are_needed() {
    let figures = all();
    let panel = &figures[0].rows[0][0];
    let links = points(panel, "parallel links, uniform");
    assert_eq!((links[0], links.last()), ((2.0, 4.0), Some(&(13.0, 15.0))));
    assert_eq!(
        points(panel, "parallel links, powers of two")[0],
        (2.0, 3.0)
    );
    // Two parameters for each of 2 * (10 + 4) units.
    assert_eq!(points(panel, "pooled gadget, d = 1")[0], (4.0, 56.0));
    assert_eq!(
        points(panel, "bound of Theorem 2").last(),
        Some(&(14.0, 12.0))
    );
    // 8 * 2 * (10 + 12) over 4 * 11 - 1.
    let ratios = points(&figures[1].rows[0][1], "pooled gadget, d = 2");
    assert_eq!(ratios.last(), Some(&(12.0, 352.0 / 43.0)));
}

#[test]
fn shares_of_zero_are_left_out_and_tickets_are_fractions() {
    let figures = all();
    assert_eq!(
        points(&figures[2].rows[0][1], "k = 1"),
        [(2.0, 0.1), (4.0, 0.009)]
    );
    let panel = &figures[4].rows[0][0];
    assert_eq!(
        points(panel, "closest subsets"),
        [(60.0, 0.5), (120.0, 0.5)]
    );
    assert_eq!(
        points(panel, "smallest feasible subsets"),
        [(60.0, 0.2), (120.0, 0.1)]
    );
}

#[test]
fn a_missing_table_leaves_out_what_it_shows() {
    assert!(drawn([vec![], vec![], vec![], vec![]]).is_empty());
    let only = drawn([vec![], vec![], vec![], tickets()]);
    assert_eq!(only.len(), 1);
    let constructed = drawn([vec![], vec![], constructions(), vec![]]);
    assert_eq!(constructed.len(), 3);
    constructed.iter().for_each(assert_legible);
}

#[test]
fn powers_are_written_with_superscripts() {
    assert_eq!((power(4.0), power(12.0)), ("2⁻⁴".into(), "2⁻¹²".into()));
}
