//! `baselines-network`: parameters of a whole network against its accuracy, width and depth.

use crate::Construction;
use crate::neurons_taken::Results;
use crate::row::{HistogramRow, Row};
use crate::theory::{Network, Prices, WEIGHT};
use lab::Row as _;

use super::{curve, look};
use charts::{Axis, Dash, Figure, Marker, Panel, Scale, Series, Shape, Style, share_y};

/// The constructions that are shown, from many parameters to few.
const SHOWN: [Construction; 5] = [
    Construction::MalachProof,
    Construction::MalachClosest,
    Construction::Orseau,
    Construction::Gadget,
    Construction::PooledGadget,
];

/// Accuracies, widths and depths.
const ACCURACIES: [f64; 9] = [0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5];
const WIDTHS: [u32; 9] = [2, 4, 8, 16, 32, 64, 128, 256, 512];
const DEPTHS: [u32; 9] = [1, 2, 3, 4, 6, 8, 16, 32, 64];

/// The figure of random parameters; `None` if no construction was measured for the weight.
pub(super) fn figure(results: &Results) -> Option<Figure> {
    let prices: Vec<(Construction, Prices)> = SHOWN
        .into_iter()
        .filter(|&construction| !results.of(construction, WEIGHT).is_empty())
        .map(|construction| (construction, Prices::new(results, construction, WEIGHT)))
        .collect();
    if prices.is_empty() {
        return None;
    }
    let Network {
        accuracy,
        width,
        depth,
        failure,
    } = Network::CENTRE;
    let accuracies = ACCURACIES.map(|accuracy| {
        let network = Network {
            accuracy,
            ..Network::CENTRE
        };
        (1.0 / accuracy, network)
    });
    let widths = WIDTHS.map(|width| {
        let network = Network {
            width,
            ..Network::CENTRE
        };
        (f64::from(width), network)
    });
    let depths = DEPTHS.map(|depth| {
        let network = Network {
            depth,
            ..Network::CENTRE
        };
        (f64::from(depth), network)
    });
    let at_width_and_depth = format!("d = {width}, l = {depth}");
    let at_depth = format!("ε = {accuracy}, l = {depth}");
    let at_width = format!("ε = {accuracy}, d = {width}");
    let mut panels = vec![
        panel(at_width_and_depth, "1/ε", &accuracies, &prices),
        panel(at_depth, "width d", &widths, &prices),
        panel(at_width, "depth l", &depths, &prices),
    ];
    share_y(&mut panels);
    Some(Figure {
        name: "baselines-network",
        title: "How many random parameters it takes to approximate a network by pruning".to_owned(),
        rows: vec![panels],
        panel_height: 400.0,
        caption: caption(failure),
    })
}

fn panel(
    title: String,
    variable: &str,
    networks: &[(f64, Network)],
    prices: &[(Construction, Prices)],
) -> Panel {
    let mut series = Vec::new();
    for (construction, prices) in prices {
        let (mut measured, mut all) = (Vec::new(), Vec::new());
        for &(x, network) in networks {
            if let Some(price) = prices.of_network(network) {
                all.push((x, price.value));
                if price.measured {
                    measured.push((x, price.value));
                }
            }
        }
        series.extend(curve(*construction, measured, all));
    }
    let line = |of: fn(&Network) -> f64| {
        let points = networks.iter().map(|(x, network)| (*x, of(network)));
        Shape::Line(points.collect())
    };
    let green = look(Construction::Orseau).1.color;
    let batch = Style::new(green, Dash::Dotted, Marker::None);
    let label = "Orseau et al., a pool for each layer";
    series.push(Series::new(label, batch, line(Network::batch_parameters)));
    let bound = Style::new(Style::REFERENCE.color, Dash::Mixed, Marker::None);
    let label = "bound by counting, one layer";
    series.push(Series::new(label, bound, line(Network::least_parameters)));
    let x = Axis::new(variable, Scale::Log10);
    let y = Axis::new("random parameters", Scale::Log10);
    Panel::new(title, x, y, series)
}

fn caption(failure: f64) -> String {
    format!(
        "Random networks of twice the depth that can be pruned to a given network of l layers of width d, \
         norms at most 1, within ε with probability {}: each weight within ε/(2ld²) with failure \
         probability {failure}/(2ld²), as if all took what w = {WEIGHT} takes. Markers: between measured \
         quantiles at two powers of two. Dashed: formulas for the waiting time, and for gadgets least \
         squares over log(1/ε) and log(1/failure). Gadgets count with all entries of fully connected \
         layers; units of the others with the two links that they are drawn for, where a fully \
         connected layer has 2d. Dotted: sufficient if all weights of a layer are served from one pool. \
         Dots and dashes: with fewer parameters some linear layer is missed with probability above 1/2, \
         whatever the random network. Malach et al. and Orseau et al.: our reading. Data: {}.csv and {}.csv",
        1.0 - failure,
        Row::TABLE,
        HistogramRow::TABLE
    )
}
