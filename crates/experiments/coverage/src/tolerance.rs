//! Tolerances as integers in units of 2^-46, so that counts at them are exact.

use subset_sum::grid::{FRACTION_BITS, ONE};

/// Steps of the ladder from one power of two to the next.
pub(crate) const STEPS: u32 = 16;

/// A tolerance in grid units, rounded up; rows hold what it was rounded to.
pub(crate) fn units(tolerance: f64) -> i64 {
    (tolerance * ONE as f64).ceil() as i64
}

/// The tolerances 2^(-j/16), j = 0, 1, ..., in grid units, each rounded up. Powers of two are exact.
pub(crate) fn ladder() -> impl Iterator<Item = i64> {
    // The 16th root of 1/2, by operations that are rounded in the same way everywhere.
    let step = 0.5_f64.sqrt().sqrt().sqrt().sqrt();
    (0..=FRACTION_BITS).flat_map(move |octave| {
        let power = ONE >> octave;
        std::iter::successors(Some(1.0), move |factor| Some(factor * step))
            .take(STEPS as usize)
            .map(move |factor| (factor * power as f64).ceil() as i64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_descends_by_sixteenths_of_a_power_of_two() {
        let rungs: Vec<i64> = ladder().take(16 * 40).collect();
        for (index, &rung) in rungs.iter().enumerate() {
            let exact = ONE as f64 * (-(index as f64) / 16.0).exp2();
            assert!((-0.5..1.5).contains(&(rung as f64 - exact)), "{index}");
        }
        assert_eq!(rungs[16 * 7], ONE >> 7);
    }

    #[test]
    fn a_tolerance_is_rounded_up() {
        assert_eq!(units(0.25), ONE / 4);
        assert_eq!(units(1e-20), 1);
    }
}
