//! What is claimed of the lower bound, and how rows are held against it.

use crate::needed::{self, Needed, Targets};
use crate::network::{Architecture, Weights};
use crate::row::{ConstructionRow, NAME, PackingRow, Row, TicketRow, VolumeRow};
use crate::theory::{fewest_parameters, least_ticket, volume_share};
use anyhow::Result;
use lab::Row as _;
use lab::claims::{
    Claim, Evidence, Reading, Test, Verdict, assertion, between, from, test_all, test_stated, up_to,
};
use lab::statistics::{Interval, Level, Proportion};
use lab::table;
use std::collections::BTreeMap;
use std::path::Path;

const THEOREM: &str = "Pensia et al., Theorem 2: alpha >= d^2 lg(1/(2 eps)) - 1";

/// The claims of the experiment, in the order of their names.
pub fn claims() -> Vec<Claim> {
    let counting = [versions(), bound(), volume(), designed()];
    let constructions = [random_links(), price_of_a_bit(), how_optimal()];
    let sizes = [width(), ticket_bound(), small_tickets()];
    [&counting[..], &constructions, &sizes].concat()
}

fn versions() -> Claim {
    Claim {
        id: "LB-1.1",
        statement: "A network of alpha parameters, pruned in every way, hits at most 2^alpha of the targets that are 2 eps apart",
        source: THEOREM,
        reading: Reading::Read,
        prediction: "no violation; most of the 2^alpha versions are the same functions, so far fewer are hit",
        test: "rows whose network that hits most hits more targets than it has versions, or more than it can have different ones; packings whose points are less than 2 eps apart, or of which more are hit than there are versions",
        sample_size: "any",
        expected: Verdict::Supported,
        reason: "true by construction, as versions are gone through one by one and none is near two targets: a violation would be a mistake of ours. Packings were counted only after the first run",
        experiment: NAME,
        table: Row::TABLE,
        figure: Some("lower-bound-hits"),
        judge: |results, _| {
            let Some(rows) = table::read::<Row>(results)? else {
                return Ok(None);
            };
            let packings = table::read::<PackingRow>(results)?.unwrap_or_default();
            let is_violation = |row: &&Row| {
                let most = (row.most as f64).log2();
                most > f64::from(row.distinct_bits) || row.distinct_bits > row.parameters
            };
            let is_wrong = |row: &&PackingRow| {
                let versions = f64::from(row.parameters).exp2();
                row.least_distance < 2.0 * row.tolerance || row.hits as f64 > versions
            };
            let violations =
                rows.iter().filter(is_violation).count() + packings.iter().filter(is_wrong).count();
            let networks = independent_networks(&rows) + packings.len() as u64;
            Ok(Some(assertion(violations as u64, networks)))
        },
    }
}

/// Networks, each of which is in the rows of all tolerances.
fn independent_networks(rows: &[Row]) -> u64 {
    let kinds = rows.iter().map(|row| {
        let kind = (&row.architecture, &row.weights, row.parameters);
        (kind, row.networks)
    });
    kinds.collect::<BTreeMap<_, _>>().into_values().sum()
}

fn bound() -> Claim {
    Claim {
        id: "LB-1.2",
        statement: "No network R -> R that was enumerated has fewer than lg(targets) - 1 parameters and hits each of these targets, 2 eps apart, with probability 1/2",
        source: "Pensia et al., Theorem 2, by its own step: 2^alpha >= targets / 2. The targets -1, -1 + 2 eps, ..., 1 are 1/eps + 1",
        reading: Reading::Read,
        prediction: "no violation; designed weights come within 3 parameters of d^2 lg(1/(2 eps)) - 1",
        test: "networks whose hardest target is hit with probability p >= 1/2 (lower Clopper-Pearson bound) and that have fewer than lg(p targets) parameters; largest errors of constructions above eps",
        sample_size: "any",
        expected: Verdict::Supported,
        reason: "true by construction where LB-1.1 is: a violation would be a mistake of ours. Constructions were judged too until after the first run, but they are asked for 9 or 12 targets, for which counting needs 3 parameters: that they lie above d^2 lg(1/(2 eps)) - 1 is shown and not tested",
        experiment: NAME,
        table: Row::TABLE,
        figure: Some("lower-bound-optimality-1"),
        judge: nothing_is_below,
    }
}

