//! Whether a figure can be read.

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
    assert!(texts(&scene).len() > 5);
    assert_eq!(fault(&scene), None);
}

/// What leaves the sheet, or which texts meet; `None` if the scene can be read.
pub fn fault(scene: &Scene) -> Option<String> {
    // Words first, because they tell a reader where to look.
    let leaves = scene.items.iter().find(|item| !is_inside(item, scene));
    let leaves = leaves.map(|item| format!("{item:?} leaves the sheet"));
    fault_of_texts(scene).or(leaves)
}

fn fault_of_texts(scene: &Scene) -> Option<String> {
    let texts = texts(scene);
    texts.iter().enumerate().find_map(|(index, text)| {
        let (a, content) = (cover(text), &text.content);
        if a.0 < 0.0 || a.1 < 0.0 || a.2 > scene.width || a.3 > scene.height {
            return Some(format!("the text {content:?} leaves the sheet"));
        }
        let met = texts[..index].iter().find(|other| {
            let b = cover(other);
            !(a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 || b.3 <= a.1)
        });
        met.map(|other| format!("the texts {content:?} and {:?} meet", other.content))
    })
}

fn is_inside(item: &Item, scene: &Scene) -> bool {
    let points = match item {
        Item::Path { points, .. } | Item::Area { points, .. } => points.clone(),
        Item::Disc { center, .. } => vec![*center],
        Item::Text(text) => vec![text.at],
    };
    let inside =
        |&(x, y): &Point| (0.0..=scene.width).contains(&x) && (0.0..=scene.height).contains(&y);
    points.iter().all(inside)
}

fn texts(scene: &Scene) -> Vec<&Text> {
    let items = scene.items.iter();
    let texts = items.filter_map(|item| match item {
        Item::Text(text) if !text.content.is_empty() => Some(text),
        _ => None,
    });
    texts.collect()
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
