//! Neurons, layers and networks: after how many units one random network serves its targets, and how
//! far off the pruned ones are.

use super::row::{NetworkRow, Target};
use super::shared::Shared;
use super::targets;
use anyhow::{Result, ensure};
use lab::MAX_UNITS;
use lab::preset::{check_count, check_list};
use lab::{Part, Rows, boxed};
use serde::{Deserialize, Serialize};
use subset_sum::coverage::CoverageSolver;
use subset_sum::grid::to_f64;
use tickets::certificates::{Comparison, Domain, Search};
use tickets::construction::{
    Construction, EveryTarget, Gadget, Instances, Outcome, RandomNetwork, Split, construct,
};

/// Shapes of targets, ways to prune to them, and how many random networks to draw for each.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Widths d of inputs and hidden layers.
    pub widths: Vec<usize>,
    /// Numbers of layers l.
    pub depths: Vec<usize>,
    /// Outputs, where they are not as many as inputs.
    pub outputs: Option<usize>,
    /// Gadgets.
    pub gadgets: Vec<Gadget>,
    /// Splits of epsilon.
    pub splits: Vec<Split>,
    /// Errors that count as success.
    pub epsilons: Vec<f64>,
    /// Random networks.
    pub replicates: u64,
    /// Of these, those whose pruned networks are compared with their targets.
    pub compared: u64,
    /// Of these, those that are pruned to targets at all; every one is asked whether it serves all.
    pub pruned: u64,
}

/// One random network.
struct Unit<'a> {
    shared: &'a Shared,
    width: usize,
    outputs: usize,
    depth: usize,
    gadget: Gadget,
    split: Split,
    epsilon: f64,
    replicate: u64,
    is_pruned: bool,
    is_compared: bool,
}

impl Part<Shared> for Parameters {
    fn check(&self) -> Result<()> {
        check_list("widths", &self.widths, "from 1 to 256", |width| {
            (1..=256).contains(width)
        })?;
        check_list("depths", &self.depths, "from 1 to 64", |depth| {
            (1..=64).contains(depth)
        })?;
        check_list("gadgets", &self.gadgets, "possible", |_| true)?;
        check_list("splits", &self.splits, "possible", |_| true)?;
        check_list("epsilons", &self.epsilons, "from 1e-6 to 1", |epsilon| {
            (1e-6..=1.0).contains(epsilon)
        })?;
        let fits =
            |outputs: &usize| (1..=*self.widths.iter().min().unwrap_or(&0)).contains(outputs);
        ensure!(
            self.outputs.iter().all(fits),
            "outputs: must be from 1 to the smallest of widths"
        );
        check_count("replicates", self.replicates, MAX_UNITS)?;
        ensure!(
            self.compared <= self.pruned && self.pruned <= self.replicates,
            "compared, pruned: must be compared <= pruned <= replicates"
        );
        Ok(())
    }

    fn units<'a>(&'a self, shared: &'a Shared) -> Vec<Box<dyn lab::Unit + 'a>> {
        let mut units = Vec::new();
        for &depth in &self.depths {
            for &width in &self.widths {
                for &gadget in &self.gadgets {
                    for &split in &self.splits {
                        for &epsilon in &self.epsilons {
                            units.extend(boxed((1..=self.replicates).map(|replicate| Unit {
                                shared,
                                width,
                                outputs: self.outputs.unwrap_or(width),
                                depth,
                                gadget,
                                split,
                                epsilon,
                                replicate,
                                is_pruned: replicate <= self.pruned,
                                is_compared: replicate <= self.compared,
                            })));
                        }
                    }
                }
            }
        }
        units
    }
}

impl lab::Unit for Unit<'_> {
    fn key(&self) -> String {
        let (width, outputs, depth) = (self.width, self.outputs, self.depth);
        let (gadget, split) = (self.gadget, self.split);
        format!(
            "network/d={width}/outputs={outputs}/l={depth}/{gadget:?}/{split:?}/epsilon={}/replicate={}",
            self.epsilon, self.replicate
        )
        .to_lowercase()
    }

    fn seconds(&self) -> f64 {
        let bits = -self.tolerance(self.width, self.width).log2();
        let searches = if self.is_pruned {
            targets::DRAWN.len() as f64 * 3e-5
        } else {
            0.0
        };
        self.instances() as f64 * (1.2e-6 * (0.49 * bits).exp2() + searches)
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let units = vec![self.shared.max_neurons; self.depth];
        // Networks of different depths share no draws.
        let replicate = (self.depth as u64) << 32 | self.replicate;
        let random = RandomNetwork::new(&self.widths(), &units, seed, replicate)?;
        rows.push(&self.every_target(&random)?)?;
        if self.is_pruned {
            for target in targets::DRAWN {
                rows.push(&self.target(&random, target, seed)?)?;
            }
        }
        Ok(())
    }
}

impl Unit<'_> {
    fn widths(&self) -> Vec<usize> {
        let mut widths = vec![self.width; self.depth];
        widths.push(self.outputs);
        widths
    }

    fn instances(&self) -> usize {
        let widths = self.widths();
        widths.windows(2).map(|shape| 2 * shape[0] * shape[1]).sum()
    }

    fn tolerance(&self, inputs: usize, outputs: usize) -> f64 {
        self.split
            .tolerance(self.epsilon, self.depth, inputs, outputs)
    }

    /// From how many units on all instances cover.
    fn every_target(&self, random: &RandomNetwork) -> Result<NetworkRow> {
        let (mut found, mut solver) = (EveryTarget::new(), CoverageSolver::new());
        for layer in random.layers() {
            let instances = Instances::new(layer, self.gadget, false);
            let tolerance = self.tolerance(layer.inputs(), layer.outputs());
            for row in 0..layer.outputs() {
                found.add_row(&instances, row, tolerance, &mut solver)?;
            }
        }
        Ok(NetworkRow {
            units: found.units().map(|units| units as u64),
            undecided: found.undecided(),
            ..self.row(Target::Every)
        })
    }

    fn target(&self, random: &RandomNetwork, kind: Target, seed: u64) -> Result<NetworkRow> {
        let construction = Construction {
            gadget: self.gadget,
            split: self.split,
            ..Construction::PAPER
        };
        let (widths, replicate) = (self.widths(), self.replicate);
        let target = targets::draw(kind, &widths, &self.shared.trained, seed, replicate)?;
        let (pruned, outcomes) = construct(random, &target, construction, self.epsilon)?;
        let outcome = outcomes.into_iter().fold(Outcome::default(), Outcome::and);
        let comparison = Comparison::new(&target, &pruned, Domain::UnitBall)?;
        let error = self.is_compared.then(|| {
            comparison.worst_error(Search {
                replicate,
                ..Search::default()
            })
        });
        Ok(NetworkRow {
            units: (outcome.infeasible == 0).then_some(outcome.units as u64),
            largest_error: Some(to_f64(outcome.largest_error)),
            cube_error: comparison.cube_error(),
            found: error.as_ref().map(|error| error.lower()),
            certified: error.as_ref().map(|error| error.upper()),
            ..self.row(kind)
        })
    }

    fn row(&self, target: Target) -> NetworkRow {
        NetworkRow {
            width: self.width as u64,
            outputs: self.outputs as u64,
            depth: self.depth as u64,
            gadget: self.gadget,
            split: self.split,
            epsilon: self.epsilon,
            replicate: self.replicate,
            target,
            instances: self.instances() as u64,
            units: None,
            undecided: 0,
            largest_error: None,
            cube_error: None,
            found: None,
            certified: None,
        }
    }
}
