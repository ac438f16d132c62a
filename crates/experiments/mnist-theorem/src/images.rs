//! Two networks on the same images: how far apart they are, and which labels that cannot change.
//!
//! Let f put an image x into the class of its largest output, ahead of the second one by a margin m.
//! If another network g is within e |x| of f there, the difference of two of its outputs is off by at
//! most sqrt(2) e |x|, so the class is the same if m > sqrt(2) e |x|. All numbers are computed in
//! `f64`; what rounding may do is added to e.

use networks::Matrix;
use rayon::prelude::*;
use std::f64::consts::SQRT_2;
use tickets::certificates::{RealMatrix, RealNetwork};

/// Images that one thread runs at once.
const IMAGES_AT_ONCE: usize = 250;

/// A factor for the few roundings of the comparisons themselves.
const ROUNDING: f64 = 1.0 + 1e-9;

/// The outputs of a network, a row for each image, shared out among the threads of the current rayon
/// pool.
pub fn outputs(network: &RealNetwork, images: &Matrix, has_constant_input: bool) -> RealMatrix {
    let starts: Vec<usize> = (0..images.rows()).step_by(IMAGES_AT_ONCE).collect();
    let batch = |start: usize| {
        let rows = start..images.rows().min(start + IMAGES_AT_ONCE);
        let count = rows.len();
        let inputs: Vec<f64> = rows
            .flat_map(|row| input(images, row, has_constant_input))
            .collect();
        network.forward(&RealMatrix::new(count, inputs.len() / count, inputs))
    };
    let parts: Vec<RealMatrix> = starts.into_par_iter().map(batch).collect();
    let values: Vec<f64> = parts.iter().flat_map(RealMatrix::values).copied().collect();
    RealMatrix::new(images.rows(), values.len() / images.rows(), values)
}

/// The inputs of a network for one image.
pub fn input(images: &Matrix, row: usize, has_constant_input: bool) -> Vec<f64> {
    let pixels = images.row(row).iter().map(|&pixel| f64::from(pixel));
    pixels.chain(has_constant_input.then_some(1.0)).collect()
}

/// The Euclidean length of every row of inputs.
pub fn lengths(images: &Matrix, has_constant_input: bool) -> Vec<f64> {
    let length = |row| {
        let squares = input(images, row, has_constant_input).into_iter();
        squares.map(|value| value * value).sum::<f64>().sqrt()
    };
    (0..images.rows()).map(length).collect()
}

/// What is asked of each image.
#[derive(Debug, Clone, Copy)]
pub struct Certificate {
    /// No error is above this, relative to the length of the input.
    pub error: f64,
    /// How far the computed outputs of both networks may be from the exact ones, relative to the
    /// length of the input.
    pub rounding: f64,
}

/// What was seen on some images.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Seen {
    /// Images that the target classifies correctly.
    pub correct_before: u64,
    /// Images that the other network classifies correctly.
    pub correct_after: u64,
    /// Images that both put into the same class.
    pub same_label: u64,
    /// Images whose class is certified to be the same.
    pub certified: u64,
    /// Images that contradict the certificate.
    pub violations: u64,
    /// The largest distance of the outputs relative to the length of the input.
    pub largest_error: f64,
}

/// Compares the outputs of the target (`before`) and of another network (`after`) on images with the
/// given lengths and labels.
pub fn compare(
    before: &RealMatrix,
    after: &RealMatrix,
    lengths: &[f64],
    labels: &[u8],
    certificate: Certificate,
) -> Seen {
    let Certificate { error, rounding } = certificate;
    let mut seen = Seen::default();
    for (image, (&length, &label)) in lengths.iter().zip(labels).enumerate() {
        let (f, g) = (before.row(image), after.row(image));
        let [old, new] = [f, g].map(class);
        let distance = distance(f, g);
        // Both networks are 0 where the input is.
        let ratio = if length > 0.0 { distance / length } else { 0.0 };
        let certified = margin(f) > SQRT_2 * (error + rounding) * length * ROUNDING;
        let exceeds = distance > (error + rounding) * length * ROUNDING;
        seen.correct_before += u64::from(old == usize::from(label));
        seen.correct_after += u64::from(new == usize::from(label));
        seen.same_label += u64::from(old == new);
        seen.certified += u64::from(certified);
        seen.violations += u64::from(exceeds || certified && old != new);
        seen.largest_error = seen.largest_error.max(ratio);
    }
    seen
}

