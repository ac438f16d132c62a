//! The gadget: one block of neurons, of which a subset multiplies an input by a weight.
//!
//! With in-weights a and out-weights b, a block of the random network computes sum_u b_u s(a_u x).
//! For x > 0 only units with a_u > 0 are active, for x < 0 only those with a_u < 0, so under a mask
//! the block is linear on each half-line, with a subset sum of the candidates a_u b_u for a slope:
//!
//! ```text
//! h(x) = x sum_{u in S+} a_u b_u    for x >= 0, S+ among the units with a_u > 0
//! h(x) = x sum_{u in S-} a_u b_u    for x <= 0, S- among the units with a_u < 0
//! ```
//!
//! Both subsets have the same target weight. Products of two weights lie on the grid 2^-46, so
//! candidates, sums and errors are exact.

use subset_sum::{MAX_NONZERO, Solver, Subset};

use super::options::{Construction, Gadget, Selection};
use super::random_network::RandomLayer;

/// A neuron that keeps its in-weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit {
    /// Which draw of its block's generators gives its weights.
    draw: usize,
    /// Its row in M_{2i-1}, counted from the first of the block.
    pub place: usize,
    /// Its in-weight, in steps of 2^-23.
    pub weight: i32,
}

impl Unit {
    /// The product of its weights, in units of 2^-46.
    pub fn candidate(&self, out_weights: &[i32]) -> i64 {
        i64::from(self.weight) * i64::from(out_weights[self.place])
    }

    /// The smallest number of units a half (n) with which it is there.
    pub fn needed(&self) -> usize {
        self.draw / 2 + 1
    }
}

/// The neurons of one block that serve the half-line x > 0 and, if it is needed, those that
/// serve x < 0; both in the order drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub half_lines: Vec<Vec<Unit>>,
}

impl Block {
    /// All blocks of a layer.
    pub fn all(random: &RandomLayer, gadget: Gadget, nonnegative: bool) -> Vec<Block> {
        let block = |block| Block::new(random, block, gadget, nonnegative);
        (0..random.inputs()).map(block).collect()
    }

    /// The units of a block that serve. Where inputs are `nonnegative`, x < 0 is not needed.
    fn new(random: &RandomLayer, block: usize, gadget: Gadget, nonnegative: bool) -> Block {
        let mut half_lines = vec![Vec::new(), Vec::new()];
        for (draw, weight) in random.in_weights(block).enumerate() {
            if let Some(half_line) = half_line(gadget, nonnegative, draw, weight) {
                let place = random.unit_of_draw(draw);
                half_lines[half_line].push(Unit {
                    draw,
                    place,
                    weight,
                });
            }
        }
        if nonnegative {
            half_lines.pop();
        }
        Block { half_lines }
    }
}

/// The half-line that a unit serves, 0 for x > 0 and 1 for x < 0, by which draw of its block gives
/// its in-weight.
pub(crate) fn half_line(
    gadget: Gadget,
    nonnegative: bool,
    draw: usize,
    weight: i32,
) -> Option<usize> {
    let half_line = match weight.signum() {
        1 => 0,
        -1 if !nonnegative => 1,
        _ => return None,
    };
    gadget.serves(draw as u64, half_line).then_some(half_line)
}

/// How a number of subset-sum instances went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcome {
    /// The instances: one for each weight and half-line.
    pub instances: u64,
    /// Those without a subset within the tolerance. The closest one was taken.
    pub infeasible: u64,
    /// Those of the infeasible ones where even the sum of all candidates of one sign falls short.
    pub out_of_reach: u64,
    /// Instances with fewer nonzero candidates than the construction searches.
    pub short: u64,
    /// The largest distance of a chosen sum from its target, in units of 2^-46.
    pub largest_error: i64,
    /// The smallest number of units a half (n) that has all chosen units. With the first feasible
    /// subsets and none infeasible it is the smallest one that suffices.
    pub units: usize,
}

impl Outcome {
    /// The outcome of these instances and others together.
    pub fn and(self, other: Outcome) -> Outcome {
        Outcome {
            instances: self.instances + other.instances,
            infeasible: self.infeasible + other.infeasible,
            out_of_reach: self.out_of_reach + other.out_of_reach,
            short: self.short + other.short,
            largest_error: self.largest_error.max(other.largest_error),
            units: self.units.max(other.units),
        }
    }
}

