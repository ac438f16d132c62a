//! What was measured, as planes: n over the bits of a weight's tolerance and a second logarithm.
//!
//! ```text
//! n = a + b lg(1/t) + c lg(1/p)     one weight, within t but with probability p: quantiles of n
//! n = a + b lg(1/t) + c lg N        networks of N subset-sum instances, within t: means of n
//! ```
//!
//! Networks were drawn too few times for small probabilities of failure. If the instances of a network
//! were independent, though, N of them would succeed with probability 1 - delta where
//!
//! ```text
//! N' = N log(1/2) / log(1 - delta)
//! ```
//!
//! would with probability 1/2, so a smaller delta counts as a larger network. The means lie a little above
//! the medians, and instances that share in-weights fail together rather than apart: both are on the safe
//! side.

use anyhow::{Context, Result};
use baselines::theory::{FITTED, Network, WEIGHT, observations, quantiles};
use baselines::{self, Construction};
use construction::sufficient_n::{Results, Setting};
use construction::{self, Numbers, Target};
use coverage::quantile::smallest_candidates;
use lab::statistics::{Estimate, Interval, Level, Observation, Regression, upper_rank};
use lab::table;
use serde::{Deserialize, Serialize};
use std::path::Path;
use tickets::construction::{Gadget, Split};

/// The fits of the published rows.
const TRACKED: &str = include_str!("../fits.csv");

/// The finest tolerance of a single weight is 2^-`FINEST`.
const FINEST: u32 = 16;

/// What n counts, and what has to succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measured {
    /// Standard normal numbers that cover \[-1, 1\].
    Normal,
    /// Uniform numbers on \[-1, 1\] that cover it.
    Uniform,
    /// Products of two such numbers.
    Products,
    /// Units a half of the paper's gadget, both halves of which cover \[-1, 1\].
    Gadget,
    /// Units a half of the pooled gadget.
    PooledGadget,
    /// Units a half of networks of the paper's gadget, every instance of which covers \[-1, 1\].
    Networks,
    /// The same of the pooled gadget.
    PooledNetworks,
    /// Units, of both halves, of the paper's gadget that is pruned to the weight 1/2 alone.
    GadgetOfHalf,
    /// The same of the pooled gadget.
    PooledGadgetOfHalf,
}

/// A fitted plane, its uncertainty and the range that it was fitted in: a line of `fits.csv`.
///
/// "Doublings" are lg(1/p) for single weights and lg N for networks. Errors are standard errors. All
/// numbers are rounded to nine decimals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// What was measured.
    pub measured: Measured,
    /// Fitted points: quantiles or means.
    pub points: u64,
    /// Instances or networks behind a point, at least.
    pub trials: u64,
    /// The largest tolerance, lg(1/t).
    pub bits_from: f64,
    /// The smallest one.
    pub bits_to: f64,
    /// The largest probability of failure, or the smallest network.
    pub doublings_from: f64,
    /// The smallest probability of failure, or the largest network.
    pub doublings_to: f64,
    /// The largest n.
    pub largest: f64,
    /// n where both logarithms are 0.
    pub intercept: f64,
    /// n for a further bit of tolerance.
    pub per_bit: f64,
    /// n for a further doubling.
    pub per_doubling: f64,
    /// The standard deviation of points around the plane.
    pub scatter: f64,
    /// Mean of the bits, where the plane is surest.
    pub centre_bits: f64,
    /// Mean of the doublings.
    pub centre_doublings: f64,
    /// Error of `per_bit`.
    pub error_per_bit: f64,
    /// Error of `per_doubling`.
    pub error_per_doubling: f64,
    /// Covariance of the two.
    pub covariance: f64,
}

/// What a fit says of a network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// n.
    pub value: f64,
    /// Where n lies with probability 95 % if the plane goes on.
    pub interval: Interval,
    /// Whether the question lies outside of what was measured.
    pub extrapolated: bool,
}

impl Measured {
    /// All of them, in the order of `fits.csv`.
    pub const ALL: [Measured; 9] = [
        Self::Normal,
        Self::Uniform,
        Self::Products,
        Self::Gadget,
        Self::PooledGadget,
        Self::Networks,
        Self::PooledNetworks,
        Self::GadgetOfHalf,
        Self::PooledGadgetOfHalf,
    ];

    /// The table that it is measured in.
    pub fn table(self) -> &'static str {
        match self {
            Self::Normal => <coverage::row::Row as lab::Row>::TABLE,
            Self::Uniform | Self::Products | Self::Gadget | Self::PooledGadget => {
                <construction::WeightRow as lab::Row>::TABLE
            }
            Self::Networks | Self::PooledNetworks => <construction::NetworkRow as lab::Row>::TABLE,
            Self::GadgetOfHalf | Self::PooledGadgetOfHalf => {
                <baselines::HistogramRow as lab::Row>::TABLE
            }
        }
    }

    /// The second logarithm of a question.
    fn doublings(self, network: Network) -> f64 {
        match self {
            Self::Networks | Self::PooledNetworks => {
                let as_many = 0.5_f64.ln() / (-network.failure).ln_1p();
                (papers(network).instances() as f64).log2() + as_many.log2()
            }
            _ => -network.weight_failure().log2(),
        }
    }
}

