//! How many random numbers it takes until \[-1, 1\] is covered by subset sums: numbers of each distribution,
//! gadgets, and columns of a layer.

use super::row::{Numbers, WeightRow};
use super::shared::Shared;
use anyhow::{Result, ensure};
use lab::preset::{MAX_COUNT, check_count};
use lab::{Part, Rows, boxed};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use subset_sum::coverage::CoverageSolver;
use subset_sum::grid::WEIGHT_STEP;
use tickets::construction::{
    Candidate, EveryTarget, Gadget, Instances, RandomLayer, RandomNetwork,
};

/// The smallest tolerance is 2^-`FINEST`.
const FINEST: u32 = 20;

/// Single weights, within all powers of two from one to another.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// The largest tolerance is 2^-`from`.
    pub from: u32,
    /// The smallest is 2^-`to`.
    pub to: u32,
    /// Gadgets drawn for each.
    pub instances: u64,
}

/// Columns of a layer: gadgets with the same in-weights, or with their own.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// Outputs of the layer.
    pub outputs: usize,
    /// The tolerance is 2^-`bits`.
    pub bits: u32,
    /// Columns drawn, of either kind.
    pub instances: u64,
}

/// Instances of one size within one tolerance.
#[derive(Debug, Clone, PartialEq)]
struct Unit {
    /// The tolerance is 2^-`bits`.
    bits: u32,
    /// Outputs of a column; `None` for single weights.
    outputs: Option<usize>,
    instances: u64,
    /// Neurons a half of every gadget that is drawn.
    max_neurons: usize,
}

/// The n that an instance needs, and answers that were left open.
type Needed = (Option<u64>, u64);

impl Part<Shared> for Parameters {
    fn check(&self) -> Result<()> {
        ensure!(
            1 <= self.from && self.from <= self.to && self.to <= FINEST,
            "from = {}, to = {}: must be 1 <= from <= to <= {FINEST}",
            self.from,
            self.to
        );
        check_count("instances", self.instances, MAX_COUNT)?;
        Ok(())
    }

    fn units<'a>(&'a self, shared: &'a Shared) -> Vec<Box<dyn lab::Unit + 'a>> {
        boxed((self.from..=self.to).map(|bits| Unit {
            bits,
            outputs: None,
            instances: self.instances,
            max_neurons: shared.max_neurons,
        }))
    }
}

impl Part<Shared> for Columns {
    fn check(&self) -> Result<()> {
        ensure!(
            (1..=FINEST).contains(&self.bits),
            "bits must be from 1 to {FINEST}"
        );
        check_count("outputs", self.outputs, MAX_COUNT)?;
        check_count("instances", self.instances, MAX_COUNT)?;
        Ok(())
    }

    fn units<'a>(&'a self, shared: &'a Shared) -> Vec<Box<dyn lab::Unit + 'a>> {
        boxed([Unit {
            bits: self.bits,
            outputs: Some(self.outputs),
            instances: self.instances,
            max_neurons: shared.max_neurons,
        }])
    }
}

impl lab::Unit for Unit {
    fn key(&self) -> String {
        match self.outputs {
            None => format!("weights/tolerance=2^-{}", self.bits),
            Some(outputs) => format!("columns/outputs={outputs}/tolerance=2^-{}", self.bits),
        }
    }

    fn seconds(&self) -> f64 {
        let a_gadget = 2e-5 * (0.3 * f64::from(self.bits)).exp2();
        let gadgets = self.outputs.map_or(4, |outputs| 2 * outputs);
        a_gadget * gadgets as f64 * self.instances as f64
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let needed = (1..=self.instances).into_par_iter().map_init(
            CoverageSolver::new,
            |solver, instance| match self.outputs {
                None => self.weight(seed, instance, solver),
                Some(outputs) => self.column(seed, outputs, instance, solver),
            },
        );
        let needed: Vec<Vec<Needed>> = needed.collect::<Result<_>>()?;
        for (index, &numbers) in self.numbers().iter().enumerate() {
            let mut counts: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
            for (units, undecided) in needed.iter().map(|needed| needed[index]) {
                // Those that no number of units suffices for come last.
                let count = counts.entry(units.unwrap_or(u64::MAX)).or_default();
                *count = (count.0 + 1, count.1 + undecided);
            }
            for (units, (instances, undecided)) in counts {
                rows.push(&WeightRow {
                    numbers,
                    outputs: self.outputs.unwrap_or(1) as u64,
                    tolerance: self.tolerance(),
                    units: (units < u64::MAX).then_some(units),
                    instances,
                    undecided,
                })?;
            }
        }
        Ok(())
    }
}

