//! Numbers as captions write them.

/// A count with commas between thousands.
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The text with a capital letter first.
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A count and its noun.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Counts that may differ, as in "1,000" or "100 to 1,000".
pub fn span(counts: impl Iterator<Item = u64> + Clone) -> String {
    let (low, high) = (counts.clone().min(), counts.max());
    match (low, high) {
        (Some(low), Some(high)) if low < high => {
            format!("{} to {}", thousands(low), thousands(high))
        }
        _ => thousands(low.unwrap_or(0)),
    }
}

/// Items as in "a, b and c".
pub fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_stand_between_thousands() {
        let written: Vec<String> = [0, 999, 1000, 397_000, 8_337_000].map(thousands).into();
        assert_eq!(written, ["0", "999", "1,000", "397,000", "8,337,000"]);
    }

    #[test]
    fn the_first_letter_alone_changes() {
        assert_eq!(capitalized("one Row"), "One Row");
        assert_eq!(capitalized(""), "");
    }

    #[test]
    fn equal_counts_are_named_once() {
        assert_eq!(span([1000, 1000].into_iter()), "1,000");
        assert_eq!(span([1000, 40, 7000].into_iter()), "40 to 7,000");
    }

    #[test]
    fn nouns_and_lists() {
        assert_eq!(
            (counted(1, "image"), counted(2, "image")),
            ("1 image".into(), "2 images".into())
        );
        let words = ["a", "b", "c"].map(String::from);
        assert_eq!(
            [&words[..0], &words[..1], &words[..2], &words].map(listed),
            ["", "a", "a and b", "a, b and c"]
        );
    }
}