/// The proof's construction for a network: the paper's gadget, and its split of epsilon.
pub fn papers(network: Network) -> Setting {
    let width = u64::from(network.width);
    Setting {
        width,
        outputs: width,
        depth: u64::from(network.depth),
        gadget: Gadget::Paper,
        split: Split::Entrywise,
        epsilon: network.accuracy,
    }
}

/// The fits of the published rows.
///
/// # Panics
/// Never: a test reads them.
pub fn tracked() -> Vec<Fit> {
    let mut reader = csv::Reader::from_reader(TRACKED.as_bytes());
    let fits = reader.deserialize().collect::<csv::Result<Vec<Fit>>>();
    fits.expect("the compiled-in fits are valid")
}

/// Fits planes to the rows of a results folder.
///
/// # Errors
/// Tables that are missing, cannot be read or hold too little for a plane.
pub fn of_rows(results: &Path) -> Result<Vec<Fit>> {
    let missing = |experiment| move || format!("{}: no {experiment}", results.display());
    let rows = Rows {
        coverage: table::read(results)?.with_context(missing(coverage::NAME))?,
        construction: Results::read(results)?.with_context(missing(construction::NAME))?,
        baselines: baselines::neurons_taken::Results::read(results)?
            .with_context(missing(baselines::NAME))?,
    };
    let fit = |measured: Measured| {
        let (points, trials) = rows.points(measured);
        Fit::new(measured, &points, trials)
            .with_context(|| format!("{}: {}.csv", results.display(), measured.table()))
    };
    Measured::ALL.into_iter().map(fit).collect()
}

/// The rows that are fitted.
struct Rows {
    coverage: Vec<coverage::row::Row>,
    construction: Results,
    baselines: baselines::neurons_taken::Results,
}

impl Rows {
    /// What a plane is fitted to, and the fewest trials behind a point.
    fn points(&self, measured: Measured) -> (Vec<Observation<2>>, u64) {
        match measured {
            Measured::Normal => self.of_law("normal"),
            Measured::Uniform => self.of_weights(Numbers::Uniform),
            Measured::Products => self.of_weights(Numbers::Product),
            Measured::Gadget => self.of_weights(Numbers::Gadget),
            Measured::PooledGadget => self.of_weights(Numbers::PooledGadget),
            Measured::Networks => self.of_networks(Gadget::Paper),
            Measured::PooledNetworks => self.of_networks(Gadget::Pooled),
            Measured::GadgetOfHalf => self.of_half(Construction::Gadget),
            Measured::PooledGadgetOfHalf => self.of_half(Construction::PooledGadget),
        }
    }

    fn of_law(&self, law: &str) -> (Vec<Observation<2>>, u64) {
        let rows = &self.coverage;
        let is_asked = |row: &&coverage::row::Row| row.law == law && row.radius == 1.0;
        let of_law: Vec<_> = rows.iter().filter(is_asked).cloned().collect();
        let points = tolerances().flat_map(|bits| {
            let candidates = |failure: f64| {
                let tolerance = (-bits).exp2();
                smallest_candidates(&of_law, law, 1.0, tolerance, 1.0 - failure).map(f64::from)
            };
            quantiles(bits, candidates).collect::<Vec<_>>()
        });
        let points: Vec<Observation<2>> = points.collect();
        let trials = points.iter().filter_map(|point| {
            let is_there = |row: &&coverage::row::Row| f64::from(row.candidates) == point.response;
            Some(of_law.iter().find(is_there)?.trials)
        });
        let trials = trials.min().unwrap_or(0);
        (points, trials)
    }

    fn of_weights(&self, numbers: Numbers) -> (Vec<Observation<2>>, u64) {
        let (mut points, mut trials) = (Vec::new(), u64::MAX);
        for bits in tolerances() {
            let Some(needed) = self.construction.weight(numbers, 1, bits as u32) else {
                continue;
            };
            let quantile = |failure| {
                upper_rank(needed.samples(), 1.0 - failure, Level::PERCENT_95).ok()??;
                Some(needed.quantile(1.0 - failure))
            };
            points.extend(quantiles(bits, quantile));
            trials = trials.min(needed.samples());
        }
        (points, trials)
    }

