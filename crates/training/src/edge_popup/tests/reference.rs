//! Edge-popup by its definition, in `f64`, without blocks, backgrounds or folded links.

use super::*;

/// A factor of a network on the way from inputs to logits.
enum Part {
    /// A matrix `[outputs, inputs]`, the tensor of this number.
    Product(usize),
    /// First weights `[links, inputs]`: input j becomes `links` units, k * inputs + j.
    Spread(usize),
    Relu,
}

/// The derivatives of the mean loss, and the loss added up over the batch.
pub(super) struct Derivatives {
    pub(super) loss: f64,
    pub(super) correct: usize,
    /// By the effective weights, tensor by tensor.
    pub(super) by_effective: Vec<Vec<f64>>,
    /// By the inputs, image by image.
    pub(super) by_inputs: Vec<Vec<f64>>,
}

/// What a network is made of, in the order of [`EdgePopup::tensors`].
pub(super) struct Reference {
    parts: Vec<Part>,
    /// For each tensor, whether it is the first of links with a ReLU inside.
    pub(super) before_relu: Vec<bool>,
}

impl Reference {
    pub(super) fn new(layers: &[LayerWeights]) -> Reference {
        let mut reference = Reference {
            parts: Vec::new(),
            before_relu: Vec::new(),
        };
        for layer in layers {
            if !reference.parts.is_empty() {
                reference.parts.push(Part::Relu);
            }
            if let LayerWeights::Linked { relu, .. } = layer {
                reference
                    .parts
                    .push(Part::Spread(reference.before_relu.len()));
                reference.before_relu.push(*relu);
                if *relu {
                    reference.parts.push(Part::Relu);
                }
            }
            reference
                .parts
                .push(Part::Product(reference.before_relu.len()));
            reference.before_relu.push(false);
        }
        reference
    }

    /// The units before each part, the logits last.
    fn forward(&self, effective: &[Vec<f64>], input: &[f64]) -> Vec<Vec<f64>> {
        let mut units = vec![input.to_vec()];
        for part in &self.parts {
            let before = &units[units.len() - 1];
            let width = before.len();
            units.push(match *part {
                Part::Product(tensor) => {
                    let dot = |row: &[f64]| row.iter().zip(before).map(|(w, x)| w * x).sum();
                    effective[tensor].chunks_exact(width).map(dot).collect()
                }
                Part::Spread(tensor) => {
                    let weights = effective[tensor].iter().enumerate();
                    weights.map(|(unit, w)| w * before[unit % width]).collect()
                }
                Part::Relu => before.iter().map(|x| x.max(0.0)).collect(),
            });
        }
        units
    }

    /// The mean cross entropy of a batch.
    pub(super) fn mean_loss(&self, effective: &[Vec<f64>], batch: &Exact) -> f64 {
        let losses = batch
            .inputs
            .iter()
            .zip(&batch.labels)
            .map(|(input, &label)| {
                let logits = self.forward(effective, input).pop().unwrap();
                log_sum_exp(&logits) - logits[usize::from(label)]
            });
        losses.sum::<f64>() / batch.labels.len() as f64
    }

    pub(super) fn derivatives(&self, effective: &[Vec<f64>], batch: &Exact) -> Derivatives {
        let mut sum = Derivatives {
            loss: 0.0,
            correct: 0,
            by_effective: effective
                .iter()
                .map(|tensor| vec![0.0; tensor.len()])
                .collect(),
            by_inputs: Vec::new(),
        };
        for (input, &label) in batch.inputs.iter().zip(&batch.labels) {
            let mut units = self.forward(effective, input);
            let (logits, label) = (units.pop().unwrap(), usize::from(label));
            let log_sum = log_sum_exp(&logits);
            sum.loss += log_sum - logits[label];
            sum.correct += usize::from((0..logits.len()).all(|class| {
                class == label
                    || logits[class] < logits[label]
                    || (logits[class] == logits[label] && class > label)
            }));
            let softmax = logits.iter().map(|logit| (logit - log_sum).exp());
            let mut errors: Vec<f64> = softmax.map(|p| p / batch.labels.len() as f64).collect();
            errors[label] -= 1.0 / batch.labels.len() as f64;
            for (part, before) in self.parts.iter().zip(&units).rev() {
                errors = back(part, before, &errors, effective, &mut sum.by_effective);
            }
            sum.by_inputs.push(errors);
        }
        sum
    }
}

/// The derivatives by the units before a part, given those after it; adds up those by its weights.
fn back(
    part: &Part,
    before: &[f64],
    errors: &[f64],
    effective: &[Vec<f64>],
    by_effective: &mut [Vec<f64>],
) -> Vec<f64> {
    let width = before.len();
    let mut by_before = vec![0.0; width];
    match *part {
        Part::Relu => {
            for unit in 0..width {
                by_before[unit] = if before[unit] > 0.0 {
                    errors[unit]
                } else {
                    0.0
                };
            }
        }
        // An output or a link's unit for each weight.
        Part::Product(tensor) | Part::Spread(tensor) => {
            for (place, weight) in effective[tensor].iter().enumerate() {
                let error = match part {
                    Part::Product(_) => errors[place / width],
                    _ => errors[place],
                };
                by_effective[tensor][place] += error * before[place % width];
                by_before[place % width] += error * weight;
            }
        }
    }
    by_before
}

fn log_sum_exp(logits: &[f64]) -> f64 {
    logits.iter().map(|logit| logit.exp()).sum::<f64>().ln()
}

/// The masks of tensors by a stable sort of everything, NaN lowest; none for dense tensors.
pub(super) fn sorted_masks(tensors: &[Trained], masks: Masks) -> Vec<Option<Vec<bool>>> {
    let rank = |score: f32| match masks.rank {
        _ if score.is_nan() => f32::NEG_INFINITY,
        Rank::Absolute => score.abs(),
        Rank::Signed => score,
    };
    let mut groups: Vec<Vec<(usize, usize)>> = Vec::new();
    for (number, tensor) in tensors.iter().enumerate() {
        if tensor.kept.is_some() {
            let entries = (0..tensor.values.values().len()).map(|place| (number, place));
            match groups.first_mut() {
                Some(group) if masks.scope == Scope::Network => group.extend(entries),
                _ => groups.push(entries.collect()),
            }
        }
    }
    let all_kept = |tensor: &Trained| tensor.kept.as_ref().map(|kept| vec![true; kept.len()]);
    let mut kept: Vec<Option<Vec<bool>>> = tensors.iter().map(all_kept).collect();
    for mut group in groups {
        let removed = (masks.sparsity * group.len() as f64).floor() as usize;
        let rank = |&(number, place): &(usize, usize)| rank(tensors[number].values.values()[place]);
        group.sort_by(|left, right| rank(left).partial_cmp(&rank(right)).unwrap());
        for &(number, place) in &group[..removed] {
            kept[number].as_mut().unwrap()[place] = false;
        }
    }
    kept
}
