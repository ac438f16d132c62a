//! The networks of the experiment: what layers they have, and what stands for a layer.

use serde::{Deserialize, Serialize};

/// Links from an input to an output of a layer in the structure (r of the paper, its redundancy).
pub const LINKS: usize = 5;

/// Weights of LeNet5's two convolutions, never masked.
pub const CONVOLUTIONS: usize = 6 * 25 + 16 * 150;

/// A network without biases, with a ReLU between layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// 784-500-10.
    Fc2,
    /// 784-500-500-500-10.
    Fc4,
    /// Two convolutions, then 400-120-84-10.
    #[serde(rename = "lenet5")]
    LeNet5,
}

/// What stands for each fully connected layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// The layer itself, trained.
    Dense,
    /// A random layer under a mask, in a network as wide as to have about as many weights as the structure.
    Wide,
    /// The structure of the proof, [`LINKS`] links for every weight, without a ReLU inside.
    Linear,
    /// The same with a ReLU inside.
    Relu,
}

impl Architecture {
    /// All, in the order of their sizes as the paper shows them.
    pub const ALL: [Architecture; 3] = [Architecture::Fc2, Architecture::Fc4, Architecture::LeNet5];

    /// Its name as in the rows.
    pub fn name(self) -> &'static str {
        match self {
            Architecture::Fc2 => "fc2",
            Architecture::Fc4 => "fc4",
            Architecture::LeNet5 => "lenet5",
        }
    }

    /// The learning rate of the first epoch.
    pub fn learning_rate(self) -> f64 {
        match self {
            Architecture::Fc2 | Architecture::Fc4 => 0.1,
            Architecture::LeNet5 => 0.01,
        }
    }

    /// The widths of its fully connected layers, from inputs to classes.
    pub fn widths(self, model: Model) -> Vec<usize> {
        let is_wide = model == Model::Wide;
        match self {
            Architecture::Fc2 => vec![784, if is_wide { 2508 } else { 500 }, 10],
            Architecture::Fc4 => {
                let hidden = if is_wide { 1314 } else { 500 };
                vec![784, hidden, hidden, hidden, 10]
            }
            Architecture::LeNet5 if is_wide => vec![400, 378, 378, 10],
            Architecture::LeNet5 => vec![400, 120, 84, 10],
        }
    }

    /// Whether convolutions stand in front of the fully connected layers.
    pub(crate) fn is_convolved(self) -> bool {
        self == Architecture::LeNet5
    }

    /// Names and shapes `[rows, columns]` of the tensors of the fully connected layers, two for each layer of
    /// the structure.
    pub(crate) fn tensors(self, model: Model) -> Vec<(String, [usize; 2])> {
        let widths = self.widths(model);
        let layers = widths.windows(2).enumerate();
        let tensors = layers.flat_map(|(place, widths)| {
            let name = format!("fc{}.weight", place + 1);
            let (inputs, outputs) = (widths[0], widths[1]);
            match model {
                Model::Dense | Model::Wide => vec![(name, [outputs, inputs])],
                Model::Linear | Model::Relu => vec![
                    (format!("{name}1"), [LINKS, inputs]),
                    (format!("{name}2"), [outputs, LINKS * inputs]),
                ],
            }
        });
        tensors.collect()
    }

    /// Weights of the fully connected layers, before any mask.
    pub fn connected(self, model: Model) -> usize {
        let tensors = self.tensors(model).into_iter();
        tensors.map(|(_, [rows, columns])| rows * columns).sum()
    }

    /// Weights in all, with the convolutions.
    pub fn parameters(self, model: Model) -> usize {
        let convolutions = if self.is_convolved() { CONVOLUTIONS } else { 0 };
        self.connected(model) + convolutions
    }
}

impl Model {
    /// All.
    pub const ALL: [Model; 4] = [Model::Dense, Model::Wide, Model::Linear, Model::Relu];

    /// Those under masks.
    pub const PRUNED: [Model; 3] = [Model::Wide, Model::Linear, Model::Relu];

    /// Its name as in the rows.
    pub fn name(self) -> &'static str {
        match self {
            Model::Dense => "dense",
            Model::Wide => "wide",
            Model::Linear => "linear",
            Model::Relu => "relu",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counts of the paper's networks, to the unit.
    #[test]
    fn parameter_counts_are_the_papers() {
        let counts =
            |architecture: Architecture| Model::ALL.map(|model| architecture.connected(model));
        assert_eq!(
            counts(Architecture::Fc2),
            [397_000, 1_991_352, 1_991_420, 1_991_420]
        );
        assert_eq!(
            counts(Architecture::Fc4),
            [897_000, 4_496_508, 4_496_420, 4_496_420]
        );
        assert_eq!(
            counts(Architecture::LeNet5),
            [58_920, 297_864, 297_620, 297_620]
        );
        assert_eq!(Architecture::LeNet5.parameters(Model::Dense), 61_470);
    }
}
