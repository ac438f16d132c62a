//! A laid-out figure: strokes, areas and texts in nominal pixels, from back to front.

use super::{Color, Dash, Marker};

const WHITE: Color = Color(255, 255, 255);

/// A point in nominal pixels, from the upper left corner.
pub type Point = (f64, f64);

/// Everything that is drawn, and on how large a sheet.
#[derive(Debug)]
pub struct Scene {
    pub width: f64,
    pub height: f64,
    pub items: Vec<Item>,
}

/// One thing to draw.
#[derive(Debug)]
pub enum Item {
    /// An open path.
    Path {
        points: Vec<Point>,
        color: Color,
        width: f64,
    },
    /// A filled polygon.
    Area {
        points: Vec<Point>,
        color: Color,
        opacity: f64,
    },
    /// A filled circle.
    Disc {
        center: Point,
        radius: f64,
        color: Color,
    },
    /// A line of text.
    Text(Text),
}

/// A line of text.
#[derive(Debug, Clone)]
pub struct Text {
    pub content: String,
    /// The anchor, on the baseline.
    pub at: Point,
    pub anchor: Anchor,
    /// Pixels per em.
    pub size: f64,
    pub color: Color,
    /// Whether the text runs upwards instead of to the right.
    pub upwards: bool,
}

/// Which end of the text its position means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its start.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

impl Scene {
    /// Adds a line of text that runs to the right.
    pub fn text(&mut self, content: &str, at: Point, anchor: Anchor, size: f64, color: Color) {
        self.items.push(Item::Text(Text {
            content: content.to_owned(),
            at,
            anchor,
            size,
            color,
            upwards: false,
        }));
    }

    /// Adds an open path, cut into dashes.
    pub fn stroke(&mut self, points: &[Point], color: Color, dash: Dash, width: f64) {
        if dash == Dash::None {
            return;
        }
        for points in dashes(points, pattern(dash)) {
            self.items.push(Item::Path {
                points,
                color,
                width,
            });
        }
    }

    /// Adds a marker with a white rim, so that it stands out from the lines that it lies on.
    pub fn mark(&mut self, at: Point, marker: Marker, color: Color) {
        self.sign(at, marker, [(4.9, WHITE), (3.7, color)]);
    }

    /// Adds a hollow, pale marker.
    pub fn mark_hollow(&mut self, at: Point, marker: Marker, color: Color) {
        let pale = |ink: u8| ink / 2 + 127;
        let color = Color(pale(color.0), pale(color.1), pale(color.2));
        self.sign(at, marker, [(5.2, color), (3.6, WHITE)]);
    }

    /// Adds one sign upon another, each with its radius.
    fn sign(&mut self, at: Point, marker: Marker, layers: [(f64, Color); 2]) {
        for (radius, color) in layers {
            let corners: &[Point] = match marker {
                Marker::None => return,
                Marker::Disc => {
                    self.items.push(Item::Disc {
                        center: at,
                        radius,
                        color,
                    });
                    continue;
                }
                Marker::Square => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
                Marker::Triangle => &[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)],
                Marker::Diamond => &[(0.0, -1.3), (1.1, 0.0), (0.0, 1.3), (-1.1, 0.0)],
            };
            let points = corners
                .iter()
                .map(|(x, y)| (at.0 + radius * x, at.1 + radius * y))
                .collect();
            self.items.push(Item::Area {
                points,
                color,
                opacity: 1.0,
            });
        }
    }
}

/// Lengths of ink and gap in turn; empty for an unbroken line.
fn pattern(dash: Dash) -> &'static [f64] {
    match dash {
        Dash::None | Dash::Solid => &[],
        Dash::Dashed => &[7.0, 4.0],
        Dash::Dotted => &[2.0, 3.0],
        Dash::Mixed => &[8.0, 3.0, 2.0, 3.0],
    }
}

/// Cuts a path into the parts that carry ink.
fn dashes(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    if pattern.is_empty() || points.len() < 2 {
        return vec![points.to_vec()];
    }
    let mut parts = Vec::new();
    let mut part = vec![points[0]];
    let (mut phase, mut left) = (0, pattern[0]);
    for ends in points.windows(2) {
        let (from, to) = (ends[0], ends[1]);
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let share = done / length;
            let here = (
                from.0 + share * (to.0 - from.0),
                from.1 + share * (to.1 - from.1),
            );
            part.push(here);
            // Even phases carry ink.
            if phase % 2 == 0 {
                parts.push(std::mem::take(&mut part));
            }
            part = vec![here];
            phase = (phase + 1) % pattern.len();
            left = pattern[phase];
        }
        left -= length - done;
        part.push(to);
    }
    if phase % 2 == 0 {
        parts.push(part);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_go_around_corners() {
        let path = [(0.0, 0.0), (3.0, 0.0), (3.0, 3.0)];
        let parts = dashes(&path, &[4.0, 1.0]);
        assert_eq!(
            parts,
            [
                vec![(0.0, 0.0), (3.0, 0.0), (3.0, 1.0)],
                vec![(3.0, 2.0), (3.0, 3.0)]
            ]
        );
    }

    #[test]
    fn a_look_without_line_and_marker_draws_nothing() {
        let mut scene = Scene {
            width: 1.0,
            height: 1.0,
            items: Vec::new(),
        };
        let color = Color(0, 0, 0);
        scene.stroke(&[(0.0, 0.0), (1.0, 1.0)], color, Dash::None, 1.0);
        scene.mark((0.5, 0.5), Marker::None, color);
        scene.mark_hollow((0.5, 0.5), Marker::None, color);
        assert!(scene.items.is_empty());
    }

    #[test]
    fn a_solid_line_stays_whole_and_a_point_is_no_trouble() {
        let path = [(0.0, 0.0), (3.0, 0.0)];
        assert_eq!(dashes(&path, &[]), [path.to_vec()]);
        assert_eq!(dashes(&path[..1], &[1.0, 1.0]), [path[..1].to_vec()]);
    }
}
