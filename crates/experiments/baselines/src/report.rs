//! Where the constant goes, as a table.

use super::neurons_taken::Results;
use super::row::{NAME, Row};
use super::theory::{Prices, WEIGHT, parameters};
use crate::constructions::{Construction, bound};
use anyhow::{Context, Result};
use lab::Row as _;
use lab::table;
use std::path::Path;

/// The tolerances of the table are 2^-`BITS`.
const BITS: [u32; 2] = [8, 20];

/// The tolerance of the headline.
const HEADLINE: f64 = 1.0 / 256.0;

/// Random parameters that one target weight takes for each bit of accuracy: by counting, by the paper's
/// construction and by the ones before it.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn table(results: &Path) -> Result<String> {
    let results = Results::read(results)?.with_context(|| table::unfinished(results, NAME))?;
    let mut table = table::markdown([
        "construction",
        "units, 2^-8",
        "out-weights a bit",
        "parameters a bit",
        "units, 2^-20",
        "out-weights a bit",
        "parameters a bit",
    ]);
    table.add_row(ideal());
    for (construction, name) in [
        (Construction::PooledGadget, "pooled gadget"),
        (Construction::Gadget, "the paper's gadget"),
        (Construction::Orseau, "Orseau et al."),
        (
            Construction::MalachClosest,
            "Malach et al., closest product",
        ),
        (
            Construction::MalachProof,
            "Malach et al., rule of the proof",
        ),
    ] {
        table.add_row(line(name, &Prices::new(&results, construction, WEIGHT)));
    }
    Ok(format!(
        "{table}\n\nMedian units for the weight {WEIGHT}, from {}.csv; * by formula. A unit has one out-weight and \
         one in-weight of its own: in layers of equal width gadgets share in-weights among outputs, so that \
         all entries of both matrices are as many. The constructions are our reading of the papers.\n",
        Row::TABLE
    ))
}

/// What one weight takes by the paper's construction and by the ones before it, in a line.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn headline(results: &Path) -> Result<String> {
    let results = Results::read(results)?.with_context(|| table::unfinished(results, NAME))?;
    let units = |construction| {
        let price = Prices::new(&results, construction, WEIGHT).units(HEADLINE, 0.5);
        // What no run has is estimated by a formula.
        price.map_or("?".to_owned(), |price| {
            let mark = if price.measured { "" } else { "~" };
            format!("{mark}{:.0}", price.value)
        })
    };
    Ok(format!(
        "{WEIGHT} within 2^-8 takes {} units; {} by Orseau et al., {} by Malach et al.",
        units(Construction::Gadget),
        units(Construction::Orseau),
        units(Construction::MalachProof)
    ))
}

/// A parameter a bit: what counting asks for one weight with success 1/2.
fn ideal() -> Vec<String> {
    let mut line = vec!["counting, success 1/2".to_owned()];
    for bits in BITS {
        let parameters = bound::parameters((-f64::from(bits)).exp2(), 0.5);
        let a_bit = format!("{:.2}", parameters / f64::from(bits));
        line.extend(["".to_owned(), "".to_owned(), a_bit]);
    }
    line
}

fn line(name: &str, prices: &Prices) -> Vec<String> {
    let mut line = vec![name.to_owned()];
    for bits in BITS {
        let cells = match prices.units((-f64::from(bits)).exp2(), 0.5) {
            Some(price) => {
                let mark = if price.measured { "" } else { "*" };
                let a_bit = |count: f64| format!("{}{mark}", shown(count / f64::from(bits)));
                let units = format!("{}{mark}", shown(price.value));
                [units, a_bit(price.value), a_bit(parameters(price.value))]
            }
            None => ["?", "?", "?"].map(str::to_owned),
        };
        line.extend(cells);
    }
    line
}

/// Three digits, as a power of ten from a million on.
fn shown(count: f64) -> String {
    match count {
        count if count >= 1e6 => format!("{count:.1e}"),
        count if count >= 100.0 => format!("{count:.0}"),
        count => format!("{count:.2}"),
    }
}
