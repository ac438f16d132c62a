//! Weighted least squares with an intercept: a line, or a plane over several predictors.

use super::{Estimate, StatisticsError, finite};

/// One observation: the response to `P` predictors, and its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation<const P: usize> {
    /// The predictors.
    pub predictors: [f64; P],
    /// The response.
    pub response: f64,
    /// Proportional to 1 / variance of the response: 1 for equal variances, the count for a mean of
    /// counts.
    pub weight: f64,
}

impl<const P: usize> Observation<P> {
    /// An observation of weight 1.
    pub fn new(predictors: [f64; P], response: f64) -> Self {
        Self {
            predictors,
            response,
            weight: 1.0,
        }
    }
}

/// A line y = a + b x.
pub type Line = Regression<1>;

/// The fit of y = a + b_1 x_1 + ... + b_P x_P by weighted least squares (Gauss 1823; Draper and
/// Smith 1998, chapters 5 and 9).
///
/// ```text
/// minimise   sum w_i (y_i - a - b x_i)^2
/// s^2        = that minimum / (n - P - 1)         the variance of a response of weight 1
/// V(a + b x) = s^2 (1 / sum w_i + (x - c)' (X' W X)^-1 (x - c))
/// X, c       = predictors less their weighted centre c
/// ```
///
/// n counts observations, not weights, and s is estimated from the scatter: only ratios of weights
/// matter to the standard errors. Centring and an orthogonal basis (modified Gram-Schmidt) keep the
/// digits: the certified values of NIST's set Norris are met to 1e-13.
///
/// ```
/// use lab::statistics::{Line, Observation};
/// // Around the mean (1, 2) the sum of xy is 4, of xx 2; the residuals are 1/3, -2/3, 1/3.
/// let points = [(0.0, 1.0 / 3.0), (1.0, 4.0 / 3.0), (2.0, 13.0 / 3.0)];
/// let line = Line::fit(&points.map(|(x, y)| Observation::new([x], y)))?;
/// assert!((line.slope(0).value - 2.0).abs() < 1e-14);
/// assert!(line.intercept().value.abs() < 1e-14);
/// assert!((line.residual_error() - (2.0_f64 / 3.0).sqrt()).abs() < 1e-14);
/// # Ok::<(), lab::statistics::StatisticsError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Regression<const P: usize> {
    centre: [f64; P],
    height: f64,
    slopes: [f64; P],
    /// Upper triangular R with R' R = X' W X.
    triangle: [[f64; P]; P],
    weight: f64,
    residual: f64,
    total: f64,
    degrees_of_freedom: u64,
}

impl<const P: usize> Regression<P> {
    /// Fits `observations`, at least P + 2 of them.
    ///
    /// # Errors
    /// Too few observations, numbers that are not finite, weights that are not positive, a
    /// predictor that does not vary or that the others determine.
    pub fn fit(observations: &[Observation<P>]) -> Result<Self, StatisticsError> {
        check(observations)?;
        let weight: f64 = observations.iter().map(|o| o.weight).sum();
        let average = |of: &dyn Fn(&Observation<P>) -> f64| {
            let sum: f64 = observations.iter().map(|o| o.weight * of(o)).sum();
            sum / weight
        };
        let centre = std::array::from_fn(|p| average(&|o| o.predictors[p]));
        let height = average(&|o| o.response);
        let column = |of: &dyn Fn(&Observation<P>) -> f64| -> Vec<f64> {
            let scaled = observations.iter().map(|o| o.weight.sqrt() * of(o));
            scaled.collect()
        };
        let sizes = std::array::from_fn(|p| norm(&column(&|o| o.predictors[p])));
        let mut basis = std::array::from_fn(|p| column(&|o| o.predictors[p] - centre[p]));
        let triangle = orthogonalise(&mut basis, sizes)?;
        let mut rest = column(&|o| o.response - height);
        let total = dot(&rest, &rest);
        let effects = basis.each_ref().map(|q| remove(&mut rest, q));
        Ok(Self {
            centre,
            height,
            slopes: solve_upper(&triangle, effects),
            triangle,
            weight,
            residual: dot(&rest, &rest),
            total,
            degrees_of_freedom: (observations.len() - P - 1) as u64,
        })
    }

    /// The slope over predictor `index`, counted from 0.
    ///
    /// # Panics
    /// If there is no such predictor.
    pub fn slope(&self, index: usize) -> Estimate {
        let mut direction = [0.0; P];
        direction[index] = 1.0;
        self.estimate(self.slopes[index], self.spread(direction))
    }

