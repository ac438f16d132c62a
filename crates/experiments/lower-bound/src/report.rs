//! How optimal "essentially optimal" is, as tables.

use crate::network::{Architecture, Weights};
use crate::parameters_needed::{self, Needed, Targets};
use crate::row::{ConstructionRow, NAME, PackingRow, Row, TicketRow};
use crate::theory::{
    designed_parameters, designed_two_layer_parameters, fewest_parameters, least_fraction,
    least_width,
};
use anyhow::{Context, Result};
use lab::meta::Meta;
use lab::statistics::Level;
use lab::table as rows;
use std::collections::BTreeSet;
use std::path::Path;

/// Binary digits of the tolerances that are shown.
const BITS: [i32; 3] = [4, 8, 12];

/// Parameters for success 1/2 on every target beside the lower bound, hidden widths, and tickets.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn table(results: &Path) -> Result<String> {
    let enumerated = rows::read::<Row>(results)?.unwrap_or_default();
    let constructed = rows::read::<ConstructionRow>(results)?.unwrap_or_default();
    let tickets = rows::read::<TicketRow>(results)?.unwrap_or_default();
    Meta::read(results, NAME)?.with_context(|| rows::unfinished(results, NAME))?;
    let parts = [
        parameters(&enumerated, &constructed)?,
        widths(&constructed)?,
        kept(&tickets)?,
        packed(&rows::read(results)?.unwrap_or_default()),
    ];
    Ok(parts.concat())
}

/// How far constructions are from the bound, for the widest square targets up to 2, in a line.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn headline(results: &Path) -> Result<String> {
    let rows = rows::read::<ConstructionRow>(results)?.unwrap_or_default();
    let ratio = |construction, width: u32, bits| -> Result<Option<f64>> {
        let (eps, level) = (0.5_f64.powi(bits), Level::PERCENT_95);
        let needed = parameters_needed::of_construction(&rows, construction, width, eps, level)?;
        let ratio = needed.and_then(|needed| needed.ratio(width as usize, eps));
        Ok(ratio.filter(|ratio| ratio.is_finite()))
    };
    for width in [2, 1] {
        for bits in [8, 4] {
            let [pooled, paper] = ["pooled", "paper"].map(|name| ratio(name, width, bits));
            if let Some((pooled, paper)) = pooled?.zip(paper?) {
                return Ok(format!(
                    "the paper's gadget takes {paper:.0} times the fewest parameters, pooled {pooled:.0} (d = {width}, 2^-{bits})"
                ));
            }
        }
    }
    Ok("no construction reached success 1/2 at 2^-8 or 2^-4".to_owned())
}

fn parameters(enumerated: &[Row], constructed: &[ConstructionRow]) -> Result<String> {
    let headings = BITS.map(|bits| format!("parameters, 2^-{bits}"));
    let headings = [vec!["d".into(), "network".into()], headings.to_vec()].concat();
    let mut table = rows::markdown(headings);
    let mut widths: BTreeSet<u32> = constructed.iter().map(|row| row.width).collect();
    widths.extend((!enumerated.is_empty()).then_some(1));
    for width in widths {
        let d = width as usize;
        let mut line = |name: &str, cell: &dyn Fn(f64) -> Result<String>| -> Result<()> {
            let cells = BITS.map(|bits| cell(0.5_f64.powi(bits)));
            let cells: Vec<String> = cells.into_iter().collect::<Result<_>>()?;
            if cells.iter().any(|cell| cell != "?") {
                table.add_row([vec![width.to_string(), name.to_owned()], cells].concat());
            }
            Ok(())
        };
        line("lower bound", &|eps| {
            Ok(fewest_parameters(d, eps).to_string())
        })?;
        let formula = |of: fn(usize, f64) -> f64| {
            move |eps| {
                let parameters = of(d, eps);
                Ok(format!(
                    "{parameters}*, {:.1}x",
                    parameters / fewest_parameters(d, eps)
                ))
            }
        };
        let links = formula(designed_parameters);
        line("parallel links, powers of two", &links)?;
        let layers = formula(designed_two_layer_parameters);
        line("two layers, powers of two", &layers)?;
        let measured = |needed: Option<Needed>, eps: f64| match needed {
            Some(needed) if needed.parameters.is_finite() => {
                let ratio = needed.ratio(d, eps).unwrap_or(f64::INFINITY);
                format!("{}, {ratio:.1}x", needed.parameters)
            }
            _ => "?".to_owned(),
        };
        if width == 1 {
            for architecture in Architecture::ALL {
                for (targets, over) in [(Targets::Every, ""), (Targets::Average, ", on average")] {
                    line(&format!("{}, uniform{over}", architecture.name()), &|eps| {
                        let (of, level) = ((architecture, Weights::Uniform), Level::PERCENT_95);
                        let needed =
                            parameters_needed::of_enumerated(enumerated, of, eps, targets, level)?;
                        Ok(measured(needed, eps))
                    })?;
                }
            }
        }
        for construction in ["pooled", "paper"] {
            line(&format!("{construction} construction"), &|eps| {
                let (rows, level) = (constructed, Level::PERCENT_95);
                let needed =
                    parameters_needed::of_construction(rows, construction, width, eps, level)?;
                Ok(measured(needed, eps))
            })?;
        }
    }
    Ok(format!(
        "{table}\n\nParameters with which every target (on average: a random one) is approximated with probability 1/2, \
         and how many times as many as d^2 lg(1/(2 eps)) - 1. The hardest target is chosen by the networks that judge \
         it, so the number for every target can be a little too large. * by formula, with certainty; ? not reached or not run.\n\n"
    ))
}

