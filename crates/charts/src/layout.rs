//! Where everything goes: title, panels, legend and caption below one another, so that no text can
//! cover data. Heights follow from what the texts need.

use anyhow::{Context, Result, ensure};

use super::font::{self, width, wrap};
use super::legend;
use super::panel::{Placed, Rectangle};
use super::scale::{Span, Tick};
use super::scene::{Anchor, Point, Scene};
use super::sizes::{LABEL, MARGIN, SMALL, WEAK_INK, WIDTH};
use super::{Color, Figure, Panel, Scale, palette};

const TITLE: f64 = 18.0;
const HEADING: f64 = 13.5;
/// Distance of baselines in units of the size.
const LEADING: f64 = 1.4;

/// Height of ticks and the name of x below a plotting area.
const FOOT: f64 = 48.0;
/// Closest labels of ticks along x and along y.
const X_GAP: f64 = 44.0;
const Y_GAP: f64 = 30.0;

/// Lays a figure out.
///
/// # Errors
/// If a panel has nothing to draw, or a value that its axis cannot show; the message names the
/// figure and the axis.
pub fn scene(figure: &Figure) -> Result<Scene> {
    scene_of_width(figure, WIDTH)
}

/// Lays a figure out on a sheet of another width in nominal pixels.
///
/// # Errors
/// As [`scene`].
pub fn scene_of_width(figure: &Figure, width: f64) -> Result<Scene> {
    font::register()?;
    let mut page = Page {
        scene: Scene {
            width,
            height: 0.0,
            items: Vec::new(),
        },
        y: MARGIN,
    };
    page.paragraph(&figure.title, TITLE, palette::BLACK)?;
    page.panels(figure)
        .with_context(|| format!("figure {}", figure.name))?;
    page.y += 8.0;
    page.y += legend::draw(figure, &mut page.scene, page.y)?;
    page.y += 10.0;
    page.paragraph(&figure.caption, SMALL, WEAK_INK)?;
    page.scene.height = (page.y + MARGIN).ceil();
    Ok(page.scene)
}

/// A sheet that is filled from top to bottom.
struct Page {
    scene: Scene,
    /// Where the next thing begins.
    y: f64,
}

impl Page {
    fn text(&mut self, content: &str, at: Point, size: f64, color: Color) {
        self.scene.text(content, at, Anchor::Start, size, color);
    }

    /// Adds wrapped text across the sheet.
    fn paragraph(&mut self, content: &str, size: f64, color: Color) -> Result<()> {
        for line in wrap(content, size, self.scene.width - 2.0 * MARGIN)? {
            self.text(&line, (MARGIN, self.y + size), size, color);
            self.y += LEADING * size;
        }
        Ok(())
    }

    fn panels(&mut self, figure: &Figure) -> Result<()> {
        let measured: Vec<Vec<Measured>> = figure
            .rows
            .iter()
            .map(|row| {
                row.iter()
                    .map(|panel| Measured::of(panel, figure.panel_height))
                    .collect()
            })
            .collect::<Result<_>>()?;
        let columns = Columns::of(&measured, self.scene.width)?;
        let lettered = figure.rows.iter().map(Vec::len).sum::<usize>() > 1;
        let mut letter = b'a';
        for row in measured {
            let titles = row
                .iter()
                .map(|measured| {
                    let prefix = if lettered {
                        format!("({}) ", char::from(letter))
                    } else {
                        String::new()
                    };
                    letter += 1;
                    heading(measured.panel, &prefix, columns.width)
                })
                .collect::<Result<Vec<_>>>()?;
            self.row(row, &titles, &columns, figure.panel_height);
        }
        Ok(())
    }

    /// Adds one row of panels; their plotting areas begin at the same height.
    fn row(
        &mut self,
        row: Vec<Measured>,
        titles: &[Vec<(String, f64)>],
        columns: &Columns,
        height: f64,
    ) {
        let is_bare = |measured: &Measured| measured.panel.x.scale == Scale::Bare;
        let foot = if row.iter().all(is_bare) { 0.0 } else { FOOT };
        let lines = |title: &Vec<(String, f64)>| title.iter().map(|(_, size)| LEADING * size).sum();
        let head: f64 = titles.iter().map(lines).fold(0.0, f64::max);
        let top = self.y + 10.0 + head + 6.0;
        for (column, (measured, title)) in row.into_iter().zip(titles).enumerate() {
            let left = columns.lefts[column];
            let mut y = self.y + 10.0;
            for (line, size) in title {
                let color = if *size == HEADING {
                    palette::BLACK
                } else {
                    WEAK_INK
                };
                self.text(line, (left, y + size), *size, color);
                y += LEADING * size;
            }
            let area = Rectangle {
                left,
                top,
                width: columns.width,
                height,
            };
            measured
                .placed(area, columns.gutters[column])
                .draw(&mut self.scene);
        }
        self.y = top + height + foot;
    }
}

/// The lines above a panel, each with its size.
fn heading(panel: &Panel, prefix: &str, limit: f64) -> Result<Vec<(String, f64)>> {
    let mut lines = Vec::new();
    let title = format!("{prefix}{}", panel.title);
    lines.extend(
        wrap(&title, HEADING, limit)?
            .into_iter()
            .map(|line| (line, HEADING)),
    );
    for note in &panel.notes {
        lines.extend(
            wrap(note, SMALL, limit)?
                .into_iter()
                .map(|line| (line, SMALL)),
        );
    }
    Ok(lines)
}

