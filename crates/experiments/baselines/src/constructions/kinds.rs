//! The units that Orseau's construction collects, sorted by what they are good for.

use super::golden::Intervals;
use super::unit::{Pool, Unit};
use super::{BaselineError, Mask};

/// 0 for a weight that is not negative, 1 for one that is.
pub(super) fn sign(weight: i64) -> usize {
    usize::from(weight < 0)
}

/// The units collected, by half-line, sign of the product and interval.
pub(super) struct Kinds([[Vec<Vec<Unit>>; 2]; 2]);

impl Kinds {
    /// Draws until there is a unit of each kind for every weight.
    pub fn collect(
        weights: &[i64],
        intervals: &Intervals,
        pool: &mut Pool<impl FnMut() -> (i64, i64)>,
    ) -> Result<Kinds, BaselineError> {
        let none = || [(); 2].map(|_| vec![Vec::new(); intervals.count()]);
        let mut kinds = [none(), none()];
        let negative = weights.iter().filter(|&&weight| weight < 0).count();
        let needed = [weights.len() - negative, negative];
        let mut missing = 2 * intervals.count() * weights.len();
        while missing > 0 {
            let unit = pool.draw()?;
            let product = unit.product();
            let Some(interval) = intervals.position(product.abs()) else {
                continue;
            };
            let units = &mut kinds[unit.half()][sign(product)][interval];
            if units.len() < needed[sign(product)] {
                units.push(unit);
                missing -= 1;
            }
        }
        Ok(Kinds(kinds))
    }

    /// What of its units a weight keeps, if `turn` others of its sign come before it.
    pub fn mask(&self, weight: i64, turn: usize, intervals: &Intervals) -> Mask {
        let kept_of = |half: &[Vec<Vec<Unit>>; 2]| {
            let units: Vec<Unit> = half[sign(weight)].iter().map(|units| units[turn]).collect();
            let samples: Vec<i64> = units.iter().map(|unit| unit.product().abs()).collect();
            let (used, _) = intervals.decompose(weight.abs(), &samples);
            let kept = units.into_iter().zip(used).filter(|(_, used)| *used);
            kept.map(|(unit, _)| unit).collect::<Vec<Unit>>()
        };
        Mask::new(self.0.iter().flat_map(kept_of).collect())
    }
}
