//! One panel: grid, axes and series inside its rectangle.

use super::scale::{AFTER_ZERO, Span, Tick, ZERO, ZERO_HALF_WIDTH};
use super::scene::{Anchor, Item, Point, Scene, Text};
use super::sizes::{BAND_OPACITY, LABEL, LINE_WIDTH, REFERENCE_WIDTH, SMALL, WEAK_INK};
use super::{Bin, Color, Dash, Panel, Scale, Series, Shape, Style, palette};

const GRID: Color = Color(224, 224, 224);
const FRAME: Color = Color(90, 90, 90);
const TICK_LENGTH: f64 = 5.0;

/// A rectangle in nominal pixels.
#[derive(Debug, Clone, Copy)]
pub struct Rectangle {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

/// A panel with its place and its ranges.
pub struct Placed<'a> {
    pub panel: &'a Panel,
    pub area: Rectangle,
    pub x: Span,
    pub y: Span,
    pub x_ticks: Vec<Tick>,
    pub y_ticks: Vec<Tick>,
    /// Distance of the label of y from the plotting area.
    pub gutter: f64,
}

impl Placed<'_> {
    /// Adds the panel without its title: grid, shaded areas, axes, lines.
    pub fn draw(&self, scene: &mut Scene) {
        self.draw_grid(scene);
        for series in &self.panel.series {
            self.draw_shade(scene, series);
        }
        if self.panel.x.scale != Scale::Bare {
            self.draw_axes(scene);
        }
        for series in &self.panel.series {
            self.draw_line(scene, series);
        }
        self.draw_labels(scene);
    }

    fn across(&self, fraction: f64) -> f64 {
        self.area.left + fraction * self.area.width
    }

    fn up(&self, fraction: f64) -> f64 {
        self.area.top + (1.0 - fraction) * self.area.height
    }

    fn at(&self, x: f64, y: f64) -> Point {
        (self.across(self.x.fraction(x)), self.up(self.y.fraction(y)))
    }

    fn draw_grid(&self, scene: &mut Scene) {
        let named = |tick: &&Tick| !tick.label.is_empty();
        for tick in self.x_ticks.iter().filter(named) {
            let x = self.across(tick.fraction);
            scene.stroke(
                &[(x, self.up(0.0)), (x, self.up(1.0))],
                GRID,
                Dash::Solid,
                0.75,
            );
        }
        for tick in self.y_ticks.iter().filter(named) {
            let y = self.up(tick.fraction);
            scene.stroke(
                &[(self.across(0.0), y), (self.across(1.0), y)],
                GRID,
                Dash::Solid,
                0.75,
            );
        }
    }

    fn draw_axes(&self, scene: &mut Scene) {
        let mut line = |from, to| scene.stroke(&[from, to], FRAME, Dash::Solid, 1.0);
        // Beside the place of exact zeros the axis is broken.
        let halfway = (ZERO + ZERO_HALF_WIDTH + AFTER_ZERO) / 2.0;
        for (begin, end) in pieces(self.x.zero, halfway) {
            line(
                (self.across(begin), self.up(0.0)),
                (self.across(end), self.up(0.0)),
            );
        }
        for (begin, end) in pieces(self.y.zero, halfway) {
            line(
                (self.across(0.0), self.up(begin)),
                (self.across(0.0), self.up(end)),
            );
        }
        let length = |tick: &Tick| {
            if tick.label.is_empty() {
                TICK_LENGTH / 2.0
            } else {
                TICK_LENGTH
            }
        };
        for tick in &self.x_ticks {
            let (x, y) = (self.across(tick.fraction), self.up(0.0));
            line((x, y), (x, y + length(tick)));
        }
        for tick in &self.y_ticks {
            let (x, y) = (self.across(0.0), self.up(tick.fraction));
            line((x, y), (x - length(tick), y));
        }
    }

    fn draw_shade(&self, scene: &mut Scene, series: &Series) {
        let color = series.style.color;
        let mut fill = |points| {
            scene.items.push(Item::Area {
                points,
                color,
                opacity: BAND_OPACITY,
            })
        };
        match &series.shape {
            Shape::Band(band) => {
                let upper = band.iter().map(|&(x, _, high)| self.at(x, high));
                let lower = band.iter().rev().map(|&(x, low, _)| self.at(x, low));
                fill(upper.chain(lower).collect());
            }
            Shape::Steps(bins) => self.outlines(bins).into_iter().for_each(fill),
            _ => {}
        }
    }

    fn draw_line(&self, scene: &mut Scene, series: &Series) {
        let Style {
            color,
            dash,
            marker,
        } = series.style;
        match &series.shape {
            Shape::Line(data) => {
                let points: Vec<Point> = data.iter().map(|&(x, y)| self.at(x, y)).collect();
                scene.stroke(&points, color, dash, LINE_WIDTH);
                points
                    .iter()
                    .for_each(|&point| scene.mark(point, marker, color));
            }
            Shape::Hollow(data) => {
                for &(x, y) in data {
                    scene.mark_hollow(self.at(x, y), marker, color);
                }
            }
            Shape::Bars(bars) => {
                for &[(x, y), (to_x, to_y)] in bars {
                    draw_bar(scene, [self.at(x, y), self.at(to_x, to_y)], color);
                }
            }
            Shape::Steps(bins) => {
                for points in self.outlines(bins) {
                    scene.stroke(&points, color, dash, LINE_WIDTH);
                }
            }
            Shape::Vertical(value) => {
                let x = self.across(self.x.fraction(*value));
                let ends = [(x, self.up(0.0)), (x, self.up(1.0))];
                scene.stroke(&ends, color, dash, REFERENCE_WIDTH);
            }
            Shape::Horizontal(value) => {
                let y = self.up(self.y.fraction(*value));
                let ends = [(self.across(0.0), y), (self.across(1.0), y)];
                scene.stroke(&ends, color, dash, REFERENCE_WIDTH);
            }
            Shape::Stroke { ends, width } => {
                let ends = ends.map(|(x, y)| self.at(x, y));
                scene.stroke(&ends, color, dash, *width);
            }
            Shape::Disc { center, radius } => scene.items.push(Item::Disc {
                center: self.at(center.0, center.1),
                radius: *radius,
                color,
            }),
            Shape::Text {
                at,
                content,
                anchor,
                size,
            } => scene.text(content, self.at(at.0, at.1), *anchor, *size, color),
            Shape::Band(_) => {}
        }
    }

    /// The outline of a histogram: one path for each run of bars that touch, from the axis to the
    /// axis.
    fn outlines(&self, bins: &[Bin]) -> Vec<Vec<Point>> {
        let base = self.up(0.0);
        let mut paths: Vec<Vec<Point>> = Vec::new();
        let mut reached = None;
        for bin in bins {
            let [lower, upper] = self.panel.ends(bin);
            let (left, right) = if lower == upper {
                (
                    self.across(ZERO - ZERO_HALF_WIDTH),
                    self.across(ZERO + ZERO_HALF_WIDTH),
                )
            } else {
                (
                    self.across(self.x.fraction(lower)),
                    self.across(self.x.fraction(upper)),
                )
            };
            let top = self.up(self.y.fraction(bin.height));
            match paths.last_mut() {
                Some(path) if reached == Some(lower) && lower != upper => {
                    path.pop();
                    path.extend([(left, top), (right, top), (right, base)]);
                }
                _ => paths.push(vec![(left, base), (left, top), (right, top), (right, base)]),
            }
            reached = (lower != upper).then_some(upper);
        }
        paths
    }

    fn draw_labels(&self, scene: &mut Scene) {
        let below = self.up(0.0) + TICK_LENGTH + 2.0 + SMALL;
        for tick in &self.x_ticks {
            let at = (self.across(tick.fraction), below);
            scene.text(&tick.label, at, Anchor::Middle, SMALL, WEAK_INK);
        }
        for tick in &self.y_ticks {
            // A third of an em centres digits on their tick.
            let at = (
                self.across(0.0) - TICK_LENGTH - 3.0,
                self.up(tick.fraction) + 0.36 * SMALL,
            );
            scene.text(&tick.label, at, Anchor::End, SMALL, WEAK_INK);
        }
        let mut name = |content: &str, at, upwards| {
            let (content, anchor, color) = (content.to_owned(), Anchor::Middle, palette::BLACK);
            scene.items.push(Item::Text(Text {
                content,
                at,
                anchor,
                size: LABEL,
                color,
                upwards,
            }));
        };
        name(
            &self.panel.x.label,
            (self.across(0.5), below + 8.0 + LABEL),
            false,
        );
        name(
            &self.panel.y.label,
            (self.across(0.0) - self.gutter + LABEL, self.up(0.5)),
            true,
        );
    }
}

/// Draws an error bar with its caps.
fn draw_bar(scene: &mut Scene, ends: [Point; 2], color: Color) {
    const HALF_CAP: f64 = 3.0;
    let upright = ends[0].0 == ends[1].0;
    let (across, along) = if upright {
        (HALF_CAP, 0.0)
    } else {
        (0.0, HALF_CAP)
    };
    scene.stroke(&ends, color, Dash::Solid, REFERENCE_WIDTH);
    for (x, y) in ends {
        let cap = [(x - across, y - along), (x + across, y + along)];
        scene.stroke(&cap, color, Dash::Solid, REFERENCE_WIDTH);
    }
}

/// The drawn parts of an axis line, as fractions.
fn pieces(zero: bool, gap: f64) -> Vec<(f64, f64)> {
    if zero {
        vec![(0.0, gap - 0.01), (gap + 0.01, 1.0)]
    } else {
        vec![(0.0, 1.0)]
    }
}
