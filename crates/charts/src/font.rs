//! The one typeface of all figures, shipped with the program so that no machine's fonts matter.

use std::sync::OnceLock;

use anyhow::{Context, Result, ensure};
use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

/// The CSS names under which the typeface is registered; an SVG carries them as they are.
pub const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// Ascent and descent together in units of the font size: plotters gives sizes as this height.
pub const HEIGHT_PER_EM: f64 = 2384.0 / 2048.0;

/// The file of the typeface.
pub static TYPEFACE: &[u8] = include_bytes!("../fonts/DejaVuSans.ttf");

/// Makes the typeface known to plotters; only the first call works.
///
/// # Errors
/// If the shipped file is no font.
pub fn register() -> Result<()> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    let known =
        *REGISTERED.get_or_init(|| register_font(FAMILY, FontStyle::Normal, TYPEFACE).is_ok());
    ensure!(
        known,
        "the shipped font DejaVuSans.ttf is damaged: build again from a clean checkout"
    );
    Ok(())
}

/// The width of a line of text, in the unit of `size` (pixels per em).
///
/// # Errors
/// If the typeface is not registered.
pub fn width(text: &str, size: f64) -> Result<f64> {
    width_in(FAMILY, text, size)
}

fn width_in(family: &str, text: &str, size: f64) -> Result<f64> {
    // Plotters measures in whole pixels: a large size keeps three digits.
    const EM: f64 = 1000.0;
    let font = FontDesc::new(
        FontFamily::Name(family),
        EM * HEIGHT_PER_EM,
        FontStyle::Normal,
    );
    let (pixels, _) = font
        .box_size(text)
        .with_context(|| format!("no font is registered as \"{family}\""))?;
    Ok(f64::from(pixels) / EM * size)
}

/// Breaks text at spaces into lines no wider than `limit` (a longer word has a line to itself).
/// A number stays with its sign: no line begins or ends with `=`, and none begins with `%`.
///
/// # Errors
/// If the typeface is not registered.
pub fn wrap(text: &str, size: f64, limit: f64) -> Result<Vec<String>> {
    let text = text
        .replace(" = ", "\u{a0}=\u{a0}")
        .replace(" %", "\u{a0}%");
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_ascii_whitespace() {
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if !line.is_empty() && width(&longer, size)? > limit {
            lines.push(std::mem::replace(&mut line, word.to_owned()));
        } else {
            line = longer;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_font_that_nobody_registered_is_an_error() {
        register().unwrap();
        let error = width_in("No Such Font", "text", 12.0).unwrap_err();
        assert!(error.to_string().contains("No Such Font"), "{error}");
    }

    #[test]
    fn an_em_dash_is_one_em_wide() {
        register().unwrap();
        assert!((width("\u{2014}", 50.0).unwrap() - 50.0).abs() < 0.1);
    }

    #[test]
    fn lines_break_at_spaces_and_lose_no_word() {
        register().unwrap();
        let text = "one two three incomprehensibilities four";
        let lines = wrap(text, 10.0, 60.0).unwrap();
        assert_eq!(lines.join(" "), text);
        for line in &lines {
            assert!(
                width(line, 10.0).unwrap() <= 60.0 || !line.contains(' '),
                "{line}"
            );
        }
        assert!(wrap("  ", 10.0, 60.0).unwrap().is_empty());
        let together = wrap("words n = 21 5 %", 10.0, 1.0).unwrap();
        assert_eq!(together, ["words", "n\u{a0}=\u{a0}21", "5\u{a0}%"]);
    }
}
