//! The statistics against values that others computed: a table made by
//! scripts/statistics-reference.py, and the certified values of a data set of NIST.

use lab::statistics::{
    Estimate, KolmogorovSmirnov, Level, Line, Observation, Proportion, Regression,
    allowed_failures, lower_rank, mean, trials_to_support, upper_rank,
};
use std::collections::BTreeMap;

const TABLE: &str = include_str!("statistics-reference.csv");

/// Binomial tails between 1e-300 and 1, up to 1e10 trials.
const TAILS: f64 = 1e-10;

/// The bounds that invert them, for every level up to 1 - 1e-9.
const BOUNDS: f64 = 1e-14;

/// Student's quantiles; intervals of means; coefficients of fits and their standard errors.
const STUDENT: f64 = 5e-10;
const MEANS: f64 = 1e-14;
const FITS: f64 = 2e-14;

/// Ranks and counts.
const EXACT: f64 = 0.0;

/// NIST certifies 15 digits.
const CERTIFIED: f64 = 1e-13;

fn level(confidence: f64) -> Level {
    Level::new(confidence).unwrap()
}

fn proportion(arguments: &[f64]) -> Proportion {
    Proportion::new(arguments[0] as u64, arguments[1] as u64).unwrap()
}

/// The laboratory's answer to a line, and the relative error that it may have.
fn answer(question: &str, a: &[f64], expected: f64) -> (f64, f64) {
    let rank = |found: Option<u64>| found.unwrap_or(0) as f64;
    match question {
        "upper-bound" => (proportion(a).upper_bound(level(a[2])), BOUNDS),
        "lower-bound" => (proportion(a).lower_bound(level(a[2])), BOUNDS),
        "interval-high" => (proportion(a).interval(level(a[2])).high, BOUNDS),
        "interval-low" => (proportion(a).interval(level(a[2])).low, BOUNDS),
        "supporting" => (proportion(a).p_value_supporting(a[2]).unwrap(), TAILS),
        "contradicting" => (proportion(a).p_value_contradicting(a[2]).unwrap(), TAILS),
        "lower-rank" => (
            rank(lower_rank(a[0] as u64, a[1], level(a[2])).unwrap()),
            EXACT,
        ),
        "upper-rank" => (
            rank(upper_rank(a[0] as u64, a[1], level(a[2])).unwrap()),
            EXACT,
        ),
        "trials-to-support" => (trials_to_support(a[0], level(a[1])).unwrap() as f64, EXACT),
        "student" => (student_quantile(a[0] as u64, a[1]), STUDENT),
        "mean-low" => (mean(a).unwrap().interval(level(0.95)).low, MEANS),
        "mean-high" => (mean(a).unwrap().interval(level(0.95)).high, MEANS),
        "distance" => (distance(a), 1e-14),
        "distance-p-value" => (
            distance_p_value(a),
            distance_tolerance(a[0], a[1], expected),
        ),
        _ => match question.split_at(12) {
            ("regression-1", part) => (coefficient::<1>(part, a), FITS),
            ("regression-2", part) => (coefficient::<2>(part, a), FITS),
            _ => panic!("nothing answers {question}"),
        },
    }
}

fn student_quantile(degrees_of_freedom: u64, confidence: f64) -> f64 {
    let standard = Estimate {
        value: 0.0,
        standard_error: 1.0,
        degrees_of_freedom,
    };
    standard.interval(level(confidence)).high
}

fn distance(sample: &[f64]) -> f64 {
    let exponential = |x: f64| -(-x).exp_m1();
    KolmogorovSmirnov::of(sample, exponential).unwrap().distance
}

fn distance_p_value(a: &[f64]) -> f64 {
    let (samples, distance) = (a[0] as u64, a[1]);
    KolmogorovSmirnov { samples, distance }.p_value()
}

/// The accuracy that the documentation of the p-value promises.
fn distance_tolerance(samples: f64, distance: f64, p_value: f64) -> f64 {
    if distance >= 0.5 || distance * samples <= 0.5 {
        return 1e-10;
    }
    match p_value {
        ..=0.05 if samples >= 5.0 => 3e-5,
        ..=0.5 if samples >= 5.0 => 2e-2 / samples / p_value,
        _ if samples >= 5.0 => 2e-1 / samples / p_value,
        _ => 0.05 / p_value,
    }
}