/// The largest output; the first of equal ones.
pub fn class(outputs: &[f64]) -> usize {
    let better = |best, at| {
        if outputs[at] > outputs[best] {
            at
        } else {
            best
        }
    };
    (1..outputs.len()).fold(0, better)
}

/// How far the largest output is ahead of the second one.
pub fn margin(outputs: &[f64]) -> f64 {
    let class = class(outputs);
    let others = outputs.iter().enumerate().filter(|(at, _)| *at != class);
    outputs[class]
        - others
            .map(|(_, &other)| other)
            .fold(f64::NEG_INFINITY, f64::max)
}

fn distance(left: &[f64], right: &[f64]) -> f64 {
    let squares = left
        .iter()
        .zip(right)
        .map(|(left, right)| (left - right).powi(2));
    squares.sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use subset_sum::sampling::{generator, uniform};

    /// Outputs of some images in \[-1, 1\].
    fn random(images: usize, classes: usize) -> RealMatrix {
        let mut draws = generator(1, "images", "outputs", 0);
        let mut output = || uniform(&mut draws, -1 << 20, 1 << 20) as f64 / f64::from(1 << 20);
        let values = (0..images * classes).map(|_| output()).collect();
        RealMatrix::new(images, classes, values)
    }

    fn certificate(error: f64) -> Certificate {
        let rounding = 0.0;
        Certificate { error, rounding }
    }

    /// The outputs moved by `length` in the direction that gains most for one class on another.
    fn moved(outputs: &[f64], [from, to]: [usize; 2], length: f64) -> Vec<f64> {
        let mut outputs = outputs.to_vec();
        outputs[from] -= length / SQRT_2;
        outputs[to] += length / SQRT_2;
        outputs
    }

    #[test]
    fn a_class_is_certified_exactly_if_no_error_of_that_length_changes_it() {
        const CLASSES: usize = 4;
        let (before, lengths) = (random(200, CLASSES), vec![0.7; 200]);
        for error in [0.01, 0.2, 0.6] {
            let within = (1.0 - 1e-6) * error * 0.7;
            let beyond = (1.0 + 1e-6) * error * 0.7;
            let mut certified = 0;
            for image in 0..200 {
                let f = before.row(image);
                let old = class(f);
                let changes = |length: f64| {
                    let mut others = (0..CLASSES).filter(|&other| other != old);
                    others.any(|other| class(&moved(f, [old, other], length)) != old)
                };
                assert_eq!(changes(within), changes(beyond), "too close to tell");
                certified += u64::from(!changes(beyond));
            }
            let labels = vec![0; 200];
            let seen = compare(&before, &before, &lengths, &labels, certificate(error));
            assert_eq!((seen.certified, seen.violations), (certified, 0));
            assert!((1..200).contains(&certified) || error < 0.1);
        }
    }

    #[test]
    fn images_are_counted_by_hand() {
        // Classes 0 and 1, then 1 and 1, then a tie, which goes to the lower class.
        let before = RealMatrix::new(3, 2, vec![1.0, 0.0, 0.0, 1.0, 2.0, 2.0]);
        let after = RealMatrix::new(3, 2, vec![1.0, 3.0, 0.0, 1.0, 2.0, 1.0]);
        let seen = compare(
            &before,
            &after,
            &[1.0, 2.0, 4.0],
            &[0, 1, 0],
            certificate(0.3),
        );
        let expected = Seen {
            correct_before: 3,
            correct_after: 2,
            same_label: 2,
            // The margins are 1, 1 and 0, against sqrt(2) * 0.3 * length.
            certified: 2,
            // The first image is off by 3.
            violations: 1,
            largest_error: 3.0,
        };
        assert_eq!(seen, expected);
        let blank = RealMatrix::new(1, 2, vec![0.0; 2]);
        let seen = compare(&blank, &blank, &[0.0], &[0], certificate(1.0));
        assert_eq!(
            (seen.certified, seen.violations, seen.largest_error),
            (0, 0, 0.0)
        );
    }

    #[test]
    fn rounding_counts_against_the_certificate() {
        let outputs = RealMatrix::new(1, 2, vec![1.0, 0.0]);
        let certified = |error, rounding| {
            let certificate = Certificate { error, rounding };
            compare(&outputs, &outputs, &[1.0], &[0], certificate).certified
        };
        assert_eq!([certified(0.7, 0.0), certified(0.7, 0.01)], [1, 0]);
    }
}
