//! `construction-errors`: how far pruned networks are off, against what epsilon allows.

use crate::sufficient_n::{Results, Setting};
use crate::{NetworkRow, Target};
use lab::Row as _;
use tickets::construction::Split;

use super::{EPSILON, is_shown};
use charts::spread::{Spread, spreads};
use charts::wording::span;
use charts::{Axis, Dash, Figure, Marker, Panel, Scale, Series, Shape, Style, palette};

/// The targets whose errors are shown.
const TARGETS: [Target; 2] = [Target::Gaussian, Target::Orthogonal];

/// How far to the right errors that were found are drawn: a factor of the width.
const SHIFT: f64 = 1.06;

/// The splits of epsilon: their names, and the looks of certified and found errors.
const SPLITS: [(Split, &str, [Style; 2]); 2] = [
    (
        Split::Euclidean,
        "ε/(2ld) a weight",
        [
            Style::new(palette::VERMILION, Dash::Solid, Marker::Square),
            Style::new(palette::VERMILION, Dash::Dashed, Marker::Diamond),
        ],
    ),
    (
        Split::Entrywise,
        "ε/(2ld²) a weight",
        [
            Style::new(palette::BLUE, Dash::Solid, Marker::Disc),
            Style::new(palette::BLUE, Dash::Dashed, Marker::Triangle),
        ],
    ),
];

/// The figure of errors against the width, a panel for one layer and one for the most layers; `None` if no
/// network was compared with its target.
pub(super) fn figure(results: &Results) -> Option<Figure> {
    let rows = results.networks().iter().filter(|row| {
        let setting = Setting::of(row);
        let is_shown = SPLITS.iter().any(|(split, ..)| is_shown(&setting, *split));
        is_shown && row.certified.is_some() && TARGETS.contains(&row.target)
    });
    let rows: Vec<&NetworkRow> = rows.collect();
    let depths = || rows.iter().map(|row| row.depth);
    let mut shown = vec![depths().min()?, depths().max()?];
    shown.dedup();
    let panels = shown.iter().map(|&depth| {
        let rows = rows.iter().filter(|row| row.depth == depth);
        panel(depth, &rows.copied().collect::<Vec<_>>())
    });
    Some(Figure {
        name: "construction-errors",
        title: "Errors of pruned networks against what the theorem allows".to_owned(),
        rows: vec![panels.collect()],
        panel_height: 400.0,
        caption: caption(&rows, &shown),
    })
}

fn panel(depth: u64, rows: &[&NetworkRow]) -> Panel {
    let mut series = Vec::new();
    series.push(Series::new(
        "allowed: ε",
        Style::REFERENCE,
        Shape::Horizontal(1.0),
    ));
    for (split, name, looks) in SPLITS {
        let rows = || rows.iter().filter(move |row| row.split == split);
        if rows().next().is_none() {
            continue;
        }
        let error = |of: fn(&NetworkRow) -> Option<f64>, shift: f64| {
            let points = rows()
                .filter_map(move |row| Some((shift * row.width as f64, of(row)? / row.epsilon)));
            spreads(points)
        };
        let certified = error(|row| row.certified, 1.0);
        let found = error(|row| row.found, SHIFT);
        let expected = rows().map(|row| {
            let expected = Setting::of(row).expected_certificate();
            (row.width as f64, expected / row.epsilon)
        });
        let dotted = Style::new(looks[0].color, Dash::Dotted, Marker::None);
        series.push(Series::new("", dotted, medians(&spreads(expected))));
        for (word, points, look) in [
            ("certified", certified, looks[0]),
            ("found", found, looks[1]),
        ] {
            let bars = points
                .iter()
                .map(|(x, spread)| [(*x, spread.low), (*x, spread.high)]);
            series.push(Series::bars(look, bars));
            let label = format!("{word}, {name}");
            series.push(Series::new(&label, look, medians(&points)));
        }
    }
    let x = Axis::new("width d", Scale::Log2);
    let y = Axis::new("error of the network / ε", Scale::Log10);
    Panel::new(format!("l = {depth}"), x, y, series)
}

fn medians(points: &[(f64, Spread)]) -> Shape {
    Shape::Line(
        points
            .iter()
            .map(|(x, spread)| (*x, spread.median))
            .collect(),
    )
}

fn caption(rows: &[&NetworkRow], depths: &[u64]) -> String {
    let networks = rows
        .iter()
        .filter(|row| depths.contains(&row.depth))
        .map(|row| {
            let same = |other: &&&NetworkRow| {
                Setting::of(other) == Setting::of(row) && other.target == row.target
            };
            rows.iter().filter(same).count() as u64
        });
    format!(
        "Networks pruned as in the proof with ε = {EPSILON}, and with the tolerance ε/(2ld) of a weight too. Certified: an \
         error that no input of length at most 1 exceeds; found: one that some such input reaches (drawn a little to \
         the right). Medians and whole ranges over Gaussian and orthogonal targets; networks for each kind and \
         size: {}. Dotted: norms of the layers' errors, added up, if errors of weights are independent \
         and uniform within the tolerance t: (t/√3)(√(2d) + √d + 2(l − 1)√d). Data: {}.csv",
        span(networks.collect::<Vec<_>>().into_iter()),
        NetworkRow::TABLE,
    )
}
