//! `construction-gadget`: the drawing of one random gadget, pruned to one weight.

use crate::GadgetRow;
use lab::Row as _;

use charts::wording::counted;
use charts::{
    Anchor, Axis, Color, Dash, Figure, Marker, Panel, Scale, Series, Shape, Style, palette,
};

/// The panel, the column of hidden units between the ends of all links, in nominal pixels.
const WIDTH: f64 = 846.0;
const HEIGHT: f64 = 503.0;
const INPUT: (f64, f64) = (130.0, HEIGHT / 2.0);
const HIDDEN: f64 = 423.0;
const OUTPUT: (f64, f64) = (716.0, HEIGHT / 2.0);

/// More room between the halves, and above and below all.
const GAP: f64 = 34.0;
const MARGIN: f64 = 16.0;

/// Sizes of letters.
const LARGE: f64 = 17.0;
const SMALL: f64 = 13.0;

const GREY: Color = Color(120, 120, 120);
const FAINT: Color = Color(196, 196, 196);
const WHITE: Color = Color(255, 255, 255);

/// A half of the gadget: the inputs x that it serves, which the slope of h is for, and its units.
struct Half<'a> {
    name: &'static str,
    served: &'static str,
    kept: &'static str,
    weight: f64,
    units: &'a [GadgetRow],
}

/// The figure of a gadget.
pub(super) fn figure(units: &[GadgetRow]) -> Figure {
    let (first, second) = units.split_at(units.len() / 2);
    let weight = units[0].weight;
    let halves = [
        Half {
            name: "first half",
            served: "x > 0",
            kept: "in-weights above 0",
            weight,
            units: first,
        },
        Half {
            name: "second half",
            served: "x < 0",
            kept: "in-weights below 0",
            weight,
            units: second,
        },
    ];
    let axis = |length| Axis::new("", Scale::Bare).covering(vec![0.0, length]);
    let panel = Panel {
        title: String::new(),
        notes: Vec::new(),
        x: axis(WIDTH),
        y: axis(HEIGHT),
        series: series(units, &halves),
    };
    Figure {
        name: "construction-gadget",
        title: format!("A random gadget, pruned to the weight {}", shown(weight)),
        rows: vec![vec![panel]],
        panel_height: HEIGHT,
        caption: caption(&halves, units[0].epsilon),
    }
}

fn series(units: &[GadgetRow], halves: &[Half; 2]) -> Vec<Series> {
    let steps = (units.len() - 1).max(1) as f64;
    let step = (HEIGHT - GAP - 2.0 * MARGIN) / steps;
    let place = |index: usize| {
        let gap = if index < units.len() / 2 { 0.0 } else { GAP };
        (HIDDEN, HEIGHT - MARGIN - index as f64 * step - gap)
    };
    let placed: Vec<_> = units.iter().zip((0..).map(place)).collect();
    let mut series = Vec::new();
    // What is kept lies over what is pruned.
    for is_kept in [false, true] {
        for (unit, at) in &placed {
            if unit.keeps_in_weight == is_kept {
                series.push(link(unit, [INPUT, *at], unit.in_weight, is_kept));
            }
            if (unit.keeps_in_weight && unit.keeps_out_weight) == is_kept {
                series.push(link(unit, [*at, OUTPUT], unit.out_weight, is_kept));
            }
        }
    }
    for (unit, at) in placed {
        let (rim, inside) = match (unit.keeps_in_weight, unit.keeps_out_weight) {
            (true, true) => (palette::BLACK, palette::BLACK),
            (true, false) => (GREY, WHITE),
            (false, _) => (FAINT, WHITE),
        };
        series.extend(circle(at, (0.35 * step).min(6.0), rim, inside));
    }
    for end in [INPUT, OUTPUT] {
        series.extend(circle(end, 11.0, palette::BLACK, WHITE));
    }
    let [first, second] = halves;
    let about = format!("≈ {}x", shown(first.weight));
    let (left, right, line) = (INPUT.0 - 20.0, OUTPUT.0 + 20.0, INPUT.1 - 5.0);
    series.push(text((left, line), "x", Anchor::End, LARGE));
    series.push(text((right, line), "h(x)", Anchor::Start, LARGE));
    series.push(text((right, line - 24.0), &about, Anchor::Start, LARGE));
    series.extend(first.words(HEIGHT - MARGIN - 10.0));
    series.extend(second.words(MARGIN + 36.0));
    series
}