/// Chooses the subsets of gadgets, one instance after the other.
pub(crate) struct Chooser<'a> {
    solver: &'a mut Solver,
    construction: Construction,
    /// In units of 2^-46, like candidates and targets.
    tolerance: i64,
    candidates: Vec<i64>,
    /// Where the candidates stand in the half-line.
    origins: Vec<usize>,
    pub outcome: Outcome,
}

impl<'a> Chooser<'a> {
    pub fn new(solver: &'a mut Solver, construction: Construction, tolerance: i64) -> Self {
        Chooser {
            solver,
            construction,
            tolerance,
            candidates: Vec::new(),
            origins: Vec::new(),
            outcome: Outcome::default(),
        }
    }

    /// Which of the units of a half-line keep their out-weights, so that the slope is about
    /// `target`.
    pub fn choose(
        &mut self,
        units: &[Unit],
        out_weights: &[i32],
        target: i64,
        mut keep: impl FnMut(&Unit),
    ) {
        self.load(units, out_weights);
        let (subset, is_reached) = match self.closest_out_of_reach(target) {
            Some(subset) => (subset, false),
            None => (self.search(target), true),
        };
        let error = subset.error(target);
        let is_infeasible = error > self.tolerance;
        let chosen = (0..self.origins.len()).filter(|at| subset.mask >> at & 1 == 1);
        let chosen = chosen.map(|at| &units[self.origins[at]]);
        let last = chosen.clone().next_back().map_or(0, Unit::needed);
        chosen.for_each(&mut keep);
        self.outcome = self.outcome.and(Outcome {
            instances: 1,
            infeasible: u64::from(is_infeasible),
            out_of_reach: u64::from(!is_reached),
            short: u64::from(self.candidates.len() < self.construction.searched()),
            largest_error: error,
            units: last,
        });
    }

    /// Takes the first nonzero candidates.
    fn load(&mut self, units: &[Unit], out_weights: &[i32]) {
        self.candidates.clear();
        self.origins.clear();
        for (origin, unit) in units.iter().enumerate() {
            let candidate = unit.candidate(out_weights);
            if candidate != 0 {
                self.candidates.push(candidate);
                self.origins.push(origin);
            }
            if self.candidates.len() == self.construction.searched() {
                break;
            }
        }
    }

    /// The closest subset if the target is further than the tolerance from all that the candidates
    /// span. A search would go through every subset to find none.
    fn closest_out_of_reach(&self, target: i64) -> Option<Subset> {
        let all = |sign: i64| {
            let of_sign = self
                .candidates
                .iter()
                .enumerate()
                .filter(|(_, c)| c.signum() == sign);
            of_sign.fold(Subset::default(), |all, (at, candidate)| Subset {
                mask: all.mask | 1 << at,
                sum: all.sum + candidate,
            })
        };
        let ends = [all(1), all(-1)];
        let falls_short = |end: &Subset, sign: i64| sign * (target - end.sum) > self.tolerance;
        let short = [falls_short(&ends[0], 1), falls_short(&ends[1], -1)];
        short.iter().position(|&short| short).map(|at| ends[at])
    }

    fn search(&mut self, target: i64) -> Subset {
        const IN_RANGE: &str = "not too many products of weights up to 1, and a target up to 1";
        let Chooser {
            solver,
            tolerance,
            candidates,
            ..
        } = self;
        solver.load(candidates).expect(IN_RANGE);
        let feasible = match self.construction.selection {
            Selection::Closest => None,
            Selection::SmallestFeasible => {
                let found = solver.smallest_feasible(target, *tolerance);
                found.expect(IN_RANGE)
            }
            // Among very many candidates it may remain open whether there is one: none is found then.
            Selection::FirstFeasible => solver.first_feasible(target, *tolerance).ok().flatten(),
        };
        feasible.unwrap_or_else(|| {
            let searched = &candidates[..candidates.len().min(MAX_NONZERO)];
            solver.load(searched).expect(IN_RANGE);
            solver.closest(target).expect(IN_RANGE)
        })
    }
}
