//! Parameters that are needed for success with probability 1/2 on every target, and the sizes of tickets:
//! read off the rows.

use crate::network::{Architecture, Weights};
use crate::row::{ConstructionRow, Row, TicketRow};
use crate::theory::fewest_parameters;
use anyhow::Result;
use lab::statistics::{Interval, Level, Proportion, lower_rank, upper_rank};

/// A number of parameters, and where it lies. Infinite if no number that was tried suffices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Needed {
    /// Parameters (alpha).
    pub parameters: f64,
    /// Where they lie at the level that was asked for.
    pub interval: Interval,
    /// Networks for each number of parameters, or runs.
    pub samples: u64,
}

impl Needed {
    /// How many times as many as Theorem 2 asks for; `None` where it asks for none.
    pub fn ratio(&self, width: usize, tolerance: f64) -> Option<f64> {
        let least = fewest_parameters(width, tolerance);
        (least > 0.0).then(|| self.parameters / least)
    }
}

/// Which targets must be hit with probability 1/2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Targets {
    /// Each of them, as Theorem 2 has it. The probability is that of the target which the fewest networks
    /// hit. To choose it by the same networks makes it look harder than it is, and the number needed
    /// larger; the interval allows for that.
    Every,
    /// A target drawn at random. What one network hits is not independent, so there is no interval.
    Average,
}

/// The fewest parameters with which networks R -> R hit targets with probability 1/2, among those that
/// were enumerated; `None` if none was.
///
/// # Errors
/// Rows without networks.
pub fn of_enumerated(
    rows: &[Row],
    (architecture, weights): (Architecture, Weights),
    tolerance: f64,
    targets: Targets,
    level: Level,
) -> Result<Option<Needed>> {
    let is_asked = |row: &&Row| {
        row.architecture == architecture.name()
            && row.weights == weights.name()
            && row.tolerance == tolerance
    };
    let mut asked: Vec<&Row> = rows.iter().filter(is_asked).collect();
    asked.sort_by_key(|row| row.parameters);
    let Some(first) = asked.first() else {
        return Ok(None);
    };
    let rates = asked.iter().map(|row| rate(row, targets, level));
    let rates: Vec<(f64, Interval)> = rates.collect::<Result<_>>()?;
    let sizes = || asked.iter().zip(&rates);
    let parameters = |found: Option<(&&Row, _)>| {
        found.map_or(f64::INFINITY, |(row, _)| f64::from(row.parameters))
    };
    // More parameters hit no less. So one size is compared with 1/2 at either end, the one that is
    // needed or the one before it, and not the luckiest of all sizes.
    let low = sizes().find(|(_, (_, interval))| interval.high >= 0.5);
    let high = sizes().rev();
    let high = high.take_while(|(_, (_, interval))| interval.low >= 0.5);
    Ok(Some(Needed {
        parameters: parameters(sizes().find(|(_, (rate, _))| *rate >= 0.5)),
        interval: Interval {
            low: parameters(low),
            high: parameters(high.last()),
        },
        samples: first.networks,
    }))
}

/// How often networks hit the hardest target or a random one, and where that probability lies.
///
/// The smallest of many rates is at most that of the hardest target, so its lower bound (Clopper and
/// Pearson) is valid as it is; for the upper one the level is shared by all targets.
fn rate(row: &Row, targets: Targets, level: Level) -> Result<(f64, Interval)> {
    if targets == Targets::Average {
        let rate = row.hits as f64 / (row.networks * row.targets) as f64;
        return Ok((rate, point(rate)));
    }
    let hit = Proportion::new(row.fewest, row.networks)?;
    if row.weights == Weights::Powers.name() {
        return Ok((hit.rate(), point(hit.rate())));
    }
    let side = level.shared_by(2);
    let interval = Interval {
        low: hit.lower_bound(side),
        high: hit.upper_bound(side.shared_by(row.targets as usize)),
    };
    Ok((hit.rate(), interval))
}

fn point(value: f64) -> Interval {
    Interval {
        low: value,
        high: value,
    }
}

/// Values of runs, some of which may have failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    /// Runs, those that failed included.
    pub runs: u64,
    /// Values, ascending, and how many runs have them.
    pub counts: Vec<(u64, u64)>,
}

impl Distribution {
    /// The smallest value that half of the runs do not exceed; infinite if more failed.
    pub fn median(&self) -> f64 {
        self.with_rank(self.runs.div_ceil(2))
    }