fn volume() -> Claim {
    Claim {
        id: "LB-1.3",
        statement: "Pruned networks hit at most the fraction eps^(d^2) of the spectral unit ball for each version that may be near something linear, and at least that fraction once",
        source: "derived: the isodiametric inequality in place of a packing; the version without any link hits just that fraction",
        reading: Reading::Derived,
        prediction: "at most a tenth of the 2^alpha eps^(d^2) that counts every mask, since versions are fewer than masks and most are far from everything linear",
        test: "hits of uniform targets, Clopper-Pearson, which is conservative where networks differ: over (nearly linear versions of a network) eps^(d^2), for each size and tolerance where that is from 0.01 to below 1, at most 1; the upper bound over eps^(d^2), where that is at least 0.001, at least 1",
        sample_size: "2,000 targets for each",
        expected: Verdict::Supported,
        reason: "it is a theorem: a violation would be a mistake of ours. After the first run the floor of 0.01 was set, below which a limit is too small to be tested, versions that may be near something linear took the place of masks, which are so many that six units were never tested, and hits can be too few",
        experiment: NAME,
        table: VolumeRow::TABLE,
        figure: Some("lower-bound-hits"),
        judge: |results, level| {
            let rows = table::read::<VolumeRow>(results)?.unwrap_or_default();
            let one = |row: &VolumeRow| volume_share(row.width as usize, row.tolerance, 1.0);
            let may_hit = |row: &VolumeRow| {
                let versions = row.nearly_linear as f64 / row.networks as f64;
                volume_share(row.width as usize, row.tolerance, versions)
            };
            let most = rows.iter().map(|row| (row, may_hit(row), true));
            let most = most.filter(|(_, share, _)| (0.01..1.0).contains(share));
            let least = rows.iter().map(|row| (row, one(row), false));
            let least = least.filter(|(_, share, _)| *share >= 0.001);
            let tested: Vec<(&VolumeRow, f64, bool)> = most.chain(least).collect();
            test_all(&tested, level, |&(row, share, is_most), level| {
                let hits = Proportion::new(row.hits, row.targets)?;
                let (low, high) = (hits.lower_bound(level), hits.upper_bound(level));
                let (verb, low, margin) = match is_most {
                    true => ("may", low, up_to(1.0)),
                    // Hits are too few only if even their upper bound is.
                    false => ("must", high, from(1.0)),
                };
                Ok(Test {
                    figures: format!(
                        "{} of {} hit, a share of {share:.1e} {verb}, d = {}, alpha = {}, eps = {}",
                        row.hits, row.targets, row.width, row.parameters, row.tolerance
                    ),
                    samples: row.targets,
                    interval: Interval {
                        low: low / share,
                        high: high / share,
                    },
                    margin,
                })
            })
        },
    }
}

fn designed() -> Claim {
    Claim {
        id: "LB-1.4",
        statement: "The bound is tight: lg(1/eps) + 1 parallel links whose weights are powers of two hit every target",
        source: "derived: binary digits, scaled by a little more than 1",
        reading: Reading::Derived,
        prediction: "every target at every tolerance: three parameters more than Theorem 2 asks for, one more than success 1 on average does",
        test: "rows of parallel links with powers of two and lg(1/eps) + 1 parameters that miss a target",
        sample_size: "any",
        expected: Verdict::Supported,
        reason: "2^k evenly spaced sums cover [-1, 1] within less than 2^-(k-1)",
        experiment: NAME,
        table: Row::TABLE,
        figure: Some("lower-bound-optimality-1"),
        judge: |results, _| {
            let rows = table::read::<Row>(results)?.unwrap_or_default();
            let is_designed = |row: &Row| {
                row.architecture == Architecture::Linear.name()
                    && row.weights == Weights::Powers.name()
                    && f64::from(row.parameters) == 1.0 - row.tolerance.log2()
            };
            let designed: Vec<Row> = rows.into_iter().filter(is_designed).collect();
            let missed = designed.iter().filter(|row| row.fewest == 0).count() as u64;
            let networks = independent_networks(&designed);
            Ok((!designed.is_empty()).then(|| assertion(missed, networks)))
        },
    }
}