    fn of_networks(&self, gadget: Gadget) -> (Vec<Observation<2>>, u64) {
        let mut settings = self.construction.tested(Target::Every);
        settings.retain(|(setting, _)| setting.gadget == gadget);
        let points = settings
            .iter()
            .map(|(setting, needed)| Observation::new(setting.predictors(), needed.mean()));
        let trials = settings.iter().map(|(_, needed)| needed.samples());
        (points.collect(), trials.min().unwrap_or(0))
    }

    fn of_half(&self, construction: Construction) -> (Vec<Observation<2>>, u64) {
        let measured = self.baselines.of(construction, WEIGHT);
        let trials = measured.iter().map(|needed| needed.row.runs);
        (observations(&measured), trials.min().unwrap_or(0))
    }
}

/// The tolerances of single weights that are fitted, in bits.
fn tolerances() -> impl Iterator<Item = f64> {
    (FITTED as u32..=FINEST).map(f64::from)
}

impl Fit {
    fn new(measured: Measured, points: &[Observation<2>], trials: u64) -> Result<Self> {
        let plane = Regression::fit(points)?;
        let range = |of: fn(&Observation<2>) -> f64| {
            let values = points.iter().map(of);
            [
                rounded(values.clone().fold(f64::INFINITY, f64::min)),
                rounded(values.fold(f64::NEG_INFINITY, f64::max)),
            ]
        };
        let [bits_from, bits_to] = range(|point| point.predictors[0]);
        let [doublings_from, doublings_to] = range(|point| point.predictors[1]);
        let [centre_bits, centre_doublings] = plane.centre().map(rounded);
        Ok(Self {
            measured,
            points: points.len() as u64,
            trials,
            bits_from,
            bits_to,
            doublings_from,
            doublings_to,
            largest: range(|point| point.response)[1],
            intercept: rounded(plane.intercept().value),
            per_bit: rounded(plane.slope(0).value),
            per_doubling: rounded(plane.slope(1).value),
            scatter: rounded(plane.residual_error()),
            centre_bits,
            centre_doublings,
            error_per_bit: rounded(plane.slope(0).standard_error),
            error_per_doubling: rounded(plane.slope(1).standard_error),
            covariance: rounded(plane.covariance(0, 1)),
        })
    }

    /// What the plane says of a network that the proof's split serves: each weight within
    /// eps / (2 l d^2), and single weights fail with probability delta / (2 l d^2).
    pub fn of_network(&self, network: Network) -> Prediction {
        let bits = -network.weight_tolerance().log2();
        self.at([bits, self.measured.doublings(network)])
    }

    /// n at some bits and doublings, with the prediction interval of least squares:
    ///
    /// ```text
    /// n -+ t s_n,   s_n^2 = s^2 (1 + 1/points) + V(slopes; distance from the centre)
    /// ```
    ///
    /// s is the scatter of the points, t Student's quantile. It holds for independent points of a true
    /// plane; quantiles of the same trials are not independent, and beyond what was measured nobody knows
    /// that there is a plane.
    pub fn at(&self, [bits, doublings]: [f64; 2]) -> Prediction {
        let value = self.intercept + self.per_bit * bits + self.per_doubling * doublings;
        let (x, y) = (bits - self.centre_bits, doublings - self.centre_doublings);
        let of_slopes = (x * self.error_per_bit).powi(2)
            + (y * self.error_per_doubling).powi(2)
            + 2.0 * x * y * self.covariance;
        let of_points = self.scatter.powi(2) * (1.0 + 1.0 / self.points as f64);
        let estimate = Estimate {
            value,
            standard_error: (of_points + of_slopes).sqrt(),
            degrees_of_freedom: self.points - 3,
        };
        let is_inside = (self.bits_from..=self.bits_to).contains(&bits)
            && (self.doublings_from..=self.doublings_to).contains(&doublings)
            && value <= self.largest;
        Prediction {
            value,
            interval: estimate.interval(Level::PERCENT_95),
            extrapolated: !is_inside,
        }
    }

    /// In words, the range that was measured.
    pub fn range(&self) -> String {
        let bits = format!("t 2^-{:.0} to 2^-{:.0}", self.bits_from, self.bits_to);
        let [from, to] = [self.doublings_from, self.doublings_to].map(|x| format!("{x:.0}"));
        match self.measured {
            Measured::Networks | Measured::PooledNetworks => {
                format!("{bits}, N 2^{from} to 2^{to}")
            }
            // Not for all of these tolerances and probabilities were there enough candidates.
            Measured::Normal => format!("{bits}, p 2^-{from} to 2^-{to}, n to {}", self.largest),
            _ => format!("{bits}, p 2^-{from} to 2^-{to}"),
        }
    }
}

/// Nine decimals, so that the last digits of a logarithm do not matter.
fn rounded(number: f64) -> f64 {
    // A negative zero would be written with its sign.
    (number * 1e9).round() / 1e9 + 0.0
}
