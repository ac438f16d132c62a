//! What subset sums are to cover, and how closely.

use std::ops::RangeInclusive;
use subset_sum::grid;

/// An interval around 0 and a tolerance, as flags give them and in grid units.
#[derive(Debug, Clone)]
pub struct Goal {
    /// Half the width of the interval.
    pub radius: f64,
    /// The largest distance of a number of the interval from the nearest sum.
    pub tolerance: f64,
    /// The interval in grid units.
    pub interval: RangeInclusive<i64>,
    /// The tolerance in grid units.
    pub tolerance_units: i64,
}

impl Goal {
    /// The interval [-radius, radius].
    ///
    /// # Errors
    /// A number off the grid, a negative one, or no interval.
    pub fn new(radius: f64, tolerance: f64) -> Result<Self, String> {
        let radius_units = distance("--radius", radius)?;
        if radius_units == 0 {
            return Err(format!(
                "--radius: {radius} leaves no interval: give a larger one"
            ));
        }
        Ok(Self {
            radius,
            tolerance,
            interval: -radius_units..=radius_units,
            tolerance_units: distance("--tolerance", tolerance)?,
        })
    }
}

/// A distance that a flag gives, in grid units.
pub fn distance(flag: &str, value: f64) -> Result<i64, String> {
    let units = grid::from_f64(value).map_err(|error| format!("{flag}: {error}"))?;
    if units < 0 {
        return Err(format!("{flag}: {value} is negative"));
    }
    Ok(units)
}
