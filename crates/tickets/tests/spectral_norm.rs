//! The bound of a spectral norm: never below the norm, and close to it.

use proptest::prelude::*;
use subset_sum::sampling::{generator, uniform};
use tickets::certificates::{RealMatrix, spectral_norm_bound};

fn random(rows: usize, columns: usize, seed: u64) -> RealMatrix {
    let mut draws = generator(seed, "test-norms", &format!("{rows}x{columns}"), 0);
    let mut number = || uniform(&mut draws, -1 << 40, 1 << 40) as f64 / (1_u64 << 40) as f64;
    RealMatrix::new(
        rows,
        columns,
        (0..rows * columns).map(|_| number()).collect(),
    )
}

fn scaled(matrix: &RealMatrix, factor: f64) -> RealMatrix {
    let values = matrix.values().iter().map(|value| value * factor).collect();
    RealMatrix::new(matrix.rows(), matrix.columns(), values)
}

fn length(vector: &[f64]) -> f64 {
    vector.iter().map(|value| value * value).sum::<f64>().sqrt()
}

/// What a long power iteration finds: below the norm, up to roundings.
fn reached(matrix: &RealMatrix) -> f64 {
    let mut vector = random(1, matrix.columns(), 99).values().to_vec();
    let mut norm = 0.0;
    for _ in 0..3000 {
        let divisor = length(&vector);
        if divisor == 0.0 {
            break;
        }
        vector.iter_mut().for_each(|value| *value /= divisor);
        let image = matrix.apply(&vector);
        norm = length(&image);
        vector = matrix.apply_transposed(&image);
    }
    norm
}

#[track_caller]
fn assert_bounds(matrix: &RealMatrix, norm: f64, share: f64) {
    for matrix in [matrix, &matrix.transposed()] {
        let bound = spectral_norm_bound(matrix);
        assert!(bound >= norm, "{bound} is below {norm}");
        assert!(bound <= norm * (1.0 + share), "{bound} is far above {norm}");
    }
}

/// The matrix of Sylvester: orthogonal columns of length sqrt(size), entries +-1.
fn hadamard(size: usize) -> RealMatrix {
    let sign = |at: usize| ((at / size) & (at % size)).count_ones().is_multiple_of(2);
    let entry = |at| if sign(at) { 1.0 } else { -1.0 };
    RealMatrix::new(size, size, (0..size * size).map(entry).collect())
}

#[test]
fn known_norms_are_bounded_closely() {
    assert_bounds(&hadamard(64), 8.0, 1e-8);
    assert_bounds(&RealMatrix::new(3, 12, vec![1.0; 36]), 6.0, 1e-8);
    let diagonal = RealMatrix::new(2, 2, vec![1e-200, 0.0, 0.0, -1e-100]);
    assert_bounds(&diagonal, 1e-100, 1e-8);
    // Singular values 1 and 1 - 2^-30, which no power iteration tells apart.
    let close = RealMatrix::new(2, 2, vec![1.0, 0.0, 0.0, 1.0 - 2.0_f64.powi(-30)]);
    assert_bounds(&close, 1.0, 1e-8);
    // The golden ratio.
    let fibonacci = RealMatrix::new(2, 2, vec![1.0, 1.0, 1.0, 0.0]);
    assert_bounds(&fibonacci, (1.0 + 5.0_f64.sqrt()) / 2.0, 1e-8);
    // Triangular, with a smallest singular value of about 2^-48.
    let entry = |at: usize| {
        if at / 50 == at % 50 {
            1.0
        } else if at / 50 < at % 50 {
            -1.0
        } else {
            0.0
        }
    };
    let triangular = RealMatrix::new(50, 50, (0..2500).map(entry).collect());
    assert_bounds(&triangular, reached(&triangular) * (1.0 - 1e-12), 1e-8);
}

/// The largest eigenvalue of the Hilbert matrix of order 10 is 1.7519196702651775.
#[test]
fn an_ill_conditioned_matrix_is_bounded_closely() {
    let entry = |at: usize| 1.0 / ((at / 10 + at % 10 + 1) as f64);
    let hilbert = RealMatrix::new(10, 10, (0..100).map(entry).collect());
    assert_bounds(&hilbert, 1.751_919_670_265_177, 1e-8);
}

#[test]
fn random_matrices_are_bounded_to_a_thousandth() {
    for (rows, columns) in [(1, 7), (40, 40), (10, 300), (120, 160)] {
        for seed in 0..3 {
            let matrix = random(rows, columns, seed);
            assert_bounds(&matrix, reached(&matrix) * (1.0 - 1e-12), 1e-3);
        }
    }
}

#[test]
fn degenerate_matrices_have_a_bound() {
    assert_eq!(
        spectral_norm_bound(&RealMatrix::new(3, 4, vec![0.0; 12])),
        0.0
    );
    assert_eq!(spectral_norm_bound(&RealMatrix::new(0, 4, vec![])), 0.0);
    for entry in [f64::NAN, f64::INFINITY] {
        let matrix = RealMatrix::new(1, 2, vec![1.0, entry]);
        assert_eq!(spectral_norm_bound(&matrix), f64::INFINITY);
    }
    let smallest = f64::from_bits(1);
    assert!(spectral_norm_bound(&RealMatrix::new(1, 1, vec![smallest])) >= smallest);
    assert_bounds(&RealMatrix::new(2, 1, vec![3e307, 4e307]), 5e307, 1e-8);
}

proptest! {
    #[test]
    fn no_vector_is_stretched_more_than_the_bound(
        shape in (1..12_usize, 1..12_usize),
        seed in any::<u64>(),
        exponent in -200..200_i32,
    ) {
        let matrix = scaled(&random(shape.0, shape.1, seed), 2.0_f64.powi(exponent));
        let bound = spectral_norm_bound(&matrix);
        prop_assert!(reached(&matrix) <= bound * (1.0 + 1e-12));
        prop_assert!(bound <= length(matrix.values()) * (1.0 + 1e-3));
    }
}