fn random_links() -> Claim {
    Claim {
        id: "LB-1.5",
        statement: "Random weights pay a constant: a further bit costs 0.9 to 1.4 parallel links of uniform weight",
        source: "derived from the counts of random subset sums near a target",
        reading: Reading::Derived,
        prediction: "1.05",
        test: "parameters with which every target is hit with probability 1/2, from eps = 2^-4 to 2^-12, a bit: in [0.9, 1.4], from both intervals (Clopper-Pearson; that the fewest hits of many targets may be few by chance is allowed for)",
        sample_size: "1,000 networks of each size (300 before the first run): sizes are whole numbers, and a link more or less in 8 bits is 0.125",
        expected: Verdict::Inconclusive,
        reason: "the number of sums near a target doubles with each link, less the half bit by which they spread when links double; registered as supported, but 5 or 6 links may be needed at 2^-4 and 13 or 14 at 2^-12 once it is allowed for that the hardest of 4,097 targets is chosen by the networks that judge it, so the slope may be 7/8, below the margin, which stays",
        experiment: NAME,
        table: Row::TABLE,
        figure: Some("lower-bound-optimality-1"),
        judge: |results, level| {
            let rows = table::read::<Row>(results)?.unwrap_or_default();
            let at = |bits: i32, level| {
                let links = (Architecture::Linear, Weights::Uniform);
                needed::of_enumerated(&rows, links, 0.5_f64.powi(bits), Targets::Every, level)
            };
            let level = level.shared_by(2);
            let ends: Vec<_> = at(4, level)?.zip(at(12, level)?).into_iter().collect();
            test_all(&ends, level, |(first, last), _| {
                Ok(slope(first, last, 8.0, between(0.9, 1.4), "parallel links"))
            })
        },
    }
}

/// The growth of what is needed, a unit of `run`.
fn slope(first: &Needed, last: &Needed, run: f64, margin: Interval, of: &str) -> Test {
    Test {
        figures: format!("{:.2} for {of}", (last.parameters - first.parameters) / run),
        samples: first.samples.min(last.samples),
        interval: Interval {
            low: (last.interval.low - first.interval.high) / run,
            high: (last.interval.high - first.interval.low) / run,
        },
        margin,
    }
}

fn price_of_a_bit() -> Claim {
    Claim {
        id: "LB-1.6",
        statement: "A further bit costs the paper's construction about 8 parameters a target weight, and the pooled gadget about 4",
        source: "derived from UB-5: two or four units a bit, of two parameters each",
        reading: Reading::Derived,
        prediction: "4 and 8, times 1 to 1.2",
        test: "parameters with which the hardest target has success 1/2, from eps = 2^-4 to 2^-12, a bit and weight, for d = 1 and 2: in [7, 11] for the paper's and [3.5, 5.5] for the pooled one; medians by ranks",
        sample_size: "1,000 runs over 8 bits",
        expected: Verdict::Contradicted,
        reason: "registered as supported, and changed after a first run missed the prediction: about 2.5 (pooled) and 5 to 6 (paper) over these 8 bits, 2.7 to 3.0 and 5.3 to 5.7 over the 12 from 2^-2 to 2^-14, which were compared before both ends were named. As we read it, without a test: the hardest targets are those of norm 1, and to reach a weight of 1 takes so many units that a few more bits cost little; for w = 1/4 and -1/4 medians do rise by about 4 and 8 a bit",
        experiment: NAME,
        table: ConstructionRow::TABLE,
        figure: Some("lower-bound-optimality-2"),
        judge: |results, level| {
            let rows = table::read::<ConstructionRow>(results)?.unwrap_or_default();
            // One half for each end.
            let end = level.shared_by(4).shared_by(2);
            let mut subjects = Vec::new();
            for (construction, margin) in
                [("paper", between(7.0, 11.0)), ("pooled", between(3.5, 5.5))]
            {
                for width in [1, 2] {
                    let at = |bits: i32| {
                        let tolerance = 0.5_f64.powi(bits);
                        needed::of_construction(&rows, construction, width, tolerance, end)
                    };
                    let ends = at(4)?.zip(at(12)?);
                    subjects.extend(ends.map(|ends| (construction, width, ends, margin)));
                }
            }
            test_stated(
                &subjects,
                4,
                level,
                |&(construction, width, (first, last), margin), _| {
                    let run = 8.0 * f64::from(width).powi(2);
                    let of = format!("{construction}, d = {width}");
                    Ok(slope(&first, &last, run, margin, &of))
                },
            )
        },
    }
}

