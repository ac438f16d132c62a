//! The figure of the theorem on MNIST: what the certificate promises, and what happens.

use std::collections::BTreeSet;
use std::path::Path;

use crate::row::{Gadget, NonnegativeInputs, Row};
use anyhow::Result;
use lab::{Row as _, table};

use charts::spread::{curve, spreads};
use charts::wording::{counted, listed, span, thousands};
use charts::{Axis, Dash, Figure, Marker, Panel, Scale, Series, Style, palette, share_x};

/// What is drawn of a network, how it is called, and its look.
type Quantity = (fn(&Row) -> f64, &'static str, Style);

const CERTIFIED: Style = Style::new(palette::VERMILION, Dash::Solid, Marker::Square);
const FOUND: Style = Style::new(palette::BLUE, Dash::Dashed, Marker::Disc);
const ON_IMAGES: Style = Style::new(palette::GREEN, Dash::Mixed, Marker::Triangle);
const TEST_ERROR: Style = Style::new(palette::BLACK, Dash::Dotted, Marker::Diamond);

/// The figure, if the folder `results` has networks of the proof's gadget on all inputs.
///
/// # Errors
/// If the table is damaged.
pub(crate) fn figures(results: &Path) -> Result<Vec<Figure>> {
    let rows: Vec<Row> = table::read(results)?.unwrap_or_default();
    Ok(drawn(rows).into_iter().collect())
}

fn drawn(mut rows: Vec<Row>) -> Option<Figure> {
    rows.retain(|row| {
        row.gadget == Gadget::Paper
            && row.nonnegative_inputs == NonnegativeInputs::Nowhere
            && row.test_images > 0
    });
    (!rows.is_empty()).then(|| figure(&rows))
}

fn figure(rows: &[Row]) -> Figure {
    let errors: [Quantity; 4] = [
        (
            |row| row.certified_ball.unwrap_or(f64::NAN),
            "certified for all inputs",
            CERTIFIED,
        ),
        (
            |row| row.found_ball.unwrap_or(f64::NAN),
            "worst input found",
            FOUND,
        ),
        (|row| row.largest_image_error, "worst test image", ON_IMAGES),
        (
            |row| row.rms_error,
            "root mean square of a weight's error",
            Style::CURVES[3],
        ),
    ];
    let shares: [Quantity; 3] = [
        (
            |row| share(row, row.certified_images),
            "class not certified",
            CERTIFIED,
        ),
        (|row| share(row, row.same_label), "class changed", ON_IMAGES),
        (
            |row| share(row, row.correct_after),
            "class wrong",
            TEST_ERROR,
        ),
    ];
    let mut panels = vec![
        panel(
            rows,
            "Error of the pruned network",
            "error / length of the input",
            &errors,
        ),
        panel(rows, "Test images", "share of the test images (%)", &shares),
    ];
    share_x(&mut panels);
    Figure {
        name: "mnist-theorem",
        title: "A trained network, pruned out of a random one".to_owned(),
        rows: vec![panels],
        panel_height: 320.0,
        caption: caption(rows),
    }
}

/// The images that are not among the counted ones, in percent.
fn share(row: &Row, counted: u64) -> f64 {
    100.0 * (row.test_images as f64 - counted as f64) / row.test_images as f64
}

fn panel(rows: &[Row], title: &str, label: &str, quantities: &[Quantity]) -> Panel {
    let series = quantities
        .iter()
        .flat_map(|(of, name, style)| -> Vec<Series> {
            let points = rows.iter().map(|row| (row.candidates as f64, of(row)));
            curve(
                name,
                *style,
                &spreads(points.filter(|(_, value)| value.is_finite())),
            )
        });
    Panel {
        title: title.to_owned(),
        notes: Vec::new(),
        x: Axis::new("candidates of an instance, m", Scale::Whole),
        y: Axis::new(label, Scale::Log10),
        series: series.collect(),
    }
}

fn caption(rows: &[Row]) -> String {
    let first = &rows[0];
    let units: BTreeSet<usize> = rows.iter().map(|row| row.units).collect();
    let units: Vec<String> = units.iter().map(usize::to_string).collect();
    let replicates: BTreeSet<u64> = rows.iter().map(|row| row.replicate).collect();
    format!(
        "The target, its layers divided by their norms, is pruned out of a random network with weights \
         uniform on [−1, 1] and n = {} units a half by the paper's gadget: the closest of all subsets \
         of the first m nonzero products, {} instances a network. Certified: no input has a larger \
         error. Class not certified: another network with an error up to the certified one for \
         nonnegative inputs may have another class on the image. {} test images. Lines: medians of up \
         to {}; bands: smallest to largest. A share of exactly 0 stands on a tick of its own. Data: {}.csv",
        listed(&units),
        span([first.instances].into_iter()),
        thousands(first.test_images),
        counted(replicates.len(), "network"),
        Row::TABLE,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use charts::{Shape, assert_legible};

    fn row(gadget: Gadget, candidates: usize, replicate: u64) -> Row {
        let error = 0.5_f64.powi(candidates as i32) * replicate as f64;
        Row {
            gadget,
            nonnegative_inputs: NonnegativeInputs::Nowhere,
            units: 70,
            candidates,
            replicate,
            instances: 794_000,
            short: 0,
            out_of_reach: 0,
            largest_error: error,
            rms_error: error / 100.0,
            initial_parameters: 1,
            kept_first: 1,
            kept_second: 1,
            certified_ball: Some(error),
            found_ball: Some(error / 2.0),
            certified_nonnegative: error,
            found_nonnegative: error / 2.0,
            test_images: 10_000,
            correct_before: 9833,
            correct_after: 9833,
            same_label: 10_000 - replicate,
            certified_images: if candidates == 21 { 10_000 } else { 9000 },
            violations: 0,
            largest_image_error: error / 4.0,
        }
    }

    fn line(figure: &Figure, label: &str) -> Vec<(f64, f64)> {
        let series = figure.rows[0].iter().flat_map(|panel| &panel.series);
        let lines = series.filter(|series| series.label == label);
        let points = lines.map(|series| match &series.shape {
            Shape::Line(points) => points.clone(),
            _ => panic!("{label} is no line"),
        });
        points.flatten().collect()
    }

    #[test]
    fn medians_of_the_proofs_gadget_are_drawn() {
        let mut rows = vec![row(Gadget::Pooled, 16, 1)];
        for candidates in [8, 21] {
            rows.extend((1..=3).map(|replicate| row(Gadget::Paper, candidates, replicate)));
        }
        let figure = &drawn(rows).unwrap();
        assert_legible(figure);
        let error = |m: i32| 2.0 * 0.5_f64.powi(m);
        let expected = [(8.0, error(8)), (21.0, error(21))];
        assert_eq!(line(figure, "certified for all inputs"), expected);
        assert_eq!(
            line(figure, "class not certified"),
            [(8.0, 10.0), (21.0, 0.0)]
        );
        assert_eq!(line(figure, "class changed"), [(8.0, 0.02), (21.0, 0.02)]);
        assert!((line(figure, "class wrong")[0].1 - 1.67).abs() < 1e-12);
        for part in [
            "n = 70",
            "794,000 instances",
            "3 networks",
            "mnist-theorem.csv",
        ] {
            assert!(figure.caption.contains(part), "{}", figure.caption);
        }
    }

    #[test]
    fn other_networks_have_no_figure() {
        assert!(drawn(vec![row(Gadget::Pooled, 21, 1)]).is_none());
        assert!(
            figures(tempfile::tempdir().unwrap().path())
                .unwrap()
                .is_empty()
        );
    }
}
