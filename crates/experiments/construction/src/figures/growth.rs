//! `construction-growth`: one plane over log(1/tolerance) and log(instances) for the units that networks
//! of all shapes need.

use crate::sufficient_n::{Needed, Plane, Results, Setting};
use crate::{NetworkRow, Target};
use lab::Row as _;
use lab::statistics::Estimate;
use tickets::construction::Gadget;

use charts::wording::{span, thousands};
use charts::{Axis, Figure, Panel, Scale, Series, Shape, Style};

/// The gadgets, a panel each.
const GADGETS: [(Gadget, &str); 2] = [
    (Gadget::Paper, "Paper's gadget"),
    (Gadget::Pooled, "Pooled gadget"),
];

/// The targets, a plane each.
const TARGETS: [(Target, &str); 2] = [
    (Target::Every, "every target at once"),
    (Target::Gaussian, "one Gaussian target"),
];

/// Networks that a setting needs to be shown, or the fewer ones if none has so many.
const ENOUGH: [u64; 2] = [20, 5];

/// The figure of means over fitted planes, a panel for each gadget; `None` if no plane is determined.
pub(super) fn figure(results: &Results) -> Option<Figure> {
    let mut settings = results.settings();
    settings.retain(|setting| setting.outputs == setting.width);
    let most = settings.iter().filter_map(|setting| {
        let needed = results.network(setting, Target::Every)?;
        Some(needed.samples())
    });
    let [many, few] = ENOUGH;
    let enough = if most.max()? >= many { many } else { few };
    let mut panels = Vec::new();
    let mut samples = Vec::new();
    for (gadget, title) in GADGETS {
        let (mut series, mut notes) = (Vec::new(), Vec::new());
        for ((target, label), look) in TARGETS.into_iter().zip(Style::CURVES) {
            let settings = settings.iter().filter(|setting| setting.gadget == gadget);
            let known: Vec<(Setting, Needed)> = settings
                .filter_map(|&setting| Some((setting, results.network(&setting, target)?)))
                .filter(|(_, needed)| needed.samples() >= enough)
                .collect();
            if let Some(plane) = results.plane(&known, target) {
                let point =
                    |(setting, needed): &(Setting, Needed)| (plane.at(setting), needed.mean());
                let points = known.iter().map(point);
                notes.push(format!("{label}: {}", formula(&plane)));
                series.push(Series::line(label, look.markers_alone(), points));
                samples.extend(known.iter().map(|(_, needed)| needed.samples()));
            }
        }
        if !series.is_empty() {
            panels.push(panel(title, notes, series));
        }
    }
    (!panels.is_empty()).then(|| Figure {
        name: "construction-growth",
        title: "The units that networks need grow with the logarithms of precision and size"
            .to_owned(),
        rows: vec![panels],
        panel_height: 380.0,
        caption: caption(&samples, enough),
    })
}

fn formula(plane: &Plane) -> String {
    let slope = |slope: &Estimate| {
        format!(
            "({:.2}\u{a0}±\u{a0}{:.2})",
            slope.value, slope.standard_error
        )
    };
    let (precision, size) = (slope(&plane.slopes[0]), slope(&plane.slopes[1]));
    let intercept = format!("{:.1}", plane.intercept);
    format!("{intercept} + {precision}\u{a0}log₂(1/t) + {size}\u{a0}log₂\u{a0}N").replace('-', "−")
}

fn panel(title: &str, notes: Vec<String>, mut series: Vec<Series>) -> Panel {
    let points = series.iter().flat_map(|series| match &series.shape {
        Shape::Line(points) => points.as_slice(),
        _ => &[],
    });
    let (low, high) = points.fold((f64::INFINITY, 0.0_f64), |(low, high), (x, y)| {
        (low.min(x.min(*y)), high.max(x.max(*y)))
    });
    let diagonal = [(low, low), (high, high)];
    series.insert(0, Series::line("mean = fit", Style::REFERENCE, diagonal));
    let x = Axis::new("units a half by the fit", Scale::Linear);
    let y = Axis::new("units a half n, mean", Scale::Linear);
    Panel::new(title, x, y, series).noting(notes)
}

fn caption(samples: &[u64], enough: u64) -> String {
    format!(
        "Each marker: one width, depth, ε and split of ε among the weights, and the mean over random networks of \
         the smallest n with which all weights keep their tolerance t: {} means over {} networks each; what \
         has fewer than {enough} networks is left out. N: subset-sum instances, two for every weight. Across: \
         the plane above the panel, fitted by least squares; ±: standard errors from the scatter of networks. Every target at \
         once: all instances cover [−1, 1] within t. Data: {}.csv",
        thousands(samples.len() as u64),
        span(samples.iter().copied()),
        NetworkRow::TABLE,
    )
}
