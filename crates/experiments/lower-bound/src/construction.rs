//! Part three: the parameters that constructions take, and the parameters that their tickets keep.

use crate::row::{ConstructionRow, NAME, TicketRow};
use crate::target::{Named, targets};
use anyhow::{Result, ensure};
use lab::preset::{MAX_COUNT, check_count, check_list};
use lab::{Part, Rows, Unit, boxed};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use subset_sum::grid::{ONE, from_f64};
use subset_sum::sampling::generator;
use subset_sum::{Law, MAX_NONZERO, Solver};
use tickets::certificates::{Comparison, Domain};
use tickets::construction::{
    Construction, Gadget, NonnegativeInputs, PrunedLayer, RandomNetwork, Selection, Split, Target,
    construct,
};

/// The smallest tolerance is 2^-`FINEST`.
const FINEST: u32 = 16;

/// Units a half of random networks (n): more than the candidates that are searched use up.
const UNITS: usize = 128;

/// A way to prune a random network of two layers to a linear target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// The proof's gadget, every weight within eps / (2 d^2).
    Paper,
    /// Every unit serves the half-line of its in-weight's sign, and every weight is within eps / d: the
    /// spectral norm of the error is at most the root of the sum of its squared entries.
    Pooled,
}

impl Way {
    /// The name in keys and files.
    pub fn name(self) -> &'static str {
        match self {
            Way::Paper => "paper",
            Way::Pooled => "pooled",
        }
    }

    fn construction(self, selection: Selection) -> Construction {
        let pooled = Construction {
            gadget: Gadget::Pooled,
            nonnegative_inputs: NonnegativeInputs::Nowhere,
            split: Split::PerWeight,
            selection,
            candidates: MAX_NONZERO,
        };
        match self {
            Way::Paper => Construction {
                gadget: Gadget::Paper,
                split: Split::Entrywise,
                ..pooled
            },
            Way::Pooled => pooled,
        }
    }

    /// What the construction is told so that the layer's error, bounded with all roundings, is less than
    /// eps.
    fn epsilon(self, width: usize, tolerance: f64) -> f64 {
        let less = tolerance * (1.0 - 0.5_f64.powi(20));
        match self {
            Way::Paper => less,
            Way::Pooled => less / width as f64,
        }
    }
}

/// Constructions at tolerances 2^-from, 2^-(from + step), ..., at least 2^-to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Inputs and outputs (d).
    pub widths: Vec<usize>,
    /// Binary digits of the largest tolerance.
    pub from: u32,
    /// Binary digits of the smallest.
    pub to: u32,
    /// Digits between two of them.
    pub step: u32,
    /// Random networks for each.
    pub runs: u64,
}

/// Tickets by selection, at one tolerance.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketParameters {
    /// Inputs and outputs (d) of networks of two layers; 0 for parallel links.
    pub width: usize,
    /// Parallel links, or units of a block (even).
    pub sizes: Vec<usize>,
    /// Binary digits of the tolerance.
    pub bits: Vec<u32>,
    /// Random networks for each.
    pub runs: u64,
}

impl Part<()> for Parameters {
    fn check(&self) -> Result<()> {
        check_list("widths", &self.widths, "from 1 to 16", |width| {
            (1..=16).contains(width)
        })?;
        let Self { from, to, step, .. } = *self;
        ensure!(
            1 <= from && from <= to && to <= FINEST && step >= 1,
            "from = {from}, to = {to}, step = {step}: must be 1 <= from <= to <= {FINEST}, step >= 1"
        );
        check_count("runs", self.runs, MAX_COUNT)?;
        Ok(())
    }

    fn units<'a>(&'a self, (): &'a ()) -> Vec<Box<dyn Unit + 'a>> {
        let digits = || (self.from..=self.to).step_by(self.step as usize);
        let runs = self.runs;
        let mut units = Vec::new();
        for way in [Way::Paper, Way::Pooled] {
            for &width in &self.widths {
                units.extend(boxed(digits().map(|bits| Blocks {
                    way,
                    width,
                    bits,
                    runs,
                })));
            }
        }
        units
    }
}

