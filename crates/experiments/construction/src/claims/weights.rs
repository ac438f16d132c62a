//! What is claimed of single weights, and of the columns of a layer.

use super::failures;
use crate::GUARANTEE;
use crate::row::Numbers;
use crate::sufficient_n::{Needed, Results};
use anyhow::Result;
use lab::claims::{Evidence, Judge, Test, between, from, test_all, test_stated};
use lab::statistics::{Interval, Level, Proportion};
use std::path::Path;

pub(super) const JUDGES: &[(&str, Judge)] = &[
    ("UB-1.1", one_weight),
    ("UB-1.2", independence),
    ("UB-1.3", weight_slopes),
    ("UB-3.1", reuse),
];

fn one_weight(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let of = |bits| Some((bits, results.weight(Numbers::Gadget, 1, bits)?));
    let subjects: Vec<(u32, Needed)> = (4..=10).filter_map(of).collect();
    test_all(&subjects, level, |(bits, needed), level| {
        let epsilon = (-f64::from(*bits)).exp2();
        let units = (GUARANTEE * (2.0 / epsilon).log2()).ceil();
        failures(
            needed,
            units,
            epsilon,
            format!("epsilon = 2^-{bits}"),
            level,
        )
    })
}

fn independence(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let of = |bits| {
        let [first, second, gadget] = [
            Numbers::PositiveHalf,
            Numbers::NegativeHalf,
            Numbers::Gadget,
        ]
        .map(|numbers| results.weight(numbers, 1, bits));
        Some((bits, first?, second?, gadget?))
    };
    let subjects: Vec<_> = (1..=20).filter_map(of).collect();
    test_all(&subjects, level, |(bits, first, second, gadget), level| {
        let (units, samples) = (first.quantile(0.5), gadget.samples());
        let [one, other, any] = [first, second, gadget].map(|needed| needed.failures(units));
        let both = one + other - any;
        let interval = |count| -> Result<Interval> {
            Ok(Proportion::new(count, samples)?.interval(level.shared_by(3)))
        };
        let (p, q, both_fail) = (interval(one)?, interval(other)?, interval(both)?);
        Ok(Test {
            figures: format!(
                "of {samples} gadgets {one} and {other} halves fail, {both} both, for 2^-{bits}"
            ),
            samples,
            interval: both_fail - between(p.low * q.low, p.high * q.high),
            margin: between(-0.05, 0.05),
        })
    })
}

fn weight_slopes(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    const BITS: [u32; 2] = [8, 16];
    let one = between(0.8, 1.3);
    let of = |(numbers, margin)| {
        let [first, last] = BITS.map(|bits| results.weight(numbers, 1, bits));
        Some((numbers, margin, first?, last?))
    };
    let subjects: Vec<_> = [
        (Numbers::Uniform, one),
        (Numbers::Product, one),
        (Numbers::PooledGadget, one),
        (Numbers::Gadget, between(1.6, 2.6)),
    ]
    .into_iter()
    .filter_map(of)
    .collect();
    test_stated(
        &subjects,
        4,
        level,
        |(numbers, margin, first, last), level| {
            let run = f64::from(BITS[1] - BITS[0]);
            let before = first.interval(0.5, level.shared_by(2))?;
            let after = last.interval(0.5, level.shared_by(2))?;
            Ok(Test {
                figures: format!(
                    "{:.3} a bit for {}",
                    (last.quantile(0.5) - first.quantile(0.5)) / run,
                    numbers.name()
                ),
                samples: first.samples().min(last.samples()),
                interval: (after - before) / run,
                margin: *margin,
            })
        },
    )
}

fn reuse(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let of = |(outputs, bits)| {
        let both = [Numbers::SharedGadgets, Numbers::FreshGadgets];
        let [shared, fresh] = both.map(|numbers| results.weight(numbers, outputs, bits));
        Some((outputs, bits, shared?, fresh?))
    };
    let columns = results.columns().into_iter();
    let subjects: Vec<_> = columns.filter_map(of).collect();
    test_all(&subjects, level, |(outputs, bits, shared, fresh), level| {
        let units = fresh.quantile(0.5);
        let level = level.shared_by(2);
        let [shares, own] = [shared.failure(units)?, fresh.failure(units)?];
        let (failing, of_fresh) = (shares.interval(level), own.interval(level));
        Ok(Test {
            figures: format!(
                "with n = {units}, {:.3} of the columns with shared in-weights fail and {:.3} of the others, {outputs} outputs, 2^-{bits}",
                shares.rate(),
                own.rate()
            ),
            samples: shared.samples().min(fresh.samples()),
            interval: of_fresh - failing,
            margin: from(-0.05),
        })
    })
}
