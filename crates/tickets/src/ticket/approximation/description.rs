//! The description of an approximation's ticket: its fields, and the checks of their values.

use serde::{Deserialize, Serialize};
use subset_sum::MAX_DRAWN;
use subset_sum::grid::{FRACTION_BITS, LARGEST};

use super::super::container::check_names;
use super::super::error::TicketError;
use crate::coefficients::{Coefficients, Draw, Laws, MIN_DIGITS, Uniform};

/// How 64-bit numbers become coefficients, with one distribution for all layers.
pub(super) const LAW: &str = "uniform on multiples of 2^-23";

/// How 64-bit numbers become coefficients, with a distribution for each layer.
pub(super) const LAW_OF_LAYERS: &str = "uniform on multiples of 2^-digits in each layer";

/// All of a ticket but its masks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Description {
    pub format: String,
    pub generator: String,
    pub experiment: String,
    pub seed: u64,
    pub replicate: u64,
    pub coefficients: Coefficients,
    pub candidates: usize,
    pub law: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<i64>,
    pub tolerance: f64,
    pub target: String,
    pub layers: Vec<Shape>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shape {
    pub name: String,
    pub rows: usize,
    pub columns: usize,
    /// Left out where there are none, so that tickets without biases keep their bytes.
    #[serde(default, skip_serializing_if = "is_false")]
    pub biases: bool,
    /// The layer's own distribution, if each has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<Uniform>,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// The distributions that a description names, for the network or for each layer.
pub(super) fn read_laws(description: &Description) -> Result<Laws, TicketError> {
    let ranges = description.layers.iter().map(|layer| layer.range);
    let inconsistent = |expected: &str| TicketError::Value {
        field: "law",
        found: format!("{:?}", description.law),
        expected: expected.to_owned(),
    };
    if description.law == LAW_OF_LAYERS && description.low.or(description.high).is_none() {
        let laws: Option<Vec<Uniform>> = ranges.collect();
        let laws = laws.ok_or_else(|| inconsistent("with a `range` in every layer"))?;
        return Ok(Laws::Layers(laws));
    }
    check_names(&[("law", &description.law, LAW)])?;
    match (description.low, description.high) {
        (Some(low), Some(high)) if ranges.flatten().next().is_none() => {
            let digits = MIN_DIGITS;
            Ok(Laws::Network(Uniform { low, high, digits }))
        }
        _ => Err(inconsistent("with `low` and `high` and no other range")),
    }
}

/// Checks the numbers from which coefficients are drawn, so that no draw and no sum overflows.
pub(super) fn check_values(draw: Draw, laws: &Laws, tolerance: f64) -> Result<(), TicketError> {
    let value = |field, found: String, expected: String| {
        Err(TicketError::Value {
            field,
            found,
            expected,
        })
    };
    if !(1..=MAX_DRAWN).contains(&draw.candidates) {
        let expected = format!("from 1 to {MAX_DRAWN}");
        return value("candidates", draw.candidates.to_string(), expected);
    }
    match laws {
        Laws::Network(law) => check_law(*law)?,
        Laws::Layers(laws) => laws.iter().copied().try_for_each(check_law)?,
    }
    if !(tolerance.is_finite() && tolerance >= 0.0) {
        let expected = "a finite number that is not negative";
        return value("tolerance", tolerance.to_string(), expected.to_owned());
    }
    Ok(())
}

fn check_law(law: Uniform) -> Result<(), TicketError> {
    let value = |field, found: String, expected: String| {
        Err(TicketError::Value {
            field,
            found,
            expected,
        })
    };
    if !(MIN_DIGITS..=FRACTION_BITS).contains(&law.digits) {
        let expected = format!("from {MIN_DIGITS} to {FRACTION_BITS}");
        return value("digits", law.digits.to_string(), expected);
    }
    let largest = LARGEST / law.step();
    let power = largest.ilog2();
    if !(-largest..=largest).contains(&law.low) {
        let expected = format!("from -2^{power} to 2^{power}");
        return value("low", law.low.to_string(), expected);
    }
    if !(law.low..=largest).contains(&law.high) {
        let expected = format!("from `low` to 2^{power}");
        return value("high", law.high.to_string(), expected);
    }
    Ok(())
}

/// Checks that there is one distribution, or one for each layer.
pub(super) fn check_laws(laws: &Laws, layers: usize) -> Result<(), TicketError> {
    match laws {
        Laws::Layers(laws) if laws.len() != layers => Err(TicketError::Value {
            field: "range",
            found: format!("given for {} layers", laws.len()),
            expected: format!("given for each of {layers}"),
        }),
        _ => Ok(()),
    }
}

/// Checks that there is one mask for every weight, of candidates that there are.
pub(super) fn check_masks(
    masks: &[u64],
    weights: usize,
    candidates: usize,
) -> Result<(), TicketError> {
    if masks.len() != weights {
        return Err(TicketError::MaskCount {
            found: masks.len(),
            expected: weights,
        });
    }
    let outside = |&mask: &u64| candidates < MAX_DRAWN && mask >> candidates != 0;
    match masks.iter().position(outside) {
        None => Ok(()),
        Some(index) => Err(TicketError::MaskBits {
            index,
            mask: masks[index],
            candidates,
        }),
    }
}