impl Part<()> for TicketParameters {
    fn check(&self) -> Result<()> {
        ensure!(self.width <= 16, "width = {}: at most 16", self.width);
        let fits = |size: &usize| match self.width {
            0 => (1..=MAX_NONZERO).contains(size),
            _ => (2..=2 * UNITS).contains(size) && size.is_multiple_of(2),
        };
        let range = "from 1 to 50 (links), or even and from 2 to 256 (units)";
        check_list("sizes", &self.sizes, range, fits)?;
        check_list("bits", &self.bits, "from 1 to 16", |bits| {
            (1..=FINEST).contains(bits)
        })?;
        check_count("runs", self.runs, MAX_COUNT)?;
        Ok(())
    }

    fn units<'a>(&'a self, (): &'a ()) -> Vec<Box<dyn Unit + 'a>> {
        let pairs = self.bits.iter().flat_map(|&bits| {
            let sizes = self.sizes.iter();
            sizes.map(move |&size| (bits, size))
        });
        let (width, runs) = (self.width, self.runs);
        boxed(pairs.map(|(bits, size)| Tickets {
            width,
            bits,
            size,
            runs,
        }))
    }
}

/// How many runs have which value.
type Histogram = BTreeMap<u64, u64>;

/// A histogram, with an entry even if there are no values.
fn counted(values: impl Iterator<Item = u64>) -> Histogram {
    let mut histogram = Histogram::new();
    values.for_each(|value| *histogram.entry(value).or_insert(0) += 1);
    if histogram.is_empty() {
        histogram.insert(0, 0);
    }
    histogram
}

/// All runs of one construction, width and tolerance.
struct Blocks {
    way: Way,
    width: usize,
    bits: u32,
    runs: u64,
}

impl Blocks {
    /// For each target the block that one random network needs, with a bound of the error over the unit
    /// ball; `None` where a subset sum is out of reach.
    fn run(&self, seed: u64, run: u64, targets: &[Named]) -> Result<Vec<Option<(u64, f64)>>> {
        let tolerance = 0.5_f64.powi(self.bits as i32);
        let random = RandomNetwork::new(&[self.width; 2], &[UNITS], seed, run)?;
        let epsilon = self.way.epsilon(self.width, tolerance);
        let construction = self.way.construction(Selection::FirstFeasible);
        let needed = |target: &Target| -> Result<Option<(u64, f64)>> {
            let (pruned, outcomes) = construct(&random, target, construction, epsilon)?;
            if outcomes[0].infeasible > 0 {
                return Ok(None);
            }
            let bounds = Comparison::new(target, &pruned, Domain::UnitBall)?.bounds();
            Ok(Some((2 * outcomes[0].units as u64, bounds[0].error)))
        };
        targets.iter().map(|(_, target)| needed(target)).collect()
    }
}

impl Unit for Blocks {
    fn key(&self) -> String {
        let (way, width, bits) = (self.way.name(), self.width, self.bits);
        format!("construction/{way}/d={width}/tolerance=2^-{bits}")
    }

    fn seconds(&self) -> f64 {
        let instances = 2.0 * (self.width * self.width) as f64;
        let a_target = 1e-4 + instances * 1e-5 * (0.3 * f64::from(self.bits)).exp2();
        12.0 * self.runs as f64 * a_target
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let targets = targets(self.width, seed)?;
        let runs = (1..=self.runs).into_par_iter();
        let runs = runs.map(|run| self.run(seed, run, &targets));
        let runs: Vec<Vec<_>> = runs.collect::<Result<_>>()?;
        for (at, (name, _)) in targets.iter().enumerate() {
            let found = || runs.iter().filter_map(|run| run[at]);
            let largest_error = found().map(|(_, error)| error).fold(0.0, f64::max);
            for (block, count) in counted(found().map(|(block, _)| block)) {
                rows.push(&ConstructionRow {
                    construction: self.way.name().to_owned(),
                    width: self.width as u32,
                    tolerance: 0.5_f64.powi(self.bits as i32),
                    target: name.clone(),
                    runs: self.runs,
                    largest_error,
                    block,
                    count,
                })?;
            }
        }
        Ok(())
    }
}

