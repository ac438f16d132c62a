//! All experiments, in the order in which they are run, printed and told.

use lab::Experiment;
use lab::claims::Claim;

/// The list: an experiment that is named here is run, judged, drawn and told with the others.
pub static ALL: [&dyn Experiment; 8] = [
    &mnist_approximation::Experiment,
    &mnist_theorem::Experiment,
    &coverage::Experiment,
    &existence::Experiment,
    &baselines::Experiment,
    &construction::Experiment,
    &lower_bound::Experiment,
    &mnist_pruning::Experiment,
];

/// The claims of all experiments.
pub fn claims() -> Vec<Claim> {
    ALL.iter()
        .flat_map(|experiment| experiment.claims())
        .collect()
}