fn how_optimal() -> Claim {
    Claim {
        id: "LB-1.7",
        statement: "Essentially optimal: for d = 2 and eps = 2^-8 the pooled gadget has at most 16 times the parameters that counting asks for, the paper's construction at most 32 times",
        source: THEOREM,
        reading: Reading::Derived,
        prediction: "12 and 25, falling towards 4 and 8 as eps goes to 0",
        test: "parameters with which the hardest target has success 1/2 over d^2 lg(1/(2 eps)) - 1 = 27; medians by ranks",
        sample_size: "1,000 runs",
        expected: Verdict::Supported,
        reason: "a block of 40 units with 8 parameters each for pooled gadgets, and twice as large for the paper's",
        experiment: NAME,
        table: ConstructionRow::TABLE,
        figure: Some("lower-bound-optimality-2"),
        judge: |results, level| {
            let rows = table::read::<ConstructionRow>(results)?.unwrap_or_default();
            let tolerance = 0.5_f64.powi(8);
            let level = level.shared_by(2);
            let mut subjects = Vec::new();
            for (construction, most) in [("paper", 32.0), ("pooled", 16.0)] {
                let found = needed::of_construction(&rows, construction, 2, tolerance, level)?;
                subjects.extend(found.map(|needed| (construction, needed, most)));
            }
            let least = fewest_parameters(2, tolerance);
            test_stated(&subjects, 2, level, |&(construction, needed, most), _| {
                Ok(Test {
                    figures: format!(
                        "{} parameters ({construction}), {:.1} times as many",
                        needed.parameters,
                        needed.parameters / least
                    ),
                    samples: needed.samples,
                    interval: Interval {
                        low: needed.interval.low / least,
                        high: needed.interval.high / least,
                    },
                    margin: up_to(most),
                })
            })
        },
    }
}

fn width() -> Claim {
    Claim {
        id: "LB-2.1",
        statement: "From d = 2 to d = 8, to double d adds 2 to 8 units to a block of the pooled gadget",
        source: "Pensia et al., width of two layers (d/2) lg(1/(2 eps)) - 1/(2 d); the constants are ours",
        reading: Reading::Derived,
        prediction: "5: two for the tolerance eps / d, three because four times as many subset sums must succeed",
        test: "units of a block with which the hardest target has success 1/2, from d = 2 to d = 8, a doubling, at each tolerance of both: in [2, 8]; medians by ranks",
        sample_size: "300 runs of each",
        expected: Verdict::Supported,
        reason: "a block needs two units a bit, and the largest of many runs grows with the logarithm of their number. Two widths cannot tell a logarithm from a line, so that the hidden width is optimal up to a logarithm of d, as the statement went on before, is not tested: medians for d = 1, 2, 4 and 8 rise by about as many units each time, but intervals are too wide",
        experiment: NAME,
        table: ConstructionRow::TABLE,
        figure: Some("lower-bound-widths"),
        judge: |results, level| {
            let rows = table::read::<ConstructionRow>(results)?.unwrap_or_default();
            let sizes = needed::sizes(&rows, "pooled");
            let shared = sizes.iter().filter(|size| size.0 == 8);
            let shared: Vec<f64> = shared.map(|size| size.1).collect();
            let level = level.shared_by(2 * shared.len().max(1));
            let mut subjects = Vec::new();
            for tolerance in shared {
                let at = |width| needed::block(&rows, "pooled", width, tolerance, level);
                subjects.extend(at(2)?.zip(at(8)?).map(|pair| (tolerance, pair)));
            }
            test_all(&subjects, level, |(tolerance, (narrow, wide)), _| {
                let of = format!("eps = {tolerance}");
                Ok(slope(narrow, wide, 2.0, between(2.0, 8.0), &of))
            })
        },
    }
}