/// All tickets of one size of network at one tolerance.
struct Tickets {
    width: usize,
    bits: u32,
    size: usize,
    runs: u64,
}

impl Tickets {
    fn tolerance(&self) -> f64 {
        0.5_f64.powi(self.bits as i32)
    }

    fn parameters(&self) -> u64 {
        let of_unit = (2 * self.width * self.width).max(1);
        (of_unit * self.size) as u64
    }

    /// Links that are kept of the parallel links of one run, if the tolerance is kept.
    fn linear(
        &self,
        seed: u64,
        run: u64,
        target: &Target,
        selection: Selection,
    ) -> Result<Option<u64>> {
        let mut draws = generator(seed, NAME, "tickets/linear", run);
        let candidates: Vec<i64> = (0..self.size)
            .map(|_| Law::Uniform.draw(&mut draws))
            .collect();
        let weight = from_f64(f64::from(target.layers()[0].values()[0]))?;
        // Less than eps: errors are whole units.
        let tolerance = (ONE >> self.bits) - 1;
        let mut solver = Solver::new();
        solver.load(&candidates)?;
        let found = match selection {
            Selection::Closest => Some(solver.closest(weight)?),
            _ => solver.smallest_feasible(weight, tolerance)?,
        };
        let found = found.filter(|found| found.error(weight) <= tolerance);
        Ok(found.map(|found| u64::from(found.mask.count_ones())))
    }

    /// Parameters that are kept of one random network of two layers, if the tolerance is kept.
    fn pooled(
        &self,
        seed: u64,
        run: u64,
        target: &Target,
        selection: Selection,
    ) -> Result<Option<u64>> {
        let random = RandomNetwork::new(&[self.width; 2], &[self.size / 2], seed, run)?;
        let construction = Way::Pooled.construction(selection);
        let epsilon = Way::Pooled.epsilon(self.width, self.tolerance());
        let (pruned, outcomes) = construct(&random, target, construction, epsilon)?;
        let feasible = outcomes[0].infeasible == 0;
        Ok(feasible.then(|| kept(&pruned.layers()[0])))
    }
}

/// Parameters that a pruned pair of matrices needs: out-weights, and an in-weight for each unit that has
/// any. (The construction also keeps in-weights that nothing uses.)
fn kept(layer: &PrunedLayer) -> u64 {
    let out_weights = layer.second().mask();
    let rows = (0..out_weights.rows()).flat_map(|row| out_weights.row(row));
    let units: BTreeSet<u32> = rows.copied().collect();
    (out_weights.size() + units.len()) as u64
}

impl Unit for Tickets {
    fn key(&self) -> String {
        let Self {
            width, bits, size, ..
        } = self;
        format!("tickets/d={width}/tolerance=2^-{bits}/size={size}")
    }

    fn seconds(&self) -> f64 {
        let instances = 2.0 * (self.width * self.width).max(1) as f64;
        24.0 * self.runs as f64 * instances * 3e-6 * (0.1 * self.size as f64).exp2()
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let targets = targets(self.width.max(1), seed)?;
        for (selection, selection_name) in [
            (Selection::Closest, "closest"),
            (Selection::SmallestFeasible, "smallest-feasible"),
        ] {
            for (target_name, target) in &targets {
                let run = |run| match self.width {
                    0 => self.linear(seed, run, target, selection),
                    _ => self.pooled(seed, run, target, selection),
                };
                let kept: Vec<Option<u64>> = (1..=self.runs)
                    .into_par_iter()
                    .map(run)
                    .collect::<Result<_>>()?;
                for (kept, count) in counted(kept.into_iter().flatten()) {
                    rows.push(&TicketRow {
                        network: if self.width == 0 { "linear" } else { "pooled" }.to_owned(),
                        width: self.width.max(1) as u32,
                        tolerance: self.tolerance(),
                        selection: selection_name.to_owned(),
                        parameters: self.parameters(),
                        target: target_name.clone(),
                        runs: self.runs,
                        kept,
                        count,
                    })?;
                }
            }
        }
        Ok(())
    }
}
