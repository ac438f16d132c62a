//! One pruned network of a run as a ticket in the results folder, and a ticket read back and tested.

use super::case::{Case, name};
use super::config::Config;
use super::images::{class, outputs};
use super::prune::prune;
use anyhow::{Context, Result, ensure};
use lab::store;
use std::path::Path;
use subset_sum::grid;
use tickets::PrunedTicket;
use tickets::certificates::{RealMatrix, RealNetwork};
use tickets::construction::{Norms, Target};
use training::mnist::Split;
use training::source::{self, TargetFile};

/// The name of a run's ticket in its results folder.
pub const FILE: &str = "mnist-theorem.ticket.safetensors";

/// Writes the ticket of a run to its results folder, unless it is there already, and says in a line
/// how large it is. It is the first network of the preset.
///
/// # Errors
/// A folder that cannot be written; as [`prune`].
pub fn keep(config: &Config, results: &Path) -> Result<String> {
    let path = results.join(FILE);
    let mut cases = config.parameters.cases();
    let case = cases.next().context("a preset without networks")?;
    let ours = |bytes: &[u8]| {
        let found = PrunedTicket::from_bytes(bytes).ok();
        found.filter(|ticket| is_of(ticket, config, &case))
    };
    let ticket = store::keep(&path, ours, || make(config, &case), PrunedTicket::to_bytes)?;
    Ok(format!("ticket: {}, {}", path.display(), size(&ticket)))
}

fn is_of(ticket: &PrunedTicket, config: &Config, case: &Case) -> bool {
    ticket.seed() == [config.seed, case.replicate]
        && ticket.target() == config.name
        && ticket.gadget() == case.gadget
        && ticket.nonnegative_inputs() == case.nonnegative_inputs
        && ticket.candidates() == case.candidates
        && config
            .random(case)
            .is_ok_and(|random| *ticket.random() == random)
        && ticket.factors() == config.target.factors()
}

fn make(config: &Config, case: &Case) -> Result<PrunedTicket> {
    let random = config.random(case)?;
    let construction = case.construction();
    let pruned = prune(&random, &config.target, construction)?.network;
    let seed = [config.seed, case.replicate];
    let name = config.name.clone();
    let ticket = PrunedTicket::new(&pruned, &random, seed, &config.target, construction, name)?;
    Ok(ticket)
}

/// Draws the random network of a ticket again, which was read from `file`, applies the masks and tests
/// the result on the images of the folder `data` or on MNIST. Errors of weights are told if the target
/// is given or is the tracked one.
///
/// # Errors
/// Files that cannot be read; a target that is another one; a network that does not take images and
/// give their classes.
pub fn test(
    (ticket, file): (&PrunedTicket, &Path),
    target: Option<TargetFile>,
    data: Option<&Path>,
) -> Result<String> {
    let network = ticket.network();
    let target = source::named(target, ticket.target())?;
    let distance = match target {
        None => "not at hand: name it with --target for the errors".to_owned(),
        Some(target) => {
            let found = target.sha256();
            ensure!(
                found == ticket.target(),
                "--target: the ticket was made from {}, this is {found}: name its target",
                ticket.target()
            );
            let target = Target::new(&target, Norms::Rescaled).context("--target")?;
            let errors = network.errors(&target, ticket.nonnegative_inputs());
            let errors = errors.context("--target")?;
            let largest = errors.iter().flatten().copied().max().unwrap_or(0);
            format!(
                "largest error of a rescaled weight {:e}",
                grid::to_f64(largest)
            )
        }
    };
    let folded = RealNetwork::on_nonnegative_inputs(&network);
    let images = source::test_images(data, outputs_of(&folded))?;
    let has_constant_input = network.has_constant_input();
    check(&folded, has_constant_input, &images)
        .with_context(|| format!("--ticket {}", file.display()))?;
    let outputs = outputs(&folded, &images.images, has_constant_input);
    let labels = images.labels.iter().enumerate();
    let correct = labels.filter(|(row, label)| class(outputs.row(*row)) == usize::from(**label));
    Ok(format!(
        "ticket: {}\nsize: {}\ntarget: {}, {distance}\n\
         accuracy: {} of {} test images correct",
        origin(ticket),
        size(ticket),
        ticket.target(),
        correct.count(),
        images.labels.len()
    ))
}

fn outputs_of(network: &RealNetwork) -> usize {
    network.layers().last().map_or(0, RealMatrix::rows)
}

/// Checks that a network can be run on images.
fn check(network: &RealNetwork, has_constant_input: bool, images: &Split) -> Result<()> {
    let layers = network.layers();
    let inputs = layers[0].columns() - usize::from(has_constant_input);
    let (pixels, outputs) = (images.images.columns(), outputs_of(network));
    ensure!(
        inputs == pixels,
        "the network has {inputs} inputs, the images {pixels} pixels"
    );
    let largest = images.labels.iter().copied().max().unwrap_or(0);
    ensure!(
        usize::from(largest) < outputs,
        "the network has {outputs} outputs, the labels go up to {largest}"
    );
    Ok(())
}

fn origin(ticket: &PrunedTicket) -> String {
    let [seed, replicate] = ticket.seed();
    let units = ticket
        .random()
        .layers()
        .iter()
        .map(|layer| layer.units().to_string());
    format!(
        "a random network under masks, {} gadget, inputs nonnegative {}, n = {}, m = {}, seed {seed}, replicate {replicate}",
        name(&ticket.gadget()),
        name(&ticket.nonnegative_inputs()),
        units.collect::<Vec<_>>().join(", "),
        ticket.candidates()
    )
}

/// The size in bits for a weight of the target.
fn size(ticket: &PrunedTicket) -> String {
    let layers = ticket.random().layers().iter();
    let weights: usize = layers.map(|layer| layer.inputs() * layer.outputs()).sum();
    format!(
        "{} random parameters, {} bits a weight of the target ({:.2} with the header)",
        ticket.random().parameters(),
        ticket.bits() / weights as u64,
        8.0 * ticket.to_bytes().len() as f64 / weights as f64
    )
}
