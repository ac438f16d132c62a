//! A unit of work: one random network, pruned, certified and run on the test images.

use super::case::Case;
use super::config::Config;
use super::images::{Certificate, Seen, compare, input, lengths, outputs};
use super::prune::{Pruned, prune};
use super::row::{LayerRow, Row};
use super::ticket;
use anyhow::{Result, ensure};
use lab::{Configured, Rows, boxed};
use std::path::Path;
use std::time::Instant;
use subset_sum::grid;
use tickets::certificates::{Comparison, Domain, LayerBound, RealMatrix, RealNetwork, Search};
use tickets::construction::{Outcome, PrunedNetwork, RandomLayer, RandomNetwork};
use training::source;

/// Images that are run by the kept weights alone, one after the other, to be compared with the sums of
/// kept weights that all images are run by.
const RUN_UNFOLDED: usize = 8;

/// The worst error on a domain, relative to the length of the input, and the bounds of the layers.
struct Worst {
    certified: f64,
    found: f64,
    layers: Vec<LayerBound>,
}

/// A unit of a configuration.
struct Task<'a> {
    config: &'a Config,
    case: Case,
}

impl Configured for Config {
    fn configuration(&self) -> serde_json::Value {
        serde_json::json!({
            "parameters": self.parameters,
            "target": self.name,
            "images": source::sha256(&self.test),
        })
    }

    /// The most expensive units come first, so that the cores finish together.
    fn units(&self) -> Vec<Box<dyn lab::Unit + '_>> {
        let mut cases: Vec<Case> = self.parameters.cases().collect();
        cases.sort_by_key(|case| std::cmp::Reverse(case.candidates));
        boxed(cases.into_iter().map(|case| Task { config: self, case }))
    }

    fn keep_ticket(&self, results: &Path) -> Result<Option<String>> {
        ticket::keep(self, results).map(Some)
    }
}

impl lab::Unit for Task<'_> {
    fn key(&self) -> String {
        self.case.key()
    }

    /// As measured on one core with AVX-512: draws, searches, and what is done with the result.
    fn seconds(&self) -> f64 {
        let (config, case) = (self.config, &self.case);
        let layers = config.target.layers().iter();
        let weights: usize = layers.map(|layer| layer.values().len()).sum();
        let half_lines = if case.is_signed() { 2.0 } else { 1.0 };
        let search = 4e-7 + 1e-9 * (case.candidates as f64 / 2.0).exp2();
        let evaluation = 2.5e-10 * config.test.labels.len() as f64 + 3e-6;
        weights as f64 * (half_lines * search + 1e-8 * case.units as f64 + evaluation)
    }

    fn compute(&self, _: u64, rows: &mut Rows) -> Result<()> {
        let (config, case) = (self.config, &self.case);
        let random = config.random(case)?;
        let pruned = prune(&random, &config.target, case.construction())?;
        rows.measure("construction", pruned.core_seconds);
        let started = Instant::now();
        let nonnegative = config.worst(&pruned.network, Domain::NonnegativeUnitBall, case)?;
        let ball = case
            .is_signed()
            .then(|| config.worst(&pruned.network, Domain::UnitBall, case));
        let ball = ball.transpose()?;
        rows.measure("worst error", started.elapsed().as_secs_f64());
        let started = Instant::now();
        let seen = config.run(&pruned.network, nonnegative.certified)?;
        rows.measure("test images", started.elapsed().as_secs_f64());
        let layers = config.layer_rows(case, &random, &pruned, (&nonnegative, ball.as_ref()))?;
        layers.iter().try_for_each(|layer| rows.push(layer))?;
        rows.push(&config.row(&layers, &nonnegative, ball.as_ref(), seen))
    }
}

impl Config {
    fn worst(&self, pruned: &PrunedNetwork, domain: Domain, case: &Case) -> Result<Worst> {
        let comparison = Comparison::new(&self.target, pruned, domain)?;
        let worst = comparison.worst_error(Search {
            starts: self.parameters.starts,
            steps: self.parameters.steps,
            seed: self.seed,
            replicate: case.replicate,
        });
        let constant = if self.target.has_constant_input() {
            1.0
        } else {
            0.0
        };
        let squares = worst.found.input.iter().map(|value| value * value);
        let length = (squares.sum::<f64>() + constant).sqrt();
        Ok(Worst {
            certified: comparison.per_length(worst.upper()),
            found: if length > 0.0 {
                worst.lower() / length
            } else {
                0.0
            },
            layers: worst.layers,
        })
    }

    /// What the target puts out for the test images.
    fn before(&self, target: &RealNetwork) -> &RealMatrix {
        if let Some(outputs) = self.outputs.get() {
            return outputs;
        }
        // Outside of the lock: a thread that waits for it may be needed to finish. If two threads come
        // here, both find the same.
        let found = outputs(target, &self.test.images, self.target.has_constant_input());
        self.outputs.get_or_init(|| found)
    }

