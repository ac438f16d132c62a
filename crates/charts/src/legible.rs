//! Whether a figure can be read: for tests.

use crate::Figure;
use crate::font::width;
use crate::layout::scene;
use crate::scene::{Anchor, Item, Point, Scene, Text};

/// Checks a figure in a test.
///
/// # Panics
/// If it cannot be laid out, if anything leaves its sheet, or if two texts meet.
pub fn assert_legible(figure: &Figure) {
    let scene = scene(figure).unwrap();
    for item in &scene.items {
        let points = match item {
            Item::Path { points, .. } | Item::Area { points, .. } => points.clone(),
            Item::Disc { center, .. } => vec![*center],
            Item::Text(text) => vec![text.at],
        };
        let inside =
            |&(x, y): &Point| (0.0..=scene.width).contains(&x) && (0.0..=scene.height).contains(&y);
        assert!(points.iter().all(inside), "{item:?}");
    }
    assert_texts_are_apart(&scene);
}

fn assert_texts_are_apart(scene: &Scene) {
    let texts: Vec<&Text> = scene
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Text(text) if !text.content.is_empty() => Some(text),
            _ => None,
        })
        .collect();
    assert!(texts.len() > 5);
    for (index, text) in texts.iter().enumerate() {
        let a = cover(text);
        assert!(
            a.0 >= 0.0 && a.1 >= 0.0 && a.2 <= scene.width && a.3 <= scene.height,
            "{text:?}"
        );
        for other in &texts[..index] {
            let b = cover(other);
            let apart = a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 || b.3 <= a.1;
            assert!(apart, "{text:?} meets {other:?}");
        }
    }
}

/// The rectangle that a text covers.
fn cover(text: &Text) -> (f64, f64, f64, f64) {
    let wide = width(&text.content, text.size).unwrap();
    let before = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => wide / 2.0,
        Anchor::End => wide,
    };
    let (x, y) = text.at;
    let (above, below) = (0.75 * text.size, 0.2 * text.size);
    match text.upwards {
        false => (x - before, y - above, x - before + wide, y + below),
        true => (x - above, y + before - wide, x + below, y + before),
    }
}
