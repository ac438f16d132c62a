//! What rows and formulas say of whole networks: the random parameters that a network of some width and
//! depth takes.

use super::neurons_taken::{Needed, Results};
use crate::constructions::{Construction, golden, orseau};
use lab::statistics::{Level, Observation, Regression, upper_rank};

/// The weight whose units stand for those of every weight of a network.
pub const WEIGHT: f64 = 0.5;

/// Tolerances from 2^-`FITTED` on determine what gadgets take beyond those that were measured.
pub const FITTED: f64 = 8.0;

/// Units after which a construction that waits for single units has failed with probability
/// `failure`; `None` for gadgets.
///
/// The construction waits for one unit of each of some kinds. A kind of probability p is missing after n
/// units with probability (1 - p)^n, near exp(-n p), and kinds are nearly independent, so that
///
/// ```text
/// product over kinds of (1 - exp(-n p)) = 1 - failure
/// ```
///
/// determines n. With s = eps/2, G(x) = (x - x log x)/4 and K intervals, the kinds are
///
/// ```text
/// malach-proof     2 of probability (s/2) P(|U - w| <= s)
/// malach-closest   2 of probability G(w + eps) - G(w - eps), G odd
/// orseau           2 K of probability 1/(4 K)
/// orseau-uniform   2 of probability gamma^(k+2)/4 for each k = 1, ..., K
/// ```
///
/// ```
/// use baselines::theory::coupon_units;
/// use baselines::constructions::Construction;
/// // p = 2^-10 * 2^-9 / 2 and (1 - exp(-n p))^2 = 1/2.
/// let units = coupon_units(Construction::MalachProof, 0.5, 1.0 / 256.0, 0.5).unwrap();
/// assert!((units * (-19.0_f64).exp2() - 1.2279).abs() < 1e-3);
/// ```
pub fn coupon_units(
    construction: Construction,
    weight: f64,
    tolerance: f64,
    failure: f64,
) -> Option<f64> {
    let intervals = golden::count(1.0, tolerance);
    let kinds = match construction {
        Construction::MalachProof => {
            let slack = tolerance / 2.0;
            let inside = slack.min(1.0 - weight) + slack.min(1.0 + weight);
            vec![(2, inside / 2.0 * slack / 2.0)]
        }
        Construction::MalachClosest => {
            vec![(2, products_near(weight, tolerance))]
        }
        Construction::Orseau => vec![(2 * intervals, 0.25 / intervals as f64)],
        Construction::OrseauUniform => (1..=intervals)
            .map(|k| (2, golden::power(k + 2) / 4.0))
            .collect(),
        Construction::Gadget | Construction::PooledGadget => return None,
    };
    Some(waiting(&kinds, failure))
}

/// The probability that a unit offers a half-line a product within `tolerance` of the weight.
///
/// With r = eps/|w| <= 1/2 and |w| + eps <= 1 the difference of G at both ends is written so that small
/// tolerances lose no digits:
///
/// ```text
/// 4 P = 2 eps (1 - log|w|) - |w| (log(1+r) - log(1-r)) - eps (log(1+r) + log(1-r))
/// ```
fn products_near(weight: f64, tolerance: f64) -> f64 {
    let size = weight.abs();
    if tolerance > size / 2.0 || size + tolerance > 1.0 {
        return products_below(weight + tolerance) - products_below(weight - tolerance);
    }
    let [above, below] = [1.0, -1.0].map(|sign| (sign * tolerance / size).ln_1p());
    let even = 2.0 * tolerance * (1.0 - size.ln());
    (even - size * (above - below) - tolerance * (above + below)) / 4.0
}

/// The probability that a unit offers a half-line a product from 0 to x, negative below 0.
fn products_below(x: f64) -> f64 {
    let size = x.abs().min(1.0);
    let inside = if size == 0.0 {
        0.0
    } else {
        size - size * size.ln()
    };
    (inside / 4.0).copysign(x)
}

/// The n at which the (number, probability) of kinds are complete but for a probability `failure`;
/// infinity if that is more than numbers can hold.
fn waiting(kinds: &[(usize, f64)], failure: f64) -> f64 {
    let complete = |units: f64| {
        let logarithms = kinds
            .iter()
            .map(|&(count, p)| count as f64 * (-(-units * p).exp()).ln_1p());
        logarithms.sum::<f64>() >= (-failure).ln_1p()
    };
    // The answer is bisected as a binary logarithm.
    let (mut low, mut high) = (-10.0_f64, f64::from(f64::MAX_EXP - 1));
    if !complete(high.exp2()) {
        return f64::INFINITY;
    }
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        *(if complete(middle.exp2()) {
            &mut high
        } else {
            &mut low
        }) = middle;
    }
    high.exp2()
}

/// A target network, with layers of equal width, and how well all of it is to be approximated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Network {
    /// Largest error of the output on the unit ball (epsilon).
    pub accuracy: f64,
    /// Neurons of each layer (d).
    pub width: u32,
    /// Layers of weights (l).
    pub depth: u32,
    /// The probability with which a random network may fail (delta).
    pub failure: f64,
}

impl Network {
    /// The network around which accuracy, width and depth are varied.
    pub const CENTRE: Network = Network {
        accuracy: 0.01,
        width: 16,
        depth: 3,
        failure: 0.1,
    };

    /// Weights, l d^2.
    pub fn weights(&self) -> f64 {
        f64::from(self.depth) * f64::from(self.width).powi(2)
    }

    /// The tolerance of a weight, eps / (2 l d^2): then the network keeps eps if its norms are at most 1.
    pub fn weight_tolerance(&self) -> f64 {
        self.accuracy / (2.0 * self.weights())
    }