/// Rows of P predictors, response and weight, after the place of the question for `-at-`.
fn coefficient<const P: usize>(part: &str, numbers: &[f64]) -> f64 {
    let rows = numbers.len() / (P + 2) * (P + 2);
    let observations: Vec<_> = numbers[numbers.len() - rows..]
        .chunks(P + 2)
        .map(|row| Observation {
            predictors: std::array::from_fn(|p| row[p]),
            response: row[P],
            weight: row[P + 1],
        })
        .collect();
    let fit = Regression::<P>::fit(&observations).unwrap();
    match part {
        "-value-0" => fit.intercept().value,
        "-value-1" => fit.slope(0).value,
        "-value-2" => fit.slope(1).value,
        "-error-0" => fit.intercept().standard_error,
        "-error-1" => fit.slope(0).standard_error,
        "-error-2" => fit.slope(1).standard_error,
        "-at-value" => fit.at([numbers[0]; P]).value,
        "-at-error" => fit.at([numbers[0]; P]).standard_error,
        "-residual-error" => fit.residual_error(),
        "-r-squared" => fit.r_squared().unwrap(),
        _ => panic!("nothing answers {part}"),
    }
}

fn relative_error(found: f64, expected: f64) -> f64 {
    if found == expected {
        0.0
    } else {
        (found / expected - 1.0).abs()
    }
}

#[test]
fn every_reference_value_is_met() {
    let mut worst: BTreeMap<&str, (f64, &str)> = BTreeMap::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let [question, arguments, expected] = line.split(',').collect::<Vec<_>>()[..] else {
            panic!("three columns: {line}");
        };
        let number = |text: &str| text.parse::<f64>().unwrap();
        let arguments: Vec<f64> = arguments.split(' ').map(number).collect();
        let expected = number(expected);
        let (found, tolerance) = answer(question, &arguments, expected);
        let error = relative_error(found, expected);
        let seen = worst.entry(question).or_insert((0.0, ""));
        if error > seen.0 {
            *seen = (error, line);
        }
        assert!(error <= tolerance, "{line}: {found:e}, off by {error:e}");
    }
    // Shown with --nocapture.
    for (question, (error, line)) in &worst {
        println!("{question}: {error:.1e} at {line:.60}");
    }
    assert!(worst.len() > 20, "the table is cut short");
}

/// Certified values of NIST's Statistical Reference Datasets: linear regression, Norris
/// (calibration of ozone monitors), 36 observations.
#[test]
fn certified_values_of_norris() {
    #[rustfmt::skip]
    const RESPONSES: [f64; 36] = [
        0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3,
        0.1, 778.1, 668.8, 339.3, 448.9, 10.8, 557.7, 228.3, 998.0, 888.8, 119.6, 0.3,
        0.6, 557.6, 339.3, 888.0, 998.5, 778.9, 10.2, 117.6, 228.9, 668.4, 449.2, 0.2,
    ];
    #[rustfmt::skip]
    const PREDICTORS: [f64; 36] = [
        0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4,
        0.6, 775.5, 666.9, 338.0, 447.5, 11.6, 556.0, 228.1, 995.8, 887.6, 120.2, 0.3,
        0.3, 556.8, 339.1, 887.2, 999.0, 779.0, 11.1, 118.3, 229.2, 669.1, 448.9, 0.5,
    ];
    let observations: Vec<_> = PREDICTORS
        .into_iter()
        .zip(RESPONSES)
        .map(|(x, y)| Observation::new([x], y))
        .collect();
    let line = Line::fit(&observations).unwrap();
    let (intercept, slope) = (line.intercept(), line.slope(0));
    assert_eq!(slope.degrees_of_freedom, 34);
    for (found, certified) in [
        (intercept.value, -0.262323073774029),
        (intercept.standard_error, 0.232818234301152),
        (slope.value, 1.00211681802045),
        (slope.standard_error, 0.429796848199937e-3),
        (line.residual_error(), 0.884796396144373),
        (line.r_squared().unwrap(), 0.999993745883712),
    ] {
        let error = relative_error(found, certified);
        println!("{certified}: {error:.1e}");
        assert!(error < CERTIFIED, "{found} is off by {error:e}");
    }
}

/// The numbers of failures that 200 trials may have, by themselves and among sixteen claims.
#[test]
fn counts_that_support_a_claim() {
    let level = Level::PERCENT_95;
    for (trials, delta, claims, allowed) in [
        (200, 0.1, 1, Some(12)),
        (200, 0.05, 1, Some(4)),
        (200, 0.02, 1, Some(0)),
        (200, 0.01, 1, None),
        (299, 0.01, 1, Some(0)),
        (298, 0.01, 1, None),
        (574, 0.01, 16, Some(0)),
        (573, 0.01, 16, None),
    ] {
        let found = allowed_failures(trials, delta, level.shared_by(claims));
        assert_eq!(found, Ok(allowed), "{trials} trials, {delta}");
    }
}
