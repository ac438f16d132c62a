//! All experiments, in the order in which they are run, printed and told.

use anyhow::Result;
use lab::claims::Claim;
use lab::{About, Experiment, Judgement};
use std::path::Path;

/// The list: an experiment that is named here is run, judged, drawn and told with the others.
static LIST: &[&dyn Experiment] = &[
    &mnist_approximation::Experiment,
    &mnist_theorem::Experiment,
    &coverage::Experiment,
    &existence::Experiment,
    &baselines::Experiment,
    &construction::Experiment,
    &lower_bound::Experiment,
    &mnist_pruning::Experiment,
];

/// All experiments.
pub fn all() -> impl Iterator<Item = &'static dyn Experiment> {
    LIST.iter().copied()
}

/// What all experiments are called, with their presets.
pub fn abouts() -> Vec<About> {
    all().map(|experiment| experiment.about()).collect()
}

/// The claims of all experiments.
pub fn claims() -> Vec<Claim> {
    all().flat_map(|experiment| experiment.claims()).collect()
}

/// The claims of all experiments, held against the rows of a results folder.
///
/// # Errors
/// Rows that cannot be read.
pub fn judge(results: &Path) -> Result<Vec<Judgement>> {
    let judged = all().map(|one| lab::judge(one, results));
    Ok(judged.collect::<Result<Vec<_>>>()?.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Listing them pairs every claim with its judge, or panics.
    #[test]
    fn claims_are_named_once_over_all_experiments() {
        let claims = claims();
        let ids: BTreeSet<&str> = claims.iter().map(|claim| claim.id.as_str()).collect();
        assert_eq!(ids.len(), claims.len());
    }

    #[test]
    fn tables_of_claims_are_named_after_their_experiment() {
        for experiment in all() {
            let name = experiment.about().name;
            for claim in experiment.claims() {
                assert!(claim.table.starts_with(name), "{}", claim.id);
            }
        }
    }

    #[test]
    fn experiments_without_rows_are_no_tables_of_the_report() {
        let folder = tempfile::tempdir().unwrap();
        for experiment in all() {
            assert!(experiment.comparison(folder.path()).unwrap().is_none());
            experiment.settings(folder.path()).unwrap();
        }
    }
}
