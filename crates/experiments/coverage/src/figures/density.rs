//! `coverage-density`: the distribution of what the gadget offers, and the uniform distribution that it contains.

use crate::row::DensityRow;
use crate::theory::{PRODUCT_LEVEL, product_probability};
use lab::Row as _;

use super::{definitions, groups, law_title};
use charts::wording::span;
use charts::{Axis, Bin, Figure, Panel, Scale, Series, Shape, Style, share_y};

/// The figure of histograms and densities, a panel for each distribution; `None` without a gadget's distribution.
pub(super) fn figure(rows: &[DensityRow]) -> Option<Figure> {
    let known = |row: &&DensityRow| products(&row.law).is_some();
    let rows: Vec<&DensityRow> = rows.iter().filter(known).collect();
    let laws = groups(rows.iter().copied(), |row| row.law.clone());
    let mut panels: Vec<Panel> = laws.iter().filter_map(|law| panel(law)).collect();
    share_y(&mut panels);
    (!panels.is_empty()).then(|| Figure {
        name: "coverage-density",
        title: "The law of what a gadget offers, and the uniform law in it".to_owned(),
        rows: vec![panels],
        panel_height: 300.0,
        caption: caption(&rows),
    })
}

/// The probability of a product of two weights under a distribution that is 0 otherwise.
fn products(law: &str) -> Option<f64> {
    match law {
        "product" => Some(1.0),
        "gadget" => Some(0.5),
        _ => None,
    }
}

fn panel(rows: &[&DensityRow]) -> Option<Panel> {
    let probability = products(&rows[0].law)?;
    let (zeros, bins): (Vec<&DensityRow>, Vec<&DensityRow>) =
        rows.iter().partition(|row| row.lower == row.upper);
    let weight = probability * PRODUCT_LEVEL;
    let uniform = vec![(-0.5, 0.0), (-0.5, weight), (0.5, weight), (0.5, 0.0)];
    let density = bins.iter().map(|row| averaged_density(probability, row));
    let series = vec![
        Series::new(
            "histogram",
            Style::CURVES[0],
            Shape::Steps(bins.iter().map(|row| bar(row)).collect()),
        ),
        Series::line(
            "uniform law on [−1/2, 1/2] times its weight",
            Style::CURVES[1].line_alone(),
            uniform,
        ),
        Series::line("density", Style::REFERENCE, density),
    ];
    let mut note = format!("weight of the uniform law: {weight:.4}");
    let zeros: u64 = zeros.iter().map(|row| row.count).sum();
    if zeros > 0 {
        let share = 100.0 * zeros as f64 / rows[0].draws as f64;
        note += &format!("; {share:.2} % zeros, not drawn");
    }
    let x = Axis::new("value t of a candidate", Scale::Linear);
    let y = Axis::new("density", Scale::Linear).starting_at(0.0);
    Some(Panel::new(law_title(&rows[0].law), x, y, series).noting(vec![note]))
}

fn bar(row: &DensityRow) -> Bin {
    let &DensityRow { lower, upper, .. } = row;
    let height = row.count as f64 / (row.draws as f64 * (upper - lower));
    Bin {
        lower,
        upper,
        height,
    }
}

/// The middle of a bin, and the density averaged over it.
fn averaged_density(probability: f64, row: &DensityRow) -> (f64, f64) {
    let mass = probability * product_probability(row.lower, row.upper);
    (
        f64::midpoint(row.lower, row.upper),
        mass / (row.upper - row.lower),
    )
}

/// Half the width of the widest 95 % interval of a bar, by the normal distribution.
fn widest_interval(rows: &[&DensityRow]) -> f64 {
    let of_bar = |row: &&DensityRow| {
        let share = row.count as f64 / row.draws as f64;
        1.96 * (share * (1.0 - share) / row.draws as f64).sqrt() / (row.upper - row.lower)
    };
    let bins = rows.iter().filter(|row| row.lower < row.upper);
    bins.map(of_bar).fold(0.0, f64::max)
}

fn caption(rows: &[&DensityRow]) -> String {
    format!(
        "Histograms of {} draws. {}Dotted: the densities (1/2) ln(1/|t|) of P and (1/4) ln(1/|t|) of D, \
         averaged over each bin. On [−1/2, 1/2] they are nowhere below (ln 2)/2 and (ln 2)/4, so each \
         law contains the uniform law of that interval with that weight (dashed). Intervals of 95 % \
         around the bars reach up and down by at most {:.4}. Data: {}.csv",
        span(rows.iter().map(|row| row.draws)),
        definitions(["product", "gadget"].into_iter()),
        widest_interval(rows),
        DensityRow::TABLE,
    )
}
