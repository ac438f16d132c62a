//! Worst errors that are known in closed form.

use super::comparison::{Comparison, Domain};
use super::half_linear::{Branch, HalfLinear};
use super::real_matrix::RealMatrix;
use super::search::Search;
use super::spectral_norm::spectral_norm_bound;

const CLOSE: f64 = 1e-6;

fn matrix(rows: &[&[f64]]) -> RealMatrix {
    RealMatrix::new(rows.len(), rows[0].len(), rows.concat())
}

fn diagonal(entries: &[f64]) -> RealMatrix {
    let size = entries.len();
    let entry = |at: usize| {
        if at / size == at % size {
            entries[at % size]
        } else {
            0.0
        }
    };
    RealMatrix::new(size, size, (0..size * size).map(entry).collect())
}

/// A reflection at a plane, which is orthogonal: I - 2 v v^T / |v|^2.
fn reflection(vector: &[f64]) -> RealMatrix {
    let (size, square) = (vector.len(), vector.iter().map(|v| v * v).sum::<f64>());
    let entry = |at: usize| {
        let (row, column) = (at / size, at % size);
        f64::from(row == column) - 2.0 * vector[row] * vector[column] / square
    };
    RealMatrix::new(size, size, (0..size * size).map(entry).collect())
}

fn times(left: &RealMatrix, right: &RealMatrix) -> RealMatrix {
    let right = right.transposed();
    let row = |row| right.apply(left.row(row));
    RealMatrix::new(
        left.rows(),
        right.rows(),
        (0..left.rows()).flat_map(row).collect(),
    )
}

fn zeros(rows: usize, columns: usize) -> RealMatrix {
    RealMatrix::new(rows, columns, vec![0.0; rows * columns])
}

/// Ordinary layers on both sides.
fn layers(target: Vec<RealMatrix>, pruned: Vec<RealMatrix>, domain: Domain) -> Comparison {
    let norms = target.iter().map(spectral_norm_bound).collect();
    let branch = |weights: Vec<RealMatrix>| Branch {
        layers: weights.into_iter().map(HalfLinear::linear).collect(),
    };
    Comparison {
        target: branch(target),
        pruned: branch(pruned),
        norms,
        has_constant_input: false,
        domain,
    }
}

/// One layer with target 0, so that the slopes are the errors on the two half-lines.
fn signed(positive: RealMatrix, negative: RealMatrix) -> Comparison {
    let zero = zeros(positive.rows(), positive.columns());
    let mut comparison = layers(vec![zero.clone()], vec![zero], Domain::UnitBall);
    comparison.pruned.layers[0] = HalfLinear {
        positive,
        negative: Some(negative),
    };
    comparison
}

/// The bounds from below and from above.
#[track_caller]
fn bounds(comparison: &Comparison) -> [f64; 2] {
    let error = comparison.worst_error(Search::default());
    assert!(error.lower() <= error.upper(), "{error:?}");
    [error.lower(), error.upper()]
}

#[track_caller]
fn assert_both(comparison: &Comparison, expected: f64) {
    for bound in bounds(comparison) {
        assert!(
            (bound - expected).abs() <= CLOSE * expected,
            "{bound} is not {expected}"
        );
    }
}

#[test]
fn errors_on_different_half_lines_add_up() {
    // Each half alone has norm 1, but x = (1, -1) / sqrt 2 meets both.
    let [positive, negative] = [[1.0, 0.0], [0.0, -1.0]].map(|row| matrix(&[&row]));
    assert_both(&signed(positive.clone(), negative), 2.0_f64.sqrt());
    // With the other sign they cancel there, and the bound, the same, is not reached.
    let [lower, upper] = bounds(&signed(positive, matrix(&[&[0.0, 1.0]])));
    assert!((lower - 1.0).abs() < CLOSE && (upper - 2.0_f64.sqrt()).abs() < CLOSE);
}

