//! `baselines-weight`: units that one weight takes against the precision.

use crate::Construction;
use crate::neurons_taken::Results;
use crate::row::{HistogramRow, Row};
use crate::theory::Prices;
use anyhow::Result;
use lab::Row as _;
use lab::statistics::Level;

use super::{curve, look};
use charts::wording::span;
use charts::{Axis, Figure, Panel, Scale, Series, share_x, share_y};

/// Curves end at the tolerance 2^-`FINEST`.
const FINEST: i32 = 20;

/// The figure of median units, a panel for each weight; `None` if none is known.
pub(super) fn figure(results: &Results) -> Result<Option<Figure>> {
    let weights = results.weights().into_iter();
    let panels = weights.map(|weight| panel(results, weight));
    let mut panels = panels.collect::<Result<Vec<Panel>>>()?;
    panels.retain(|panel| !panel.series.is_empty());
    share_x(&mut panels);
    share_y(&mut panels);
    Ok((!panels.is_empty()).then(|| Figure {
        name: "baselines-weight",
        title: "How many random units it takes to approximate one weight by pruning".to_owned(),
        rows: vec![panels],
        panel_height: 420.0,
        caption: caption(results),
    }))
}

fn panel(results: &Results, weight: f64) -> Result<Panel> {
    let mut series = Vec::new();
    for construction in Construction::ALL {
        series.extend(medians(results, construction, weight)?);
    }
    let x = Axis::new("1/ε", Scale::Log10);
    let y = Axis::new("random units, median", Scale::Log10);
    Ok(Panel::new(format!("w = {weight}"), x, y, series))
}

/// Median units of a construction, with what continues them; nothing if none was measured.
fn medians(results: &Results, construction: Construction, weight: f64) -> Result<Vec<Series>> {
    let (mut points, mut bars) = (Vec::new(), Vec::new());
    for needed in results.of(construction, weight) {
        let Some(units) = needed.quantile(0.5).filter(|&units| units > 0.0) else {
            continue;
        };
        let x = 1.0 / needed.row.tolerance;
        points.push((x, units));
        let interval = needed.interval(0.5, Level::PERCENT_95)?;
        if interval.is_bounded() {
            bars.push(interval.bar(x));
        }
    }
    let Some(&last) = points.last() else {
        return Ok(Vec::new());
    };
    let prices = Prices::new(results, construction, weight);
    let beyond = (1..=FINEST).map(|bits| f64::from(bits).exp2());
    let beyond = beyond.filter(|&x| x > last.0);
    let continued = beyond.filter_map(|x| Some((x, prices.units(1.0 / x, 0.5)?.value)));
    let continued = [last].into_iter().chain(continued).collect();
    let style = look(construction).1;
    let bars = Series::bars(style, bars);
    Ok(curve(construction, points, continued)
        .into_iter()
        .chain([bars])
        .collect())
}

fn caption(results: &Results) -> String {
    let runs = results.rows().iter().map(|row| row.runs);
    format!(
        "Hidden units x → v·s(ux), s the ReLU, that are drawn until a construction can be pruned to w·x \
         within ε for all |x| ≤ 1: medians over {} runs for each point, with 95 % intervals (order \
         statistics), often smaller than the markers. Constructions of Malach et al. and Orseau et al.: \
         our reading. Dashed: formulas for the waiting time, and for gadgets least squares. Where ε ≥ |w| \
         gadgets take no unit and are not shown. Data: {}.csv and {}.csv",
        span(runs),
        Row::TABLE,
        HistogramRow::TABLE
    )
}
