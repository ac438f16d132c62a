//! One approximation of a run as a ticket in the results folder, and a ticket read back and tested.

use super::approximate::{Rule, approximate, largest_error, mean_error};
use super::config::Config;
use super::evaluation::correct;
use anyhow::{Context, Result, ensure};
use lab::store;
use std::path::Path;
use tickets::ApproximationTicket;
use tickets::coefficients::{Coefficients, Draw};
use training::evaluate;
use training::source::{self, TargetFile};

/// The name of a run's ticket in its results folder.
pub const FILE: &str = "mnist-approximation.ticket.safetensors";

/// Writes the ticket of a run to its results folder, unless it is there already, and says in a line
/// how large it is. It is the approximation with the most candidates and the closest subsets, first
/// replicate, with coefficients per weight if the run has them.
///
/// # Errors
/// A folder that cannot be written; as [`approximate`].
pub fn keep(config: &Config, results: &Path) -> Result<String> {
    let path = results.join(FILE);
    let ours = |bytes: &[u8]| {
        let found = ApproximationTicket::from_bytes(bytes).ok();
        found.filter(|ticket| is_of(ticket, config))
    };
    let ticket = store::keep(&path, ours, || make(config), ApproximationTicket::to_bytes)?;
    let errors = ticket.errors(config.target.network())?;
    let size = size(&ticket, Some(&errors));
    Ok(format!("ticket: {}, {size}", path.display()))
}

/// Makes the network of a ticket again, which was read from `file`, and tests it on the images of the folder `data` or on MNIST.
/// Errors of weights are told if the target is given or is the tracked one.
///
/// # Errors
/// Files that cannot be read; a ticket that was not made from the target; a network that does not take
/// images and give their classes.
pub fn test(
    (ticket, file): (&ApproximationTicket, &Path),
    target: Option<TargetFile>,
    data: Option<&Path>,
) -> Result<String> {
    let target = source::named(target, ticket.target())?;
    let errors = target.map(|target| ticket.errors(&target)).transpose();
    let errors = errors.context("--target")?;
    let network = ticket.network();
    let test = source::test_images(data, network.outputs())?;
    evaluate::check(&network, &test).with_context(|| format!("--ticket {}", file.display()))?;
    let (correct, images) = (correct(&network, &test), test.labels.len());
    Ok(format!(
        "ticket: {}\nsize: {}\ntarget: {}\nnetwork: {}\n\
         accuracy: {correct} of {images} test images correct",
        origin(ticket),
        size(ticket, errors.as_deref()),
        distance(ticket, errors.as_deref()),
        network.sha256()
    ))
}

fn origin(ticket: &ApproximationTicket) -> String {
    let Draw {
        coefficients,
        candidates,
        seed,
        replicate,
    } = ticket.draw();
    let (weights, coefficients) = (ticket.weights(), coefficients.name());
    format!(
        "{weights} weights, {coefficients} coefficients, n = {candidates}, seed {seed}, replicate {replicate}"
    )
}

/// The size in bits a weight beside what the theorem asks for but for a constant, log2(1/eps).
fn size(ticket: &ApproximationTicket, errors: Option<&[i64]>) -> String {
    let weights = ticket.weights() as f64;
    let bits = ticket.bits() as f64 / weights;
    let whole = 8.0 * ticket.to_bytes().len() as f64 / weights;
    let tolerance = ticket.tolerance();
    let mut text = format!(
        "{bits} bits a weight ({whole:.2} with the header); log2(1/eps) is {}",
        promised(tolerance, &format!("the tolerance {tolerance}"))
    );
    if let Some(errors) = errors {
        let (largest, mean) = (largest_error(errors), mean_error(errors));
        let (largest, mean) = (
            promised(largest, "the largest error"),
            promised(mean, "the mean error"),
        );
        text += &format!(", {largest}, {mean}");
    }
    text
}

/// log2(1/eps) for a named eps, which may be 0.
fn promised(eps: f64, name: &str) -> String {
    match eps > 0.0 {
        true => format!("{:.2} for {name}", -eps.log2()),
        false => format!("unbounded for {name}, since eps is 0"),
    }
}

/// The target, and how far the weights are from its own.
fn distance(ticket: &ApproximationTicket, errors: Option<&[i64]>) -> String {
    let target = ticket.target();
    match errors {
        Some(errors) => {
            let (largest, mean) = (largest_error(errors), mean_error(errors));
            format!("{target}, largest error {largest:e}, mean error {mean:e}")
        }
        None => format!("{target}, not at hand: name it with --target for the errors"),
    }
}

/// The draw whose approximation becomes the ticket of a run.
fn draw(config: &Config) -> Draw {
    let parameters = &config.parameters;
    let per_weight = parameters.coefficients.contains(&Coefficients::PerWeight);
    Draw {
        coefficients: if per_weight {
            Coefficients::PerWeight
        } else {
            Coefficients::PerRow
        },
        candidates: parameters.candidates.iter().copied().max().unwrap_or(0) as usize,
        seed: config.seed,
        replicate: 1,
    }
}

fn is_of(ticket: &ApproximationTicket, config: &Config) -> bool {
    ticket.draw() == draw(config)
        && ticket.laws() == config.target.laws()
        && ticket.target() == config.target.network().sha256()
        && config.parameters.tolerances.contains(&ticket.tolerance())
}

/// The ticket's tolerance is the smallest one that every weight keeps, or the largest one if none is
/// kept.
fn make(config: &Config) -> Result<ApproximationTicket> {
    let (target, draw) = (&config.target, draw(config));
    let mut tolerances = config.parameters.tolerances.clone();
    tolerances.sort_by(f64::total_cmp);
    let approximation = approximate(target, draw, Rule::closest(tolerances[0]))?;
    let largest = largest_error(&approximation.errors);
    let kept = tolerances.iter().find(|&&tolerance| largest <= tolerance);
    let tolerance = kept.or(tolerances.last()).context("no tolerance")?;
    let ticket = approximation.ticket(target, draw, *tolerance)?;
    ensure!(
        ticket.network() == approximation.network,
        "the ticket does not give the approximated network again"
    );
    Ok(ticket)
}

#[cfg(test)]
mod tests {
    use super::promised;

    #[test]
    fn an_error_of_zero_has_a_sentence_of_its_own() {
        assert_eq!(promised(0.25, "the mean error"), "2.00 for the mean error");
        let zero = promised(0.0, "the mean error");
        assert_eq!(zero, "unbounded for the mean error, since eps is 0");
    }
}