    /// The weighted means of the predictors, where the fit is surest.
    pub fn centre(&self) -> [f64; P] {
        self.centre
    }

    /// The covariance of the slopes over predictors `first` and `second`, counted from 0.
    ///
    /// # Panics
    /// If there is no such predictor.
    pub fn covariance(&self, first: usize, second: usize) -> f64 {
        let variance = |sign: f64| {
            let mut direction = [0.0; P];
            direction[first] = 1.0;
            direction[second] += sign;
            self.spread(direction)
        };
        self.residual_error().powi(2) * (variance(1.0) - variance(-1.0)) / 4.0
    }

    /// The response where all predictors are 0.
    pub fn intercept(&self) -> Estimate {
        self.at([0.0; P])
    }

    /// The expected response at `predictors`. Its intervals, over all predictors, are the
    /// confidence band (pointwise).
    pub fn at(&self, predictors: [f64; P]) -> Estimate {
        let offset: [f64; P] = std::array::from_fn(|p| predictors[p] - self.centre[p]);
        let value = self.height + dot(&self.slopes, &offset);
        self.estimate(value, 1.0 / self.weight + self.spread(offset))
    }

    /// The residual standard error s: the standard deviation of a response of weight 1, in its
    /// unit.
    pub fn residual_error(&self) -> f64 {
        (self.residual / self.degrees_of_freedom as f64).sqrt()
    }

    /// The share of the (weighted) variance of the responses that the fit explains, R^2; `None` if
    /// they are all equal.
    pub fn r_squared(&self) -> Option<f64> {
        (self.total > 0.0).then(|| 1.0 - self.residual / self.total)
    }

    /// d' (X' W X)^-1 d = |R'^-1 d|^2.
    fn spread(&self, direction: [f64; P]) -> f64 {
        let solution = solve_transposed(&self.triangle, direction);
        dot(&solution, &solution)
    }

    fn estimate(&self, value: f64, relative_variance: f64) -> Estimate {
        Estimate {
            value,
            standard_error: self.residual_error() * relative_variance.sqrt(),
            degrees_of_freedom: self.degrees_of_freedom,
        }
    }
}

fn check<const P: usize>(observations: &[Observation<P>]) -> Result<(), StatisticsError> {
    let (found, needed) = (observations.len(), P + 2);
    if found < needed {
        return Err(StatisticsError::TooFewObservations { found, needed });
    }
    for observation in observations {
        finite(observation.response)?;
        for value in observation.predictors {
            finite(value)?;
        }
        if !(observation.weight > 0.0 && observation.weight.is_finite()) {
            return Err(StatisticsError::InvalidWeight(observation.weight));
        }
    }
    Ok(())
}

/// Makes `columns` orthonormal, Q, and returns the triangle R with Q R = what they were; `sizes`
/// are their lengths before centring.
fn orthogonalise<const P: usize>(
    columns: &mut [Vec<f64>; P],
    sizes: [f64; P],
) -> Result<[[f64; P]; P], StatisticsError> {
    // Centring leaves rounding errors of this order where a predictor does not vary.
    const NEGLIGIBLE: f64 = 1e-13;
    let mut triangle = [[0.0; P]; P];
    for p in 0..P {
        let (before, from_here) = columns.split_at_mut(p);
        let column = &mut from_here[0];
        for (q, row) in before.iter().zip(&mut triangle) {
            row[p] = remove(column, q);
        }
        let length = norm(column);
        if length <= NEGLIGIBLE * sizes[p] {
            return Err(StatisticsError::NoSpread(p));
        }
        column.iter_mut().for_each(|value| *value /= length);
        triangle[p][p] = length;
    }
    Ok(triangle)
}

/// Takes the component along the unit vector `direction` out of `vector` and returns its length.
fn remove(vector: &mut [f64], direction: &[f64]) -> f64 {
    let along = dot(vector, direction);
    for (value, step) in vector.iter_mut().zip(direction) {
        *value -= along * step;
    }
    along
}

/// The x with R x = `right`.
fn solve_upper<const P: usize>(triangle: &[[f64; P]; P], right: [f64; P]) -> [f64; P] {
    let mut solution = [0.0; P];
    for p in (0..P).rev() {
        let known = dot(&triangle[p][p + 1..], &solution[p + 1..]);
        solution[p] = (right[p] - known) / triangle[p][p];
    }
    solution
}

