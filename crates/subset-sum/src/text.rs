//! Instances as text: one a line, the target, a colon, and the candidates. Where no target is needed,
//! the candidates alone will do.
//!
//! ```text
//! # half of the target is there, and a bit more
//! 0.3: 0.5 -0.25 0.125
//! ```
//!
//! Numbers are separated by spaces, tabs or commas. What follows a `#` is a comment; lines without an
//! instance are passed over.

use crate::grid::{self, GridError};
use crate::solver::MAX_DRAWN;
use thiserror::Error;

/// One subset-sum problem, in grid units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// What the subset should add up to.
    pub target: i64,
    /// The numbers to choose from.
    pub candidates: Vec<i64>,
}

/// Why a line is no instance.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum InstanceError {
    /// No colon that ends the target.
    #[error("no colon: write `target: candidate candidate ...`")]
    NoColon,
    /// Something that is no number.
    #[error("{0:?} is not a number")]
    NotANumber(String),
    /// A number that has no place on the grid.
    #[error(transparent)]
    Grid(#[from] GridError),
    /// More candidates than a mask has bits.
    #[error("more than {MAX_DRAWN} candidates")]
    TooMany,
}

/// The instance on a line, `None` if it holds at most a comment.
///
/// # Errors
/// [`InstanceError`] for text that is no instance.
///
/// ```
/// use subset_sum::{grid::ONE, text};
/// let instance = text::parse("0.5: 0.25, -1 # two candidates")?.unwrap();
/// assert_eq!((instance.target, instance.candidates), (ONE / 2, vec![ONE / 4, -ONE]));
/// assert_eq!(text::parse("# nothing else")?, None);
/// # Ok::<(), text::InstanceError>(())
/// ```
pub fn parse(line: &str) -> Result<Option<Instance>, InstanceError> {
    let Some(line) = without_comment(line) else {
        return Ok(None);
    };
    let (target, rest) = line.split_once(':').ok_or(InstanceError::NoColon)?;
    let instance = Instance {
        target: number(target)?,
        candidates: numbers(rest)?,
    };
    if instance.candidates.len() > MAX_DRAWN {
        return Err(InstanceError::TooMany);
    }
    Ok(Some(instance))
}

/// The candidates on a line, any number of them, `None` if it holds at most a comment. A target
/// before them is passed over.
///
/// # Errors
/// [`InstanceError`] for text that holds anything but numbers.
///
/// ```
/// use subset_sum::{grid::ONE, text};
/// assert_eq!(text::parse_candidates("1 -1")?, Some(vec![ONE, -ONE]));
/// assert_eq!(text::parse_candidates("0.3: 1 -1")?, Some(vec![ONE, -ONE]));
/// # Ok::<(), text::InstanceError>(())
/// ```
pub fn parse_candidates(line: &str) -> Result<Option<Vec<i64>>, InstanceError> {
    let Some(line) = without_comment(line) else {
        return Ok(None);
    };
    let Some((target, rest)) = line.split_once(':') else {
        return numbers(line).map(Some);
    };
    number(target)?;
    numbers(rest).map(Some)
}

fn without_comment(line: &str) -> Option<&str> {
    let line = line.split('#').next().unwrap_or_default().trim();
    (!line.is_empty()).then_some(line)
}

fn numbers(list: &str) -> Result<Vec<i64>, InstanceError> {
    let words = list.split(|c: char| c.is_whitespace() || c == ',');
    words.filter(|word| !word.is_empty()).map(number).collect()
}

fn number(word: &str) -> Result<i64, InstanceError> {
    let word = word.trim();
    let value: f64 = word.parse().map_err(|_| {
        let shown: String = word.chars().take(40).collect();
        InstanceError::NotANumber(shown)
    })?;
    Ok(grid::from_f64(value)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_instance_is_refused_with_the_reason() {
        let message = |line: &str| parse(line).unwrap_err().to_string();
        assert!(message("0.3 0.5").contains("no colon"));
        assert!(message("x: 1").contains("\"x\" is not a number"));
        assert!(message("1: 2 three").contains("\"three\""));
        assert!(message("1: nan").contains("not a finite number"));
        assert!(message("1: 2000").contains("outside"));
        assert!(message(&format!("1: {}", "1 ".repeat(65))).contains("more than 64"));
        assert!(!message("0.i\u{1}\n5: 1").contains('\n'));
        assert_eq!(parse(": 1"), Err(InstanceError::NotANumber(String::new())));
        assert!(message(&format!("{}: 1", "y".repeat(1000))).len() < 100);
    }

    #[test]
    fn candidates_alone_may_be_many_but_must_be_numbers() {
        let count = |line: &str| Some(parse_candidates(line).unwrap()?.len());
        assert_eq!(count(&"1,".repeat(1000)), Some(1000));
        assert_eq!((count("0.3:"), count(" # nothing")), (Some(0), None));
        for line in ["1 2 three", "three: 1 2", ": 1", "1: 2: 3", "1; 2"] {
            let message = parse_candidates(line).unwrap_err().to_string();
            assert!(message.contains("is not a number"), "{message}");
        }
    }

    #[test]
    fn an_instance_may_have_no_candidates() {
        let instance = parse("-1e-3:").unwrap().unwrap();
        assert!(instance.candidates.is_empty() && instance.target < 0);
    }
}