impl Unit {
    fn numbers(&self) -> &'static [Numbers] {
        match self.outputs {
            None => &[
                Numbers::Uniform,
                Numbers::Product,
                Numbers::PositiveHalf,
                Numbers::NegativeHalf,
                Numbers::Gadget,
                Numbers::PooledGadget,
            ],
            Some(_) => &[Numbers::SharedGadgets, Numbers::FreshGadgets],
        }
    }

    fn tolerance(&self) -> f64 {
        (-f64::from(self.bits)).exp2()
    }

    /// What each of the kinds of numbers needs, all from the weights of one gadget.
    fn weight(&self, seed: u64, instance: u64, solver: &mut CoverageSolver) -> Result<Vec<Needed>> {
        let layer = layer(1, self.max_neurons, seed, instance)?;
        let (in_weights, out_weights) = (layer.first(0, 0), layer.second(0, 0));
        let half = in_weights.iter().zip(&out_weights).take(self.max_neurons);
        let list = |value: fn(i64, i64) -> i64| -> Vec<Candidate> {
            let half = half.clone().enumerate();
            let numbers = half.map(|(at, (&first, &second))| Candidate {
                value: value(first.into(), second.into()),
                units: at + 1,
            });
            numbers.collect()
        };
        let paper: Vec<_> = Instances::new(&layer, Gadget::Paper, false)
            .row(0)
            .collect();
        let pooled: Vec<_> = Instances::new(&layer, Gadget::Pooled, false)
            .row(0)
            .collect();
        let uniform = list(|_, second| second * WEIGHT_STEP);
        let product = list(|first, second| first * second);
        let all = [
            self.needed(&[uniform], solver)?,
            self.needed(&[product], solver)?,
            self.needed(&paper[..1], solver)?,
            self.needed(&paper[1..], solver)?,
            self.needed(&pooled, solver)?,
        ];
        let [uniform, product, positive, negative, pooled] = all;
        let gadget = (
            positive.0.zip(negative.0).map(|(n, m)| n.max(m)),
            positive.1 + negative.1,
        );
        Ok(vec![uniform, product, positive, negative, gadget, pooled])
    }

    /// What a column with common in-weights needs, and one without.
    fn column(
        &self,
        seed: u64,
        outputs: usize,
        instance: u64,
        solver: &mut CoverageSolver,
    ) -> Result<Vec<Needed>> {
        let shared = layer(outputs, self.max_neurons, seed, instance)?;
        let shared = Instances::new(&shared, Gadget::Paper, false);
        let shared: Vec<_> = (0..outputs).flat_map(|row| shared.row(row)).collect();
        let mut fresh = Vec::new();
        for gadget in (instance - 1) * outputs as u64..instance * outputs as u64 {
            let layer = layer(1, self.max_neurons, seed, gadget + 1)?;
            fresh.extend(Instances::new(&layer, Gadget::Paper, false).row(0));
        }
        Ok(vec![
            self.needed(&shared, solver)?,
            self.needed(&fresh, solver)?,
        ])
    }

    fn needed(&self, instances: &[Vec<Candidate>], solver: &mut CoverageSolver) -> Result<Needed> {
        let (mut found, tolerance) = (EveryTarget::new(), self.tolerance());
        (instances.iter()).try_for_each(|candidates| found.add(candidates, tolerance, solver))?;
        Ok((found.units().map(|units| units as u64), found.undecided()))
    }
}

/// A layer with one input.
fn layer(outputs: usize, units: usize, seed: u64, replicate: u64) -> Result<RandomLayer> {
    Ok(RandomNetwork::new(&[1, outputs], &[units], seed, replicate)?.layers()[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use subset_sum::grid::to_f64;

    #[test]
    fn steps_of_weights_and_of_products_are_those_of_the_grid() {
        let one = 1 << 23;
        assert_eq!(to_f64(one * WEIGHT_STEP), 1.0);
        assert_eq!(to_f64(one * one), 1.0);
    }
}