/// The x with R' x = `right`.
fn solve_transposed<const P: usize>(triangle: &[[f64; P]; P], right: [f64; P]) -> [f64; P] {
    let mut solution = [0.0; P];
    for p in 0..P {
        let known: f64 = (0..p).map(|q| triangle[q][p] * solution[q]).sum();
        solution[p] = (right[p] - known) / triangle[p][p];
    }
    solution
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

fn norm(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observations<const P: usize>(rows: &[([f64; P], f64)]) -> Vec<Observation<P>> {
        rows.iter().map(|&(x, y)| Observation::new(x, y)).collect()
    }

    #[test]
    fn what_has_no_fit_is_refused() {
        let fit = |rows: &[([f64; 1], f64)]| Line::fit(&observations(rows));
        assert_eq!(
            fit(&[([0.0], 0.0), ([1.0], 1.0)]),
            Err(StatisticsError::TooFewObservations {
                found: 2,
                needed: 3
            })
        );
        assert_eq!(fit(&[([0.1], 1.0); 7]), Err(StatisticsError::NoSpread(0)));
        let infinite = fit(&[([0.0], 0.0), ([1.0], 1.0), ([2.0], f64::INFINITY)]);
        assert_eq!(infinite, Err(StatisticsError::NotFinite(f64::INFINITY)));
        for weight in [0.0, -1.0, f64::INFINITY, f64::NAN] {
            let mut rows = observations(&[([0.0], 0.0), ([1.0], 1.0), ([2.0], 0.0)]);
            rows[1].weight = weight;
            assert!(Line::fit(&rows).is_err());
        }
    }

    #[test]
    fn dependent_predictors_are_refused() {
        let rows = [0.3, 0.7, 1.1, 2.9, 3.1].map(|x: f64| ([x, 3.0 * x - 1.0], x * x));
        let found = Regression::fit(&observations(&rows));
        assert_eq!(found, Err(StatisticsError::NoSpread(1)));
    }

    #[test]
    fn a_plane_without_errors_is_found() {
        let points = [[0.0, 0.0], [1.0, 0.5], [2.0, -1.0], [3.0, 4.0], [5.0, 1.0]];
        let plane = Regression::fit(&points.map(|x| Observation::new(x, 7.0 + 2.0 * x[0] - x[1])));
        let plane = plane.unwrap();
        let found = [plane.intercept(), plane.slope(0), plane.slope(1)];
        for (found, expected) in found.iter().zip([7.0, 2.0, -1.0]) {
            assert!((found.value - expected).abs() < 1e-13 && found.standard_error < 1e-13);
        }
        assert!((plane.r_squared().unwrap() - 1.0).abs() < 1e-14);
    }

    /// The variance of the plane at some distance from its centre, put together from those of the slopes.
    #[test]
    fn covariances_are_those_of_the_plane() {
        let rows = [[0.0, 0.0], [1.0, 0.5], [2.0, -1.0], [3.0, 4.0], [5.0, 1.0]];
        let plane = Regression::fit(&rows.map(|x| Observation::new(x, x[0] * x[1]))).unwrap();
        let ([x, y], offset) = (plane.centre(), [2.0, -3.0]);
        let variance = |of: [f64; 2]| plane.at(of).standard_error.powi(2);
        let mut expected = variance([x, y]);
        for p in 0..2 {
            let error = plane.slope(p).standard_error;
            assert!((plane.covariance(p, p) - error * error).abs() < 1e-13);
            expected += (0..2)
                .map(|q| offset[p] * offset[q] * plane.covariance(p, q))
                .sum::<f64>();
        }
        assert!((variance([x + offset[0], y + offset[1]]) - expected).abs() < 1e-12);
    }

    #[test]
    fn the_scale_of_weights_does_not_matter() {
        let mut rows = observations(&[([0.0], 1.0), ([1.0], 0.0), ([2.0], 4.0), ([4.0], 5.0)]);
        let plain = Line::fit(&rows).unwrap();
        rows.iter_mut().for_each(|row| row.weight = 4.0);
        let scaled = Line::fit(&rows).unwrap();
        for (a, b) in [
            (plain.slope(0), scaled.slope(0)),
            (plain.at([3.0]), scaled.at([3.0])),
        ] {
            assert!((a.value - b.value).abs() < 1e-14);
            assert!((a.standard_error - b.standard_error).abs() < 1e-14);
        }
    }

    #[test]
    fn equal_responses_have_no_share_to_explain() {
        let line = Line::fit(&observations(&[([0.0], 2.0), ([1.0], 2.0), ([2.0], 2.0)])).unwrap();
        assert_eq!(line.r_squared(), None);
        assert_eq!(line.slope(0).value, 0.0);
    }
}
