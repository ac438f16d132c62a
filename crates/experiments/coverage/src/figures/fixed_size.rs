//! `coverage-fixed-size`: whether some subset of a given size is near a target.

use std::collections::BTreeSet;

use crate::row::FixedSizeRow;
use crate::theory::surplus_bits;
use anyhow::Result;
use lab::Row as _;
use lab::statistics::{Level, Proportion};

use super::groups;
use charts::wording::{listed, span};
use charts::{Axis, Figure, Panel, Scale, Series, Shape, Style, share_y};

/// The figure of the shares of instances with a hit, against the bits to spare and against the mean
/// number of hits.
pub(super) fn figure(rows: &[FixedSizeRow]) -> Result<Figure> {
    let surplus = |row: &FixedSizeRow| surplus_bits(row.candidates, row.size, row.tolerance);
    let hits = |row: &FixedSizeRow| row.hits as f64 / row.trials as f64;
    let mut by_surplus = points(rows, surplus)?;
    by_surplus.push(Series::new("s = 0", Style::REFERENCE, Shape::Vertical(0.0)));
    let mut by_hits = points(rows, hits)?;
    let most = rows.iter().map(hits).fold(1.0, f64::max);
    let poisson = poisson(most);
    by_hits.push(Series::line("1 − exp(−hits)", Style::REFERENCE, poisson));
    let bits = Axis::new("bits to spare, s = n H₂(k/n) − log₂(k/ε)", Scale::Linear);
    let mut panels = vec![
        panel("By the number of subsets", bits, by_surplus),
        panel(
            "By the mean number of hits",
            Axis::new("hits per instance", Scale::Log10),
            by_hits,
        ),
    ];
    share_y(&mut panels);
    Ok(Figure {
        name: "coverage-fixed-size",
        title: "When a subset of a given size comes near a target".to_owned(),
        rows: vec![panels],
        panel_height: 330.0,
        caption: caption(rows),
    })
}

fn panel(title: &str, x: Axis, series: Vec<Series>) -> Panel {
    let y = Axis::new("share of instances with a hit", Scale::Linear);
    Panel::new(title, x, y, series)
}

/// Shares of instances with a hit and their intervals, a series for each k/n.
fn points(rows: &[FixedSizeRow], x: impl Fn(&FixedSizeRow) -> f64) -> Result<Vec<Series>> {
    let mut series = Vec::new();
    let mut ratios = groups(rows, ratio);
    let value = |(size, candidates): (u32, u32)| f64::from(size) / f64::from(candidates);
    ratios.sort_by(|a, b| value(ratio(a[0])).total_cmp(&value(ratio(b[0]))));
    for (rows, look) in ratios.iter().zip(Style::CURVES.into_iter().cycle()) {
        let (mut points, mut bars) = (Vec::new(), Vec::new());
        for row in rows {
            let found = Proportion::new(row.successes, row.trials)?;
            points.push((x(row), found.rate()));
            bars.push(found.interval(Level::PERCENT_95).bar(x(row)));
        }
        let (size, candidates) = ratio(rows[0]);
        let label = format!("k/n = {size}/{candidates}");
        series.push(Series::line(&label, look.markers_alone(), points));
        series.push(Series::bars(look, bars));
    }
    Ok(series)
}

/// k/n as a reduced fraction.
fn ratio(row: &FixedSizeRow) -> (u32, u32) {
    let (mut divisor, mut rest) = (row.candidates, row.size);
    while rest > 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    (row.size / divisor, row.candidates / divisor)
}

/// The probability of a hit if hits follow Poisson's distribution, for means from 0.001 to `most`.
fn poisson(most: f64) -> Vec<(f64, f64)> {
    const LEAST: f64 = 1e-3;
    const STEPS: i32 = 100;
    let mean = |step: i32| LEAST * (most / LEAST).powf(f64::from(step) / f64::from(STEPS));
    let means = (0..=STEPS).map(mean);
    means.map(|mean| (mean, -(-mean).exp_m1())).collect()
}

fn caption(rows: &[FixedSizeRow]) -> String {
    let targets: BTreeSet<String> = rows.iter().map(|row| row.target.to_string()).collect();
    format!(
        "Share of instances in which the sum of some k out of n numbers from U[−1, 1] (a hit) is \
         within ε of the target {}; n = {}, {} instances for each n, k and ε; bars: 95 % \
         intervals (Clopper and Pearson). (a) H₂ is the binary entropy, so s is about the binary \
         logarithm of the number of subsets, less that of k/ε; where n H₂ is at least a constant \
         times log₂(k/ε), theory bounds the probability of a hit away from 0. (b) \
         The same instances by their mean number of hits; dotted: what it would be if hits followed \
         the law of Poisson. Data: {}.csv",
        listed(&targets.into_iter().collect::<Vec<_>>()),
        span(rows.iter().map(|row| row.candidates.into())),
        span(rows.iter().map(|row| row.trials)),
        FixedSizeRow::TABLE,
    )
}
