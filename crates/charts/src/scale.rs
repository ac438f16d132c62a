//! Ranges and ticks: from values to fractions of an axis.

use anyhow::{Result, ensure};

use super::{Axis, Scale};

/// Where exact zeros lie on a logarithmic axis, as a fraction of its length.
pub const ZERO: f64 = 0.03;
/// Half the width of the bar of exact zeros.
pub const ZERO_HALF_WIDTH: f64 = 0.02;
/// Where the logarithmic part begins beside exact zeros.
pub const AFTER_ZERO: f64 = 0.09;

/// The ticks of an axis of percentages, those first that are labelled where there is little room.
const PERCENTAGES: [f64; 13] = [
    50.0, 10.0, 90.0, 1.0, 99.0, 25.0, 75.0, 2.0, 98.0, 5.0, 95.0, 0.1, 99.9,
];

/// Free space between the data and the ends of an axis.
const MARGIN: f64 = 0.04;

/// The range of an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    scale: Scale,
    /// The ends: logarithms on a logarithmic axis.
    low: f64,
    high: f64,
    /// Whether exact zeros have their place.
    pub zero: bool,
}

/// A mark on an axis; without a label a minor one.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    pub fraction: f64,
    pub label: String,
}

impl Span {
    /// The range of `axis` that shows all of `values`.
    ///
    /// # Errors
    /// If there is no value, if one is not finite, or if one is negative on a logarithmic axis.
    pub fn of(axis: &Axis, values: &[f64]) -> Result<Span> {
        let name = &axis.label;
        ensure!(!values.is_empty(), "no data for the axis \"{name}\"");
        ensure!(
            values.iter().all(|value| value.is_finite()),
            "\"{name}\" has a value that is not finite"
        );
        if !axis.scale.is_logarithmic() {
            let (low, high) = ends(values.iter().copied());
            let (low, high) = widened(low, high, if low == high { 0.5 } else { 0.0 });
            return Ok(Span::with_start(axis, low, high, axis.start, false));
        }
        ensure!(
            values.iter().all(|&value| value >= 0.0),
            "\"{name}\" has a negative value on a logarithmic axis"
        );
        ensure!(
            !axis.scale.is_of_percentages() || values.iter().all(|&value| value < 100.0),
            "\"{name}\" has a percentage of 100 or more on a logit axis"
        );
        let zero = values.contains(&0.0);
        let positive: Vec<f64> = values
            .iter()
            .filter(|&&value| value > 0.0)
            .map(|&value| axis.scale.logarithm(value))
            .collect();
        // Zeros alone: any decade will do.
        let (low, high) = if positive.is_empty() {
            (-1.0, 0.0)
        } else {
            ends(positive.into_iter())
        };
        // Less than a factor of two is shown as a factor of two or more around the data.
        let (low, high) = widened(low, high, if high - low < 0.3 { 0.3 } else { 0.0 });
        Ok(Span::with_start(
            axis,
            low,
            high,
            axis.start.map(|start| axis.scale.logarithm(start)),
            zero,
        ))
    }

    fn with_start(axis: &Axis, low: f64, high: f64, start: Option<f64>, zero: bool) -> Span {
        let margin = match axis.scale {
            Scale::Bare => 0.0,
            _ => MARGIN * (high - low),
        };
        let low = match start {
            Some(start) if start <= low => start,
            _ => low - margin,
        };
        Span {
            scale: axis.scale,
            low,
            high: high + margin,
            zero,
        }
    }

    /// Where a value lies: 0 at the beginning of the axis, 1 at its end.
    pub fn fraction(&self, value: f64) -> f64 {
        if !self.scale.is_logarithmic() {
            return (value - self.low) / (self.high - self.low);
        }
        if value <= 0.0 {
            return ZERO;
        }
        self.logarithm_fraction(self.scale.logarithm(value))
    }

    fn logarithm_fraction(&self, logarithm: f64) -> f64 {
        let begin = if self.zero { AFTER_ZERO } else { 0.0 };
        begin + (1.0 - begin) * (logarithm - self.low) / (self.high - self.low)
    }

    /// The ticks of an axis `length` pixels long, labels at least `gap` pixels apart.
    pub fn ticks(&self, length: f64, gap: f64) -> Vec<Tick> {
        match self.scale {
            Scale::Log10 => self.logarithmic_ticks(length, gap),
            Scale::Log2 => self.binary_ticks(length, gap),
            Scale::Logit | Scale::Left { .. } => self.percentage_ticks(length, gap),
            Scale::Linear => self.linear_ticks(length, gap, 0.0),
            Scale::Whole => self.linear_ticks(length, gap, 1.0),
            Scale::Bare => Vec::new(),
        }
    }

    fn linear_ticks(&self, length: f64, gap: f64, smallest: f64) -> Vec<Tick> {
        let step = round_step(((self.high - self.low) * gap / length).max(smallest));
        let decimals = (-step.log10().floor()).max(0.0) as usize;
        // A hair of tolerance keeps a tick on the very beginning of the axis.
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        (first..=last)
            .map(|index| {
                let value = index as f64 * step;
                let label = with_minus(&format!("{value:.decimals$}"));
                Tick {
                    fraction: self.fraction(value),
                    label,
                }
            })
            .collect()
    }