/// A link with its look: wide for a large weight that is kept, thin for one that is not.
fn link(unit: &GadgetRow, ends: [(f64, f64); 2], weight: f64, is_kept: bool) -> Series {
    let wide = 0.8 + 3.2 * weight.abs();
    let (label, color, dash, width) = match (is_kept, unit.keeps_in_weight) {
        (true, _) if weight > 0.0 => ("kept, above 0", palette::BLUE, Dash::Solid, wide),
        (true, _) => ("kept, below 0", palette::VERMILION, Dash::Solid, wide),
        (false, true) => ("pruned, as not in the subset", FAINT, Dash::Solid, 1.0),
        (false, false) => (
            "pruned, as the in-weight has the wrong sign",
            FAINT,
            Dash::Dashed,
            1.0,
        ),
    };
    let style = Style::new(color, dash, Marker::None);
    Series::new(label, style, Shape::Stroke { ends, width })
}

fn circle(center: (f64, f64), radius: f64, rim: Color, inside: Color) -> [Series; 2] {
    [(rim, radius), (inside, (radius - 1.5).max(0.6 * radius))].map(|(color, radius)| {
        let style = Style::new(color, Dash::Solid, Marker::None);
        Series::new("", style, Shape::Disc { center, radius })
    })
}

fn text(at: (f64, f64), content: &str, anchor: Anchor, size: f64) -> Series {
    let content = content.to_owned();
    let shape = Shape::Text {
        at,
        content,
        anchor,
        size,
    };
    Series::new("", Style::REFERENCE, shape)
}

/// A number with a true minus sign.
fn shown(number: impl std::fmt::Display) -> String {
    number.to_string().replace('-', "−")
}

impl Half<'_> {
    /// Numbers of the subset-sum problem, of which so many are kept, and their sum.
    fn slope(&self) -> (usize, usize, f64) {
        let numbers = self.units.iter().filter(|unit| unit.keeps_in_weight);
        let kept = numbers.clone().filter(|unit| unit.keeps_out_weight);
        let products = kept.clone().map(|unit| unit.in_weight * unit.out_weight);
        let sum = products.fold(0.0, |sum, product| sum + product);
        (numbers.count(), kept.count(), sum)
    }

    /// How far the slope is from the weight.
    fn error(&self) -> f64 {
        (self.slope().2 - self.weight).abs()
    }

    /// What the half serves on the left, and what its slope is on the right, from a baseline on downwards.
    fn words(&self, top: f64) -> Vec<Series> {
        let (numbers, kept, slope) = self.slope();
        let left = [
            self.name.to_owned(),
            format!("serves {}", self.served),
            format!("with {}", self.kept),
        ];
        let right = [
            format!("h(x) = {}\u{a0}x", shown(format_args!("{slope:.3}"))),
            format!(
                "for {}, {kept} of {}",
                self.served,
                counted(numbers, "product")
            ),
            format!("error {:.3}", self.error()),
        ];
        let mut series = Vec::new();
        for (x, lines, anchor) in [(0.0, left, Anchor::Start), (WIDTH, right, Anchor::End)] {
            let sizes = [LARGE, SMALL, SMALL];
            for ((line, size), row) in lines.iter().zip(sizes).zip(0_u32..) {
                let y = top - 20.0 * f64::from(row);
                series.push(text((x, y), line, anchor, size));
            }
        }
        series
    }
}

fn caption(halves: &[Half; 2], epsilon: f64) -> String {
    let [first, second] = halves;
    let weight = shown(first.weight);
    format!(
        "Two times {} hidden units x → v·s(ux), s the ReLU, all weights from U[−1, 1]; the wider a line, the larger \
         its weight. First every in-weight of the wrong sign is pruned, so that the upper half is silent for x < 0 \
         and the lower half for x > 0. What is left has products of in-weight and out-weight, and h has \
         the sum of those that are kept for its slope on one side: two subset-sum problems, both with the target {weight}. \
         For all |x|\u{a0}≤\u{a0}1 h(x) is within {:.3} of {weight}x; asked for was {epsilon}. Data: {}.csv",
        first.units.len(),
        first.error().max(second.error()),
        GadgetRow::TABLE,
    )
}
