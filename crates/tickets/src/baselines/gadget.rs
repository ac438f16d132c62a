//! The paper's construction: on each half-line a subset of the units, whose products add up.

use super::unit::{Pool, Unit};
use super::{BaselineError, Found, Target};
use crate::construction::Gadget;
use subset_sum::{Solver, SolverError};

/// Draws units until both half-lines have a subset within the tolerance. In pairs, each half-line is
/// searched among as many units: the number needed is twice the larger of the two.
///
/// Units are drawn in pairs in the [`Gadget::Paper`], one for x >= 0 and one for x <= 0.
pub(super) fn subsets(
    gadget: Gadget,
    target: Target,
    solver: &mut Solver,
    pool: &mut Pool<impl FnMut() -> (i64, i64)>,
) -> Result<Found, BaselineError> {
    let failed = |units: u64| move |error| BaselineError::Search { units, error };
    let mut halves = [Half::default(), Half::default()];
    for half in &mut halves {
        half.search(target, solver).map_err(failed(0))?;
    }
    loop {
        let whole = gadget == Gadget::Pooled || pool.drawn().is_multiple_of(2);
        if let [Some(first), Some(second)] = [&halves[0].chosen, &halves[1].chosen]
            && whole
        {
            return Ok(Found::new(pool.drawn(), [&first[..], second].concat()));
        }
        let unit = pool.draw()?;
        let half = &mut halves[unit.half()];
        if gadget.serves(unit.place, unit.half()) && half.chosen.is_none() {
            half.units.push(unit);
            half.search(target, solver).map_err(failed(pool.drawn()))?;
        }
    }
}

/// The units that may serve a half-line, and the first subset of them that does.
#[derive(Default)]
struct Half {
    units: Vec<Unit>,
    chosen: Option<Vec<Unit>>,
}

impl Half {
    /// Looks for a subset of all units so far. The solver starts anew with every unit, which costs no
    /// more than a few times the last search, since searches grow geometrically.
    fn search(&mut self, target: Target, solver: &mut Solver) -> Result<(), SolverError> {
        let products: Vec<i64> = self.units.iter().map(Unit::product).collect();
        solver.load(&products)?;
        let found = solver.first_feasible(target.weight(), target.tolerance())?;
        let chosen = |mask: u64| {
            let units = self.units.iter().enumerate();
            let kept = units.filter(|(i, _)| mask >> i & 1 == 1);
            kept.map(|(_, &unit)| unit).collect()
        };
        self.chosen = found.map(|subset| chosen(subset.mask));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baselines::Construction;
    use crate::baselines::tests::{redrawn, scripted};
    use subset_sum::grid::{ONE, WEIGHT_STEP};
    use subset_sum::sampling::{generator, uniform};

    /// Whether any subset of the units that may serve a half-line is good enough, by trying all.
    fn is_feasible(units: &[Unit], half: usize, gadget: Gadget, target: Target) -> bool {
        let may_serve = |unit: &&Unit| {
            let placed = gadget == Gadget::Pooled || unit.place % 2 == half as u64;
            placed
                && if half == 0 {
                    unit.in_weight > 0
                } else {
                    unit.in_weight < 0
                }
        };
        let products: Vec<i64> = units.iter().filter(may_serve).map(Unit::product).collect();
        (0..1_u32 << products.len()).any(|mask| {
            let chosen = products
                .iter()
                .enumerate()
                .filter(|(i, _)| mask >> i & 1 == 1);
            let sum: i64 = chosen.map(|(_, product)| product).sum();
            (sum - target.weight()).abs() <= target.tolerance()
        })
    }

    #[test]
    fn the_shortest_prefix_that_suffices_is_found() {
        let mut weights = generator(1, "tests", "weights of gadgets", 0);
        for replicate in 0..60 {
            let weight = uniform(&mut weights, -ONE / 2, ONE / 2);
            let target = Target::new(weight, ONE >> (2 + replicate % 6)).unwrap();
            let draws = || generator(1, "tests", "gadgets", replicate);
            let all = redrawn(&mut draws(), 100);
            for (construction, gadget, step) in [
                (Construction::PooledGadget, Gadget::Pooled, 1),
                (Construction::Gadget, Gadget::Paper, 2),
            ] {
                let suffices = |&count: &usize| {
                    (0..2).all(|half| is_feasible(&all[..count], half, gadget, target))
                };
                let expected = (0..100).step_by(step).find(suffices).unwrap();
                let found = construction.run(target, 1000, &mut draws()).unwrap();
                assert_eq!(found.units, expected as u64, "{construction:?} {target:?}");
                assert!(found.mask.error(weight) <= target.tolerance());
            }
        }
    }

    fn run<const COUNT: usize>(
        gadget: Gadget,
        eighths: [(i64, i64); COUNT],
        target: Target,
    ) -> Result<Found, BaselineError> {
        let mut solver = Solver::new();
        subsets(gadget, target, &mut solver, &mut scripted(eighths))
    }

    #[test]
    fn units_are_chosen_as_by_hand() {
        let target = Target::new(ONE / 2, ONE / 64).unwrap();
        // 3/4 and 1/2 - 3/4 for x >= 0, 1/2 for x <= 0.
        let eighths = [(6, 8), (-4, -8), (2, -8)];
        let found = run(Gadget::Pooled, eighths, target).unwrap();
        assert_eq!((found.units, found.mask.units().len()), (3, 3));
        assert_eq!(found.mask.weights(), [ONE / 2; 2]);
        // In pairs, a fourth unit completes the second pair, and a unit in the wrong place is dead.
        let eighths = [(6, 8), (-4, -8), (2, -8), (-8, 4)];
        assert_eq!(run(Gadget::Paper, eighths, target).unwrap().units, 4);
        let eighths = [(-4, -8), (4, 8), (4, 8), (-4, -8)];
        let found = run(Gadget::Paper, eighths, target).unwrap();
        let places: Vec<u64> = found.mask.units().iter().map(|unit| unit.place).collect();
        assert_eq!((found.units, places), (4, vec![2, 3]));
    }

    #[test]
    fn a_weight_within_the_tolerance_needs_no_units() {
        let target = Target::new(-WEIGHT_STEP, ONE / 8).unwrap();
        for gadget in [Gadget::Pooled, Gadget::Paper] {
            let found = run(gadget, [], target).unwrap();
            assert_eq!((found.units, found.mask.units()), (0, &[][..]));
        }
    }

    #[test]
    fn more_than_can_be_searched_is_an_error_that_says_so() {
        let target = Target::new(ONE, ONE / 8).unwrap();
        let mut pool = Pool::new(1000, || (1, 1));
        let error = subsets(Gadget::Pooled, target, &mut Solver::new(), &mut pool).unwrap_err();
        assert!(
            matches!(error, BaselineError::Search { units: 61, .. }),
            "{error}"
        );
        assert!(error.to_string().contains("widen the tolerance"), "{error}");
    }
}