    /// Ticks at powers of two; exact zeros have none.
    fn binary_ticks(&self, length: f64, gap: f64) -> Vec<Tick> {
        let doubling = 2_f64.log10();
        let between = length * (self.logarithm_fraction(doubling) - self.logarithm_fraction(0.0));
        let every = (gap / between).ceil() as usize;
        let first = (self.low / doubling - 1e-9).ceil() as i32;
        let last = (self.high / doubling + 1e-9).floor() as i32;
        let exponents = (first..=last).step_by(every);
        let tick = |exponent: i32| Tick {
            fraction: self.logarithm_fraction(f64::from(exponent) * doubling),
            label: f64::from(exponent).exp2().to_string(),
        };
        exponents.map(tick).collect()
    }

    /// Ticks at round percentages, labelled where there is room.
    fn percentage_ticks(&self, length: f64, gap: f64) -> Vec<Tick> {
        let mut ticks = self.zero_tick();
        for value in PERCENTAGES {
            let logarithm = self.scale.logarithm(value);
            if !(self.low..=self.high).contains(&logarithm) {
                continue;
            }
            let fraction = self.logarithm_fraction(logarithm);
            let has_room = ticks.iter().all(|tick| {
                tick.label.is_empty() || (tick.fraction - fraction).abs() * length >= gap
            });
            let label = match has_room {
                true => self.scale.percentage_label(value),
                false => String::new(),
            };
            ticks.push(Tick { fraction, label });
        }
        ticks
    }

    /// The tick of exact zeros, if there are any.
    fn zero_tick(&self) -> Vec<Tick> {
        let (fraction, label) = (ZERO, "0".to_owned());
        let zero = self.zero.then_some(Tick { fraction, label });
        zero.into_iter().collect()
    }

    fn logarithmic_ticks(&self, length: f64, gap: f64) -> Vec<Tick> {
        let decade = length * (self.logarithm_fraction(1.0) - self.logarithm_fraction(0.0));
        let (every, digits) = labelled(self.high - self.low, decade, gap);
        let (first, last) = (self.low.floor() as i32, self.high.ceil() as i32);
        let plain = self.low > -4.0 && self.high < 4.0 && digits.len() > 1;
        let mut ticks = self.zero_tick();
        for exponent in first..=last {
            for digit in 1..=9 {
                let logarithm = f64::from(exponent) + f64::from(digit).log10();
                if logarithm < self.low - 1e-9 || logarithm > self.high + 1e-9 {
                    continue;
                }
                let named = exponent.rem_euclid(every) == 0 && digits.contains(&digit);
                if named || (digit == 1 || decade >= 60.0) {
                    let label = if named {
                        logarithmic_label(digit, exponent, plain)
                    } else {
                        String::new()
                    };
                    ticks.push(Tick {
                        fraction: self.logarithm_fraction(logarithm),
                        label,
                    });
                }
            }
        }
        ticks
    }
}

/// Which ticks of an axis of some `decades`, each `decade` pixels long, have labels: every how many
/// decades, and which digits in one.
fn labelled(decades: f64, decade: f64, gap: f64) -> (i32, &'static [i32]) {
    // The closest pair among 1, 2, 5 is 0.3 decades apart, among 1, 3 it is 0.477.
    if decades <= 1.5 && 0.3 * decade >= gap {
        (1, &[1, 2, 5])
    } else if 0.477 * decade >= gap {
        (1, &[1, 3])
    } else {
        ((gap / decade).ceil() as i32, &[1])
    }
}

fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}

fn widened(low: f64, high: f64, by: f64) -> (f64, f64) {
    (low - by, high + by)
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `step`.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let digit = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|digit| digit * power >= step * (1.0 - 1e-9));
    digit.unwrap_or(10.0) * power
}

fn logarithmic_label(digit: i32, exponent: i32, plain: bool) -> String {
    if plain {
        let decimals = (-exponent).max(0) as usize;
        return format!("{:.decimals$}", f64::from(digit) * 10f64.powi(exponent));
    }
    match digit {
        1 => power_of_ten(exponent),
        _ => format!("{digit}·{}", power_of_ten(exponent)),
    }
}

/// Ten with its exponent in superscript digits.
fn power_of_ten(exponent: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = exponent
        .to_string()
        .chars()
        .map(|sign| match sign.to_digit(10) {
            Some(digit) => DIGITS[digit as usize],
            None => '⁻',
        })
        .collect::<String>();
    format!("10{raised}")
}