    /// Where the median lies, by ranks (see [`quantile_ranks`](lab::statistics::quantile_ranks)).
    ///
    /// # Errors
    /// No runs.
    pub fn interval(&self, level: Level) -> Result<Interval> {
        let side = level.shared_by(2);
        let low = lower_rank(self.runs, 0.5, side)?;
        let high = upper_rank(self.runs, 0.5, side)?;
        Ok(Interval {
            low: low.map_or(0.0, |rank| self.with_rank(rank)),
            high: high.map_or(f64::INFINITY, |rank| self.with_rank(rank)),
        })
    }

    fn with_rank(&self, rank: u64) -> f64 {
        let mut runs = 0;
        let found = self.counts.iter().find(|(_, count)| {
            runs += count;
            runs >= rank
        });
        found.map_or(f64::INFINITY, |&(value, _)| value as f64)
    }
}

/// The largest median of several targets, and where it lies: every target has its share of the level.
fn hardest(targets: &[Distribution], level: Level) -> Result<Needed> {
    let level = level.shared_by(targets.len().max(1));
    let largest = |values: Vec<f64>| values.into_iter().fold(0.0, f64::max);
    let intervals = targets.iter().map(|target| target.interval(level));
    let intervals: Vec<Interval> = intervals.collect::<Result<_>>()?;
    Ok(Needed {
        parameters: largest(targets.iter().map(Distribution::median).collect()),
        interval: Interval {
            low: largest(intervals.iter().map(|interval| interval.low).collect()),
            high: largest(intervals.iter().map(|interval| interval.high).collect()),
        },
        samples: targets.iter().map(|target| target.runs).min().unwrap_or(0),
    })
}

/// One distribution for each target, in the order of the rows.
fn by_target<'a>(rows: impl Iterator<Item = (&'a str, u64, u64, u64)>) -> Vec<Distribution> {
    let mut found: Vec<(&str, Distribution)> = Vec::new();
    for (target, runs, value, count) in rows {
        let at = found.iter().position(|(name, _)| *name == target);
        let at = at.unwrap_or_else(|| {
            let counts = Vec::new();
            found.push((target, Distribution { runs, counts }));
            found.len() - 1
        });
        found[at].1.counts.push((value, count));
    }
    let distributions = found.into_iter().map(|(_, mut distribution)| {
        distribution.counts.sort_unstable();
        distribution
    });
    distributions.collect()
}

/// The units of a block with which a construction succeeds with probability 1/2 on every target of its
/// grid: the largest median. `None` if it was not run.
///
/// # Errors
/// Rows without runs.
pub fn block(
    rows: &[ConstructionRow],
    construction: &str,
    width: u32,
    tolerance: f64,
    level: Level,
) -> Result<Option<Needed>> {
    let is_asked = |row: &&ConstructionRow| {
        (row.construction.as_str(), row.width, row.tolerance) == (construction, width, tolerance)
    };
    let asked = rows.iter().filter(is_asked);
    let targets = by_target(asked.map(|row| (row.target.as_str(), row.runs, row.block, row.count)));
    if targets.is_empty() {
        return Ok(None);
    }
    hardest(&targets, level).map(Some)
}

/// The same in parameters, all of both matrices: 2 d^2 for each unit of a block.
///
/// # Errors
/// Rows without runs.
pub fn of_construction(
    rows: &[ConstructionRow],
    construction: &str,
    width: u32,
    tolerance: f64,
    level: Level,
) -> Result<Option<Needed>> {
    let needed = block(rows, construction, width, tolerance, level)?;
    let parameters = |block: f64| 2.0 * f64::from(width).powi(2) * block;
    Ok(needed.map(|needed| Needed {
        parameters: parameters(needed.parameters),
        interval: needed.interval.map(parameters),
        ..needed
    }))
}

/// Widths and tolerances at which a construction was run, in the order of the rows.
pub fn sizes(rows: &[ConstructionRow], construction: &str) -> Vec<(u32, f64)> {
    let of = rows.iter().filter(|row| row.construction == construction);
    let mut sizes: Vec<_> = of.map(|row| (row.width, row.tolerance)).collect();
    sizes.dedup();
    sizes
}

/// The tickets of one network, tolerance and selection.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketSize {
    /// `linear` or `pooled`.
    pub network: String,
    /// Inputs and outputs (d).
    pub width: u32,
    /// The tolerance (eps).
    pub tolerance: f64,
    /// `closest` or `smallest-feasible`.
    pub selection: String,
    /// Parameters of the network (alpha).
    pub parameters: u64,
    /// Targets that are numbers and 2 eps apart. None for matrices, whose distances rows do not tell.
    pub numbers: u64,
    /// Parameters that half of the runs keep at most, whichever the target: the largest median.
    pub kept: Needed,
}

