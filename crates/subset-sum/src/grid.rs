//! The grid that makes sums exact: every number is an `i64` in units of 2^-46.
//!
//! With |x| <= 1024 and at most 64 candidates no sum leaves `i64`. Network weights lie on the
//! coarser grid 2^-23, where an `f32` below 2 in magnitude is exact and where the product of two
//! weights falls back on 2^-46.

use thiserror::Error;

/// Binary digits behind the point of a grid unit.
pub const FRACTION_BITS: u32 = 46;

/// The number 1 in grid units.
pub const ONE: i64 = 1 << FRACTION_BITS;

/// The largest magnitude that a candidate or a target may have, in grid units: 1024.
pub const LARGEST: i64 = 1024 * ONE;

/// The spacing of network weights, 2^-23, in grid units.
pub const WEIGHT_STEP: i64 = 1 << 23;

/// Why a number has no place on the grid.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum GridError {
    /// NaN or an infinity.
    #[error("{0} is not a finite number")]
    NotFinite(f64),
    /// A magnitude above 1024.
    #[error("{0} lies outside [-1024, 1024]: rescale the numbers")]
    TooLarge(f64),
}

/// The grid point nearest to `value`, off by at most 2^-47 and exact for every `f32` of magnitude
/// 2^-23 or more.
///
/// # Errors
/// [`GridError`] for NaN, infinities and |value| > 1024.
///
/// ```
/// use subset_sum::grid;
/// assert_eq!(grid::from_f64(0.5), Ok(grid::ONE / 2));
/// assert!(grid::from_f64(f64::NAN).is_err());
/// ```
pub fn from_f64(value: f64) -> Result<i64, GridError> {
    if !value.is_finite() {
        return Err(GridError::NotFinite(value));
    }
    if value.abs() > 1024.0 {
        return Err(GridError::TooLarge(value));
    }
    // Scaling by a power of two is exact; a finite product of at most 2^56 fits an i64.
    Ok((value * ONE as f64).round_ties_even() as i64)
}

/// The value of a number of grid units, exact up to 2^53 units (128) and rounded to nearest above.
pub fn to_f64(units: i64) -> f64 {
    units as f64 / ONE as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f32_weights_are_exact_and_others_are_rounded_by_half_a_unit() {
        for value in [0.1_f32, -0.464_231_55, 1.5, f32::from_bits(0x3400_0000)] {
            assert_eq!(to_f64(from_f64(value.into()).unwrap()), f64::from(value));
        }
        let off = to_f64(from_f64(0.1).unwrap()) - 0.1;
        assert!(off.abs() <= 0.5 / ONE as f64);
    }

    #[test]
    fn the_ends_of_the_range() {
        assert_eq!(from_f64(-1024.0), Ok(-LARGEST));
        assert_eq!(from_f64(1024.5), Err(GridError::TooLarge(1024.5)));
        assert_eq!(
            from_f64(f64::INFINITY),
            Err(GridError::NotFinite(f64::INFINITY))
        );
    }
}
