//! Two networks on the same images: how far apart they are, and which labels that cannot change.
//!
//! Let f put an image x into the class of its largest output, ahead of the second one by a margin m.
//! If another network g is within e |x| of f there, the difference of two of its outputs is off by at
//! most sqrt(2) e |x|, so the class is the same if m > sqrt(2) e |x|. All numbers are computed in
//! `f64`; what rounding may do is added to e.

use rayon::prelude::*;
use std::f64::consts::SQRT_2;
use tickets::Matrix;
use tickets::construction::{RealMatrix, RealNetwork};

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
