//! How many units were needed, over the instances or networks of one setting.

use super::row::{NetworkRow, Numbers, Target, WeightRow};
use anyhow::Result;
use lab::statistics::{
    Estimate, Interval, Level, Observation, Proportion, Regression, lower_rank, upper_rank,
};
use lab::table;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tickets::construction::{Gadget, Split};

/// Networks below which a setting is not tested.
pub const MIN_NETWORKS: u64 = 20;

/// The rows of both tables.
#[derive(Debug, Clone, Default)]
pub struct Results {
    weights: Vec<WeightRow>,
    networks: Vec<NetworkRow>,
}

/// All columns of a network's row that say what was asked, but for replicate and target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    /// Width d.
    pub width: u64,
    /// Outputs.
    pub outputs: u64,
    /// Layers l.
    pub depth: u64,
    /// Which units serve which half-line.
    pub gadget: Gadget,
    /// How epsilon is shared out.
    pub split: Split,
    /// The largest error that counts as success.
    pub epsilon: f64,
}

/// The smallest n of each of some samples, ascending; infinity where none was enough. With each n stands how many
/// samples it is enough for.
#[derive(Debug, Clone, PartialEq)]
pub struct Needed(Vec<(f64, u64)>);

/// n as a linear function of lg(1 / tolerance) and the lg of the number of instances.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// n where both are 0.
    pub intercept: f64,
    /// Units for each bit, and for each doubling of the instances.
    pub slopes: [Estimate; 2],
}

impl Plane {
    /// The n that the plane has for a setting.
    pub fn at(&self, setting: &Setting) -> f64 {
        let terms = self.slopes.iter().zip(setting.predictors());
        self.intercept + terms.map(|(slope, x)| slope.value * x).sum::<f64>()
    }
}

impl Setting {
    /// The setting of a row.
    pub fn of(row: &NetworkRow) -> Self {
        Self {
            width: row.width,
            outputs: row.outputs,
            depth: row.depth,
            gadget: row.gadget,
            split: row.split,
            epsilon: row.epsilon,
        }
    }

    /// N, the subset-sum instances of a network.
    pub fn instances(&self) -> u64 {
        2 * self.width * ((self.depth - 1) * self.width + self.outputs)
    }

    /// The smallest tolerance of a weight.
    pub fn tolerance(&self) -> f64 {
        let outputs = self.outputs_of_most_weights();
        let (epsilon, depth) = (self.epsilon, self.depth as usize);
        (self.split).tolerance(epsilon, depth, self.width as usize, outputs)
    }

    /// Random weights of a network with `units` units a half: sum_i 2 n d_{i-1} (d_{i-1} + d_i).
    pub fn parameters(&self, units: f64) -> f64 {
        let (d, inner) = (self.width as f64, (self.depth - 1) as f64);
        2.0 * units * d * (inner * 2.0 * d + d + self.outputs as f64)
    }

    /// Whether this is the construction as the proof has it.
    pub fn is_papers(&self) -> bool {
        (self.gadget, self.split) == (Gadget::Paper, Split::Entrywise)
    }

    /// What the certificate of a network of one layer should be near, if errors of weights are independent
    /// and uniform up to the tolerance: the norm of a d x 2d matrix of them. Those of later layers, d x d,
    /// add up to at most so much for more layers.
    pub fn expected_certificate(&self) -> f64 {
        let deviation = self.tolerance() / 3.0_f64.sqrt();
        let (root, later) = ((self.width as f64).sqrt(), (self.depth - 1) as f64);
        deviation * root * (2.0_f64.sqrt() + 1.0 + later * 2.0)
    }

    /// What n is expected to grow with: lg(1 / tolerance), and the lg of the number of instances.
    pub fn predictors(&self) -> [f64; 2] {
        [-self.tolerance().log2(), (self.instances() as f64).log2()]
    }

    fn outputs_of_most_weights(&self) -> usize {
        let outputs = if self.depth > 1 {
            self.width
        } else {
            self.outputs
        };
        outputs as usize
    }
}

impl std::fmt::Display for Setting {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        let (gadget, split) = (self.gadget, self.split);
        let text = format!("{gadget:?} gadget, {split:?} split").to_lowercase();
        let Self {
            width,
            depth,
            epsilon,
            ..
        } = self;
        write!(
            formatter,
            "d = {width}, l = {depth}, epsilon = {epsilon}, {text}"
        )
    }
}

