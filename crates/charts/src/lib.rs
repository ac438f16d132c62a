//! Figures as data, and one renderer that draws every figure.
//!
//! An experiment describes a [`Figure`]: panels, axes, series, caption. `layout` turns it into a scene of strokes
//! and texts in nominal pixels; [`svg`] and [`png()`] draw the scene, [`print()`] for paper. [`wording`] writes the numbers of
//! captions, [`spread`] makes curves of replicates, [`assert_legible`] is for tests of figures.
//!
//! The crate knows no experiment and no files.

mod figure;
mod font;
mod layout;
mod legend;
mod legible;
mod panel;
mod pdf;
mod print;
mod render;
mod scale;
mod scene;
mod sizes;
pub mod spread;
pub mod wording;

pub use figure::{
    Axis, Bin, Color, Dash, Figure, Marker, Panel, Scale, Series, Shape, Style, palette, share_x,
    share_y,
};
pub use legible::assert_legible;
pub use print::{PaperWidth, Printed, print};
pub use render::{png, svg};
pub use scene::Anchor;
