//! Which runs are compared with each other, and by what: the same for claims, table and figures.

use crate::architecture::{Architecture, Model};
use crate::row::{Ended, Row, Variant};
use std::collections::{BTreeMap, BTreeSet};

/// The accuracy in percent of a network that guesses one of ten classes.
pub const GUESSING: f64 = 10.0;

/// The test accuracy in percent after the last epoch. A run that diverged did not reach it and counts as
/// [`GUESSING`], whatever its last network could do.
///
/// The best epoch is not looked at: it is chosen on the test images.
pub fn accuracy(row: &Row) -> f64 {
    match row.ended {
        Ended::Diverged => GUESSING,
        Ended::Finished | Ended::Given => percent(row.correct_last, row.test_images),
    }
}

/// A count of images as a percentage of all of them.
pub fn percent(images: u64, of: u64) -> f64 {
    100.0 * images as f64 / of as f64
}

/// Accuracies in percent of runs that differ in their seeds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accuracies {
    /// Their mean.
    pub mean: f64,
    /// The smallest.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

impl Accuracies {
    /// Those of some runs; nothing of none.
    pub fn of(rows: &[&Row]) -> Option<Self> {
        let accuracies: Vec<f64> = rows.iter().map(|row| accuracy(row)).collect();
        let low = accuracies.iter().copied().reduce(f64::min)?;
        let high = accuracies.iter().copied().reduce(f64::max)?;
        let mean = accuracies.iter().sum::<f64>() / accuracies.len() as f64;
        Some(Self { mean, low, high })
    }
}

/// An architecture's runs as in the paper's code, of the most epochs that a pruned network was to be
/// trained for.
pub fn longest(rows: &[Row], architecture: Architecture) -> Vec<&Row> {
    budgets(rows, architecture).pop().unwrap_or_default()
}

/// An architecture's runs as in the paper's code by the epochs that they were to be trained for, in rising
/// order: the longest, and others that have all of their sparsities.
pub fn budgets(rows: &[Row], architecture: Architecture) -> Vec<Vec<&Row>> {
    let papers: Vec<&Row> = tested(rows, architecture)
        .filter(|row| row.variant == Variant::Paper)
        .collect();
    let sparsities = |runs: &[&Row]| -> BTreeSet<u64> {
        let pruned = runs.iter().filter(|row| row.model != Model::Dense);
        pruned.map(|row| sparsity(row)).collect()
    };
    let mut budgets = grouped(&papers, |row| row.epochs);
    budgets.retain(|runs| !sparsities(runs).is_empty());
    let all = budgets.last().map(|runs| sparsities(runs));
    budgets.retain(|runs| {
        all.as_ref()
            .is_some_and(|all| sparsities(runs).is_superset(all))
    });
    budgets
}

/// An architecture's runs of all variants, of the most epochs that a variant other than the paper's was to
/// be trained for and of the sparsities that it was run at.
pub fn ablated(rows: &[Row], architecture: Architecture) -> Vec<&Row> {
    let others = tested(rows, architecture).filter(|row| row.variant != Variant::Paper);
    let settings: BTreeSet<(usize, u64)> = others.map(|row| (row.epochs, sparsity(row))).collect();
    let longest = settings.last().map(|&(epochs, _)| epochs);
    tested(rows, architecture)
        .filter(|row| Some(row.epochs) == longest)
        .filter(|row| settings.contains(&(row.epochs, sparsity(row))))
        .collect()
}

/// An architecture's runs that were tested.
fn tested(rows: &[Row], architecture: Architecture) -> impl Iterator<Item = &Row> {
    rows.iter()
        .filter(move |row| row.architecture == architecture && row.test_images > 0)
        .filter(|row| (0.0..1.0).contains(&row.sparsity))
}

/// Runs by what they have in common, in its rising order.
pub fn grouped<'a, K: Ord>(rows: &[&'a Row], key: impl Fn(&Row) -> K) -> Vec<Vec<&'a Row>> {
    let mut groups: BTreeMap<K, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        groups.entry(key(row)).or_default().push(row);
    }
    groups.into_values().collect()
}

/// Sparsities in rising order: a key, since numbers that are not negative have the order of their bits.
pub fn sparsity(row: &Row) -> u64 {
    row.sparsity.to_bits()
}

/// The seeds of some runs.
pub fn seeds(rows: &[&Row]) -> BTreeSet<u64> {
    rows.iter().map(|row| row.seed).collect()
}

/// How many of some runs diverged.
pub fn diverged(rows: &[&Row]) -> usize {
    rows.iter()
        .filter(|row| row.ended == Ended::Diverged)
        .count()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A pruned network as in the paper's code that classifies so many of 10,000 images correctly, or a
    /// dense one.
    pub(crate) fn row(
        architecture: Architecture,
        (model, sparsity): (Model, f64),
        (epochs, seed): (usize, u64),
        correct: u64,
    ) -> Row {
        let parameters = architecture.parameters(model) as u64;
        let masked = match model {
            Model::Dense => 0,
            _ => architecture.connected(model) as u64,
        };
        Row {
            architecture,
            model,
            variant: Variant::Paper,
            sparsity,
            epochs,
            seed,
            parameters,
            masked,
            removed: (sparsity * masked as f64) as u64,
            test_images: 10_000,
            ended: Ended::Finished,
            completed: epochs,
            correct_last: correct,
            correct_best: correct + 10,
            best_epoch: epochs,
            frozen: String::new(),
        }
    }

    fn fc2(epochs: usize, variant: Variant) -> Row {
        let wide = row(Architecture::Fc2, (Model::Wide, 0.5), (epochs, 1), 9000);
        Row { variant, ..wide }
    }

    #[test]
    fn the_longest_runs_are_those_of_a_pruned_network() {
        let dense = row(Architecture::Fc2, (Model::Dense, 0.0), (50, 1), 9800);
        let rows = [
            dense,
            fc2(30, Variant::Paper),
            fc2(10, Variant::Paper),
            fc2(10, Variant::Global),
            fc2(5, Variant::Signed),
            Row {
                test_images: 0,
                ..fc2(80, Variant::Paper)
            },
            // No variant was run at this sparsity.
            Row {
                sparsity: 0.9,
                ..fc2(10, Variant::Paper)
            },
        ];
        assert_eq!(longest(&rows, Architecture::Fc2), [&rows[1]]);
        assert_eq!(ablated(&rows, Architecture::Fc2), [&rows[2], &rows[3]]);
        assert!(longest(&rows, Architecture::Fc4).is_empty());
    }

    #[test]
    fn a_budget_has_all_sparsities_of_the_longest_one() {
        let sparser = |epochs| Row {
            sparsity: 0.9,
            ..fc2(epochs, Variant::Paper)
        };
        let rows = [
            fc2(30, Variant::Paper),
            sparser(30),
            fc2(10, Variant::Paper),
            sparser(10),
            fc2(5, Variant::Paper),
        ];
        let found = budgets(&rows, Architecture::Fc2);
        assert_eq!(found, [[&rows[2], &rows[3]], [&rows[0], &rows[1]]]);
    }

    #[test]
    fn a_run_that_diverged_counts_as_guessing() {
        let finished = fc2(30, Variant::Paper);
        let diverged = Row {
            ended: Ended::Diverged,
            completed: 0,
            correct_last: 0,
            ..finished.clone()
        };
        let found = Accuracies::of(&[&finished, &diverged]).unwrap();
        assert_eq!((found.mean, found.low, found.high), (50.0, 10.0, 90.0));
        assert_eq!(Accuracies::of(&[]), None);
    }
}