#[test]
fn one_weight_has_the_error_of_its_worse_half() {
    for (positive, negative, worst) in
        [(0.25, -0.5, 0.5), (-1e-9, 1e-10, 1e-9), (0.125, 0.0, 0.125)]
    {
        assert_both(
            &signed(matrix(&[&[positive]]), matrix(&[&[negative]])),
            worst,
        );
    }
}

#[test]
fn an_equal_error_on_both_halves_is_a_linear_map() {
    // Of rank one: the largest error is at (0.6, 0.8), inside of a piece of the path.
    let error = matrix(&[&[0.18, 0.24], &[0.24, 0.32]]);
    let [lower, upper] = bounds(&signed(error.clone(), error));
    assert!((lower - 0.5).abs() < CLOSE, "{lower}");
    assert!(
        (0.5..=0.5 * 2.0_f64.sqrt() + CLOSE).contains(&upper),
        "{upper}"
    );
}

#[test]
fn diagonal_and_orthogonal_errors_on_nonnegative_inputs() {
    let domain = Domain::NonnegativeUnitBall;
    let one = |error: RealMatrix| {
        layers(
            vec![zeros(error.rows(), error.columns())],
            vec![error],
            domain,
        )
    };
    assert_both(&one(diagonal(&[0.1, 0.4, 0.2])), 0.4);
    let turned = times(
        &reflection(&[1.0, 2.0, -3.0, 4.0]),
        &diagonal(&[1e-3, 1e-9, 0.25, 0.0]),
    );
    assert_both(&one(turned), 0.25);
}

#[test]
fn layers_compound() {
    // Multiples of the identity: (1 + a)^l - 1 is the error, and the recursion gives just that.
    for (layer_count, growth) in [(1, 0.5), (2, 0.25), (5, 0.125)] {
        let of = |value: f64| vec![diagonal(&[value; 3]); layer_count];
        let comparison = layers(of(1.0), of(1.0 + growth), Domain::NonnegativeUnitBall);
        assert_both(&comparison, (1.0 + growth).powi(layer_count as i32) - 1.0);
        assert_eq!(comparison.bounds().len(), layer_count);
    }
}

#[test]
fn a_gain_of_the_target_carries_errors_on() {
    // f = 2 * 3 x, g = 2 * (3 + 1/2) x: e_2 = 2 * 0.5.
    let domain = Domain::NonnegativeUnitBall;
    let of = |values: [f64; 2]| values.map(|value| diagonal(&[value; 2])).to_vec();
    assert_both(&layers(of([3.0, 2.0]), of([3.5, 2.0]), domain), 1.0);
}

#[test]
fn an_error_behind_a_small_weight_counts_little() {
    // The unit that is off by 1/2 is passed on with 1/1000.
    let of = |second: f64| vec![diagonal(&[1.0, second]), diagonal(&[1.0, 1e-3])];
    let comparison = layers(of(1.0), of(1.5), Domain::NonnegativeUnitBall);
    assert_both(&comparison, 5e-4);
    // One more layer of norm 2 doubles it.
    let of = |second: f64| [of(second), vec![diagonal(&[2.0; 2])]].concat();
    let comparison = layers(of(1.0), of(1.5), Domain::NonnegativeUnitBall);
    assert_both(&comparison, 1e-3);
}

#[test]
fn an_error_of_a_small_unit_counts_little() {
    // The unit that the second layer gets wrong by 1/2 is at most 1/1000.
    let first = diagonal(&[1.0, 1e-3]);
    let of = |second: f64| vec![first.clone(), diagonal(&[1.0, second])];
    for domain in [Domain::NonnegativeUnitBall, Domain::UnitBall] {
        assert_both(&layers(of(1.0), of(1.5), domain), 5e-4);
    }
    // The same where the first layer is not linear: only x < 0 makes the unit large.
    let mut comparison = layers(of(1.0), of(1.5), Domain::UnitBall);
    let negative = diagonal(&[1.0, -1e-3]);
    comparison.pruned.layers[0].negative = Some(negative);
    // Its own error there, 2e-3, comes on top: 1.5 * 1e-3 is put out instead of 0.
    let [lower, upper] = bounds(&comparison);
    assert!(
        (lower - 1.5e-3).abs() < CLOSE && upper < 4e-3,
        "{lower} {upper}"
    );
}