    /// Runs the pruned network on the test images. An image is not negative, so sums of kept weights
    /// may stand for them; that this is the same network is tried on some images.
    fn run(&self, pruned: &PrunedNetwork, certified: f64) -> Result<Seen> {
        let has_constant_input = self.target.has_constant_input();
        let images = &self.test.images;
        let target = RealNetwork::of_target(&self.target);
        let folded = RealNetwork::on_nonnegative_inputs(pruned);
        let lengths = lengths(images, has_constant_input);
        let rounding = target.rounding() + folded.rounding();
        let after = outputs(&folded, images, has_constant_input);
        for (image, length) in lengths.iter().enumerate().take(RUN_UNFOLDED) {
            let unfolded = pruned.forward(&input(images, image, false));
            let mut pairs = unfolded.iter().zip(after.row(image));
            // Sums of thousands of kept weights, each rounded once or twice.
            let allowed = 1e-9 * length;
            ensure!(
                pairs.all(|(one, other)| (one - other).abs() <= allowed),
                "the pruned network does not compute what its kept weights add up to"
            );
        }
        let certificate = Certificate {
            error: certified,
            rounding,
        };
        let before = self.before(&target);
        Ok(compare(
            before,
            &after,
            &lengths,
            &self.test.labels,
            certificate,
        ))
    }

    fn layer_rows(
        &self,
        case: &Case,
        random: &RandomNetwork,
        pruned: &Pruned,
        (nonnegative, ball): (&Worst, Option<&Worst>),
    ) -> Result<Vec<LayerRow>> {
        let errors = pruned
            .network
            .errors(&self.target, case.nonnegative_inputs)?;
        let row = |(index, random): (usize, &RandomLayer)| {
            let Outcome {
                instances,
                short,
                out_of_reach,
                largest_error,
                ..
            } = pruned.outcomes[index];
            let layer = &pruned.network.layers()[index];
            let deviation = |worst: &Worst| worst.layers[index].deviation;
            LayerRow {
                gadget: case.gadget,
                nonnegative_inputs: case.nonnegative_inputs,
                units: case.units,
                candidates: case.candidates,
                replicate: case.replicate,
                layer: index + 1,
                inputs: random.inputs(),
                outputs: random.outputs(),
                factor: self.target.factors()[index],
                instances,
                short,
                out_of_reach,
                largest_error: grid::to_f64(largest_error),
                rms_error: root_mean_square(&errors[index]),
                initial_parameters: random.parameters() as u64,
                kept_first: layer.first().mask().size() as u64,
                kept_second: layer.second().mask().size() as u64,
                deviation_ball: ball.map(deviation),
                deviation_nonnegative: deviation(nonnegative),
            }
        };
        Ok(random.layers().iter().enumerate().map(row).collect())
    }

    fn row(
        &self,
        layers: &[LayerRow],
        nonnegative: &Worst,
        ball: Option<&Worst>,
        seen: Seen,
    ) -> Row {
        let sum = |of: fn(&LayerRow) -> u64| layers.iter().map(of).sum();
        let instances: u64 = sum(|layer| layer.instances);
        let squares = layers
            .iter()
            .map(|layer| layer.instances as f64 * layer.rms_error.powi(2));
        let first = &layers[0];
        Row {
            gadget: first.gadget,
            nonnegative_inputs: first.nonnegative_inputs,
            units: first.units,
            candidates: first.candidates,
            replicate: first.replicate,
            instances,
            short: sum(|layer| layer.short),
            out_of_reach: sum(|layer| layer.out_of_reach),
            largest_error: layers
                .iter()
                .map(|layer| layer.largest_error)
                .fold(0.0, f64::max),
            rms_error: (squares.sum::<f64>() / instances as f64).sqrt(),
            initial_parameters: sum(|layer| layer.initial_parameters),
            kept_first: sum(|layer| layer.kept_first),
            kept_second: sum(|layer| layer.kept_second),
            certified_ball: ball.map(|worst| worst.certified),
            found_ball: ball.map(|worst| worst.found),
            certified_nonnegative: nonnegative.certified,
            found_nonnegative: nonnegative.found,
            test_images: self.test.labels.len() as u64,
            correct_before: seen.correct_before,
            correct_after: seen.correct_after,
            same_label: seen.same_label,
            certified_images: seen.certified,
            violations: seen.violations,
            largest_image_error: seen.largest_error,
        }
    }
}

/// The root mean square of errors in grid units.
fn root_mean_square(errors: &[i64]) -> f64 {
    // Integers add up to the same sum in any order.
    let squares = errors
        .iter()
        .map(|&error| i128::from(error) * i128::from(error));
    (squares.sum::<i128>() as f64 / errors.len() as f64).sqrt() / grid::ONE as f64
}
