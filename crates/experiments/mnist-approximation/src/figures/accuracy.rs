//! `mnist-approximation-accuracy`: what the approximation does to the network's answers.
//!
//! Between too few coefficients and enough of them the test error falls from that of guessing to the
//! target's: the upper panels show it on a logarithmic axis. There a difference of a few images is
//! invisible, so the lower panels show the change against the target where it is small.

use std::collections::BTreeSet;

use crate::row::{Coefficients, Row};
use anyhow::{Context, Result};

use super::{
    ROWS, SELECTIONS, VARIANTS, paper_tolerance, selection_name, selection_style, variant_name,
};
use charts::spread::{Spread, curve, spreads};
use charts::wording::{capitalized, counted, thousands};
use charts::{Axis, Figure, Panel, Scale, Series, Shape, Style, share_y};

/// Changes of the accuracy up to this many percentage points are shown in the lower panels.
const SMALL_CHANGE: f64 = 1.0;

/// The figure of the test error against n, above the change against the target.
pub(super) fn figure(rows: &[Row]) -> Result<Figure> {
    let mut tested: Vec<&Row> = rows
        .iter()
        .filter(|row| row.test_images > 0 && !row.small_to_zero)
        .collect();
    let tolerance = paper_tolerance(tested.iter().map(|row| row.tolerance)).with_context(|| {
        format!("{ROWS} has no network that was tested: run its experiment again with --fresh")
    })?;
    tested.retain(|row| row.tolerance == tolerance);
    let of = |variant| -> Vec<&Row> {
        tested
            .iter()
            .filter(|row| row.coefficients == variant)
            .copied()
            .collect()
    };
    let present: Vec<(Coefficients, Vec<&Row>)> = VARIANTS
        .into_iter()
        .map(|variant| (variant, of(variant)))
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    let ends: Vec<f64> = tested.iter().map(|row| f64::from(row.candidates)).collect();
    let mut upper: Vec<Panel> = present
        .iter()
        .map(|(variant, rows)| error_panel(*variant, rows, &ends))
        .collect();
    share_y(&mut upper);
    let mut rows = vec![upper];
    let mut lower: Vec<Panel> = present
        .iter()
        .map(|(variant, rows)| change_panel(*variant, rows, &ends))
        .collect();
    // A panel of a reference line alone says nothing, in either column.
    if lower.iter().any(|panel| panel.series.len() > 1) {
        share_y(&mut lower);
        rows.push(lower);
    }
    Ok(Figure {
        name: "mnist-approximation-accuracy",
        title: "How many random coefficients per weight an intact network needs".to_owned(),
        panel_height: if rows.len() == 1 { 280.0 } else { 220.0 },
        caption: caption(&tested, tolerance, rows.len() > 1),
        rows,
    })
}

/// Wrong answers before or after the approximation, in percent.
pub(super) fn test_error(row: &Row, correct: u64) -> f64 {
    // Whole images are subtracted first, so that no answer wrong is exactly 0.
    100.0 * (row.test_images as f64 - correct as f64) / row.test_images as f64
}

/// The target's own test error as a reference line (its median, should rows disagree).
pub(super) fn target_line(rows: &[&Row]) -> Vec<Series> {
    let before = spreads(
        rows.iter()
            .map(|row| (0.0, test_error(row, row.correct_before))),
    );
    let line = |(_, spread): &(f64, Spread)| Series {
        label: format!("target before approximation, {:.2} %", spread.median),
        style: Style::REFERENCE,
        shape: Shape::Horizontal(spread.median),
    };
    before.iter().map(line).collect()
}

fn candidates_axis(ends: &[f64]) -> Axis {
    Axis::new("random coefficients per weight, n", Scale::Whole).covering(ends.to_vec())
}

fn error_panel(variant: Coefficients, rows: &[&Row], ends: &[f64]) -> Panel {
    let mut series = target_line(rows);
    for selection in SELECTIONS {
        let chosen = rows.iter().filter(|row| row.selection == selection);
        let points = spreads(chosen.map(|row| {
            (
                f64::from(row.candidates),
                test_error(row, row.correct_after),
            )
        }));
        series.extend(curve(
            selection_name(selection),
            selection_style(selection),
            &points,
        ));
    }
    Panel {
        title: capitalized(variant_name(variant)),
        notes: Vec::new(),
        x: candidates_axis(ends),
        y: Axis::new("test error (%)", Scale::Log10),
        series,
    }
}

fn change_panel(variant: Coefficients, rows: &[&Row], ends: &[f64]) -> Panel {
    let mut series = vec![Series {
        label: String::new(),
        style: Style::REFERENCE,
        shape: Shape::Horizontal(0.0),
    }];
    for selection in SELECTIONS {
        let chosen = rows.iter().filter(|row| row.selection == selection);
        let points = spreads(chosen.map(|row| (f64::from(row.candidates), change(row))));
        // From the last large change on, so that no line jumps over a point left out.
        let small =
            |(_, spread): &(f64, Spread)| spread.low.abs().max(spread.high.abs()) <= SMALL_CHANGE;
        let begin = points
            .iter()
            .rposition(|point| !small(point))
            .map_or(0, |last| last + 1);
        series.extend(curve(
            selection_name(selection),
            selection_style(selection),
            &points[begin..],
        ));
    }
    Panel {
        title: format!("{}: change", capitalized(variant_name(variant))),
        notes: Vec::new(),
        x: candidates_axis(ends),
        y: Axis::new("change of accuracy (points)", Scale::Linear),
        series,
    }
}

/// Accuracy after minus accuracy before, in percentage points.
fn change(row: &Row) -> f64 {
    100.0 * (row.correct_after as f64 - row.correct_before as f64) / row.test_images as f64
}

fn caption(rows: &[&Row], tolerance: f64, changes: bool) -> String {
    let first = rows[0];
    let below = match changes {
        true => format!(
            " Below: accuracy after minus accuracy before, in percentage points (one image is {}), \
             from the n on at which it stays within {SMALL_CHANGE} point.",
            100.0 / first.test_images as f64
        ),
        false => String::new(),
    };
    format!(
        "Share of {} test images that the network of {} weights classifies wrongly (100 % minus \
         accuracy, logarithmic axis) when every weight is a subset sum of n random coefficients; \
         tolerance {tolerance}.{below} {} Data: {ROWS}",
        thousands(first.test_images),
        thousands(first.weights),
        replicates_sentence(rows),
    )
}

/// What lines and bands mean.
pub(super) fn replicates_sentence(rows: &[&Row]) -> String {
    let replicates: BTreeSet<u64> = rows.iter().map(|row| row.replicate).collect();
    let counted = counted(replicates.len(), "replicate");
    match replicates.len() {
        1 => format!("{counted} (one draw of all coefficients), hence no band."),
        _ => format!(
            "Lines: medians of {counted} (independent draws of all coefficients); bands: smallest to \
             largest replicate."
        ),
    }
}