/// The number with a true minus sign, which is as wide as a digit.
fn with_minus(number: &str) -> String {
    number.replace('-', "\u{2212}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: Scale, values: &[f64], length: f64) -> Vec<String> {
        let span = Span::of(&Axis::new("x", scale), values).unwrap();
        let ticks = span.ticks(length, 50.0);
        assert!(
            ticks
                .iter()
                .all(|tick| (-1e-9..=1.0 + 1e-9).contains(&tick.fraction))
        );
        ticks
            .into_iter()
            .map(|tick| tick.label)
            .filter(|label| !label.is_empty())
            .collect()
    }

    #[test]
    fn exponents_are_superscripts() {
        assert_eq!(power_of_ten(-3), "10⁻³");
        assert_eq!(power_of_ten(12), "10¹²");
        assert_eq!(power_of_ten(0), "10⁰");
    }

    #[test]
    fn decades_keep_their_end_ticks() {
        assert_eq!(
            labels(Scale::Log10, &[1e-6, 1e-2], 250.0),
            ["10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²"]
        );
    }

    #[test]
    fn a_short_range_has_plain_numbers_between_decades() {
        assert_eq!(
            labels(Scale::Log10, &[0.003, 0.3], 300.0),
            ["0.003", "0.01", "0.03", "0.1", "0.3"]
        );
        assert_eq!(
            labels(Scale::Log10, &[2e-6, 6e-6], 300.0),
            ["1·10⁻⁶", "2·10⁻⁶", "5·10⁻⁶", "10⁻⁵"][1..3]
        );
    }

    #[test]
    fn many_decades_are_thinned() {
        assert_eq!(
            labels(Scale::Log10, &[1e-12, 1.0], 200.0),
            ["10⁻¹²", "10⁻⁸", "10⁻⁴", "10⁰"]
        );
    }

    #[test]
    fn percentages_are_as_wide_near_0_as_near_100() {
        let ends = [1.0, 99.0];
        assert_eq!(
            labels(Scale::Logit, &ends, 800.0),
            [
                "50", "10", "90", "1", "99", "25", "75", "2", "98", "5", "95"
            ]
        );
        let few = labels(Scale::Logit, &ends, 250.0);
        assert_eq!(few, ["50", "10", "90", "1", "99"]);
        assert_eq!(labels(Scale::Logit, &[0.0, 50.0], 250.0)[..2], ["0", "50"]);
        let left = Scale::Left {
            removable: 1_000_000,
            others: 2_000,
        };
        assert_eq!(
            labels(left, &ends, 250.0),
            ["502", "902", "102", "992", "12.0"]
        );
        let span = Span::of(&Axis::new("x", Scale::Logit), &ends).unwrap();
        assert!((span.fraction(20.0) + span.fraction(80.0) - 1.0).abs() < 1e-12);
        assert!(Span::of(&Axis::new("x", Scale::Logit), &[100.0]).is_err());
    }

    #[test]
    fn zeros_have_their_own_place_on_a_logarithmic_axis() {
        let span = Span::of(&Axis::new("x", Scale::Log10), &[0.0, 0.1, 1.0]).unwrap();
        assert!(span.fraction(0.0) < AFTER_ZERO && span.fraction(0.1) > AFTER_ZERO);
        assert_eq!(span.ticks(300.0, 50.0)[0].label, "0");
    }

    #[test]
    fn linear_ticks_are_round_and_whole_ones_never_broken() {
        assert_eq!(
            labels(Scale::Linear, &[-0.2, 0.2], 250.0),
            ["−0.2", "−0.1", "0.0", "0.1", "0.2"]
        );
        assert_eq!(
            labels(Scale::Log2, &[4.0, 32.0], 250.0),
            ["4", "8", "16", "32"]
        );
        assert_eq!(labels(Scale::Log2, &[4.0, 32.0], 130.0), ["4", "16"]);
        assert!(labels(Scale::Bare, &[0.0, 8.0], 400.0).is_empty());
        assert_eq!(labels(Scale::Whole, &[8.0], 400.0), ["8"]);
        assert_eq!(
            labels(Scale::Whole, &[4.0, 21.0], 250.0),
            ["5", "10", "15", "20"]
        );
    }

    #[test]
    fn degenerate_and_wrong_values() {
        for scale in [Scale::Linear, Scale::Whole, Scale::Log10, Scale::Log2] {
            let axis = Axis::new("size (m)", scale);
            assert!(Span::of(&axis, &[]).is_err());
            assert!(Span::of(&axis, &[f64::NAN]).is_err());
            let span = Span::of(&axis, &[3.0, 3.0]).unwrap();
            assert!((span.fraction(3.0) - 0.5).abs() < 1e-9);
            assert!(Span::of(&axis, &[0.0]).unwrap().fraction(0.0).is_finite());
        }
        let error = Span::of(&Axis::new("size (m)", Scale::Log10), &[-1.0]).unwrap_err();
        assert!(error.to_string().contains("size (m)"), "{error}");
    }

    #[test]
    fn an_axis_begins_where_it_is_told() {
        let span = Span::of(&Axis::new("y", Scale::Linear).starting_at(0.0), &[2.0, 4.0]).unwrap();
        assert_eq!(span.fraction(0.0), 0.0);
        let below = Span::of(
            &Axis::new("y", Scale::Linear).starting_at(0.0),
            &[-2.0, 4.0],
        )
        .unwrap();
        assert!(below.fraction(-2.0) > 0.0);
    }
}
