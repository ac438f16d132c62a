//! What the paper shows of its Experiment 2, read off its figures by eye: a value may be 1.5 points off.
//!
//! The figures say "final" accuracy; which of the [`EPOCHS`] they show is not known, nor is the seed's spread,
//! for there is one seed.

use crate::architecture::{Architecture, Model};

/// Numbers of epochs that the authors' code trains for.
pub const EPOCHS: [usize; 5] = [30, 50, 100, 125, 150];

/// How far a value may be from the one that was drawn, in percentage points.
pub const READING_ERROR: f64 = 1.5;

/// The sparsities of the figures: fractions of each tensor that are removed.
pub const SPARSITIES: [f64; 13] = [
    0.01, 0.02, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.98, 0.99,
];

/// Where a marker could not be told from others.
const UNREAD: f64 = f64::NAN;

/// The test accuracy in percent, read by eye; nothing where it was not read. A dense network has one
/// whatever the sparsity.
pub fn accuracy(architecture: Architecture, model: Model, sparsity: f64) -> Option<f64> {
    let accuracies = match (architecture, model) {
        (Architecture::Fc2, Model::Dense) => return Some(98.6),
        (Architecture::Fc4, Model::Dense) => return Some(98.8),
        (Architecture::LeNet5, Model::Dense) => return Some(98.5),
        (Architecture::Fc2, Model::Wide) => [
            21.0, 37.5, 46.5, 82.0, 98.0, 98.0, 98.0, 97.5, 97.0, 95.0, 91.0, 90.0, 87.5,
        ],
        (Architecture::Fc2, Model::Linear) => [
            UNREAD, UNREAD, 12.0, 37.0, 96.0, 98.0, 98.0, 97.5, 96.0, 89.0, 74.5, 70.0, 39.0,
        ],
        (Architecture::Fc2, Model::Relu) => [
            6.0, UNREAD, 9.0, 66.5, 97.0, 97.5, 96.5, 93.0, 78.5, 57.0, 29.0, 23.0, 18.0,
        ],
        (Architecture::Fc4, Model::Wide) => [
            33.0, 71.0, 82.0, 95.0, 98.5, 98.5, 98.5, 98.5, 98.0, 98.0, 97.0, 96.0, 88.5,
        ],
        (Architecture::Fc4, Model::Linear) => [
            11.0, 17.0, 24.0, 64.5, 92.5, 97.5, 98.0, 98.0, 97.0, 94.0, 73.0, 55.0, 10.0,
        ],
        (Architecture::Fc4, Model::Relu) => [
            14.0, 20.5, 31.5, 88.0, 97.0, 97.5, 97.5, 96.0, 82.0, 44.0, 12.0, 11.0, 10.0,
        ],
        (Architecture::LeNet5, Model::Wide) => [
            11.0, 31.0, 40.0, 55.5, 95.5, 97.5, 97.5, 97.0, 92.5, 83.5, 62.5, 52.0, 31.0,
        ],
        (Architecture::LeNet5, Model::Linear) => [
            10.0, 12.0, 15.5, 92.0, 98.0, 98.5, 98.0, 97.0, 88.0, 57.5, 10.0, 10.0, 10.0,
        ],
        (Architecture::LeNet5, Model::Relu) => [
            13.0, 25.0, 74.0, 96.0, 97.5, 97.5, 95.0, 72.5, 25.5, 14.0, 10.0, 10.0, 10.0,
        ],
    };
    let index = SPARSITIES.iter().position(|&read| read == sparsity)?;
    Some(accuracies[index]).filter(|accuracy| accuracy.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_read_is_nothing() {
        let fc2 = |model, sparsity| accuracy(Architecture::Fc2, model, sparsity);
        assert_eq!(fc2(Model::Relu, 0.01), Some(6.0));
        assert_eq!(fc2(Model::Relu, 0.02), None);
        assert_eq!(fc2(Model::Wide, 0.3), None);
        assert_eq!(fc2(Model::Dense, 0.0), Some(98.6));
    }

    /// Of 117 markers three could not be told from others.
    #[test]
    fn the_other_values_are_percentages() {
        let networks = Architecture::ALL.into_iter();
        let networks = networks.flat_map(|network| Model::PRUNED.map(|model| (network, model)));
        let read: Vec<f64> = networks
            .flat_map(|(network, model)| {
                SPARSITIES
                    .iter()
                    .filter_map(move |&sparsity| accuracy(network, model, sparsity))
            })
            .collect();
        assert_eq!(read.len(), 114);
        assert!(read.iter().all(|value| (5.0..=100.0).contains(value)));
    }
}