impl Results {
    /// The rows in a results folder, `None` if neither of the tables is there.
    ///
    /// # Errors
    /// Tables that cannot be read.
    pub fn read(results: &Path) -> Result<Option<Self>> {
        let (weights, networks) = (table::read(results)?, table::read(results)?);
        let is_there = weights.is_some() || networks.is_some();
        Ok(is_there.then(|| Self {
            weights: weights.unwrap_or_default(),
            networks: networks.unwrap_or_default(),
        }))
    }

    /// The rows of networks.
    pub fn networks(&self) -> &[NetworkRow] {
        &self.networks
    }

    /// The rows of weights.
    pub fn weights(&self) -> &[WeightRow] {
        &self.weights
    }

    /// The settings of networks, in the order of the rows.
    pub fn settings(&self) -> Vec<Setting> {
        let mut settings: Vec<Setting> = Vec::new();
        for row in &self.networks {
            let setting = Setting::of(row);
            if !settings.contains(&setting) {
                settings.push(setting);
            }
        }
        settings
    }

    /// The settings with as many outputs as inputs and enough networks, and what these need.
    pub fn tested(&self, target: Target) -> Vec<(Setting, Needed)> {
        let settings = self.settings().into_iter();
        let found = settings
            .filter(|setting| setting.outputs == setting.width)
            .filter_map(|setting| Some((setting, self.network(&setting, target)?)));
        found
            .filter(|(_, needed)| needed.samples() >= MIN_NETWORKS)
            .collect()
    }

    /// What networks of a setting need for a target.
    pub fn network(&self, setting: &Setting, target: Target) -> Option<Needed> {
        let rows = self.networks.iter();
        let asked = rows.filter(|row| row.target == target && Setting::of(row) == *setting);
        Needed::new(asked.map(|row| (row.units, 1)))
    }

    /// The columns that there are: outputs, and binary digits of the tolerance.
    pub fn columns(&self) -> Vec<(u64, u32)> {
        let is_column = |row: &&WeightRow| row.numbers == Numbers::SharedGadgets;
        let columns = self.weights.iter().filter(is_column);
        let columns: BTreeSet<(u64, u32)> = columns
            .map(|row| (row.outputs, -row.tolerance.log2() as u32))
            .collect();
        columns.into_iter().collect()
    }

    /// The mean n of some settings over lg(1 / tolerance) and the lg of the number of instances, by least
    /// squares; `None` if settings are too few or networks had not enough units.
    ///
    /// A slope is a weighted sum of the n of single networks. Those of one width, depth and replicate
    /// are drawn together, all others independently, and so the standard error adds up squares of what
    /// each such group differs by.
    pub fn plane(&self, settings: &[(Setting, Needed)], target: Target) -> Option<Plane> {
        let means: Vec<f64> = settings.iter().map(|(_, needed)| needed.mean()).collect();
        let fit = |responses: &[f64]| {
            let pairs = settings.iter().zip(responses);
            let observed: Vec<_> = pairs
                .map(|((setting, _), &response)| Observation::new(setting.predictors(), response))
                .collect();
            Regression::fit(&observed).ok()
        };
        let plane = fit(&means)?;
        let mut shares = [0, 1].map(|_| BTreeMap::<(u64, u64, u64), f64>::new());
        for (at, (setting, needed)) in settings.iter().enumerate() {
            let mut one = vec![0.0; settings.len()];
            one[at] = 1.0;
            let weights = fit(&one)?;
            let rows = self.networks.iter();
            for row in rows.filter(|row| row.target == target && Setting::of(row) == *setting) {
                let group = (row.width, row.depth, row.replicate);
                let offset = (row.units? as f64 - means[at]) / needed.samples() as f64;
                for (slope, shares) in shares.iter_mut().enumerate() {
                    *shares.entry(group).or_default() += weights.slope(slope).value * offset;
                }
            }
        }
        let slopes = [0, 1].map(|slope| {
            let squares = shares[slope].values().map(|share| share * share);
            Estimate {
                value: plane.slope(slope).value,
                standard_error: squares.sum::<f64>().sqrt(),
                degrees_of_freedom: shares[slope].len() as u64,
            }
        });
        let intercept = plane.intercept().value;
        Some(Plane { intercept, slopes })
    }

    /// What the same networks need for the same target in two settings; those that have enough in both.
    pub fn pairs(&self, one: &Setting, other: &Setting, target: Target) -> Vec<(f64, f64)> {
        let of = |setting: &Setting| -> BTreeMap<u64, u64> {
            let rows = self.networks.iter();
            let asked = rows.filter(|row| row.target == target && Setting::of(row) == *setting);
            asked
                .filter_map(|row| Some((row.replicate, row.units?)))
                .collect()
        };
        let (ones, others) = (of(one), of(other));
        let pair = |(replicate, &units)| Some((units as f64, *others.get(replicate)? as f64));
        ones.iter().filter_map(pair).collect()
    }

