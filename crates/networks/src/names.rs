//! Layer names: their order, as a person counts (`fc2` before `fc10`), and how they are printed.

use std::cmp::Ordering;
use std::fmt::Display;

/// A stretch of a name. Numbers come before text; a number with more digits is the larger one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Number { digits: usize, value: &'a str },
    Text(&'a str),
}

/// Compares names with their runs of digits read as numbers of any length.
///
/// Names that differ in leading zeros alone fall back to the order of their characters, so only
/// equal names compare as equal.
pub fn natural_order(left: &str, right: &str) -> Ordering {
    parts(left).cmp(parts(right)).then(left.cmp(right))
}

/// A name with `#` for every number: names of one pattern are equal but for their numbers.
pub(crate) fn pattern(name: &str) -> String {
    let part = |part| match part {
        Part::Number { .. } => "#",
        Part::Text(text) => text,
    };
    parts(name).map(part).collect()
}

/// What stands before a name's first number, and that number in a form that compares as numbers
/// do: its digits without leading zeros, the longer ones being the larger ones.
pub(crate) fn first_number(name: &str) -> Option<(&str, (usize, &str))> {
    let mut before = "";
    for part in parts(name) {
        match part {
            Part::Text(text) => before = text,
            Part::Number { digits, value } => return Some((before, (digits, value))),
        }
    }
    None
}

/// Text for an error message, which is one line whatever a file calls its tensors.
pub fn one_line(text: impl Display) -> String {
    let escaped = |character: char| match character.is_control() {
        true => character.escape_default().to_string(),
        false => character.to_string(),
    };
    text.to_string().chars().map(escaped).collect()
}

fn parts(name: &str) -> impl Iterator<Item = Part<'_>> {
    let is_digit = |character: char| character.is_ascii_digit();
    let mut rest = name;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest.find(|character| is_digit(character) != is_digit(first));
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(if is_digit(first) {
            let value = part.trim_start_matches('0');
            let digits = value.len();
            Part::Number { digits, value }
        } else {
            Part::Text(part)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        let ordered = [
            "",
            "0",
            "2",
            "10",
            "123456789012345678901234567890",
            "fc",
            "fc1",
            "fc01a",
            "fc1b",
            "fc2",
            "fc10",
            "layers.2.fc1",
            "layers.10.fc0",
            "\u{e9}1",
        ];
        for pair in ordered.windows(2) {
            assert_eq!(natural_order(pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert_eq!(natural_order(pair[1], pair[0]), Ordering::Greater);
        }
    }

    #[test]
    fn patterns_and_first_numbers() {
        assert_eq!(pattern("layers.0.fc12"), "layers.#.fc#");
        assert_ne!(pattern("fc1"), pattern("fc1a"));
        assert_eq!(first_number("layers.012.fc3"), Some(("layers.", (2, "12"))));
        assert_eq!(first_number("7"), Some(("", (1, "7"))));
        assert_eq!(first_number("output"), None);
    }

    #[test]
    fn control_characters_are_spelled_out() {
        assert_eq!(
            one_line("a\nb\u{1b}[2J \u{e9}\\"),
            "a\\nb\\u{1b}[2J \u{e9}\\"
        );
    }

    #[test]
    fn only_equal_names_are_equal() {
        assert_eq!(natural_order("fc1", "fc1"), Ordering::Equal);
        assert_eq!(natural_order("fc01", "fc1"), Ordering::Less);
    }
}
