//! A scene becomes SVG and PNG through plotters' backends.

use anyhow::{Context, Result};
use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color as _, FontDesc, FontFamily, FontStyle, FontTransform, ShapeStyle, TextStyle,
};

use super::Figure;
use super::font::{FAMILY, HEIGHT_PER_EM};
use super::layout;
use super::scene::{Anchor, Item, Point, Scene, Text};

/// Backends count in whole pixels: everything is drawn this many times larger than nominal.
const SCALE: usize = 4;

/// Width and height of a dot of the PNG in drawn pixels, which are averaged: edges become smooth, and
/// the PNG is `SCALE / SHRINK` times the nominal size.
const SHRINK: usize = 2;

/// How a backend understands text sizes and positions; measured on plotters 0.3.7.
#[derive(Debug, Clone, Copy)]
struct TextMetrics {
    /// Plotters' font size for one pixel per em.
    size_per_em: f64,
    /// How far below a vertically centred text's position its baseline lies, in em.
    baseline: f64,
}

/// An SVG's font size is plotters' by 1.24; half an x-height lies between position and baseline.
const SVG_TEXT: TextMetrics = TextMetrics {
    size_per_em: 1.24,
    baseline: 0.2735,
};

/// A bitmap's baseline is half the size below the top of a box of height size / 1.24.
const BITMAP_TEXT: TextMetrics = TextMetrics {
    size_per_em: HEIGHT_PER_EM,
    baseline: HEIGHT_PER_EM * (0.5 - 0.5 / 1.24),
};

/// The figure as an SVG document of the nominal size.
///
/// # Errors
/// If the figure cannot be laid out.
pub fn svg(figure: &Figure) -> Result<String> {
    svg_of(&layout::scene(figure)?, None)
}

/// A scene as an SVG document, of the nominal size or with so many points a pixel.
///
/// # Errors
/// If the backend fails.
pub fn svg_of(scene: &Scene, points: Option<f64>) -> Result<String> {
    let (width, height) = pixels(scene);
    let mut document = String::new();
    draw(
        &mut SVGBackend::with_string(&mut document, (width, height)),
        scene,
        SVG_TEXT,
    )?;
    // The view box keeps the drawn size, so that only the sheet shrinks.
    let drawn = format!("<svg width=\"{width}\" height=\"{height}\"");
    let length = |pixels: f64| match points {
        None => pixels.to_string(),
        Some(points) => format!("{}pt", pixels * points),
    };
    let (wide, high) = (length(scene.width), length(scene.height));
    let nominal = format!("<svg width=\"{wide}\" height=\"{high}\"");
    let rest = document
        .strip_prefix(&drawn)
        .context("the SVG does not begin with its size")?;
    Ok(nominal + rest)
}

/// The figure as a PNG of twice the nominal size.
///
/// # Errors
/// If the figure cannot be laid out.
pub fn png(figure: &Figure) -> Result<Vec<u8>> {
    let scene = layout::scene(figure)?;
    let (width, height) = pixels(&scene);
    let mut drawn = vec![0; 3 * width as usize * height as usize];
    draw(
        &mut BitMapBackend::with_buffer(&mut drawn, (width, height)),
        &scene,
        BITMAP_TEXT,
    )?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width / SHRINK as u32, height / SHRINK as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&shrunk(&drawn, width as usize))?;
    writer.finish()?;
    Ok(bytes)
}

fn pixels(scene: &Scene) -> (u32, u32) {
    let scaled = |length: f64| length as u32 * SCALE as u32;
    (scaled(scene.width), scaled(scene.height))
}

/// Averages squares of `SHRINK` by `SHRINK` pixels of an RGB image.
fn shrunk(image: &[u8], width: usize) -> Vec<u8> {
    let mut small = Vec::with_capacity(image.len() / (SHRINK * SHRINK));
    for rows in image.chunks_exact(3 * width * SHRINK) {
        for column in 0..width / SHRINK {
            for channel in 0..3 {
                let value = |row: usize, pixel: usize| {
                    usize::from(rows[3 * (row * width + column * SHRINK + pixel) + channel])
                };
                let sum: usize = (0..SHRINK)
                    .flat_map(|row| (0..SHRINK).map(move |pixel| value(row, pixel)))
                    .sum();
                small.push((sum / (SHRINK * SHRINK)) as u8);
            }
        }
    }
    small
}