/// A panel whose ranges are known, but not yet its place.
struct Measured<'a> {
    panel: &'a Panel,
    x: Span,
    y: Span,
    y_ticks: Vec<Tick>,
    /// Room left of the plotting area for ticks and the name of y.
    gutter: f64,
}

impl<'a> Measured<'a> {
    fn of(panel: &'a Panel, height: f64) -> Result<Self> {
        let x = Span::of(&panel.x, &panel.xs())?;
        let y = Span::of(&panel.y, &panel.ys())?;
        let y_ticks = y.ticks(height, Y_GAP);
        let mut gutter = 0.0_f64;
        for tick in &y_ticks {
            gutter = gutter.max(width(&tick.label, SMALL)?);
        }
        let name = if panel.y.label.is_empty() {
            0.0
        } else {
            1.6 * LABEL
        };
        Ok(Measured {
            panel,
            x,
            y,
            y_ticks,
            gutter: gutter + 10.0 + name,
        })
    }

    fn placed(self, area: Rectangle, gutter: f64) -> Placed<'a> {
        let Measured {
            panel,
            x,
            y,
            y_ticks,
            ..
        } = self;
        let x_ticks = x.ticks(area.width, X_GAP);
        Placed {
            panel,
            area,
            x,
            y,
            x_ticks,
            y_ticks,
            gutter,
        }
    }
}

/// The columns of panels: every plotting area has the same width.
struct Columns {
    lefts: Vec<f64>,
    gutters: Vec<f64>,
    width: f64,
}

impl Columns {
    fn of(rows: &[Vec<Measured>], sheet: f64) -> Result<Columns> {
        let count = rows.first().map_or(0, Vec::len);
        ensure!(
            count > 0 && rows.iter().all(|row| (1..=count).contains(&row.len())),
            "no panels, or a row that is longer than the first"
        );
        let gutter = |column: usize| {
            rows.iter()
                .filter_map(|row| Some(row.get(column)?.gutter))
                .fold(0.0, f64::max)
        };
        let gutters: Vec<f64> = (0..count).map(gutter).collect();
        let taken = gutters.iter().sum::<f64>() + MARGIN * (count + 1) as f64;
        let width = (sheet - taken) / count as f64;
        let mut right = 0.0;
        let lefts = gutters
            .iter()
            .map(|gutter| {
                let left = right + MARGIN + gutter;
                right = left + width;
                left
            })
            .collect();
        Ok(Columns {
            lefts,
            gutters,
            width,
        })
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::assert_legible;
    use crate::{Axis, Bin, Dash, Marker, Scale, Series, Shape, Style};

    /// A figure with every shape and scale.
    pub fn figure() -> Figure {
        let style = Style {
            color: palette::BLUE,
            dash: Dash::Dashed,
            marker: Marker::Disc,
        };
        let series = |label: &str, shape| Series {
            label: label.to_owned(),
            style,
            shape,
        };
        let panel = |scale, series| Panel {
            title: "A heading that is long enough to need more than one line of a narrow panel"
                .into(),
            notes: vec!["a note".into()],
            x: Axis::new("coefficients", Scale::Whole),
            y: Axis::new("share (%)", scale),
            series,
        };
        let line = series(
            "a line",
            Shape::Line(vec![(1.0, 0.001), (2.0, 0.1), (21.0, 1000.0)]),
        );
        let band = series("", Shape::Band(vec![(1.0, 0.0, 0.2), (2.0, 0.1, 0.4)]));
        let bins = Shape::Steps(vec![Bin {
            lower: 0.0,
            upper: 1.0,
            height: 0.5,
        }]);
        let error_bars = Shape::Bars(vec![[(1.0, 0.0), (1.0, 0.2)], [(1.0, 0.1), (2.0, 0.1)]]);
        let hollow = series("", Shape::Hollow(vec![(1.0, 0.2), (3.0, 0.5)]));
        let level = series("a level", Shape::Horizontal(0.3));
        let place = series("a place", Shape::Vertical(0.3));
        Figure {
            name: "sample",
            title: "A title".into(),
            rows: vec![
                vec![
                    panel(Scale::Log10, vec![line.clone(), band]),
                    panel(Scale::Linear, vec![series("bars", bins), level, place]),
                    panel(Scale::Log10, vec![line]),
                ],
                vec![panel(Scale::Log10, vec![series("", error_bars), hollow])],
            ],
            panel_height: 200.0,
            caption: "Many words of a caption. ".repeat(20),
        }
    }

    #[test]
    fn no_text_is_cut_or_covered() {
        assert_legible(&figure());
    }

    #[test]
    fn a_row_may_be_shorter_than_the_first_but_not_longer() {
        let mut figure = figure();
        figure.rows.swap(0, 1);
        let error = format!("{:#}", scene(&figure).unwrap_err());
        assert!(error.contains("longer than the first"), "{error}");
    }

    #[test]
    fn a_panel_without_data_is_an_error_that_names_figure_and_axis() {
        let mut empty = figure();
        empty.rows[0][1].series.clear();
        let error = format!("{:#}", scene(&empty).unwrap_err());
        assert!(
            error.contains("sample") && error.contains("coefficients"),
            "{error}"
        );
        empty.rows.clear();
        assert!(scene(&empty).is_err());
    }
}
