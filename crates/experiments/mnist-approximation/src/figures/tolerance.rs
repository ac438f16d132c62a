//! `mnist-approximation-tolerance`: the price of precision, in coefficients and in answers.

use std::collections::{BTreeMap, BTreeSet};

use crate::row::{Coefficients, Row, Selection};
use anyhow::{Result, ensure};

use super::accuracy::{replicates_sentence, target_line, test_error};
use super::{ROWS, SELECTIONS, VARIANTS, selection_name, selection_style, variant_name};
use charts::spread::{curve, spreads};
use charts::wording::{capitalized, thousands};
use charts::{Axis, Dash, Figure, Marker, Panel, Scale, Series, Style, palette, share_x, share_y};

/// The figure of kept coefficients and test error against the tolerance.
pub(super) fn figure(rows: &[Row]) -> Result<Figure> {
    let usable: Vec<&Row> = rows
        .iter()
        .filter(|row| row.test_images > 0 && row.weights > 0)
        .collect();
    ensure!(
        !usable.is_empty(),
        "{ROWS} has no network that was tested: run its experiment again with --fresh"
    );
    let present: Vec<(Coefficients, Vec<&Row>)> = VARIANTS
        .into_iter()
        .map(|variant| {
            (
                variant,
                richest(
                    usable
                        .iter()
                        .copied()
                        .filter(|row| row.coefficients == variant),
                ),
            )
        })
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    let mut upper: Vec<Panel> = present
        .iter()
        .map(|(variant, rows)| kept_panel(*variant, rows))
        .collect();
    let mut lower: Vec<Panel> = present
        .iter()
        .map(|(variant, rows)| error_panel(*variant, rows))
        .collect();
    for row in [&mut upper, &mut lower] {
        share_x(row);
        share_y(row);
    }
    let drawn: Vec<&Row> = present.iter().flat_map(|(_, rows)| rows).copied().collect();
    Ok(Figure {
        name: "mnist-approximation-tolerance",
        title: "What a larger tolerance saves in coefficients and costs in answers".to_owned(),
        rows: vec![upper, lower],
        panel_height: 220.0,
        caption: caption(&drawn),
    })
}

/// The rows of the n that has the most tolerances; of several, the largest n.
fn richest<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<&'a Row> {
    let mut groups: BTreeMap<u32, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.candidates).or_default().push(row);
    }
    let tolerances = |rows: &[&Row]| {
        rows.iter()
            .map(|row| row.tolerance.to_bits())
            .collect::<BTreeSet<_>>()
            .len()
    };
    groups
        .into_values()
        .max_by_key(|rows| tolerances(rows))
        .unwrap_or_default()
}

fn kept_panel(variant: Coefficients, rows: &[&Row]) -> Panel {
    Panel {
        title: heading(variant, rows),
        notes: Vec::new(),
        x: tolerance_axis(),
        y: Axis::new("coefficients kept per weight", Scale::Log10),
        series: curves(rows, |row| row.kept_parameters as f64 / row.weights as f64),
    }
}

fn error_panel(variant: Coefficients, rows: &[&Row]) -> Panel {
    let mut series = target_line(rows);
    series.extend(curves(rows, |row| test_error(row, row.correct_after)));
    Panel {
        title: heading(variant, rows),
        notes: Vec::new(),
        x: tolerance_axis(),
        y: Axis::new("test error (%)", Scale::Log10),
        series,
    }
}

fn heading(variant: Coefficients, rows: &[&Row]) -> String {
    format!(
        "{}, n = {}",
        capitalized(variant_name(variant)),
        rows[0].candidates
    )
}

fn tolerance_axis() -> Axis {
    Axis::new("tolerance ε (in units of the weights)", Scale::Log10)
}

/// A curve for each rule, with and without small weights set to 0 first.
fn curves(rows: &[&Row], value: impl Fn(&Row) -> f64) -> Vec<Series> {
    let mut series = Vec::new();
    for (selection, small_to_zero) in SELECTIONS
        .into_iter()
        .flat_map(|rule| [(rule, false), (rule, true)])
    {
        let chosen = rows
            .iter()
            .filter(|row| row.selection == selection && row.small_to_zero == small_to_zero);
        let points = spreads(chosen.map(|row| (row.tolerance, value(row))));
        let (label, style) = look(selection, small_to_zero);
        series.extend(curve(&label, style, &points));
    }
    series
}

fn look(selection: Selection, small_to_zero: bool) -> (String, Style) {
    let (name, style) = (selection_name(selection), selection_style(selection));
    match small_to_zero {
        false => (name.to_owned(), style),
        true => {
            let color = if selection == Selection::Closest {
                palette::PURPLE
            } else {
                palette::ORANGE
            };
            let style = Style {
                color,
                dash: Dash::Dotted,
                marker: Marker::Diamond,
            };
            (format!("{name}, after |w| ≤ ε became 0"), style)
        }
    }
}

fn caption(rows: &[&Row]) -> String {
    let first = rows[0];
    format!(
        "Above: coefficients kept after pruning, divided by the {} weights of the target. Below: \
         share of {} test images classified wrongly. Every weight is a subset sum of n random \
         coefficients, n as above the panels; a subset is feasible if its sum lies within ε of \
         the weight, and where none is, the closest one is taken. All axes are logarithmic; a \
         value of exactly 0 stands on a tick of its own. {} Data: {ROWS}",
        thousands(first.weights),
        thousands(first.test_images),
        replicates_sentence(rows),
    )
}
