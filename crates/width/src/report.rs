//! The rows of an answer as a table for people, or as CSV.

use crate::answer::{Basis, Row};
use anyhow::Result;
use baselines::theory::Network;
use lab::table;
use serde::Serialize;

/// What the columns mean.
const LEGEND: &str = "\
candidates a weight  Random hidden units (numbers, where there is no hidden layer) for each weight, so that it is
                     within t = eps / (2 l d^2), the proof's split. Fits: with the 95 % prediction interval of
                     least squares, which knows nothing of a bend beyond what was measured.
hidden width         Units between two layers of the target. The random network has 2 l layers.
parameters           All of them. Units for each weight, or in a pool, count with the two that they are drawn for.
x counting           Times the first row: with fewer, some x -> W x with ||W|| <= 1 is missed more often than delta,
                     whatever the random network (l > 1: on inputs that are not negative, after identities).
                     What further layers add is not counted.
measured             A plane n = a + b lg(1/t) + c lg(1/p), or + c lg N, fitted in the range in brackets.
                     Extrapolated: the question lies outside. Raised to counting: the plane falls below it there.
                     Weight by weight p = delta / (2 l d^2). For whole networks a smaller delta counts as more
                     instances than their N = 2 l d^2, as if independent.
each weight 1/2      As if each weight were 1/2, as for Orseau et al. and Malach et al. as well: a fair comparison with
                     them. The other rows serve all targets at once.
as we read it        From memory, not the papers' words; the constants are ours.";

/// The answer as a table, with what its columns mean.
pub fn table(network: Network, rows: &[Row]) -> String {
    let Network {
        accuracy,
        width,
        depth,
        failure,
    } = network;
    let mut table = table::markdown([
        "way of pruning",
        "candidates a weight",
        "hidden width",
        "parameters",
        "x counting",
        "basis (measured)",
        "source",
    ]);
    for row in rows {
        table.add_row(line(row));
    }
    format!(
        "Target: l = {depth}, d = {width}, norms at most 1; within eps = {accuracy:?} on the unit ball but with \
         probability delta = {failure:?}\n\n{table}\n\n{LEGEND}\n"
    )
}

fn line(row: &Row) -> Vec<String> {
    let or_nothing = |number: Option<f64>| number.map_or("-".to_owned(), shown);
    let interval = row.candidates_low.zip(row.candidates_high);
    let interval = interval.map_or(String::new(), |(low, high)| {
        format!(" ({} - {})", shown(low), shown(high))
    });
    let basis = match row.basis {
        Basis::Formula => "formula",
        Basis::Measured => "measured",
        Basis::Extrapolated => "extrapolated",
        Basis::RaisedToCounting => "raised to counting",
    };
    let measured = match row.measured.as_str() {
        "" => String::new(),
        range => format!(" ({range})"),
    };
    vec![
        row.way.clone(),
        format!("{}{interval}", or_nothing(row.candidates)),
        or_nothing(row.hidden_width),
        shown(row.parameters),
        or_nothing(row.times_counting),
        format!("{basis}{measured}"),
        row.source.clone(),
    ]
}

/// Whole from a hundred on, three digits from a million on.
fn shown(number: f64) -> String {
    match number {
        number if number.is_infinite() => "> 1e308".to_owned(),
        number if number >= 1e6 => format!("{number:.2e}"),
        number if number >= 100.0 || number.fract() == 0.0 => format!("{number:.0}"),
        number => format!("{number:.1}"),
    }
}

/// Rows as CSV with a header. What is too large for a number is `inf`.
///
/// # Errors
/// None for rows of numbers and words.
pub fn csv<R: Serialize>(rows: &[R]) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    rows.iter().try_for_each(|row| writer.serialize(row))?;
    Ok(String::from_utf8(writer.into_inner()?)?)
}
