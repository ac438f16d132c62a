//! The worst input where it can be listed: one input, or two without a constant one.
//!
//! Seen from the origin, the inputs (x, 1) or (x_1, x_2) are a path. Both networks are linear in
//! the cone of a piece of it, once it is cut wherever a neuron of either changes its sign.
//! With one input the length of the error is convex on every piece, so it is greatest at an end.
//! With two it is greatest, relative to the length of the input, at an end or at a stationary point
//! between them.

use super::comparison::{Comparison, Domain};
use super::real_matrix::unit;

/// A point of the path.
type Point = [f64; 2];

impl Comparison {
    /// Points of the domain among which is the worst one, up to rounding; none where inputs are too
    /// many to list them.
    pub(crate) fn vertices(&self) -> Vec<Vec<f64>> {
        let is_nonnegative = self.domain == Domain::NonnegativeUnitBall;
        match (self.inputs(), self.has_constant_input) {
            (1, false) if is_nonnegative => vec![vec![1.0]],
            (1, false) => vec![vec![1.0], vec![-1.0]],
            (1, true) => {
                let start = if is_nonnegative { 0.0 } else { -1.0 };
                let path = self.cut(vec![[start, 1.0], [0.0, 1.0], [1.0, 1.0]]);
                path.into_iter().map(|[x, one]| vec![x / one]).collect()
            }
            (2, false) => {
                let corners = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [1.0, 0.0]];
                let corners = if is_nonnegative {
                    &corners[..2]
                } else {
                    &corners
                };
                let path = self.cut(corners.to_vec());
                let stationary = path
                    .windows(2)
                    .flat_map(|ends| self.stationary(ends[0], ends[1]));
                let points = path.iter().copied().chain(stationary);
                points.filter_map(|point| unit(&point)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The path, cut at every change of sign of a neuron, layer after layer.
    fn cut(&self, mut path: Vec<Point>) -> Vec<Point> {
        for layer in 0..self.target.layers.len() - 1 {
            let units = |point: &Point| {
                let mut outputs = self.target.outputs(point).swap_remove(layer);
                outputs.extend(self.pruned.outputs(point).swap_remove(layer));
                outputs
            };
            let outputs: Vec<Vec<f64>> = path.iter().map(units).collect();
            let mut finer = vec![path[0]];
            for (ends, outputs) in path.windows(2).zip(outputs.windows(2)) {
                let changes = outputs[0]
                    .iter()
                    .zip(&outputs[1])
                    .filter(|(a, b)| *a * *b < 0.0);
                let mut fractions: Vec<f64> = changes.map(|(a, b)| a / (a - b)).collect();
                fractions.sort_by(f64::total_cmp);
                finer.extend(
                    fractions
                        .iter()
                        .map(|&fraction| between(ends[0], ends[1], fraction)),
                );
                finer.push(ends[1]);
            }
            path = finer;
        }
        path
    }

    /// Where, between two ends of a piece, the error relative to the length of the input is
    /// stationary: there the derivative of the quotient of two quadratic polynomials vanishes.
    fn stationary(&self, start: Point, end: Point) -> Vec<Point> {
        let error = |point: Point| {
            self.difference(&self.target.outputs(&point), &self.pruned.outputs(&point))
        };
        let [e0, e1, e2] = square(&error(start), &error(end));
        let [x0, x1, x2] = square(&start, &end);
        let roots = roots(
            e2 * x1 - e1 * x2,
            2.0 * (e2 * x0 - e0 * x2),
            e1 * x0 - e0 * x1,
        );
        let inside = roots.into_iter().filter(|root| (0.0..1.0).contains(root));
        inside.map(|root| between(start, end, root)).collect()
    }
}

/// The point at a fraction of the way between two.
fn between(start: Point, end: Point, fraction: f64) -> Point {
    [0, 1].map(|at| start[at] + fraction * (end[at] - start[at]))
}

/// The coefficients of |start + t (end - start)|^2 = c_0 + c_1 t + c_2 t^2.
fn square(start: &[f64], end: &[f64]) -> [f64; 3] {
    let pairs = start
        .iter()
        .zip(end)
        .map(|(start, end)| (start, end - start));
    pairs.fold([0.0; 3], |[c0, c1, c2], (start, way)| {
        [c0 + start * start, c1 + 2.0 * start * way, c2 + way * way]
    })
}

/// The real roots of a t^2 + b t + c, without the loss of digits of the textbook's formula.
fn roots(a: f64, b: f64, c: f64) -> Vec<f64> {
    let discriminant = b * b - 4.0 * a * c;
    let q = -0.5 * (b + b.signum() * discriminant.max(0.0).sqrt());
    let roots = [q / a, c / q].into_iter();
    roots
        .filter(|root| discriminant >= 0.0 && root.is_finite())
        .collect()
}
