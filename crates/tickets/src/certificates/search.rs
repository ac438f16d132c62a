//! The search for the worst input: gradient ascent from many starts, and every vertex where inputs
//! are few.
//!
//! Within one region of activations the error is J x for a matrix J, and its length grows fastest
//! along J^T J x. A step goes there and back to the ball, which is a step of the power iteration
//! while the region stays the same; if that does not help, half of the way is tried, and so on.

use subset_sum::sampling::{generator, uniform};

use super::comparison::{Comparison, Domain};
use super::real_matrix::{norm, unit};
use crate::construction::with_constant;

/// Fractions of the way that are tried in turn.
const FRACTIONS: [f64; 8] = [1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125];

/// A step that gains less than this factor above 1 is none.
const MIN_GAIN: f64 = 1e-9;

/// How long to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Search {
    /// Random points to start from.
    pub starts: usize,
    /// The most steps from each.
    pub steps: usize,
    /// Root of the seeds of the starts.
    pub seed: u64,
    /// Which independent draw of them.
    pub replicate: u64,
}

impl Default for Search {
    /// 32 starts and 100 steps.
    fn default() -> Search {
        Search {
            starts: 32,
            steps: 100,
            seed: 1,
            replicate: 0,
        }
    }
}

/// A point of the domain and the error there.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// An error that is certainly reached: rounded down.
    pub error: f64,
    /// The input, without a constant one.
    pub input: Vec<f64>,
}

impl Comparison {
    /// The point with the largest error that the search finds.
    pub(crate) fn search(&self, search: Search) -> Found {
        let vertices = self.vertices();
        let ascents =
            (0..search.starts).map(|start| self.ascend(self.start(search, start), search.steps));
        let centre = vec![0.0; self.inputs()];
        let points = std::iter::once(centre).chain(vertices).chain(ascents);
        let found = points.map(|point| {
            let input = self.inside(&point);
            let error = self.certain_error(&with_constant(&input, self.has_constant_input));
            Found { error, input }
        });
        found
            .max_by(|left, right| left.error.total_cmp(&right.error))
            .expect("the centre, at least")
    }

    /// A random point on the boundary of the domain.
    fn start(&self, search: Search, start: usize) -> Vec<f64> {
        let key = format!("start={start}");
        let mut draws = generator(search.seed, "worst-input", &key, search.replicate);
        let number = |_| uniform(&mut draws, -1 << 40, 1 << 40) as f64;
        let point: Vec<f64> = (0..self.inputs()).map(number).collect();
        let point = match self.domain {
            Domain::UnitBall => point,
            Domain::NonnegativeUnitBall => point.into_iter().map(f64::abs).collect(),
        };
        unit(&point).unwrap_or(point)
    }

    /// Steps uphill until nothing is gained.
    fn ascend(&self, start: Vec<f64>, steps: usize) -> Vec<f64> {
        let mut point = start;
        for _ in 0..steps {
            let (error, gradient) = self.error_and_gradient(&point);
            let Some(ahead) = self.uphill(gradient) else {
                break;
            };
            let tries = FRACTIONS
                .iter()
                .map(|&fraction| self.between(&point, &ahead, fraction));
            let gains = |next: &Vec<f64>| self.error(next) > error * (1.0 + MIN_GAIN);
            let Some(next) = tries.into_iter().find(gains) else {
                break;
            };
            point = next;
        }
        point
    }

    /// The point of the domain that lies furthest along the gradient.
    fn uphill(&self, gradient: Vec<f64>) -> Option<Vec<f64>> {
        let within = |slope: f64| match self.domain {
            Domain::UnitBall => slope,
            Domain::NonnegativeUnitBall => slope.max(0.0),
        };
        unit(&gradient.into_iter().map(within).collect::<Vec<_>>())
    }

    /// A point part of the way ahead. Without a constant input the error grows along every ray, so
    /// the point is moved out to the sphere.
    fn between(&self, point: &[f64], ahead: &[f64], fraction: f64) -> Vec<f64> {
        let part = point
            .iter()
            .zip(ahead)
            .map(|(from, to)| from + fraction * (to - from));
        let part: Vec<f64> = part.collect();
        match self.has_constant_input {
            true => part,
            false => unit(&part).unwrap_or(part),
        }
    }

    /// A point certainly in the ball: moved there if it is outside or may be by rounding.
    fn inside(&self, point: &[f64]) -> Vec<f64> {
        let margin = 1.0 + (point.len() + 8) as f64 * f64::EPSILON;
        let length = norm(point) * margin;
        let divisor = if length > 1.0 { length * margin } else { 1.0 };
        point.iter().map(|value| value / divisor).collect()
    }

    /// The length of the difference at a point, and its gradient there.
    pub(crate) fn error_and_gradient(&self, point: &[f64]) -> (f64, Vec<f64>) {
        let input = with_constant(point, self.has_constant_input);
        let (target, pruned) = (self.target.outputs(&input), self.pruned.outputs(&input));
        let difference = self.difference(&target, &pruned);
        let error = norm(&difference);
        let Some(direction) = unit(&difference) else {
            return (0.0, vec![0.0; point.len()]);
        };
        let of_target = self.target.pull_back(&input, &target, direction.clone());
        let of_pruned = self.pruned.pull_back(&input, &pruned, direction);
        let gradient = of_target.iter().zip(of_pruned).map(|(f, g)| f - g);
        (error, gradient.take(point.len()).collect())
    }
}
