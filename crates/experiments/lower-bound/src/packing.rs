//! Matrices of the spectral unit ball that are 2 eps apart: no network is within eps of two of them.

use crate::square::{Square, difference, draw_in_ball, spectral_norm};
use rand::Rng;
use std::collections::HashMap;

/// Entries of a matrix that name its cell: few, so that it has few neighbours.
const NAMED: usize = 4;

/// Matrices that are at least some distance apart in the spectral norm.
#[derive(Debug, Clone)]
pub struct Packing<const D: usize> {
    distance: f64,
    points: Vec<Square<D>>,
    /// Points by cells as wide as the distance. No entry of a difference exceeds its norm, so whatever
    /// is too close lies in the same cell or in one beside it.
    cells: HashMap<[i32; NAMED], Vec<u32>>,
}

impl<const D: usize> Packing<D> {
    /// Takes random matrices of the ball, uniform and one after the other, as long as they are apart
    /// from those taken before; stops after so many `tries` or when there are `most` points.
    ///
    /// A packing to which nothing can be added has at least (1 / distance)^(d^2) points; one that is made
    /// by so many tries has fewer if there are not enough of them.
    pub fn greedy(distance: f64, tries: u64, most: usize, generator: &mut impl Rng) -> Self {
        let mut packing = Self {
            distance,
            points: Vec::new(),
            cells: HashMap::new(),
        };
        for _ in 0..tries {
            if packing.points.len() == most {
                break;
            }
            packing.offer(draw_in_ball(generator));
        }
        packing
    }

    /// The matrices, in the order in which they were taken.
    pub fn points(&self) -> &[Square<D>] {
        &self.points
    }

    /// The smallest distance of two points, infinite for fewer: every pair is looked at whose first
    /// entries do not already tell that it is further apart. Cells are not asked.
    pub fn least_distance(&self) -> f64 {
        let mut sorted: Vec<&Square<D>> = self.points.iter().collect();
        sorted.sort_by(|a, b| a[0][0].total_cmp(&b[0][0]));
        let mut least = f64::INFINITY;
        for (at, point) in sorted.iter().enumerate() {
            for other in &sorted[at + 1..] {
                let between = difference(other, point);
                if between[0][0] >= least {
                    break;
                }
                if between.as_flattened().iter().all(|x| x.abs() < least) {
                    least = least.min(spectral_norm(&between));
                }
            }
        }
        least
    }

    fn offer(&mut self, point: Square<D>) {
        let cell = self.cell(&point);
        let is_close = |&at: &u32| {
            let between = difference(&self.points[at as usize], &point);
            // Entries tell most pairs apart.
            let may_be_close = between
                .as_flattened()
                .iter()
                .all(|x| x.abs() < self.distance);
            may_be_close && spectral_norm(&between) < self.distance
        };
        let mut around = (0..3_i32.pow(NAMED as u32)).map(|step| {
            let beside = |at: usize| cell[at] + step / 3_i32.pow(at as u32) % 3 - 1;
            std::array::from_fn(beside)
        });
        if around.any(|cell| {
            self.cells
                .get(&cell)
                .is_some_and(|points| points.iter().any(is_close))
        }) {
            return;
        }
        self.cells
            .entry(cell)
            .or_default()
            .push(self.points.len() as u32);
        self.points.push(point);
    }

    fn cell(&self, point: &Square<D>) -> [i32; NAMED] {
        let entries = point.as_flattened();
        std::array::from_fn(|at| (entries[at] / self.distance).floor() as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use subset_sum::sampling::generator;

    /// Every pair by its norm, and every try that was left out is close to a point.
    fn assert_packed<const D: usize>(distance: f64, tries: u64) {
        let draws = || generator(1, "tests", "packing", 0);
        let packing: Packing<D> = Packing::greedy(distance, tries, usize::MAX, &mut draws());
        let mut least = f64::INFINITY;
        for (at, point) in packing.points().iter().enumerate() {
            assert!(spectral_norm(point) <= 1.0);
            for other in &packing.points()[..at] {
                least = least.min(spectral_norm(&difference(point, other)));
            }
        }
        assert!(least >= distance, "{least}");
        assert_eq!(packing.least_distance(), least);
        let mut draws = draws();
        for _ in 0..tries {
            let tried = draw_in_ball(&mut draws);
            let near = |point: &Square<D>| spectral_norm(&difference(point, &tried)) < distance;
            assert!(packing.points().iter().any(near));
        }
        assert!(packing.points().len() > 20);
    }

    #[test]
    fn points_are_apart_and_no_try_could_be_added() {
        assert_packed::<2>(0.5, 3000);
        assert_packed::<2>(0.2, 1000);
        assert_packed::<3>(0.7, 300);
    }

    #[test]
    fn a_packing_may_end_early() {
        let mut draws = generator(1, "tests", "packing", 1);
        let packing: Packing<2> = Packing::greedy(0.1, 1000, 7, &mut draws);
        assert_eq!(packing.points().len(), 7);
        let single: Packing<2> = Packing::greedy(3.0, 100, 7, &mut draws);
        assert_eq!(
            (single.points().len(), single.least_distance()),
            (1, f64::INFINITY)
        );
    }
}
