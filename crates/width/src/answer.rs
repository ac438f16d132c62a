//! The answer: what each way of pruning needs, a row each.

use crate::fit::{Fit, Measured, papers, tracked};
use anyhow::{Result, ensure};
use baselines::Construction;
use baselines::theory::{Network, WEIGHT, coupon_units};
use construction::{GUARANTEE, guaranteed_units};
use lower_bound::theory::{hidden_width, volume_parameters};
use serde::{Deserialize, Serialize};
use std::f64::consts::SQRT_2;

/// The largest width and the largest number of layers.
pub const LARGEST: u64 = 1_000_000;

/// The smallest eps and the smallest delta.
pub const SMALLEST: f64 = 1e-300;

/// What a row rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// A formula.
    Formula,
    /// A fit, inside of the range that was measured.
    Measured,
    /// A fit, outside of that range.
    Extrapolated,
    /// A fit that falls below what counting asks for, which stands in its place, without an interval.
    RaisedToCounting,
}

/// What one way of pruning needs: a line of the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The way of pruning, or of counting.
    pub way: String,
    /// Random candidates for each weight: hidden units, or numbers where there is no hidden layer.
    pub candidates: Option<f64>,
    /// Lower end of their interval of 95 %, for fits.
    pub candidates_low: Option<f64>,
    /// Upper end.
    pub candidates_high: Option<f64>,
    /// Hidden units of the random network, of the layer between two layers of the target's widths.
    pub hidden_width: Option<f64>,
    /// Random parameters in all.
    pub parameters: f64,
    /// How many times what counting asks for; nothing if that is nothing.
    pub times_counting: Option<f64>,
    /// What the row rests on.
    pub basis: Basis,
    /// The range that was measured, for fits: tolerances t, and probabilities of failure p of a weight or
    /// sizes N of networks.
    pub measured: String,
    /// Where it comes from.
    pub source: String,
}

/// Checks a question: a target of `layers` layers of `width` x `width` weights, to be met within `eps`
/// but for a probability `delta`.
///
/// # Errors
/// A number out of range; the message names the flag and the cure.
pub fn question(width: u64, layers: u64, eps: f64, delta: f64) -> Result<Network> {
    for (flag, count) in [("--d", width), ("--l", layers)] {
        ensure!(
            (1..=LARGEST).contains(&count),
            "{flag} {count}: must be from 1 to {LARGEST}"
        );
    }
    for (flag, number) in [("--eps", eps), ("--delta", delta)] {
        ensure!(
            (SMALLEST..1.0).contains(&number),
            "{flag} {number:?}: must be at least {SMALLEST:?} and below 1"
        );
    }
    Ok(Network {
        accuracy: eps,
        width: width as u32,
        depth: layers as u32,
        failure: delta,
    })
}

/// Parameters without which no random network, of whatever shape and weights, can be pruned to each of
/// these targets with probability 1 - delta.
///
/// For one layer this is counting by volumes over all x -> W x, ||W|| <= 1. Deeper targets have a ReLU
/// behind their first layer, but with identities before the last one they still are W x where no x_i < 0.
/// Since x = x^+ - x^-, two matrices that are at most 2 eps apart there are at most 2 sqrt(2) eps apart
/// over the whole ball, and so sqrt(2) eps takes the place of eps. What further layers add is not counted.
///
/// ```text
/// alpha >= d^2 lg(1 / eps) + lg(1 - delta)              l = 1
/// alpha >= d^2 lg(1 / (sqrt(2) eps)) + lg(1 - delta)    l > 1
/// ```
///
/// ```
/// use width::answer::{counting, question};
/// assert_eq!(counting(question(4, 1, 0.25, 0.5)?), 16.0 * 2.0 - 1.0);
/// # Ok::<(), anyhow::Error>(())
/// ```
pub fn counting(network: Network) -> f64 {
    let apart = if network.depth == 1 { 1.0 } else { SQRT_2 };
    let (width, eps) = (network.width as usize, apart * network.accuracy);
    volume_parameters(width, eps, 1.0 - network.failure).max(0.0)
}

/// Numbers without which not every weight in \[-1, 1\] is within its tolerance t = eps / (2 l d^2) of a
/// subset sum: 2^n sums serve a stretch of 2 t each, so n >= lg(1/t), rounded up.
pub fn fewest_candidates(network: Network) -> f64 {
    (-network.weight_tolerance().log2()).ceil()
}

/// All rows, from counting to the constructions that need the most.
pub fn answer(network: Network) -> Vec<Row> {
    let fits = tracked();
    let mut rows = vec![of_counting(network), of_split(network)];
    rows.extend(fits.iter().map(|fit| of_fit(fit, network)));
    rows.extend([
        of_theorem(network),
        of_pool(network),
        of_coupons(
            network,
            Construction::Orseau,
            "Orseau et al., units for each weight",
        ),
        of_coupons(
            network,
            Construction::MalachClosest,
            "Malach et al., closest product",
        ),
        of_coupons(
            network,
            Construction::MalachProof,
            "Malach et al., rule of the proof",
        ),
    ]);
    let least = counting(network);
    for row in &mut rows {
        row.times_counting = (least > 0.0).then_some(row.parameters / least);
    }
    rows
}

