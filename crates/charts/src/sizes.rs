//! Sizes and inks that several parts of a figure share, in nominal pixels.

use super::Color;

/// The width of every figure.
pub const WIDTH: f64 = 900.0;
/// White space around a figure, and between its columns.
pub const MARGIN: f64 = 22.0;
/// Size of the names of axes.
pub const LABEL: f64 = 13.0;
/// Size of ticks, notes, legend and caption.
pub const SMALL: f64 = 12.0;
/// Colour of texts that are not read first.
pub const WEAK_INK: Color = Color(64, 64, 64);
/// Width of the line of a series.
pub const LINE_WIDTH: f64 = 1.8;
/// Width of a line of reference.
pub const REFERENCE_WIDTH: f64 = 1.4;
/// How much of a band's colour is seen.
pub const BAND_OPACITY: f64 = 0.18;
