//! Closed intervals of numbers, and how bounds go through a calculation.

use std::ops::{Div, Sub};

/// A closed interval of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// Whether `value` lies in the interval, ends included.
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Whether both ends say something of a positive quantity: above 0 and finite.
    pub fn is_bounded(&self) -> bool {
        self.low > 0.0 && self.high.is_finite()
    }

    /// The values of a function that nowhere falls.
    #[must_use]
    pub fn map(self, rising: impl Fn(f64) -> f64) -> Self {
        Self {
            low: rising(self.low),
            high: rising(self.high),
        }
    }

    /// Both ends as the points of an upright error bar at `x`.
    pub fn bar(self, x: f64) -> [(f64, f64); 2] {
        [(x, self.low), (x, self.high)]
    }
}

/// Where the difference of two numbers lies.
impl Sub for Interval {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            low: self.low - other.high,
            high: self.high - other.low,
        }
    }
}

/// Where the quotient of two numbers lies that are not negative.
impl Div for Interval {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        Self {
            low: self.low / other.high,
            high: self.high / other.low,
        }
    }
}

/// Both ends over a positive number.
impl Div<f64> for Interval {
    type Output = Self;

    fn div(self, divisor: f64) -> Self {
        self.map(|end| end / divisor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(low: f64, high: f64) -> Interval {
        Interval { low, high }
    }

    #[test]
    fn an_interval_includes_its_ends() {
        let unit = interval(0.0, 1.0);
        assert!(unit.contains(0.0) && unit.contains(1.0));
        assert!(!unit.contains(1.0 + f64::EPSILON) && !unit.contains(f64::NAN));
    }

    #[test]
    fn differences_and_quotients_have_the_farthest_ends() {
        let (one, other) = (interval(2.0, 6.0), interval(1.0, 4.0));
        assert_eq!(one - other, interval(-2.0, 5.0));
        assert_eq!(one / other, interval(0.5, 6.0));
        assert_eq!(one / 2.0, interval(1.0, 3.0));
        assert_eq!(one.map(f64::sqrt).bar(3.0)[0], (3.0, 2.0_f64.sqrt()));
    }

    #[test]
    fn an_end_at_0_or_infinity_is_no_bound() {
        assert!(interval(0.5, 1.0).is_bounded());
        assert!(!interval(0.0, 1.0).is_bounded());
        assert!(!interval(0.5, f64::INFINITY).is_bounded());
    }
}
