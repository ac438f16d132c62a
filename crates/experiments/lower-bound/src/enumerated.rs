//! Part one: all pruned versions of small networks R -> R.

use crate::enumerate::hits;
use crate::marks::{Code, FINEST};
use crate::network::{Architecture, Network, Weights};
use crate::row::{NAME, Row};
use anyhow::{Result, ensure};
use lab::preset::check_list;
use lab::{Part, Rows, Unit, boxed};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use subset_sum::sampling::generator;

/// The most parameters of a network that is enumerated.
pub const MAX_PARAMETERS: usize = 24;

/// Some architectures with some distributions, at every width.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Parameters {
    /// How parameters are connected.
    pub architectures: Vec<Architecture>,
    /// Distributions of the weights.
    pub weights: Vec<Weights>,
    /// Parameters of the largest networks.
    pub most_parameters: usize,
    /// Networks of each width; designed weights are one network.
    pub networks: u64,
}

impl Part<()> for Parameters {
    fn check(&self) -> Result<()> {
        check_list("architectures", &self.architectures, "possible", |_| true)?;
        check_list("weights", &self.weights, "possible", |_| true)?;
        let (most, networks) = (self.most_parameters, self.networks);
        ensure!(
            (1..=MAX_PARAMETERS).contains(&most),
            "most-parameters = {most}: must be from 1 to {MAX_PARAMETERS}"
        );
        ensure!(
            (1..=u64::from(u32::MAX)).contains(&networks),
            "networks: must be from 1 to 2^32 - 1"
        );
        let deep = self.architectures.contains(&Architecture::ThreeLayer);
        ensure!(
            !(deep && self.weights.contains(&Weights::Powers)),
            "weights: powers are designed for every architecture but three-layer"
        );
        Ok(())
    }

    fn units<'a>(&'a self, (): &'a ()) -> Vec<Box<dyn Unit + 'a>> {
        let mut units = Vec::new();
        for &architecture in &self.architectures {
            for &weights in &self.weights {
                let fits = |width: &usize| architecture.parameters(*width) <= self.most_parameters;
                let unit = |width| Enumerated {
                    architecture,
                    weights,
                    width,
                    networks: match weights {
                        Weights::Powers => 1,
                        _ => self.networks,
                    },
                };
                units.extend(boxed((1..).take_while(fits).map(unit)));
            }
        }
        units
    }
}

/// All networks of one architecture, distribution and width.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Enumerated {
    architecture: Architecture,
    weights: Weights,
    width: usize,
    networks: u64,
}

/// How often targets are hit at one tolerance.
#[derive(Debug, Clone)]
struct Count {
    /// Networks that hit each target.
    networks: Vec<u32>,
    /// The most targets that one network hits.
    most: u64,
}

impl Enumerated {
    /// At each tolerance, how often targets are hit by so many networks.
    fn counts(&self, seed: u64) -> Vec<Count> {
        let none = || -> Vec<Count> {
            let count = |bits: u32| Count {
                networks: vec![0; (1_usize << bits) + 1],
                most: 0,
            };
            (1..=FINEST).map(count).collect()
        };
        let key = self.key();
        let add = |mut counts: Vec<Count>, number| {
            let mut draws = generator(seed, NAME, &key, number);
            let network = Network::draw(self.architecture, self.width, self.weights, &mut draws);
            let hits = hits(&network, Code::Automatic);
            for (count, bits) in counts.iter_mut().zip(1..) {
                let hit = hits.at(bits);
                let pairs = count.networks.iter_mut().zip(hit);
                pairs.for_each(|(count, &hit)| *count += u32::from(hit));
                let total = hit.iter().filter(|&&hit| hit).count() as u64;
                count.most = count.most.max(total);
            }
            counts
        };
        let join = |mut left: Vec<Count>, right: Vec<Count>| {
            for (left, right) in left.iter_mut().zip(right) {
                let pairs = left.networks.iter_mut().zip(right.networks);
                pairs.for_each(|(left, right)| *left += right);
                left.most = left.most.max(right.most);
            }
            left
        };
        let networks = (1..=self.networks).into_par_iter();
        networks.fold(none, add).reduce(none, join)
    }
}

impl Unit for Enumerated {
    fn key(&self) -> String {
        let (architecture, weights) = (self.architecture.name(), self.weights.name());
        format!("enumerated/{architecture}/{weights}/width={}", self.width)
    }

    fn seconds(&self) -> f64 {
        let bits = self.architecture.distinct_bits(self.width) as f64;
        let a_version = match self.architecture {
            Architecture::Linear | Architecture::Shared => 5e-10 * bits.exp2(),
            Architecture::TwoLayer => 0.0,
            Architecture::TwoLayerBiased | Architecture::ThreeLayer => 3e-8 * bits.exp2(),
        };
        self.networks as f64 * (1e-4 + a_version)
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        for (count, bits) in self.counts(seed).into_iter().zip(1..) {
            let fewest = count.networks.iter().copied().min();
            rows.push(&Row {
                architecture: self.architecture.name().to_owned(),
                weights: self.weights.name().to_owned(),
                parameters: self.architecture.parameters(self.width) as u32,
                distinct_bits: self.architecture.distinct_bits(self.width) as u32,
                tolerance: 0.5_f64.powi(bits),
                networks: self.networks,
                targets: count.networks.len() as u64,
                hits: count.networks.iter().map(|&count| u64::from(count)).sum(),
                fewest: fewest.unwrap_or(0).into(),
                most: count.most,
            })?;
        }
        Ok(())
    }
}
