//! `lower-bound-tickets`: the fraction of the parameters that tickets keep, against what counting allows.

use crate::parameters_needed::{TicketSize, tickets};
use crate::row::TicketRow;
use crate::theory::{least_fraction, least_ticket};
use anyhow::Result;
use lab::Row as _;
use lab::statistics::Level;

use super::{THEOREM, VOLUME, line, measured, power};
use charts::wording::span;
use charts::{Axis, Dash, Figure, Marker, Panel, Scale, Style, palette, share_y};

/// Selections by their names in rows and in legends.
const SELECTIONS: [(&str, &str, Style); 2] = [
    (
        "closest",
        "closest subsets",
        Style::new(palette::BLUE, Dash::Solid, Marker::Disc),
    ),
    (
        "smallest-feasible",
        "smallest feasible subsets",
        Style::new(palette::VERMILION, Dash::Dashed, Marker::Square),
    ),
];

/// The figure, a panel for each kind of network, width and tolerance.
pub(super) fn figure(rows: &[TicketRow]) -> Result<Figure> {
    let all = tickets(rows, Level::PERCENT_95)?;
    let mut kinds: Vec<&TicketSize> = Vec::new();
    for ticket in &all {
        if kinds.iter().all(|kind| !is_same_kind(kind, ticket)) {
            kinds.push(ticket);
        }
    }
    let panels: Vec<Panel> = kinds.iter().map(|kind| panel(&all, kind)).collect();
    let columns = panels.len().div_ceil(panels.len().div_ceil(3));
    let mut rows_of_panels: Vec<Vec<Panel>> =
        panels.chunks(columns).map(<[Panel]>::to_vec).collect();
    rows_of_panels.iter_mut().for_each(|row| share_y(row));
    Ok(Figure {
        name: "lower-bound-tickets",
        title: "The fraction γ of the parameters that tickets keep".to_owned(),
        rows: rows_of_panels,
        panel_height: 260.0,
        caption: format!(
            "Parameters kept over all parameters, in the median over {} runs of the target that keeps most, \
             with 95 % intervals (ranks); where half of the runs fail nothing is shown. Linear: a subset of \
             uniform numbers. Pooled: two layers of the construction with the pooled gadget, where an in-weight \
             counts once for all outputs that use it. Solid: the least size s with C(α,0) + … + C(α,s) ≥ 2^b, \
             b = d² lg(1/(2ε)) − 1; dots and dashes: the usual form γα lg(e/γ) ≥ b; both bind \
             tickets for all targets, the few that were asked for need less. Data: {}.csv",
            span(rows.iter().map(|row| row.runs)),
            TicketRow::TABLE
        ),
    })
}

fn is_same_kind(a: &TicketSize, b: &TicketSize) -> bool {
    (&a.network, a.width, a.tolerance) == (&b.network, b.width, b.tolerance)
}

fn panel(all: &[TicketSize], kind: &TicketSize) -> Panel {
    let mut of_kind: Vec<&TicketSize> = all
        .iter()
        .filter(|ticket| is_same_kind(kind, ticket))
        .collect();
    of_kind.sort_by_key(|ticket| ticket.parameters);
    let mut series = Vec::new();
    for (selection, label, style) in SELECTIONS {
        let points = of_kind
            .iter()
            .filter(|ticket| ticket.selection == selection);
        let points = points.map(|ticket| {
            let all = ticket.parameters as f64;
            let kept = ticket.kept;
            (all, kept.parameters / all, kept.interval / all)
        });
        series.extend(measured(label, style, points.collect()));
    }
    let bound = |of: &dyn Fn(&TicketSize) -> Option<f64>| -> Vec<(f64, f64)> {
        let found = of_kind
            .iter()
            .filter_map(|ticket| Some((ticket.parameters as f64, of(ticket)?)));
        found.collect()
    };
    let exact = bound(&|ticket| {
        let size = least_ticket(ticket.parameters, ticket.bits())?;
        Some(size as f64 / ticket.parameters as f64)
    });
    let usual = bound(&|ticket| least_fraction(ticket.parameters, ticket.bits()));
    series.push(line(
        "at least, by counting tickets",
        THEOREM,
        exact.into_iter(),
    ));
    series.push(line("at least, γα lg(e/γ) ≥ b", VOLUME, usual.into_iter()));
    let eps = power(-kind.tolerance.log2());
    let title = match kind.network.as_str() {
        "linear" => format!("linear, ε = {eps}"),
        _ => format!("pooled, d = {}, ε = {eps}", kind.width),
    };
    let x = Axis::new("parameters α", Scale::Linear);
    let y = Axis::new("fraction kept γ", Scale::Log10);
    Panel::new(title, x, y, series)
}
