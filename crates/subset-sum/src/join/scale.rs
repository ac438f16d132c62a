//! How finely a join looks: the unit of its keys, and the radius within which it finds all subsets.

use super::GaveUp;
use super::keys::{INDEX_BITS, MAX_UNIT_BITS};

/// The radius is less than this many units, as long as candidates allow units so small.
const RADIUS_UNITS: i64 = 6;

/// Subsets that should lie within the radius: if their number is a Poisson variable, e^-5 of the
/// searches find none and look again.
const EXPECTED_SUBSETS: f64 = 5.0;

/// The resolution of a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scale {
    /// Keys count in units of 2^`unit_bits`.
    pub unit_bits: u32,
    /// Every subset of at most this error is found.
    pub radius: i64,
    /// Units by which the two keys of such a subset may differ.
    pub units: u32,
}

impl Scale {
    /// The scale at which a few subsets are expected within the radius.
    ///
    /// The sum of a random subset has mean `sum(x) / 2` and variance `sum(x^2) / 4`. Were it
    /// normal, then with `z` the standard score of the target, the expected number of subsets in an
    /// interval of one unit around the target would be
    ///
    /// ```text
    /// density = 2^n / sqrt(2 pi variance) * exp(-z^2 / 2)
    /// ```
    #[inline(always)]
    pub fn expected(candidates: &[i64], target: i64) -> Result<Self, GaveUp> {
        let (mut total, mut squares) = (0.0, 0.0);
        for &candidate in candidates {
            let value = candidate as f64;
            total += value;
            squares += value * value;
        }
        let variance = squares / 4.0;
        let off = target as f64 - total / 2.0;
        let log2_density = candidates.len() as f64
            - log2(std::f64::consts::TAU * variance) / 2.0
            - off * off / variance * (std::f64::consts::LOG2_E / 2.0);
        let log2_radius = log2(EXPECTED_SUBSETS / 2.0) - log2_density;
        Self::with_radius(candidates, target, exp2(log2_radius))
    }

    /// The scale with at least the given radius.
    ///
    /// The two keys of a subset may differ by one unit more than the radius has, or by no more if
    /// all candidates are multiples of the unit: see [`super`].
    #[inline(always)]
    pub fn with_radius(candidates: &[i64], target: i64, radius: i64) -> Result<Self, GaveUp> {
        let common = candidates
            .iter()
            .fold(0, |bits, c| bits | c)
            .trailing_zeros();
        let unit_bits = (64 - (radius / RADIUS_UNITS).leading_zeros()).max(common);
        if unit_bits > MAX_UNIT_BITS {
            return Err(GaveUp);
        }
        // Sums of multiples of the unit are not rounded: see the module's proof.
        let slack = if common >= unit_bits { 0 } else { 1 };
        let on_grid = target.trailing_zeros() >= common;
        // The radius is rounded up to whole units, but if only exact hits matter, there is none.
        let units = if radius == 0 && on_grid {
            0
        } else {
            (radius >> unit_bits) + 1
        };
        Ok(Self {
            unit_bits,
            radius: units << unit_bits,
            units: units as u32 + slack,
        })
    }

    /// A much larger radius, for when nothing was found within this one.
    pub fn wider(&self) -> i64 {
        self.radius.max(1 << self.unit_bits) << 4
    }

    /// The largest difference between the two keys of a subset within the radius.
    pub fn reach(&self) -> u32 {
        self.units << INDEX_BITS
    }
}

/// The binary logarithm of a positive normal number, off by less than 0.1.
///
/// The bits of a float are its exponent and, behind it, its mantissa: read as one number with 52 digits
/// behind the point, the logarithm on a straight line between powers of two. A guess needs no better one.
fn log2(value: f64) -> f64 {
    value.to_bits() as f64 / (1_u64 << 52) as f64 - 1023.0
}

/// Two to the power `x`, off by less than a tenth of it, rounded down to between 0 and 2^60: the same
/// line read backwards.
fn exp2(x: f64) -> i64 {
    f64::from_bits(((x.clamp(-1.0, 60.0) + 1023.0) * (1_u64 << 52) as f64) as u64) as i64
}
