//! A unit of work: one draw of all coefficients, and every selection rule on it.

use super::approximate::{Approximation, Rule, approximate, largest_error, mean_error};
use super::config::Config;
use super::evaluation::correct;
use super::range::Range;
use super::row::{HistogramRow, Quantity, Row, Selection};
use super::ticket;
use anyhow::Result;
use lab::{Configured, Rows, boxed};
use std::path::Path;
use subset_sum::grid;
use tickets::coefficients::{Coefficients, Draw};
use training::evaluate;

/// One draw of all coefficients.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    coefficients: Coefficients,
    candidates: u32,
    replicate: u64,
}

impl Unit {
    /// The unit that a row comes from.
    pub fn of(row: &Row) -> Self {
        Self {
            coefficients: row.coefficients,
            candidates: row.candidates,
            replicate: row.replicate,
        }
    }

    /// Its stable name.
    pub fn key(&self) -> String {
        let (name, candidates) = (self.coefficients.name(), self.candidates);
        format!("{name}/n={candidates}/replicate={}", self.replicate)
    }
}

/// A unit of a configuration.
struct Task<'a> {
    config: &'a Config,
    unit: Unit,
}

impl Configured for Config {
    fn configuration(&self) -> serde_json::Value {
        let (target, images) = self.hashes();
        let mut configuration = serde_json::json!({
            "parameters": self.parameters,
            "target": target,
            "images": images,
        });
        // Left out of those that were recorded before there was a choice.
        if self.range != Range::default() {
            configuration["range"] = serde_json::json!(self.range);
        }
        configuration
    }

    /// The most expensive units come first, so that the cores finish together.
    fn units(&self) -> Vec<Box<dyn lab::Unit + '_>> {
        let mut sizes = self.parameters.candidates.clone();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        let coefficients = self.parameters.coefficients.iter().rev();
        let draws = sizes.into_iter().flat_map(|candidates| {
            coefficients
                .clone()
                .map(move |&coefficients| (coefficients, candidates))
        });
        let units = draws.flat_map(|(coefficients, candidates)| {
            (1..=self.parameters.replicates).map(move |replicate| Unit {
                coefficients,
                candidates,
                replicate,
            })
        });
        boxed(units.map(|unit| Task { config: self, unit }))
    }

    fn keep_ticket(&self, results: &Path) -> Result<Option<String>> {
        ticket::keep(self, results).map(Some)
    }
}

impl lab::Unit for Task<'_> {
    fn key(&self) -> String {
        self.unit.key()
    }

    /// As measured on one core with AVX-512: a test of the network for each rule, and the searches.
    fn seconds(&self) -> f64 {
        let weights = self.config.target.network().weights() as f64;
        let images = self.config.test.labels.len() as f64;
        let rules = self.config.rules().len() as f64;
        let search = 1e-7 + 5e-10 * (f64::from(self.unit.candidates) / 2.0).exp2();
        rules * weights * (search + 1.6e-11 * images)
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let (config, unit) = (self.config, &self.unit);
        let draw = Draw {
            coefficients: unit.coefficients,
            candidates: unit.candidates as usize,
            seed,
            replicate: unit.replicate,
        };
        let before = config.correct_before();
        for (rule, tolerances) in config.rules() {
            let approximation = approximate(&config.target, draw, rule)?;
            rows.measure(&rule.name(), approximation.core_seconds);
            let after = correct(&approximation.network, &config.test);
            for tolerance in tolerances {
                let rule = Rule { tolerance, ..rule };
                let row = config.row(unit, rule, &approximation, before, after);
                rows.push(&row)?;
                if unit.replicate == 1 && tolerance == config.parameters.histogram_tolerance {
                    let bins = histogram(&row, &approximation);
                    bins.iter().try_for_each(|bin| rows.push(bin))?;
                }
            }
        }
        Ok(())
    }
}

impl Config {
    /// Test images that the target classifies correctly, counted once for all units. On one thread: a
    /// worker that waits for it must not be needed to finish it.
    pub(super) fn correct_before(&self) -> u64 {
        let count =
            || evaluate::correct(self.target.network(), &self.test, 0..self.test.labels.len());
        *self.correct_before.get_or_init(|| count() as u64)
    }

    /// Every rule with the tolerances that its result is held against. The closest subset does not
    /// depend on the tolerance, so one approximation serves all of them.
    fn rules(&self) -> Vec<(Rule, Vec<f64>)> {
        let tolerances = &self.parameters.tolerances;
        let closest = Rule::closest(tolerances[0]);
        let mut rules = vec![(closest, tolerances.clone())];
        for (selection, small_to_zero) in [
            (Selection::Closest, true),
            (Selection::SmallestFeasible, false),
            (Selection::FirstFeasible, false),
        ] {
            rules.extend(tolerances.iter().map(|&tolerance| {
                let rule = Rule {
                    selection,
                    tolerance,
                    small_to_zero,
                };
                (rule, vec![tolerance])
            }));
        }
        rules
    }

    fn row(
        &self,
        unit: &Unit,
        rule: Rule,
        approximation: &Approximation,
        correct_before: u64,
        correct_after: u64,
    ) -> Row {
        let errors = &approximation.errors;
        let tolerance = rule.tolerance_in_units();
        Row {
            coefficients: unit.coefficients,
            candidates: unit.candidates,
            selection: rule.selection,
            tolerance: rule.tolerance,
            small_to_zero: rule.small_to_zero,
            replicate: unit.replicate,
            weights: errors.len() as u64,
            initial_parameters: errors.len() as u64 * u64::from(unit.candidates),
            infeasible: errors.iter().filter(|&&error| error > tolerance).count() as u64,
            kept_parameters: approximation.sizes().map(u64::from).sum(),
            max_error: largest_error(errors),
            mean_error: mean_error(errors),
            test_images: self.test.labels.len() as u64,
            correct_before,
            correct_after,
        }
    }
}

/// Both histograms of an approximation, without their empty bins.
fn histogram(row: &Row, approximation: &Approximation) -> Vec<HistogramRow> {
    let bin = |quantity, lower, upper, weights| HistogramRow {
        coefficients: row.coefficients,
        candidates: row.candidates,
        selection: row.selection,
        tolerance: row.tolerance,
        small_to_zero: row.small_to_zero,
        replicate: row.replicate,
        quantity,
        lower,
        upper,
        weights,
    };
    // Bin 0 holds exact hits, bin b errors of b binary digits: 2^(b-1) to 2^b units.
    let (mut by_digits, mut by_size) = ([0; 65], [0; 65]);
    for (error, size) in approximation.errors.iter().zip(approximation.sizes()) {
        by_digits[(64 - error.leading_zeros()) as usize] += 1;
        by_size[size as usize] += 1;
    }
    let power = |digits: usize| (digits as f64).exp2() / grid::ONE as f64;
    let errors = by_digits.iter().enumerate().map(|(digits, &weights)| {
        let lower = if digits == 0 { 0.0 } else { power(digits - 1) };
        bin(Quantity::Error, lower, power(digits), weights)
    });
    let sizes = by_size.iter().enumerate();
    let sizes =
        sizes.map(|(size, &weights)| bin(Quantity::Kept, size as f64, size as f64 + 1.0, weights));
    errors.chain(sizes).filter(|bin| bin.weights > 0).collect()
}