impl TicketSize {
    /// The binary logarithm of what tickets must tell apart: d^2 lg(1 / (2 eps)) - 1.
    pub fn bits(&self) -> f64 {
        fewest_parameters(self.width as usize, self.tolerance)
    }
}

/// All tickets, in the order of the rows.
///
/// # Errors
/// Rows without runs.
pub fn tickets(rows: &[TicketRow], level: Level) -> Result<Vec<TicketSize>> {
    let same = |a: &TicketRow, b: &TicketRow| {
        (&a.network, a.width, a.tolerance, &a.selection, a.parameters)
            == (&b.network, b.width, b.tolerance, &b.selection, b.parameters)
    };
    let groups = rows.chunk_by(same).map(|group| {
        let targets = group.iter();
        let targets = targets.map(|row| (row.target.as_str(), row.runs, row.kept, row.count));
        let first = &group[0];
        Ok(TicketSize {
            network: first.network.clone(),
            width: first.width,
            tolerance: first.tolerance,
            selection: first.selection.clone(),
            parameters: first.parameters,
            numbers: apart(group),
            kept: hardest(&by_target(targets), level)?,
        })
    });
    groups.collect()
}

/// How many numbers among the targets are 2 eps apart, at least.
fn apart(rows: &[TicketRow]) -> u64 {
    let numbers = rows.iter().filter(|row| row.width == 1);
    let mut numbers: Vec<f64> = numbers.filter_map(|row| row.target.parse().ok()).collect();
    numbers.sort_by(f64::total_cmp);
    let (mut count, mut last) = (0, f64::NEG_INFINITY);
    for number in numbers {
        if number - last >= 2.0 * rows[0].tolerance {
            (count, last) = (count + 1, number);
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_count_failures_as_infinite() {
        let of = |runs, counts: &[(u64, u64)]| Distribution {
            runs,
            counts: counts.to_vec(),
        };
        assert_eq!(of(10, &[(3, 5), (7, 5)]).median(), 3.0);
        assert_eq!(of(10, &[(3, 4), (7, 5)]).median(), 7.0);
        assert_eq!(of(10, &[(3, 4)]).median(), f64::INFINITY);
        // The second and the ninth of ten.
        let interval = of(10, &[(3, 1), (4, 1), (7, 8)]).interval(Level::PERCENT_95);
        let interval = interval.unwrap();
        assert_eq!((interval.low, interval.high), (4.0, 7.0));
    }

    /// 13 links at eps = 2^-12 hit each target with probability 1/2, but the unluckiest of 4,097 less often.
    #[test]
    fn the_unluckiest_of_many_targets_is_not_the_hardest() {
        let row = |parameters, targets, fewest| Row {
            architecture: "linear".into(),
            weights: "uniform".into(),
            parameters,
            distinct_bits: parameters,
            tolerance: 0.5,
            networks: 1000,
            targets,
            hits: fewest * targets,
            fewest,
            most: 1,
        };
        let needed = |targets| {
            let sizes = [(12, 293), (13, 440), (14, 678), (15, 801)];
            let rows = sizes.map(|(size, fewest)| row(size, targets, fewest));
            let links = (Architecture::Linear, Weights::Uniform);
            of_enumerated(&rows, links, 0.5, Targets::Every, Level::PERCENT_95).unwrap()
        };
        let ends = |targets| needed(targets).map(|found| (found.interval.low, found.interval.high));
        assert_eq!(needed(4097).map(|found| found.parameters), Some(14.0));
        assert_eq!(ends(4097), Some((13.0, 14.0)));
        assert_eq!(ends(1), Some((14.0, 14.0)));
    }

    #[test]
    fn the_hardest_target_decides() {
        let rows = [
            ("a", 6, 2, 6),
            ("b", 6, 5, 3),
            ("b", 6, 4, 3),
            ("c", 6, 0, 0),
        ];
        let targets = by_target(rows.into_iter());
        let found = hardest(&targets[..2], Level::PERCENT_95.shared_by(1)).unwrap();
        assert_eq!((found.parameters, found.samples), (4.0, 6));
        assert_eq!(
            hardest(&targets, Level::PERCENT_95).unwrap().parameters,
            f64::INFINITY
        );
    }
}