/// Draws a scene, `SCALE` times larger than nominal, on any backend.
fn draw<DB: DrawingBackend>(backend: &mut DB, scene: &Scene, metrics: TextMetrics) -> Result<()>
where
    DB::ErrorType: 'static,
{
    let size = backend.get_size();
    let white = plotters::style::WHITE;
    backend.draw_rect((0, 0), (size.0 as i32, size.1 as i32), &white, true)?;
    for item in &scene.items {
        match item {
            Item::Path {
                points,
                color,
                width,
            } => {
                let stroke_width = (width * SCALE as f64).round() as u32;
                let style = ShapeStyle {
                    color: color.to_rgba(),
                    filled: false,
                    stroke_width,
                };
                backend.draw_path(points.iter().map(scaled), &style)?;
            }
            Item::Area {
                points,
                color,
                opacity,
            } => {
                backend.fill_polygon(points.iter().map(scaled), &color.mix(*opacity))?;
            }
            Item::Disc {
                center,
                radius,
                color,
            } => {
                let radius = (radius * SCALE as f64).round() as u32;
                backend.draw_circle(scaled(center), radius, color, true)?;
            }
            Item::Text(text) => draw_text(backend, text, metrics)?,
        }
    }
    backend.present()?;
    Ok(())
}

fn draw_text<DB: DrawingBackend>(backend: &mut DB, text: &Text, metrics: TextMetrics) -> Result<()>
where
    DB::ErrorType: 'static,
{
    if text.content.is_empty() {
        return Ok(());
    }
    let size = text.size * SCALE as f64 * metrics.size_per_em;
    let turn = if text.upwards {
        FontTransform::Rotate270
    } else {
        FontTransform::None
    };
    let horizontal = match text.anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let font = FontDesc::new(FontFamily::Name(FAMILY), size, FontStyle::Normal).transform(turn);
    let style = TextStyle::from(font)
        .color(&text.color)
        .pos(Pos::new(horizontal, VPos::Center));
    let rise = metrics.baseline * text.size;
    let (x, y) = text.at;
    let position = if text.upwards {
        (x - rise, y)
    } else {
        (x, y - rise)
    };
    backend.draw_text(&text.content, &style, scaled(&position))?;
    Ok(())
}

fn scaled(point: &Point) -> (i32, i32) {
    let whole = |length: f64| (length * SCALE as f64).round() as i32;
    (whole(point.0), whole(point.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::tests::figure;

    /// Fails unless elements are nested and closed, attributes quoted and texts escaped.
    fn assert_well_formed(document: &str) {
        let mut open = Vec::new();
        for part in document.split('<').skip(1) {
            let (tag, text) = part.split_once('>').expect("a tag that is closed");
            assert!(
                !text.contains('>') && tag.matches('"').count() % 2 == 0,
                "{part}"
            );
            let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"];
            assert!(
                part.match_indices('&')
                    .all(|(at, _)| entities.iter().any(|e| part[at..].starts_with(e)))
            );
            let name = tag.split([' ', '/']).find(|name| !name.is_empty()).unwrap();
            match (tag.starts_with('/'), tag.ends_with('/')) {
                (true, _) => assert_eq!(open.pop(), Some(name)),
                (false, false) => open.push(name),
                (false, true) => {}
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }

    #[test]
    fn an_svg_is_well_formed_of_nominal_size_and_names_the_fonts() {
        let mut figure = figure();
        figure.title = "a < b & c > \"d\"".into();
        let document = svg(&figure).unwrap();
        assert_well_formed(&document);
        let (size, drawn) = (layout::scene(&figure).unwrap(), SCALE as f64);
        let (width, height) = (size.width, size.height);
        let begin = format!(
            "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\"",
            drawn * width,
            drawn * height
        );
        assert!(document.starts_with(&begin), "{}", &document[..100]);
        let fonts = format!("font-family=\"{FAMILY}\"");
        assert_eq!(
            document.matches("<text ").count(),
            document.matches(&fonts).count()
        );
        assert!(document.contains("10⁻²"));
    }

    #[test]
    fn bytes_are_reproducible_and_a_png_shows_its_text() {
        assert_eq!(svg(&figure()).unwrap(), svg(&figure()).unwrap());
        let drawn = png(&figure()).unwrap();
        assert_eq!(drawn, png(&figure()).unwrap());
        // As many characters, so that only the letters differ.
        let mut without = figure();
        without.title = "\u{a0}".repeat(without.title.chars().count());
        assert_ne!(drawn, png(&without).unwrap());
    }

    #[test]
    fn shrinking_averages_squares_by_channel() {
        let image = [
            [10, 0, 1, 20, 0, 1, 9, 9, 9, 9, 9, 9],
            [30, 4, 1, 40, 4, 1, 9, 9, 9, 9, 9, 9],
        ];
        assert_eq!(shrunk(image.as_flattened(), 4), [25, 2, 1, 9, 9, 9]);
    }
}
