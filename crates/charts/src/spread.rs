//! Replicates as a median with its range: curves with bands.

use crate::{Series, Shape, Style};

/// Median, smallest and largest of the replicates at one point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The smallest.
    pub low: f64,
    /// The median.
    pub median: f64,
    /// The largest.
    pub high: f64,
}

impl Spread {
    /// The spread of some values, or `None` of none.
    fn of(mut values: Vec<f64>) -> Option<Spread> {
        values.sort_by(f64::total_cmp);
        let (low, high) = (*values.first()?, *values.last()?);
        let middle = values.len() / 2;
        let median = match values.len() % 2 {
            0 => f64::midpoint(values[middle - 1], values[middle]),
            _ => values[middle],
        };
        Some(Spread { low, median, high })
    }
}

/// Gathers samples (x, y) by x, in rising order of x.
pub fn spreads(samples: impl IntoIterator<Item = (f64, f64)>) -> Vec<(f64, Spread)> {
    let mut samples: Vec<(f64, f64)> = samples.into_iter().collect();
    samples.sort_by(|a, b| a.0.total_cmp(&b.0));
    samples
        .chunk_by(|a, b| a.0 == b.0)
        .filter_map(|same| {
            Some((
                same[0].0,
                Spread::of(same.iter().map(|sample| sample.1).collect())?,
            ))
        })
        .collect()
}

/// A line through the medians, and a band over the ranges where there is any.
pub fn curve(label: &str, style: Style, points: &[(f64, Spread)]) -> Vec<Series> {
    let mut series = Vec::new();
    if points.iter().any(|(_, spread)| spread.low < spread.high) {
        let band = points.iter();
        let band = band.map(|(x, spread)| (*x, spread.low, spread.high));
        series.push(Series::new("", style, Shape::Band(band.collect())));
    }
    if !points.is_empty() {
        let line = points.iter().map(|(x, spread)| (*x, spread.median));
        series.push(Series::line(label, style, line));
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_and_even_numbers_of_replicates() {
        let gathered = spreads([(2.0, 5.0), (1.0, 1.0), (2.0, 3.0), (1.0, 9.0), (1.0, 2.0)]);
        let first = Spread {
            low: 1.0,
            median: 2.0,
            high: 9.0,
        };
        let second = Spread {
            low: 3.0,
            median: 4.0,
            high: 5.0,
        };
        assert_eq!(gathered, [(1.0, first), (2.0, second)]);
        assert_eq!(spreads([]), []);
    }
}