/// A row of a formula.
fn formula(way: &str, source: &str, parameters: f64) -> Row {
    Row {
        way: way.to_owned(),
        candidates: None,
        candidates_low: None,
        candidates_high: None,
        hidden_width: None,
        parameters,
        times_counting: None,
        basis: Basis::Formula,
        measured: String::new(),
        source: source.to_owned(),
    }
}

fn of_counting(network: Network) -> Row {
    let (parameters, layers) = (counting(network), 2 * network.depth as usize);
    let width = hidden_width(network.width as usize, parameters, layers);
    Row {
        hidden_width: Some(width.ceil()),
        ..formula(
            "counting, any random network",
            "volumes, derived",
            parameters,
        )
    }
}

fn of_split(network: Network) -> Row {
    let candidates = fewest_candidates(network);
    let parameters = network.weights() * candidates;
    Row {
        candidates: Some(candidates),
        ..formula(
            "counting, subset sums within t",
            "2^n sums, derived",
            parameters,
        )
    }
}

fn of_theorem(network: Network) -> Row {
    let units = guaranteed_units(&papers(network), network.failure);
    let way = format!("paper's theorem, n = {GUARANTEE} lg(2 l d^2 / min(eps, delta))");
    Row {
        candidates: Some(2.0 * units),
        hidden_width: Some(blocks(network, 2.0 * units)),
        ..formula(
            &way,
            "Theorem 1 as we read it, the constant ours",
            papers(network).parameters(units),
        )
    }
}

fn of_pool(network: Network) -> Row {
    let units = network.batch_units();
    Row {
        candidates: Some(units / f64::from(network.width).powi(2)),
        hidden_width: Some(units),
        ..formula(
            "Orseau et al., a pool for each layer",
            "Orseau et al. as we read them",
            network.batch_parameters(),
        )
    }
}

/// A construction of units of its own for each weight, each as dear as [`WEIGHT`].
fn of_coupons(network: Network, construction: Construction, way: &str) -> Row {
    let units = coupon_units(
        construction,
        WEIGHT,
        network.weight_tolerance(),
        network.weight_failure(),
    );
    let units = units.expect("a construction that waits for units").ceil();
    let source = match construction {
        Construction::Orseau | Construction::OrseauUniform => "Orseau et al. as we read them",
        _ => "Malach et al. as we read them",
    };
    Row {
        candidates: Some(units),
        hidden_width: Some(f64::from(network.width).powi(2) * units),
        ..formula(way, source, network.parameters(units))
    }
}

fn of_fit(fit: &Fit, network: Network) -> Row {
    let predicted = fit.of_network(network);
    let ways = Way::of(fit.measured);
    // A single weight of 1/2 is not every weight, so that the counting of sums says nothing of it.
    let fewest = if ways.serves_every_weight {
        fewest_candidates(network)
    } else {
        0.0
    };
    let whole = |n: f64| ways.candidates * n.max(fewest);
    let candidates = whole(predicted.value.ceil());
    let basis = match predicted.extrapolated {
        _ if predicted.value < fewest => Basis::RaisedToCounting,
        true => Basis::Extrapolated,
        false => Basis::Measured,
    };
    let end = |n: f64| (basis != Basis::RaisedToCounting).then(|| whole(n));
    Row {
        candidates: Some(candidates),
        candidates_low: end(predicted.interval.low.floor()),
        candidates_high: end(predicted.interval.high.ceil()),
        hidden_width: ways.has_units.then(|| blocks(network, candidates)),
        basis,
        measured: fit.range(),
        ..formula(
            ways.name,
            &format!("{}.csv", fit.measured.table()),
            network.weights() * candidates * ways.parameters,
        )
    }
}

/// How n of a fit becomes candidates and parameters.
struct Way {
    name: &'static str,
    /// For one of n.
    candidates: f64,
    /// For one candidate of one weight.
    parameters: f64,
    has_units: bool,
    serves_every_weight: bool,
}

impl Way {
    fn of(measured: Measured) -> Self {
        let numbers = |name, parameters| Self {
            name,
            candidates: 1.0,
            parameters,
            has_units: false,
            serves_every_weight: true,
        };
        // n units a half.
        let gadget = |name| Self {
            candidates: 2.0,
            has_units: true,
            ..numbers(name, 2.0)
        };
        let of_half = |name| Self {
            candidates: 1.0,
            serves_every_weight: false,
            ..gadget(name)
        };
        match measured {
            Measured::Normal => numbers("standard normal numbers", 1.0),
            Measured::Uniform => numbers("uniform numbers", 1.0),
            Measured::Products => numbers("products of two uniform numbers", 2.0),
            Measured::Gadget => gadget("paper's gadget, weight by weight"),
            Measured::PooledGadget => gadget("pooled gadget, weight by weight"),
            Measured::Networks => gadget("paper's gadget, whole networks"),
            Measured::PooledNetworks => gadget("pooled gadget, whole networks"),
            Measured::GadgetOfHalf => of_half("paper's gadget, each weight 1/2"),
            Measured::PooledGadgetOfHalf => of_half("pooled gadget, each weight 1/2"),
        }
    }
}

/// Hidden units of a layer, a block of so many for each input.
fn blocks(network: Network, units: f64) -> f64 {
    f64::from(network.width) * units
}
