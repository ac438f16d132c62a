//! Several tests of equivalence behind one claim.

use super::{Evidence, Verdict, within};
use crate::statistics::{Interval, Level};
use anyhow::Result;

/// One test: the figure, whose interval is given, must lie in the margin.
#[derive(Debug, Clone)]
pub struct Test {
    /// The figure, in words.
    pub figures: String,
    /// Samples that it rests on.
    pub samples: u64,
    /// Where it lies.
    pub interval: Interval,
    /// Where it must lie.
    pub margin: Interval,
}

impl Test {
    fn verdict(&self) -> Verdict {
        within(self.margin, self.interval)
    }

    /// Orders tests: contradicted ones first, then inconclusive ones, then by the room that is left.
    fn key(&self) -> (u8, f64) {
        let rank = match self.verdict() {
            Verdict::Contradicted => 0,
            Verdict::Inconclusive | Verdict::Descriptive => 1,
            Verdict::Supported => 2,
        };
        let (low, high) = (
            self.interval.low - self.margin.low,
            self.margin.high - self.interval.high,
        );
        (rank, low.min(high))
    }
}

/// A margin that ends at `high`.
pub fn up_to(high: f64) -> Interval {
    let low = f64::NEG_INFINITY;
    Interval { low, high }
}

/// A margin that begins at `low`.
pub fn from(low: f64) -> Interval {
    let high = f64::INFINITY;
    Interval { low, high }
}

/// A margin with both ends.
pub fn between(low: f64, high: f64) -> Interval {
    Interval { low, high }
}

/// Tests every subject at its share of the level. A claim is supported if all tests support it,
/// contradicted if one contradicts it; the evidence is that of the test with the least room. `None`
/// without subjects.
///
/// # Errors
/// Those of the tests.
pub fn test_all<S>(
    subjects: &[S],
    level: Level,
    test: impl Fn(&S, Level) -> Result<Test>,
) -> Result<Option<Evidence>> {
    test_stated(subjects, subjects.len(), level, test)
}

/// As [`test_all`], for a claim that states how many subjects it has. Without the rows of some of them
/// it can be contradicted but not supported.
///
/// # Errors
/// Those of the tests.
pub fn test_stated<S>(
    subjects: &[S],
    stated: usize,
    level: Level,
    test: impl Fn(&S, Level) -> Result<Test>,
) -> Result<Option<Evidence>> {
    if subjects.is_empty() {
        return Ok(None);
    }
    let level = level.shared_by(stated);
    let tests = subjects.iter().map(|subject| test(subject, level));
    let tests: Vec<Test> = tests.collect::<Result<_>>()?;
    let order = |a: &&Test, b: &&Test| {
        let ((a_rank, a_room), (b_rank, b_room)) = (a.key(), b.key());
        a_rank.cmp(&b_rank).then(a_room.total_cmp(&b_room))
    };
    let tightest = tests.iter().min_by(order).expect("there are subjects");
    let is_complete = tests.len() == stated;
    let figures = match (tests.len(), is_complete) {
        (1, true) => tightest.figures.clone(),
        (count, true) => format!("{count} tests, tightest: {}", tightest.figures),
        (count, false) => format!("{count} of {stated} tests, tightest: {}", tightest.figures),
    };
    let verdict = match tightest.verdict() {
        Verdict::Supported if !is_complete => Verdict::Inconclusive,
        verdict => verdict,
    };
    Ok(Some(Evidence {
        verdict,
        figures,
        samples: tightest.samples,
        interval: Some(tightest.interval),
    }))
}

/// What must never happen, counted.
pub fn assertion(violations: u64, samples: u64) -> Evidence {
    let verdict = match violations {
        0 => Verdict::Supported,
        _ => Verdict::Contradicted,
    };
    Evidence {
        verdict,
        figures: format!("{violations} violations"),
        samples,
        interval: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(intervals: &[(f64, f64)]) -> Option<Evidence> {
        let test = |&(low, high): &(f64, f64), _| {
            Ok(Test {
                figures: format!("{low}"),
                samples: 10,
                interval: Interval { low, high },
                margin: between(0.0, 1.0),
            })
        };
        test_all(intervals, Level::PERCENT_95, test).unwrap()
    }

    #[test]
    fn the_tightest_test_speaks_for_all() {
        let verdict = |intervals: &[(f64, f64)]| of(intervals).unwrap().verdict;
        let (inside, tight, across, beyond) = ((0.4, 0.6), (0.1, 0.9), (-9.0, 0.5), (1.1, 1.2));
        assert_eq!(verdict(&[inside, tight]), Verdict::Supported);
        assert_eq!(verdict(&[inside, across]), Verdict::Inconclusive);
        assert_eq!(verdict(&[beyond, across, inside]), Verdict::Contradicted);
        assert_eq!(
            of(&[inside, tight]).unwrap().figures,
            "2 tests, tightest: 0.1"
        );
        assert!(of(&[]).is_none());
    }
}
