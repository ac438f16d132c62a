//! What a figure is: the vocabulary in which experiments describe one.

use crate::scene::Anchor;

pub use plotters::style::RGBColor as Color;

/// The colours of Okabe and Ito, which readers with any colour vision can tell apart.
pub mod palette {
    use super::Color;

    /// Black.
    pub const BLACK: Color = Color(0, 0, 0);
    /// Blue.
    pub const BLUE: Color = Color(0, 114, 178);
    /// Bluish green.
    pub const GREEN: Color = Color(0, 158, 115);
    /// Orange.
    pub const ORANGE: Color = Color(230, 159, 0);
    /// Reddish purple.
    pub const PURPLE: Color = Color(204, 121, 167);
    /// Vermilion.
    pub const VERMILION: Color = Color(213, 94, 0);
}

/// A whole figure: panels in rows under a title, above a legend and a caption.
#[derive(Debug, Clone)]
pub struct Figure {
    /// The stem of the files.
    pub name: &'static str,
    /// Its title.
    pub title: String,
    /// Panels from top to bottom and from left to right; no row is longer than the first.
    pub rows: Vec<Vec<Panel>>,
    /// Height of one panel's plotting area in nominal pixels.
    pub panel_height: f64,
    /// What is drawn, of how many samples, and from which file.
    pub caption: String,
}

/// One pair of axes with its series, drawn in their order.
#[derive(Debug, Clone)]
pub struct Panel {
    /// What it shows, above it.
    pub title: String,
    /// Small lines under the title.
    pub notes: Vec<String>,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What is drawn.
    pub series: Vec<Series>,
}

/// What an axis measures. Its range always covers the data of the panel.
#[derive(Debug, Clone)]
pub struct Axis {
    /// Name and unit; empty for none.
    pub label: String,
    /// How values become lengths.
    pub scale: Scale,
    /// Where the axis begins, without a margin (unless data lie below).
    pub start: Option<f64>,
    /// Further values that the axis shows.
    pub covers: Vec<f64>,
}

impl Axis {
    /// An axis whose range follows from the data alone.
    pub fn new(label: &str, scale: Scale) -> Self {
        let (start, covers) = (None, Vec::new());
        Axis {
            label: label.to_owned(),
            scale,
            start,
            covers,
        }
    }

    /// The same axis, beginning at a value.
    pub fn starting_at(self, start: f64) -> Self {
        Axis {
            start: Some(start),
            ..self
        }
    }

    /// The same axis, showing some values whether there are data or not.
    pub fn covering(self, covers: Vec<f64>) -> Self {
        Axis { covers, ..self }
    }
}

/// How values become lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Proportional.
    Linear,
    /// Proportional, with ticks at whole numbers only.
    Whole,
    /// By the decimal logarithm; exact zeros have a place of their own beside the axis.
    Log10,
    /// The same, with ticks at powers of two.
    Log2,
    /// Percentages by their logit, log(x / (100 - x)), as wide near 100 as near 0; exact zeros as above.
    Logit,
    /// The same for percentages that are removed, with ticks that say how many thousands are left of
    /// `removable` and `others`, which nothing removes.
    Left {
        /// Weights that masks may remove.
        removable: u64,
        /// Weights that nothing removes.
        others: u64,
    },
    /// Proportional and without a margin, for diagrams: no axis is drawn.
    Bare,
}

impl Scale {
    pub(crate) fn is_logarithmic(self) -> bool {
        matches!(self, Scale::Log10 | Scale::Log2) || self.is_of_percentages()
    }

    pub(crate) fn is_of_percentages(self) -> bool {
        matches!(self, Scale::Logit | Scale::Left { .. })
    }

    /// Where a positive value lies on a logarithmic scale, in decades.
    pub(crate) fn logarithm(self, value: f64) -> f64 {
        match self {
            Scale::Logit | Scale::Left { .. } => (value / (100.0 - value)).log10(),
            _ => value.log10(),
        }
    }

    /// How a tick names a percentage.
    pub(crate) fn percentage_label(self, value: f64) -> String {
        match self {
            Scale::Left { removable, others } => {
                let left = (others as f64 + removable as f64 * (1.0 - value / 100.0)) / 1000.0;
                let decimals = usize::from(left < 99.95);
                format!("{left:.decimals$}")
            }
            _ => value.to_string(),
        }
    }
}

/// One set of data.
#[derive(Debug, Clone)]
pub struct Series {
    /// Its line in the legend; the same label is listed once for all panels, and none if empty.
    pub label: String,
    /// Its look.
    pub style: Style,
    /// Its data.
    pub shape: Shape,
}

impl Series {
    /// A series; an empty label keeps it out of the legend.
    pub fn new(label: &str, style: Style, shape: Shape) -> Self {
        let label = label.to_owned();
        Series {
            label,
            style,
            shape,
        }
    }

    /// Points (x, y) with markers, joined in their order.
    pub fn line(label: &str, style: Style, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self::new(label, style, Shape::Line(points.into_iter().collect()))
    }

    /// Error bars of a series that has the label.
    pub fn bars(style: Style, bars: impl IntoIterator<Item = [(f64, f64); 2]>) -> Self {
        Self::new("", style, Shape::Bars(bars.into_iter().collect()))
    }
}

/// How a series looks: never by its colour alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// Colour of line and markers.
    pub color: Color,
    /// Pattern of the line.
    pub dash: Dash,
    /// Sign at data points.
    pub marker: Marker,
}

impl Style {
    /// Curves of one panel.
    pub const CURVES: [Style; 4] = [
        Style::new(palette::BLUE, Dash::Solid, Marker::Disc),
        Style::new(palette::VERMILION, Dash::Dashed, Marker::Square),
        Style::new(palette::GREEN, Dash::Mixed, Marker::Triangle),
        Style::new(palette::PURPLE, Dash::Dotted, Marker::Diamond),
    ];

