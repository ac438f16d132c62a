//! The legend: a sample and a label for each series, in centred lines below the panels.

use anyhow::Result;

use super::font;
use super::scene::{Anchor, Item, Scene};
use super::sizes::{BAND_OPACITY, LINE_WIDTH, MARGIN, REFERENCE_WIDTH, SMALL};
use super::{Figure, Series, Shape, Style, palette};

/// Length of the sample of a line, and its distance from the label.
const SAMPLE: f64 = 34.0;
const GAP: f64 = 8.0;
/// Distance of one entry from the next.
const BETWEEN: f64 = 24.0;
/// Height of a line.
const LINE: f64 = 1.6 * SMALL;

/// Adds the legend of a figure from `top` on and returns its height.
///
/// # Errors
/// If the typeface is not registered.
pub fn draw(figure: &Figure, scene: &mut Scene, top: f64) -> Result<f64> {
    let mut y = top;
    let mut line: Vec<(&Series, f64)> = Vec::new();
    for series in entries(figure) {
        let wide = SAMPLE + GAP + font::width(&series.label, SMALL)?;
        if length(&line) + BETWEEN + wide > scene.width - 2.0 * MARGIN && !line.is_empty() {
            draw_line(&std::mem::take(&mut line), scene, y);
            y += LINE;
        }
        line.push((series, wide));
    }
    if !line.is_empty() {
        draw_line(&line, scene, y);
        y += LINE;
    }
    Ok(y - top)
}

/// The series that have a label, each label once.
fn entries(figure: &Figure) -> Vec<&Series> {
    let mut entries: Vec<&Series> = Vec::new();
    for series in figure.rows.iter().flatten().flat_map(|panel| &panel.series) {
        if !series.label.is_empty() && entries.iter().all(|entry| entry.label != series.label) {
            entries.push(series);
        }
    }
    entries
}

fn length(line: &[(&Series, f64)]) -> f64 {
    let between = BETWEEN * line.len().saturating_sub(1) as f64;
    line.iter().map(|(_, wide)| wide).sum::<f64>() + between
}

fn draw_line(line: &[(&Series, f64)], scene: &mut Scene, top: f64) {
    let mut x = (scene.width - length(line)) / 2.0;
    for (series, wide) in line {
        draw_sample(series, scene, x, top + 0.64 * SMALL);
        let at = (x + SAMPLE + GAP, top + SMALL);
        scene.text(&series.label, at, Anchor::Start, SMALL, palette::BLACK);
        x += wide + BETWEEN;
    }
}

fn draw_sample(series: &Series, scene: &mut Scene, x: f64, y: f64) {
    let Style {
        color,
        dash,
        marker,
    } = series.style;
    let (right, low, high) = (x + SAMPLE, y + 6.0, y - 6.0);
    let level = [(x, y), (right, y)];
    match series.shape {
        Shape::Line(_) => {
            scene.stroke(&level, color, dash, LINE_WIDTH);
            scene.mark((x + SAMPLE / 2.0, y), marker, color);
        }
        Shape::Hollow(_) => scene.mark_hollow((x + SAMPLE / 2.0, y), marker, color),
        Shape::Steps(_) => {
            let points = vec![(x, low), (x, high), (right, high), (right, low)];
            scene.stroke(&points, color, dash, LINE_WIDTH);
            scene.items.push(Item::Area {
                points,
                color,
                opacity: BAND_OPACITY,
            });
        }
        Shape::Vertical(_) | Shape::Horizontal(_) => {
            scene.stroke(&level, color, dash, REFERENCE_WIDTH);
        }
        Shape::Stroke { width, .. } => scene.stroke(&level, color, dash, width),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::tests::figure;
    use crate::sizes::WIDTH;

    #[test]
    fn a_label_is_listed_once_and_an_empty_one_never() {
        let figure = figure();
        let labels: Vec<&str> = entries(&figure)
            .iter()
            .map(|entry| entry.label.as_str())
            .collect();
        assert_eq!(labels, ["a line", "bars", "a level", "a place"]);
    }

    #[test]
    fn entries_that_do_not_fit_beside_one_another_take_another_line() {
        super::font::register().unwrap();
        let mut figure = figure();
        let mut scene = Scene {
            width: WIDTH,
            height: 0.0,
            items: Vec::new(),
        };
        assert_eq!(draw(&figure, &mut scene, 0.0).unwrap(), LINE);
        figure.rows[0][0].series[0].label = "long ".repeat(25);
        assert_eq!(draw(&figure, &mut scene, 0.0).unwrap(), 2.0 * LINE);
        figure.rows.clear();
        assert_eq!(draw(&figure, &mut scene, 0.0).unwrap(), 0.0);
    }
}