fn ticket_bound() -> Claim {
    Claim {
        id: "LB-2.2",
        statement: "Where tickets of at most s of alpha parameters serve each of some targets, 2 eps apart, with probability 1/2, there are C(alpha, 0) + ... + C(alpha, s) >= targets / 2",
        source: "Pensia et al., on the size of tickets, counted exactly and for the targets that were asked for",
        reading: Reading::Read,
        prediction: "no violation",
        test: "tickets of closest and of smallest feasible subsets for numbers, asked for and 2 eps apart: those that keep fewer parameters in the median of the hardest (upper rank)",
        sample_size: "any",
        expected: Verdict::Supported,
        reason: "it is a theorem, which says little for nine numbers. Until after the first run tickets were held against all (1/(2 eps))^(d^2) targets: that they keep more than gamma alpha lg(e/gamma) >= d^2 lg(1/(2 eps)) - 1 asks for is shown, and not tested",
        experiment: NAME,
        table: TicketRow::TABLE,
        figure: Some("lower-bound-tickets"),
        judge: |results, level| {
            let rows = table::read::<TicketRow>(results)?.unwrap_or_default();
            let mut tickets = needed::tickets(&rows, level)?;
            tickets.retain(|ticket| ticket.numbers > 0);
            let is_violation = |ticket: &&needed::TicketSize| {
                let bits = (ticket.numbers as f64).log2() - 1.0;
                let least = least_ticket(ticket.parameters, bits);
                ticket.kept.interval.high < least.map_or(f64::INFINITY, |size| size as f64)
            };
            let violations = tickets.iter().filter(is_violation).count();
            // Networks of all sizes, tolerances and selections begin with the same draws.
            let draws = tickets
                .iter()
                .map(|ticket| (&ticket.network, ticket.kept.samples));
            let runs = draws.collect::<BTreeMap<_, _>>().into_values().sum();
            Ok((!tickets.is_empty()).then(|| assertion(violations as u64, runs)))
        },
    }
}

fn small_tickets() -> Claim {
    Claim {
        id: "LB-2.3",
        statement: "For eps = 2^-8, smallest feasible subsets of 24 uniform numbers keep at most twice as many as counting allows for all targets, closest ones at least 4 times as many",
        source: "derived: C(n, 0) + ... + C(n, s) >= 2^bits, as for subset sums in RSS-7",
        reading: Reading::Derived,
        prediction: "1.5 times (3 of 24 where counting asks for 2, at eps = 2^-8) and 6 times",
        test: "links kept in the median of the hardest target over the least size, n = 24, eps = 2^-8: at most 2 for smallest feasible subsets, at least 4 for closest ones; medians by ranks",
        sample_size: "300 runs",
        expected: Verdict::Supported,
        reason: "some subset of the least size that is not excluded is near the target, while closest subsets are of half the size of all",
        experiment: NAME,
        table: TicketRow::TABLE,
        figure: Some("lower-bound-tickets"),
        judge: |results, level| {
            let rows = table::read::<TicketRow>(results)?.unwrap_or_default();
            let level = level.shared_by(2);
            let tickets = needed::tickets(&rows, level)?;
            let is_asked = |ticket: &&needed::TicketSize| {
                (ticket.network.as_str(), ticket.parameters) == ("linear", 24)
                    && ticket.tolerance == 0.5_f64.powi(8)
            };
            let tickets: Vec<_> = tickets.iter().filter(is_asked).collect();
            test_stated(&tickets, 2, level, |ticket, _| {
                let least = least_ticket(ticket.parameters, ticket.bits()).unwrap_or(0) as f64;
                let margin = match ticket.selection.as_str() {
                    "closest" => between(4.0, f64::INFINITY),
                    _ => up_to(2.0),
                };
                Ok(Test {
                    figures: format!(
                        "{} kept ({}) where counting asks for {least}",
                        ticket.kept.parameters, ticket.selection
                    ),
                    samples: ticket.kept.samples,
                    interval: Interval {
                        low: ticket.kept.interval.low / least,
                        high: ticket.kept.interval.high / least,
                    },
                    margin,
                })
            })
        },
    }
}

fn nothing_is_below(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let mut successful = Vec::new();
    let mut violations = 0;
    for row in table::read::<Row>(results)?.unwrap_or_default() {
        // Designed weights are one network that succeeds or does not.
        let is_certain = row.weights == Weights::Powers.name() && row.fewest == row.networks;
        let success = match is_certain {
            true => 1.0,
            false => Proportion::new(row.fewest, row.networks)?.lower_bound(level),
        };
        if success >= 0.5 {
            let least = (success * row.targets as f64).log2();
            violations += u64::from(f64::from(row.parameters) < least);
            successful.push(row);
        }
    }
    // A certified error above eps would be no success at all.
    let exceeds = |row: &&ConstructionRow| row.largest_error > row.tolerance * (1.0 + 1e-6);
    let constructed = table::read::<ConstructionRow>(results)?.unwrap_or_default();
    violations += constructed.iter().filter(exceeds).count() as u64;
    let networks = independent_networks(&successful);
    Ok((networks > 0).then(|| assertion(violations, networks)))
}