#[test]
fn a_constant_input_is_part_of_an_inputs_length() {
    let mut comparison = layers(
        vec![zeros(1, 2)],
        vec![matrix(&[&[0.5, 0.5]])],
        Domain::UnitBall,
    );
    comparison.has_constant_input = true;
    // |(x, 1)| is at most sqrt 2, and |(1, 1) / 2| = sqrt 1/2.
    let worst = comparison.worst_error(Search::default()).upper();
    assert!((worst - 1.0).abs() < CLOSE);
    assert!((comparison.per_length(worst) - 0.5_f64.sqrt()).abs() < CLOSE);
}

#[test]
fn with_a_constant_input_the_worst_point_may_lie_inside() {
    // g(x) = s(x) - 2 s(x - 1/2) has its peak 1/2 at x = 1/2, and f = 0.
    let first = matrix(&[&[1.0, 0.0], &[1.0, -0.5], &[0.0, 1.0]]);
    let last = matrix(&[&[1.0, -2.0, 0.0]]);
    let target = vec![first.clone(), zeros(1, 3)];
    let mut comparison = layers(target, vec![first, last], Domain::UnitBall);
    comparison.has_constant_input = true;
    let error = comparison.worst_error(Search::default());
    assert!((error.lower() - 0.5).abs() < CLOSE && error.upper() >= 0.5);
    assert!(
        (error.found.input[0] - 0.5).abs() < CLOSE,
        "{:?}",
        error.found
    );
}

#[test]
fn equal_networks_have_no_error() {
    let weights = vec![reflection(&[1.0, 2.0, 3.0]), diagonal(&[1.0, 0.5, 0.25])];
    let comparison = layers(weights.clone(), weights, Domain::UnitBall);
    assert_eq!(bounds(&comparison), [0.0, 0.0]);
}

#[test]
fn the_ascent_finds_the_worst_direction_among_many() {
    let axes: Vec<f64> = (1..=24).map(|at| 1.0 / f64::from(at)).collect();
    let vector: Vec<f64> = (0..24).map(|at| f64::from(at * at % 7) - 2.0).collect();
    let error = times(&diagonal(&axes), &reflection(&vector));
    let comparison = layers(vec![zeros(24, 24)], vec![error], Domain::UnitBall);
    assert_both(&comparison, 1.0);
}

/// Slopes to either side of a point where no unit is at its kink, against the gradient.
#[test]
fn gradients_are_those_of_finite_differences() {
    const STEP: f64 = 1e-6;
    let entries = |rows: usize, columns: usize, seed: usize| {
        let entry = |at: usize| ((at * 37 + seed * 11) % 19) as f64 / 9.0 - 1.0;
        RealMatrix::new(rows, columns, (0..rows * columns).map(entry).collect())
    };
    let target = vec![entries(5, 4, 1), entries(4, 5, 2), entries(2, 4, 3)];
    let pruned = vec![entries(5, 4, 4), entries(4, 5, 5), entries(2, 4, 6)];
    let mut comparison = layers(target, pruned, Domain::UnitBall);
    comparison.pruned.layers[0].negative = Some(entries(5, 4, 7));
    for has_constant_input in [false, true] {
        comparison.has_constant_input = has_constant_input;
        let inputs = comparison.inputs();
        for point in [
            [0.3, -0.7, 0.2, -0.4],
            [-0.5, 0.1, 0.6, 0.3],
            [0.2, 0.9, -0.1, -0.8],
        ] {
            let point = &point[..inputs];
            let (_, gradient) = comparison.error_and_gradient(point);
            for (at, slope) in gradient.iter().enumerate() {
                let moved = |step: f64| {
                    let mut point = point.to_vec();
                    point[at] += step;
                    comparison.error(&point)
                };
                let measured = (moved(STEP) - moved(-STEP)) / (2.0 * STEP);
                assert!((measured - slope).abs() < 1e-6, "{measured} is not {slope}");
            }
        }
    }
}