    /// What weights need within 2^-`bits`; a column of them where there are more `outputs` than one.
    pub fn weight(&self, numbers: Numbers, outputs: u64, bits: u32) -> Option<Needed> {
        let asked = (numbers, outputs, (-f64::from(bits)).exp2());
        let rows = self.weights.iter();
        let asked = rows.filter(|row| (row.numbers, row.outputs, row.tolerance) == asked);
        Needed::new(asked.map(|row| (row.units, row.instances)))
    }
}

impl Needed {
    /// So many samples of each of these numbers; `None` of no samples.
    fn new(counts: impl Iterator<Item = (Option<u64>, u64)>) -> Option<Self> {
        let mut counts: Vec<(f64, u64)> = counts
            .map(|(units, count)| (units.map_or(f64::INFINITY, |units| units as f64), count))
            .filter(|(_, count)| *count > 0)
            .collect();
        counts.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut samples = 0;
        for (_, count) in &mut counts {
            samples += *count;
            *count = samples;
        }
        (samples > 0).then_some(Self(counts))
    }

    /// Samples.
    pub fn samples(&self) -> u64 {
        self.up_to(self.0.len())
    }

    /// Samples of the first so many entries.
    fn up_to(&self, entries: usize) -> u64 {
        entries.checked_sub(1).map_or(0, |last| self.0[last].1)
    }

    /// The sample of a rank, counted from 1.
    fn at(&self, rank: u64) -> f64 {
        self.0[self.0.partition_point(|(_, count)| *count < rank)].0
    }

    /// Every n that is enough for some, with the number of these samples, ascending; infinity where none was enough.
    pub fn counts(&self) -> impl Iterator<Item = (f64, u64)> {
        let entries = self.0.iter().enumerate();
        entries.map(|(at, &(units, up_to))| (units, up_to - self.up_to(at)))
    }

    /// The mean of the samples.
    pub fn mean(&self) -> f64 {
        let sums = self.counts().map(|(units, count)| units * count as f64);
        sums.sum::<f64>() / self.samples() as f64
    }

    /// Samples for which `units` are too few.
    pub fn failures(&self, units: f64) -> u64 {
        let enough = self.0.partition_point(|(needed, _)| *needed <= units);
        self.samples() - self.up_to(enough)
    }

    /// The probability that `units` are too few.
    ///
    /// # Errors
    /// None, as there are samples.
    pub fn failure(&self, units: f64) -> Result<Proportion> {
        Ok(Proportion::new(self.failures(units), self.samples())?)
    }

    /// The smallest number that suffices with this probability.
    pub fn quantile(&self, probability: f64) -> f64 {
        let rank = (probability * self.samples() as f64).ceil().max(1.0);
        self.at(rank as u64)
    }

    /// Where the quantile lies, by ranks (see [`quantile_ranks`](lab::statistics::quantile_ranks)); from
    /// 0, or to infinity, where there is no bound.
    ///
    /// # Errors
    /// `probability` not strictly between 0 and 1.
    pub fn interval(&self, probability: f64, level: Level) -> Result<Interval> {
        let (samples, side) = (self.samples(), level.shared_by(2));
        let at = |rank| self.at(rank);
        Ok(Interval {
            low: lower_rank(samples, probability, side)?.map_or(0.0, at),
            high: upper_rank(samples, probability, side)?.map_or(f64::INFINITY, at),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_without_enough_units_count_as_infinite() {
        let needed = Needed::new([(Some(4), 3), (None, 1), (Some(2), 1)].into_iter()).unwrap();
        assert_eq!(needed.samples(), 5);
        assert_eq!(
            [1.0, 2.0, 3.9, 4.0].map(|n| needed.failures(n)),
            [5, 4, 4, 1]
        );
        assert_eq!(needed.quantile(0.5), 4.0);
        assert_eq!(needed.quantile(1.0), f64::INFINITY);
        assert!(Needed::new(std::iter::empty()).is_none());
    }

    #[test]
    fn parameters_are_those_of_both_matrices() {
        let setting = Setting {
            width: 4,
            outputs: 1,
            depth: 2,
            gadget: Gadget::Paper,
            split: Split::Entrywise,
            epsilon: 0.5,
        };
        let random = tickets::construction::RandomNetwork::new(&[4, 4, 1], &[7, 7], 1, 0).unwrap();
        assert_eq!(setting.parameters(7.0), random.parameters() as f64);
        assert_eq!(setting.instances(), 2 * (16 + 4));
        assert_eq!(setting.tolerance(), 0.5 / (2.0 * 2.0 * 16.0));
    }
}