fn widths(constructed: &[ConstructionRow]) -> Result<String> {
    let bits = BITS[1];
    let eps = 0.5_f64.powi(bits);
    let mut table = rows::markdown([
        "d",
        "2 layers, at least",
        "pooled",
        "paper",
        "3 layers, at least",
        "8 layers, at least",
    ]);
    let mut all: Vec<u32> = parameters_needed::sizes(constructed, "pooled")
        .into_iter()
        .filter(|size| size.1 == eps)
        .map(|size| size.0)
        .collect();
    all.dedup();
    if all.is_empty() {
        return Ok(String::new());
    }
    for width in all {
        let d = width as usize;
        let hidden = |construction| -> Result<String> {
            let level = Level::PERCENT_95;
            let needed = parameters_needed::block(constructed, construction, width, eps, level)?;
            Ok(needed.map_or("?".to_owned(), |needed| {
                (needed.parameters * f64::from(width)).to_string()
            }))
        };
        table.add_row([
            width.to_string(),
            format!("{:.1}", least_width(d, eps, 2)),
            hidden("pooled")?,
            hidden("paper")?,
            format!("{:.1}", least_width(d, eps, 3)),
            format!("{:.1}", least_width(d, eps, 8)),
        ]);
    }
    Ok(format!(
        "{table}\n\nHidden widths for eps = 2^-{bits}: what counting asks for, and the hidden units that the \
         constructions take.\n\n"
    ))
}

fn kept(rows: &[TicketRow]) -> Result<String> {
    let tickets = parameters_needed::tickets(rows, Level::PERCENT_95)?;
    let smallest = tickets
        .iter()
        .filter(|ticket| ticket.selection != "closest");
    let mut table = rows::markdown([
        "network",
        "d",
        "eps",
        "alpha",
        "gamma, at least",
        "smallest feasible",
        "closest",
    ]);
    for small in smallest {
        let same = |other: &&parameters_needed::TicketSize| {
            other.selection == "closest"
                && (&other.network, other.width, other.parameters)
                    == (&small.network, small.width, small.parameters)
                && other.tolerance == small.tolerance
        };
        let share = |ticket: &parameters_needed::TicketSize| match ticket.kept.parameters {
            kept if kept.is_finite() => format!("{:.3}", kept / ticket.parameters as f64),
            _ => "fails".to_owned(),
        };
        let least = least_fraction(small.parameters, small.bits());
        table.add_row([
            small.network.clone(),
            small.width.to_string(),
            format!("2^{}", small.tolerance.log2()),
            small.parameters.to_string(),
            least.map_or("impossible".to_owned(), |gamma| format!("{gamma:.3}")),
            share(small),
            tickets.iter().find(same).map_or("?".to_owned(), share),
        ]);
    }
    if tickets.is_empty() {
        return Ok(String::new());
    }
    Ok(format!(
        "{table}\n\nFraction gamma of the parameters that tickets keep, in the median of the hardest target, and the \
         least for all targets by gamma alpha lg(e/gamma) >= d^2 lg(1/(2 eps)) - 1.\n\n"
    ))
}

fn packed(rows: &[PackingRow]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut table = rows::markdown(["d", "eps", "points", "at least", "alpha", "hit"]);
    for row in rows {
        let volume = (0.5 / row.tolerance).powi((row.width * row.width) as i32);
        table.add_row([
            row.width.to_string(),
            row.tolerance.to_string(),
            row.points.to_string(),
            format!("{volume:.0}"),
            row.parameters.to_string(),
            row.hits.to_string(),
        ]);
    }
    format!(
        "{table}\n\nPoints of greedy packings of the spectral unit ball that are 2 eps apart, the (1/(2 eps))^(d^2) \
         that a packing without gaps has at least, and how many of its points one random network of alpha \
         parameters hits.\n"
    )
}
