//! Quantiles, prices and networks from rows that are made up, and formulas against runs.

use crate::MadeUp;
use baselines::constructions::{Construction, Target};
use baselines::neurons_taken::Results;
use baselines::theory::{Network, Price, Prices, coupon_units};
use lab::statistics::Level;
use subset_sum::grid::{ONE, to_f64};
use subset_sum::sampling::generator;

fn read(rows: &MadeUp) -> Results {
    Results::read(rows.written().path()).unwrap().unwrap()
}

#[test]
fn quantiles_are_those_of_the_runs_in_order() {
    let mut rows = MadeUp::new();
    rows.add(Construction::Gadget, 4, &[(10, 5), (20, 4), (30, 1)]);
    let results = read(&rows);
    let needed = results.needed(Construction::Gadget, 0.5, 0.0625).unwrap();
    let found = [0.1, 0.5, 0.51, 0.9, 0.91].map(|probability| needed.quantile(probability));
    assert_eq!(
        found,
        [10, 10, 20, 20, 30].map(|units| Some(f64::from(units)))
    );
    // The second and the ninth of ten bound the median at 95 %.
    let interval = needed.interval(0.5, Level::PERCENT_95).unwrap();
    assert_eq!((interval.low, interval.high), (10.0, 20.0));
    // Ten runs do not bound their 99 % quantile.
    assert_eq!(
        needed.interval(0.99, Level::PERCENT_95).unwrap().high,
        f64::INFINITY
    );
    assert!(results.needed(Construction::Gadget, 0.25, 0.0625).is_none());
}

#[test]
fn runs_that_gave_up_take_infinitely_many_units() {
    let mut rows = MadeUp::new();
    rows.add(Construction::Gadget, 4, &[(10, 50), (20, 40)]);
    rows.rows[0].runs += 10;
    rows.rows[0].gave_up = 10;
    let results = read(&rows);
    let needed = results.needed(Construction::Gadget, 0.5, 0.0625).unwrap();
    assert_eq!(
        (needed.quantile(0.9), needed.quantile(0.91)),
        (Some(20.0), None)
    );
    let interval = needed.interval(0.9, Level::PERCENT_95).unwrap();
    assert_eq!((interval.low, interval.high), (20.0, f64::INFINITY));
}

/// A gadget whose run needs 3 units for each bit and 2 for each binary digit of its rank from above.
fn plane() -> MadeUp {
    let mut rows = MadeUp::new();
    for bits in 6..=14 {
        let units = |digits: u64| 3 * u64::from(bits) + 2 * digits;
        let runs = |digits: u64| (units(digits), 1 << (12 - digits));
        let mut all: Vec<(u64, u64)> = (1..=12).map(runs).collect();
        all.push((units(13), 1));
        rows.add(Construction::PooledGadget, bits, &all);
    }
    rows
}

#[test]
fn prices_are_measured_where_they_can_be_and_fitted_beyond() {
    let results = read(&plane());
    let prices = Prices::new(&results, Construction::PooledGadget, 0.5);
    let close = |found: Option<Price>, units: f64, measured: bool| {
        let found = found.unwrap();
        assert_eq!(found.measured, measured);
        assert!((found.value - units).abs() < 0.02, "{found:?} {units}");
    };
    let tolerance = |bits: f64| (-bits).exp2();
    close(prices.units(tolerance(8.0), 1.0 / 8.0), 30.0, true);
    // The geometric mean of 30 and 33.
    close(prices.units(tolerance(8.5), 1.0 / 8.0), 31.464, true);
    // Of 4096 runs no 20th binary digit is known, and of no run the 18th bit.
    close(
        prices.units(tolerance(8.0), (-20.0_f64).exp2()),
        64.0,
        false,
    );
    close(prices.units(tolerance(18.0), 1.0 / 8.0), 60.0, false);
    let nothing = Prices::new(&results, Construction::Gadget, 0.5);
    assert_eq!(nothing.units(0.1, 0.1), None);
    let formula = Prices::new(&results, Construction::MalachProof, 0.5);
    let expected = coupon_units(Construction::MalachProof, 0.5, 0.1, 0.1).unwrap();
    close(formula.units(0.1, 0.1), expected, false);
}

#[test]
fn a_network_shares_its_accuracy_and_its_failures_among_its_weights() {
    let network = Network {
        accuracy: 0.25,
        width: 4,
        depth: 2,
        failure: 0.1,
    };
    assert_eq!(network.weights(), 32.0);
    assert_eq!(network.weight_tolerance(), 0.25 / 64.0);
    assert_eq!(network.weight_failure(), 0.1 / 64.0);
    assert_eq!(network.least_parameters(), 15.0);
    let results = read(&plane());
    let prices = Prices::new(&results, Construction::PooledGadget, 0.5);
    let price = prices.of_network(network).unwrap();
    // 8 bits of tolerance; 2^-10 < 0.1/64 < 2^-9, so the quantile is that of the tenth digit.
    let expected = 32.0 * 2.0 * (3.0 * 8.0 + 2.0 * 10.0);
    assert!((price.value - expected).abs() < 1e-9 && price.measured);
}

/// A pool for many weights costs 4 K units a weight and a little more, far less than waiting for each.
#[test]
fn a_pool_for_each_layer_is_cheaper_than_units_for_each_weight() {
    let network = Network::CENTRE;
    let (tolerance, failure) = (network.weight_tolerance(), network.weight_failure());
    let alone = coupon_units(Construction::Orseau, 0.5, tolerance, failure).unwrap();
    let pool = network.batch_parameters() / (2.0 * network.weights());
    // K = 25.
    assert!(
        (100.0..150.0).contains(&pool) && alone > 1000.0,
        "{pool} {alone}"
    );
}

/// The share of runs that exceed the formula's number is what was asked for: within five standard errors.
#[test]
fn waiting_times_have_the_quantiles_of_the_formula() {
    let runs = if cfg!(debug_assertions) { 100 } else { 4000 };
    for (construction, bits) in [
        (Construction::MalachProof, 4),
        (Construction::MalachClosest, 6),
        (Construction::Orseau, 10),
        (Construction::OrseauUniform, 5),
    ] {
        for (weight, failure) in [(ONE / 2, 0.5), (ONE, 0.1), (-ONE / 16, 0.02)] {
            let target = Target::new(weight, ONE >> bits).unwrap();
            let tolerance = to_f64(target.tolerance());
            let units = coupon_units(construction, to_f64(weight), tolerance, failure).unwrap();
            let key = format!("{construction:?}/{weight}");
            let late = (0..runs).filter(|&run| {
                let mut draws = generator(1, "tests", &key, run);
                let found = construction.run(target, u64::MAX, &mut draws).unwrap();
                found.units as f64 > units
            });
            let (late, runs) = (late.count() as f64, runs as f64);
            let error = 5.0 * (runs * failure * (1.0 - failure)).sqrt();
            assert!(
                (late - runs * failure).abs() < error,
                "{key}: {late} of {runs}, {failure}"
            );
        }
    }
}
