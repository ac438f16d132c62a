//! What a pruned network computes, in the size of its target: layers that are linear on half-lines.
//!
//! Under its masks a pair of random matrices computes x -> W+ x+ - W- x-, with x = x+ - x- split
//! into its positive and negative parts. Where inputs are not negative this is W+ x, an ordinary
//! layer.

use super::real_matrix::RealMatrix;
use crate::construction::rectify;

/// The map x -> W+ x+ - W- x-, or x -> W+ x where no W- is given.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HalfLinear {
    pub positive: RealMatrix,
    pub negative: Option<RealMatrix>,
}

impl HalfLinear {
    /// The map x -> W x.
    pub fn linear(weight: RealMatrix) -> HalfLinear {
        HalfLinear {
            positive: weight,
            negative: None,
        }
    }

    /// The map's value at `input`.
    fn apply(&self, input: &[f64]) -> Vec<f64> {
        let Some(negative) = &self.negative else {
            return self.positive.apply(input);
        };
        let [above, below] = parts(input);
        let mut output = self.positive.apply(&above);
        let subtract = |(value, other): (&mut f64, f64)| *value -= other;
        output
            .iter_mut()
            .zip(negative.apply(&below))
            .for_each(subtract);
        output
    }

    /// The product of the transposed derivative at `input` with a vector.
    fn pull_back(&self, input: &[f64], vector: &[f64]) -> Vec<f64> {
        let mut product = self.positive.apply_transposed(vector);
        if let Some(negative) = &self.negative {
            let other = negative.apply_transposed(vector);
            for (at, value) in product
                .iter_mut()
                .enumerate()
                .filter(|(at, _)| input[*at] < 0.0)
            {
                *value = other[at];
            }
        }
        product
    }

    /// How far a computed value at `input` may be from the true one at an input that is itself off
    /// by up to `radius`, entry by entry.
    fn radius(&self, input: &[f64], radius: &[f64]) -> Vec<f64> {
        // A computed dot product of length n is off by less than n u / (1 - n u) times that of the
        // magnitudes, u = EPSILON / 2. Four times that, and some more, covers two products, their
        // difference, that of both networks, and the roundings made here.
        let share = (input.len() + 8) as f64 * 2.0 * f64::EPSILON;
        let reach = input
            .iter()
            .zip(radius)
            .map(|(x, r)| (1.0 + share) * r + share * x.abs());
        let reach: Vec<f64> = reach.collect();
        let matrices = std::iter::once(&self.positive).chain(&self.negative);
        let mut sums = vec![0.0; self.positive.rows()];
        for matrix in matrices {
            for (row, sum) in sums.iter_mut().enumerate() {
                let entries = matrix.row(row).iter().zip(&reach);
                *sum += entries
                    .map(|(entry, reach)| entry.abs() * reach)
                    .sum::<f64>();
            }
        }
        sums.iter()
            .map(|sum| sum * (1.0 + share) + f64::MIN_POSITIVE)
            .collect()
    }
}

/// The positive and the negative part of a vector, both without negative entries.
fn parts(vector: &[f64]) -> [Vec<f64>; 2] {
    [1.0, -1.0].map(|sign| vector.iter().map(|value| (sign * value).max(0.0)).collect())
}

/// Half-linear layers with ReLU between them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Branch {
    pub layers: Vec<HalfLinear>,
}

impl Branch {
    /// What every layer puts out for `input`, before any ReLU.
    pub fn outputs(&self, input: &[f64]) -> Vec<Vec<f64>> {
        let mut outputs: Vec<Vec<f64>> = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let output = match outputs.last() {
                None => layer.apply(input),
                Some(before) => layer.apply(&rectified(before)),
            };
            outputs.push(output);
        }
        outputs
    }

    /// The product of the transposed derivative at `input`, where layers put out `outputs`, with a
    /// vector.
    pub fn pull_back(&self, input: &[f64], outputs: &[Vec<f64>], vector: Vec<f64>) -> Vec<f64> {
        let mut vector = vector;
        for (at, layer) in self.layers.iter().enumerate().rev() {
            if at == 0 {
                return layer.pull_back(input, &vector);
            }
            let before = &outputs[at - 1];
            vector = layer.pull_back(&rectified(before), &vector);
            let inactive = vector
                .iter_mut()
                .zip(before)
                .filter(|(_, before)| **before <= 0.0);
            inactive.for_each(|(value, _)| *value = 0.0);
        }
        vector
    }

    /// How far the last of the computed `outputs` may be from the true ones, entry by entry.
    pub fn radius(&self, input: &[f64], outputs: &[Vec<f64>]) -> Vec<f64> {
        let mut radius = vec![0.0; input.len()];
        for (at, layer) in self.layers.iter().enumerate() {
            radius = match at {
                0 => layer.radius(input, &radius),
                _ => layer.radius(&rectified(&outputs[at - 1]), &radius),
            };
        }
        radius
    }
}

fn rectified(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    rectify(&mut values);
    values
}
