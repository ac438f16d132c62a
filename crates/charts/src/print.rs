//! Figures for print: of a given width, with texts of 8 points, as SVG and PDF.

use std::str::FromStr;

use anyhow::{Context, Result, bail};

use super::sizes::{SMALL, WIDTH};
use super::{Figure, Panel, layout, legible, pdf, render};

/// The size of small texts in points, whatever the width.
const TEXT: f64 = 8.0;
/// Points that a nominal pixel has.
const SCALE: f64 = TEXT / SMALL;
/// The least width of a panel with its axis, in nominal pixels.
const PANEL: f64 = 230.0;
/// The height of a plotting area is this part of a panel's width at most.
const TALLEST: f64 = 0.7;

/// The width of a figure on paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PaperWidth {
    points: f64,
}

impl PaperWidth {
    const MIN: f64 = 2.0 * 72.0;
    const MAX: f64 = 20.0 * 72.0;

    /// The width in nominal pixels.
    fn pixels(self) -> f64 {
        (self.points / SCALE).floor()
    }
}

impl Default for PaperWidth {
    /// The width at which the layout is that of the screen.
    fn default() -> Self {
        let points = WIDTH * SCALE;
        Self { points }
    }
}

impl FromStr for PaperWidth {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let units = [("in", 72.0), ("cm", 72.0 / 2.54), ("pt", 1.0)];
        let found = units.into_iter().find_map(|(unit, points)| {
            let number: f64 = text.strip_suffix(unit)?.trim().parse().ok()?;
            Some(number * points)
        });
        match found {
            Some(points) if (Self::MIN..=Self::MAX).contains(&points) => Ok(Self { points }),
            Some(_) => Err("a width is 2in to 20in".to_owned()),
            None => Err("a width is a number and its unit, in, cm or pt: 3.25in".to_owned()),
        }
    }
}

/// A figure of a width on paper, as documents.
#[derive(Debug, Clone)]
pub struct Printed {
    /// An SVG document.
    pub svg: String,
    /// A PDF of one page.
    pub pdf: Vec<u8>,
}

/// Draws a figure of a width on paper. Panels that do not fit side by side go below each other.
///
/// # Errors
/// If the figure cannot be laid out, or texts do not fit the width.
pub fn print(figure: &Figure, width: PaperWidth) -> Result<Printed> {
    let pixels = width.pixels();
    let columns = figure.rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut fault = None;
    for columns in (1..=columns).rev() {
        if columns > 1 && pixels / (columns as f64) < PANEL {
            continue;
        }
        let scene = layout::scene_of_width(&folded(figure, columns, pixels), pixels)?;
        fault = legible::fault(&scene);
        if fault.is_none() {
            return Ok(Printed {
                svg: render::svg_of(&scene, Some(SCALE))?,
                pdf: pdf::pdf(&scene, SCALE)?,
            });
        }
    }
    let fault = fault.context("there are no panels")?;
    bail!("figure {}: {fault}: give a larger --width", figure.name)
}

/// The figure with at most so many panels in a row.
fn folded(figure: &Figure, columns: usize, pixels: f64) -> Figure {
    let mut folded = figure.clone();
    folded.rows = figure
        .rows
        .iter()
        .flat_map(|row| named(row, columns))
        .collect();
    let tallest = TALLEST * pixels / columns as f64;
    folded.panel_height = folded.panel_height.min(tallest);
    folded
}

/// A row as several. A panel that shared the name of y with the one before has it in its new place.
fn named(row: &[Panel], columns: usize) -> Vec<Vec<Panel>> {
    let mut panels = row.to_vec();
    let first = row[0].y.label.clone();
    for panel in panels.iter_mut().step_by(columns) {
        if panel.y.label.is_empty() {
            panel.y.label.clone_from(&first);
        }
    }
    panels.chunks(columns).map(<[Panel]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::tests::figure;

    fn width(text: &str) -> PaperWidth {
        text.parse().unwrap()
    }

    /// The sample figure without the words that stand beside it in a paper.
    fn plain() -> Figure {
        Figure {
            title: String::new(),
            caption: String::new(),
            ..figure()
        }
    }

    #[test]
    fn widths_have_units_and_bounds() {
        assert_eq!(width("3.25in"), width("234pt"));
        assert!((width("25.4cm").points - 720.0).abs() < 1e-9);
        for (text, words) in [
            ("3.25", "in, cm or pt"),
            ("in", "in, cm or pt"),
            ("wide", "in, cm or pt"),
            ("1in", "2in to 20in"),
            ("-5cm", "2in to 20in"),
            ("1e9pt", "2in to 20in"),
            ("nanin", "2in to 20in"),
        ] {
            let error = text.parse::<PaperWidth>().unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn panels_that_do_not_fit_side_by_side_go_below_each_other() {
        let counts = |columns| {
            let rows = folded(&figure(), columns, 900.0).rows;
            rows.iter().map(Vec::len).collect::<Vec<_>>()
        };
        assert_eq!(counts(3), [3, 1]);
        assert_eq!(counts(2), [2, 1, 1]);
        assert_eq!(counts(1), [1, 1, 1, 1]);
    }

    #[test]
    fn a_shared_name_of_y_is_there_again_in_the_first_column() {
        let mut figure = figure();
        crate::share_y(&mut figure.rows[0]);
        let folded = folded(&figure, 2, 900.0);
        let names: Vec<&str> = folded
            .rows
            .iter()
            .flatten()
            .map(|panel| panel.y.label.as_str())
            .collect();
        assert_eq!(names, ["share (%)", "", "share (%)", "share (%)"]);
    }

    #[test]
    fn documents_have_the_width_that_is_asked_for() {
        let printed = print(&plain(), width("3.25in")).unwrap();
        assert!(printed.svg.starts_with("<svg width=\"234pt\""));
        let pdf = String::from_utf8_lossy(&printed.pdf);
        assert!(pdf.starts_with("%PDF") && pdf.contains("/MediaBox [0 0 234 "));
        assert_eq!(printed.pdf, print(&plain(), width("3.25in")).unwrap().pdf);
    }

    #[test]
    fn texts_that_do_not_fit_are_named() {
        let mut figure = plain();
        figure.rows[0][0].series[0].label = "wide".repeat(40);
        let error = print(&figure, width("3.25in")).unwrap_err().to_string();
        assert!(
            error.contains("wide") && error.contains("give a larger --width"),
            "{error}"
        );
    }
}