    /// The probability with which a weight may fail, delta / (2 l d^2), so that all succeed with
    /// probability 1 - delta at least.
    pub fn weight_failure(&self) -> f64 {
        self.failure / (2.0 * self.weights())
    }

    /// The parameters without which no random network of any shape can be pruned to one linear layer of
    /// this width with probability 1/2, whichever it is:
    ///
    /// ```text
    /// alpha >= d^2 lg(1 / (2 eps)) - 1
    /// ```
    pub fn least_parameters(&self) -> f64 {
        f64::from(self.width).powi(2) * (0.5 / self.accuracy).log2() - 1.0
    }

    /// The parameters with so many units for each weight.
    pub fn parameters(&self, units: f64) -> f64 {
        self.weights() * parameters(units)
    }

    /// The units of Orseau's construction if each layer has one pool for all of its weights, for one
    /// layer, by a sufficient number (see [`orseau::sufficient_batch_units`]), in the worst case of equal
    /// signs.
    pub fn batch_units(&self) -> f64 {
        let intervals = golden::count(1.0, self.weight_tolerance());
        let failure = self.failure / (2.0 * f64::from(self.depth));
        let of_layer = (self.width as usize).pow(2);
        orseau::sufficient_batch_units(intervals, of_layer, failure)
    }

    /// The parameters that these are.
    pub fn batch_parameters(&self) -> f64 {
        f64::from(self.depth) * parameters(self.batch_units())
    }
}

/// Random parameters of so many units, two each.
///
/// For the constructions whose units serve one weight these are the two links that a unit is for. For
/// gadgets in layers of equal width they are all that a fully connected network has: a unit stands in a
/// block that is shared by the d weights of one input. It has d links to the outputs, one for each of
/// these weights, and d from the inputs, of which all but one are pruned: two for each weight.
pub fn parameters(units: f64) -> f64 {
    2.0 * units
}

/// What a weight or a network takes, and whether it was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// Units of a weight, or parameters of a network.
    pub value: f64,
    /// Between two measured quantiles; otherwise by a formula or a fit.
    pub measured: bool,
}

/// What one construction takes for one weight: quantiles that were measured, and what continues them.
#[derive(Debug)]
pub struct Prices<'a> {
    construction: Construction,
    weight: f64,
    /// From the largest tolerance to the smallest.
    measured: Vec<Needed<'a>>,
    /// Units of a gadget over log2(1/tolerance) and log2(1/failure).
    fit: Option<Regression<2>>,
}

impl<'a> Prices<'a> {
    /// What the rows say of a construction for a weight.
    pub fn new(results: &'a Results, construction: Construction, weight: f64) -> Self {
        let measured = results.of(construction, weight);
        let fit = match construction {
            Construction::Gadget | Construction::PooledGadget => {
                Regression::fit(&observations(&measured)).ok()
            }
            _ => None,
        };
        Self {
            construction,
            weight,
            measured,
            fit,
        }
    }

    /// Units with which a weight fails to be approximated with probability `failure` at most: a measured
    /// quantile, between two powers of two interpolated by its logarithm; otherwise the formula of
    /// [`coupon_units`], or for gadgets a plane that was fitted to measured quantiles. `None` if there is
    /// nothing to go by.
    pub fn units(&self, tolerance: f64, failure: f64) -> Option<Price> {
        let (value, measured) = match self.interpolated(-tolerance.log2(), failure) {
            Some(units) => (units, true),
            None => (self.continued(tolerance, failure)?, false),
        };
        Some(Price { value, measured })
    }

    fn interpolated(&self, bits: f64, failure: f64) -> Option<f64> {
        let at = |bits: f64| {
            let needed = self.measured.iter().find(|needed| needed.bits() == bits)?;
            Some(known_quantile(needed, failure)?.ln())
        };
        let (below, above) = (at(bits.floor())?, at(bits.ceil())?);
        Some((below + (above - below) * bits.fract()).exp())
    }

    fn continued(&self, tolerance: f64, failure: f64) -> Option<f64> {
        coupon_units(self.construction, self.weight, tolerance, failure).or_else(|| {
            let fit = self.fit.as_ref()?;
            Some(fit.at([-tolerance.log2(), -failure.log2()]).value)
        })
    }

    /// The parameters of a network all of whose weights take what this one takes.
    pub fn of_network(&self, network: Network) -> Option<Price> {
        let price = self.units(network.weight_tolerance(), network.weight_failure())?;
        Some(Price {
            value: network.parameters(price.value),
            ..price
        })
    }
}

/// The quantile of 1 - `failure` if the runs are enough to bound it from above at 95 %.
fn known_quantile(needed: &Needed, failure: f64) -> Option<f64> {
    let (runs, probability) = (needed.row.runs, 1.0 - failure);
    upper_rank(runs, probability, Level::PERCENT_95).ok()??;
    needed.quantile(probability)
}

/// What a plane over log2(1/tolerance) and log2(1/failure) is fitted to: of what was measured within
/// 2^-8 or finer, the quantiles of 1 - 2^-j, j = 1, 2, ...
pub fn observations(measured: &[Needed]) -> Vec<Observation<2>> {
    let mut observations = Vec::new();
    for needed in measured.iter().filter(|needed| needed.bits() >= FITTED) {
        let quantile = |failure| known_quantile(needed, failure);
        observations.extend(quantiles(needed.bits(), quantile));
    }
    observations
}

/// Quantiles of 1 - 2^-j, j = 1, 2, ..., as long as they are known.
pub fn quantiles(
    bits: f64,
    of_failure: impl Fn(f64) -> Option<f64>,
) -> impl Iterator<Item = Observation<2>> {
    (1..64)
        .map(f64::from)
        .map_while(move |j| Some(Observation::new([bits, j], of_failure((-j).exp2())?)))
}