    /// A line of reference.
    pub const REFERENCE: Style = Style::new(palette::BLACK, Dash::Dotted, Marker::None);

    /// A look.
    pub const fn new(color: Color, dash: Dash, marker: Marker) -> Self {
        Style {
            color,
            dash,
            marker,
        }
    }

    /// The same look without markers.
    pub const fn line_alone(self) -> Self {
        let marker = Marker::None;
        Style { marker, ..self }
    }

    /// The same look without a line.
    pub const fn markers_alone(self) -> Self {
        let dash = Dash::None;
        Style { dash, ..self }
    }
}

/// The pattern of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dash {
    /// No line.
    None,
    /// An unbroken line.
    Solid,
    /// Dashes.
    Dashed,
    /// Dots.
    Dotted,
    /// Dashes and dots.
    Mixed,
}

/// The sign at a data point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// No sign.
    None,
    /// A filled circle.
    Disc,
    /// A square.
    Square,
    /// A triangle.
    Triangle,
    /// A diamond.
    Diamond,
}

/// The data of a series.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Points (x, y) with markers, joined in their order.
    Line(Vec<(f64, f64)>),
    /// Points (x, y) with hollow, pale markers, not joined: values from elsewhere.
    Hollow(Vec<(f64, f64)>),
    /// A shaded band: (x, low, high). It belongs to a series that has the label.
    Band(Vec<(f64, f64, f64)>),
    /// Error bars, from point to point along x or y. They belong to a series that has the label.
    Bars(Vec<[(f64, f64); 2]>),
    /// A histogram, shaded down to the axis.
    Steps(Vec<Bin>),
    /// A reference line across the panel at one x.
    Vertical(f64),
    /// A reference line across the panel at one y.
    Horizontal(f64),
    /// A stroke of a diagram, its width in nominal pixels. Diagrams name the ranges of their axes
    /// themselves.
    Stroke {
        /// Where it begins and ends.
        ends: [(f64, f64); 2],
        /// Its width.
        width: f64,
    },
    /// A filled circle of a diagram, its radius in nominal pixels.
    Disc {
        /// Its centre.
        center: (f64, f64),
        /// Its radius.
        radius: f64,
    },
    /// A line of text of a diagram: the anchor on its baseline, and the size in nominal pixels.
    Text {
        /// The anchor.
        at: (f64, f64),
        /// The line.
        content: String,
        /// Which end of the text is at the anchor.
        anchor: Anchor,
        /// Its size.
        size: f64,
    },
}

/// A bar of a histogram. On a logarithmic axis the bar from 0 stands for exact zeros.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Its lower end.
    pub lower: f64,
    /// Its upper end.
    pub upper: f64,
    /// Its height.
    pub height: f64,
}

impl Panel {
    /// A panel without notes.
    pub fn new(title: impl Into<String>, x: Axis, y: Axis, series: Vec<Series>) -> Self {
        Panel {
            title: title.into(),
            notes: Vec::new(),
            x,
            y,
            series,
        }
    }

    /// The same panel with small lines under its title.
    pub fn noting(self, notes: Vec<String>) -> Self {
        Panel { notes, ..self }
    }

    /// Every x that the panel shows.
    pub(crate) fn xs(&self) -> Vec<f64> {
        let places = self.series.iter().flat_map(|series| self.places(series));
        let shown = places.filter_map(|place| place.0);
        shown.chain(self.x.covers.iter().copied()).collect()
    }

    /// Every y that the panel shows.
    pub(crate) fn ys(&self) -> Vec<f64> {
        let places = self.series.iter().flat_map(|series| self.places(series));
        let shown = places.filter_map(|place| place.1);
        shown.chain(self.y.covers.iter().copied()).collect()
    }

    /// Where a series is: x and y, as far as it has them.
    fn places(&self, series: &Series) -> Vec<(Option<f64>, Option<f64>)> {
        let ends = |&(x, low, high): &(f64, f64, f64)| [(x, low), (x, high)];
        let top = |bin: &Bin| self.ends(bin).map(|x| (x, bin.height));
        let points: Vec<(f64, f64)> = match &series.shape {
            Shape::Line(points) | Shape::Hollow(points) => points.clone(),
            Shape::Band(points) => points.iter().flat_map(ends).collect(),
            Shape::Bars(bars) => bars.as_flattened().to_vec(),
            Shape::Steps(bins) => bins.iter().flat_map(top).collect(),
            Shape::Vertical(x) => return vec![(Some(*x), None)],
            Shape::Horizontal(y) => return vec![(None, Some(*y))],
            _ => Vec::new(),
        };
        points.iter().map(|&(x, y)| (Some(x), Some(y))).collect()
    }

    /// The ends of a bar; the bar of exact zeros is at 0 alone.
    pub(crate) fn ends(&self, bin: &Bin) -> [f64; 2] {
        match self.x.scale {
            scale if scale.is_logarithmic() && bin.lower <= 0.0 => [0.0; 2],
            _ => [bin.lower, bin.upper],
        }
    }
}

/// Gives panels side by side the same range of x.
pub fn share_x(panels: &mut [Panel]) {
    let all: Vec<f64> = panels.iter().flat_map(Panel::xs).collect();
    for panel in panels {
        panel.x.covers.clone_from(&all);
    }
}

/// Gives panels side by side the same range of y, and the label to the first one alone.
pub fn share_y(panels: &mut [Panel]) {
    let all: Vec<f64> = panels.iter().flat_map(Panel::ys).collect();
    for (column, panel) in panels.iter_mut().enumerate() {
        panel.y.covers.clone_from(&all);
        if column > 0 {
            panel.y.label.clear();
        }
    }
}
