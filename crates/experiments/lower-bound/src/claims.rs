//! What is claimed of the lower bound, and how rows are held against it.

use crate::network::{Architecture, Weights};
use crate::parameters_needed::{self, Needed, Targets};
use crate::row::{ConstructionRow, PackingRow, Row, TicketRow, VolumeRow};
use crate::theory::{fewest_parameters, least_ticket, volume_share};
use anyhow::Result;
use lab::claims::{
    Claim, Evidence, Judge, Test, assertion, between, from, registered, test_all, test_stated,
    up_to,
};
use lab::statistics::{Interval, Level, Proportion};
use lab::table;
use std::collections::BTreeMap;
use std::path::Path;

/// The claims of the experiment, in the order of their names.
pub fn claims() -> Vec<Claim> {
    registered(include_str!("claims.toml"), JUDGES)
}

const JUDGES: &[(&str, Judge)] = &[
    ("LB-1.1", versions),
    ("LB-1.2", nothing_is_below),
    ("LB-1.3", volume),
    ("LB-1.4", designed),
    ("LB-1.5", random_links),
    ("LB-1.6", price_of_a_bit),
    ("LB-1.7", how_optimal),
    ("LB-2.1", width),
    ("LB-2.2", ticket_bound),
    ("LB-2.3", small_tickets),
];

fn versions(results: &Path, _: Level) -> Result<Option<Evidence>> {
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
}

/// Networks, each of which is in the rows of all tolerances.
fn independent_networks(rows: &[Row]) -> u64 {
    let kinds = rows.iter().map(|row| {
        let kind = (&row.architecture, &row.weights, row.parameters);
        (kind, row.networks)
    });
    kinds.collect::<BTreeMap<_, _>>().into_values().sum()
}

fn volume(results: &Path, level: Level) -> Result<Option<Evidence>> {
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
            interval: between(low, high) / share,
            margin,
        })
    })
}

fn designed(results: &Path, _: Level) -> Result<Option<Evidence>> {
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
}

fn random_links(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = table::read::<Row>(results)?.unwrap_or_default();
    let at = |bits: i32, level| {
        let links = (Architecture::Linear, Weights::Uniform);
        parameters_needed::of_enumerated(&rows, links, 0.5_f64.powi(bits), Targets::Every, level)
    };
    let level = level.shared_by(2);
    let ends: Vec<_> = at(4, level)?.zip(at(12, level)?).into_iter().collect();
    test_all(&ends, level, |(first, last), _| {
        Ok(slope(first, last, 8.0, between(0.9, 1.4), "parallel links"))
    })
}

/// The growth of what is needed, a unit of `run`.
fn slope(first: &Needed, last: &Needed, run: f64, margin: Interval, of: &str) -> Test {
    Test {
        figures: format!("{:.2} for {of}", (last.parameters - first.parameters) / run),
        samples: first.samples.min(last.samples),
        interval: (last.interval - first.interval) / run,
        margin,
    }
}

fn price_of_a_bit(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = table::read::<ConstructionRow>(results)?.unwrap_or_default();
    // One half for each end.
    let end = level.shared_by(4).shared_by(2);
    let mut subjects = Vec::new();
    for (construction, margin) in [("paper", between(7.0, 11.0)), ("pooled", between(3.5, 5.5))] {
        for width in [1, 2] {
            let at = |bits: i32| {
                let tolerance = 0.5_f64.powi(bits);
                parameters_needed::of_construction(&rows, construction, width, tolerance, end)
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
}

fn how_optimal(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = table::read::<ConstructionRow>(results)?.unwrap_or_default();
    let tolerance = 0.5_f64.powi(8);
    let level = level.shared_by(2);
    let mut subjects = Vec::new();
    for (construction, most) in [("paper", 32.0), ("pooled", 16.0)] {
        let found = parameters_needed::of_construction(&rows, construction, 2, tolerance, level)?;
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
            interval: needed.interval / least,
            margin: up_to(most),
        })
    })
}

fn width(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = table::read::<ConstructionRow>(results)?.unwrap_or_default();
    let sizes = parameters_needed::sizes(&rows, "pooled");
    let shared = sizes.iter().filter(|size| size.0 == 8);
    let shared: Vec<f64> = shared.map(|size| size.1).collect();
    let level = level.shared_by(2 * shared.len().max(1));
    let mut subjects = Vec::new();
    for tolerance in shared {
        let at = |width| parameters_needed::block(&rows, "pooled", width, tolerance, level);
        subjects.extend(at(2)?.zip(at(8)?).map(|pair| (tolerance, pair)));
    }
    test_all(&subjects, level, |(tolerance, (narrow, wide)), _| {
        let of = format!("eps = {tolerance}");
        Ok(slope(narrow, wide, 2.0, between(2.0, 8.0), &of))
    })
}

fn ticket_bound(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = table::read::<TicketRow>(results)?.unwrap_or_default();
    let mut tickets = parameters_needed::tickets(&rows, level)?;
    tickets.retain(|ticket| ticket.numbers > 0);
    let is_violation = |ticket: &&parameters_needed::TicketSize| {
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
}

fn small_tickets(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let rows = table::read::<TicketRow>(results)?.unwrap_or_default();
    let level = level.shared_by(2);
    let tickets = parameters_needed::tickets(&rows, level)?;
    let is_asked = |ticket: &&parameters_needed::TicketSize| {
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
            interval: ticket.kept.interval / least,
            margin,
        })
    })
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
