//! How many images a network classifies correctly.

use std::ops::Range;

use networks::Network;
use thiserror::Error;

use crate::mnist::Split;

/// Images evaluated together. Callers who evaluate on several threads best cut at its multiples.
pub const BATCH: usize = 250;

/// Why a network cannot be evaluated on images.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// A network for inputs of another size.
    #[error("the network has {inputs} inputs, the images {pixels} pixels: they must be equal")]
    Inputs {
        /// The network's inputs.
        inputs: usize,
        /// The pixels of an image.
        pixels: usize,
    },
    /// A network without an output for one of the labels.
    #[error(
        "the network has {outputs} outputs, the labels go up to {label}: one is needed for each"
    )]
    Outputs {
        /// The network's outputs.
        outputs: usize,
        /// The largest label.
        label: u8,
    },
}

/// Checks that [`correct`] can evaluate a network on these images.
///
/// # Errors
/// [`EvaluateError`] if there is not one input per pixel and one output per label.
pub fn check(network: &Network, split: &Split) -> Result<(), EvaluateError> {
    let (inputs, pixels) = (network.inputs(), split.images.columns());
    if inputs != pixels {
        return Err(EvaluateError::Inputs { inputs, pixels });
    }
    match split.labels.iter().max() {
        Some(&label) if usize::from(label) >= network.outputs() => Err(EvaluateError::Outputs {
            outputs: network.outputs(),
            label,
        }),
        _ => Ok(()),
    }
}

/// The images of a range whose largest logit is their label's; ties go to the lowest class.
///
/// However a range is cut, the parts' counts add up to the whole's. A matrix product's last bits
/// depend on its shape, so images are always evaluated in the same batches, those that begin at
/// multiples of [`BATCH`], and the images outside the range are left uncounted.
///
/// # Panics
/// If the range goes beyond the images, or [`check`] fails.
pub fn correct(network: &Network, split: &Split, range: Range<usize>) -> usize {
    let count = split.images.rows();
    assert!(range.end <= count, "{range:?} goes beyond {count} images");
    let batches = range.start / BATCH..range.end.div_ceil(BATCH);
    let in_batch = |batch| {
        let start = batch * BATCH;
        let end = count.min(start + BATCH);
        let logits = network.forward(&split.images.gather(start..end));
        let is_correct =
            |&image: &usize| picks(logits.row(image - start), split.labels[image].into());
        (start.max(range.start)..end.min(range.end))
            .filter(is_correct)
            .count()
    };
    batches.map(in_batch).sum()
}

/// Whether `class` has the largest logit and none below it has the same. NaN is never the largest.
pub(crate) fn picks(logits: &[f32], class: usize) -> bool {
    let logit = logits[class];
    logits[..class].iter().all(|&other| other < logit)
        && logits[class..].iter().all(|&other| other <= logit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use networks::{Dense, Matrix};
    use subset_sum::sampling::{generator, shuffle, uniform};

    fn linear(rows: usize, columns: usize, values: Vec<f32>) -> Network {
        Network::new(vec![Dense {
            name: "fc1".into(),
            weight: Matrix::new(rows, columns, values),
            bias: None,
        }])
        .unwrap()
    }

    #[test]
    fn ties_go_to_the_lowest_class_and_nan_to_none() {
        assert!(picks(&[1.0, 3.0, 3.0], 1));
        assert!(!picks(&[1.0, 3.0, 3.0], 2));
        assert!(picks(&[0.0, 0.0], 0));
        assert!(picks(&[-0.0, 0.0], 0));
        assert!(!picks(&[f32::NAN, 1.0], 0));
        assert!(!picks(&[f32::NAN, 1.0], 1));
    }

    #[test]
    fn correct_images_are_counted() {
        let network = linear(2, 2, vec![1.0, 0.0, 0.0, 1.0]);
        let split = Split {
            images: Matrix::new(3, 2, vec![1.0, 0.0, 0.0, 1.0, 1.0, 0.0]),
            labels: vec![0, 1, 1],
        };
        assert_eq!(check(&network, &split), Ok(()));
        assert_eq!(correct(&network, &split, 0..3), 2);
        assert_eq!(correct(&network, &split, 2..3), 0);
        assert_eq!(correct(&network, &split, 3..3), 0);
    }

    /// Ten classes with the same weights in ten orders, on images of one grey each: without
    /// rounding all logits would tie, so the last bits of the products decide.
    #[test]
    fn counts_do_not_depend_on_the_cut() {
        let (pixels, images) = (784, 600);
        let mut draws = generator(1, "evaluate", "cuts", 0);
        let mut draw = || uniform(&mut draws, -1 << 20, 1 << 20) as f32 / (1 << 20) as f32;
        let mut row: Vec<f32> = (0..pixels).map(|_| draw()).collect();
        let greys: Vec<f32> = (0..images).map(|_| draw()).collect();
        let mut order = generator(1, "evaluate", "orders", 0);
        let mut weights = Vec::new();
        for _ in 0..10 {
            weights.extend_from_slice(&row);
            shuffle(&mut order, &mut row);
        }
        let network = linear(10, pixels, weights);
        let split = Split {
            images: Matrix::new(
                images,
                pixels,
                greys.iter().flat_map(|&grey| vec![grey; pixels]).collect(),
            ),
            labels: (0..images).map(|image| (image % 10) as u8).collect(),
        };
        let whole = correct(&network, &split, 0..images);
        for cut in 0..=images {
            let parts = correct(&network, &split, 0..cut) + correct(&network, &split, cut..images);
            assert_eq!(parts, whole, "cut at {cut}");
        }
    }

    #[test]
    fn networks_of_other_sizes_are_refused() {
        let split = Split {
            images: Matrix::zeros(1, 3),
            labels: vec![2],
        };
        let inputs = check(&linear(3, 2, vec![0.0; 6]), &split).unwrap_err();
        assert!(
            inputs
                .to_string()
                .starts_with("the network has 2 inputs, the images 3 pixels")
        );
        let outputs = check(&linear(2, 3, vec![0.0; 6]), &split).unwrap_err();
        assert!(
            outputs
                .to_string()
                .starts_with("the network has 2 outputs, the labels go up to 2")
        );
    }
}
