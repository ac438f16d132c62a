//! What the coefficients of a layer span, and what a target suffers from one range for all layers.

use super::approximate::{Target, weights_of};
use clap::ValueEnum;
use serde::Serialize;
use subset_sum::grid;
use tickets::coefficients::Laws;

/// What the random coefficients of a layer span.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Range {
    /// From the smallest to the largest weight of the whole network, as the authors' code has it.
    #[default]
    Network,
    /// From the smallest to the largest weight of the layer.
    Layer,
}

/// A layer is said to be small if its largest weight is below this part of the coefficients' range.
const SMALL: f64 = 0.1;

/// A weight is said to lie far out if it has so many times the magnitude of all but [`FEW`] others.
const FAR_OUT: f64 = 4.0;

/// The part of a layer's weights that may lie far out.
const FEW: f64 = 1e-3;

/// What makes coefficients coarse for the weights of a layer, each in a line.
pub fn warnings(target: &Target) -> Vec<String> {
    let spans_network = matches!(target.laws(), Laws::Network(_));
    let layers = target.network().layers().iter().zip(target.blocks());
    let mut warnings = Vec::new();
    for (index, (layer, blocks)) in layers.enumerate() {
        let law = target.laws().of_layer(index);
        let range = law.low.abs().max(law.high.abs()) * law.step();
        let magnitudes = Magnitudes::new(weights_of(blocks));
        let name = networks::names::one_line(&layer.name);
        if spans_network && (magnitudes.largest as f64) < SMALL * range as f64 {
            warnings.push(small(&name, magnitudes.largest, range));
        }
        if magnitudes.has_far_out() {
            warnings.push(far_out(&name, &magnitudes, spans_network));
        }
    }
    warnings
}

fn small(layer: &str, largest: i64, range: i64) -> String {
    let (largest, range) = (grid::to_f64(largest), grid::to_f64(range));
    format!(
        "the weights of {layer} go up to {largest:.1e} and coefficients up to {range:.1e}, too coarse for \
         them: --range layer draws them for each layer"
    )
}

fn far_out(layer: &str, magnitudes: &Magnitudes, spans_network: bool) -> String {
    let largest = grid::to_f64(magnitudes.largest);
    let usual = grid::to_f64(magnitudes.usual);
    let cure = match spans_network {
        true => "--range layer keeps them from the other layers",
        false => "more candidates make up for it",
    };
    format!(
        "a weight of {layer} is {largest:.1e}, nearly all others at most {usual:.1e}, so that coefficients are \
         coarse for those: {cure}"
    )
}

/// Magnitudes of a layer's weights that are not 0, in grid units.
struct Magnitudes {
    largest: i64,
    /// What all but a few, and at least one, do not exceed.
    usual: i64,
}

impl Magnitudes {
    fn new(weights: impl Iterator<Item = i64>) -> Self {
        let mut magnitudes: Vec<i64> = weights.map(i64::abs).filter(|&w| w > 0).collect();
        magnitudes.sort_unstable_by(|a, b| b.cmp(a));
        let few = (magnitudes.len() as f64 * FEW).ceil() as usize;
        let at = |place: usize| magnitudes.get(place).copied();
        let largest = at(0).unwrap_or(0);
        Self {
            largest,
            usual: at(few).unwrap_or(largest),
        }
    }

    fn has_far_out(&self) -> bool {
        self.largest as f64 > FAR_OUT * self.usual as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use networks::{Dense, Matrix, Network};

    /// Two layers of weights up to 0.5, each scaled, and one of them perhaps an outlier.
    fn target(scales: [f32; 2], outlier: Option<f32>, range: Range) -> Target {
        let weights = |scale| (0..1600).map(move |i| scale * ((i % 41) as f32 - 20.0) / 40.0);
        let layer = |(name, scale): (&str, f32)| Dense {
            name: name.to_owned(),
            weight: Matrix::new(40, 40, weights(scale).collect()),
            bias: None,
        };
        let mut layers: Vec<Dense> = ["fc1", "fc2"].into_iter().zip(scales).map(layer).collect();
        if let Some(outlier) = outlier {
            layers[0].weight.values_mut()[0] = outlier;
        }
        Target::new(Network::new(layers).unwrap(), range).unwrap()
    }

    #[test]
    fn small_layers_and_outliers_are_warned_of() {
        let found = |scales, outlier, range| warnings(&target(scales, outlier, range));
        assert!(found([1.0, 0.2], None, Range::Network).is_empty());
        let small = found([1.0, 1e-6], None, Range::Network);
        assert_eq!(small.len(), 1, "{small:?}");
        assert!(small[0].contains("fc2 go up to 5.0e-7") && small[0].contains("--range layer"));
        assert!(found([1.0, 1e-6], None, Range::Layer).is_empty());
        let outlier = found([1.0, 1.0], Some(30.0), Range::Network);
        assert_eq!(outlier.len(), 2, "{outlier:?}");
        assert!(
            outlier[0].contains("a weight of fc1 is 3.0e1"),
            "{outlier:?}"
        );
        assert!(outlier[1].contains("the weights of fc2"), "{outlier:?}");
        let outlier = found([1.0, 1.0], Some(30.0), Range::Layer);
        assert_eq!(outlier.len(), 1, "{outlier:?}");
        assert!(outlier[0].contains("more candidates"), "{outlier:?}");
    }
}
