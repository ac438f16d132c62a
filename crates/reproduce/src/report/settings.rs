//! Hyper-parameters side by side: the paper, its README, its code, its log, and ours.
//!
//! Theirs is what was read in the source that the column names; where nothing was read, or it was not
//! understood, the cell is empty. Ours comes from the rows and from the constants that made them.

use anyhow::Result;
use lab::table;
use mnist_pruning::compared::{budgets, seeds};
use mnist_pruning::{Architecture, Model};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;
use training::Recipe;

/// The settings of one experiment.
#[derive(Serialize)]
pub(super) struct Table {
    title: &'static str,
    settings: Vec<Setting>,
}

/// One setting.
#[derive(Serialize)]
struct Setting {
    name: &'static str,
    /// What the paper, its README, its code and its log say of it.
    theirs: [&'static str; 4],
    ours: String,
}

impl Setting {
    fn new(name: &'static str, theirs: [&'static str; 4], ours: impl Into<String>) -> Self {
        let ours = ours.into();
        Self { name, theirs, ours }
    }
}

/// The settings of both experiments of the paper.
pub(super) fn tables(results: &Path) -> Result<[Table; 2]> {
    let approximated: Option<Vec<mnist_approximation::Row>> = table::read(results)?;
    let pruned: Option<Vec<mnist_pruning::Row>> = table::read(results)?;
    Ok([
        Table {
            title: "Experiment 1",
            settings: first(&approximated.unwrap_or_default()),
        },
        Table {
            title: "Experiment 2",
            settings: second(&pruned.unwrap_or_default()),
        },
    ])
}

fn first(rows: &[mnist_approximation::Row]) -> Vec<Setting> {
    let recipe = Recipe::default();
    let candidates = rows.iter().map(|row| row.candidates);
    let candidates = candidates.clone().min().zip(candidates.max());
    let draws = rows.iter().map(|row| row.replicate).max();
    vec![
        Setting::new(
            "network",
            ["", "", "784-500-10, ReLU, no biases", "397,000 weights"],
            "784-500-10, ReLU, no biases",
        ),
        Setting::new(
            "its training",
            [
                "",
                "",
                "10 epochs (so the file's name), batches of 64, momentum 0.9, weight decay 5e-4",
                "",
            ],
            format!(
                "{} epochs, batches of {}, momentum {}, weight decay {:e}",
                recipe.epochs, recipe.batch, recipe.momentum, recipe.weight_decay
            ),
        ),
        Setting::new(
            "its learning rate",
            [
                "",
                "",
                "0.1 by default",
                "0.001; which of the two trained the network is not known",
            ],
            format!("{}, along half a cosine", recipe.learning_rate),
        ),
        Setting::new(
            "inputs",
            ["", "", "pixels from 0 to 1, not normalised", ""],
            "pixels from 0 to 1, not normalised",
        ),
        Setting::new(
            "accuracy of the network",
            ["", "", "", "97.19 %"],
            of_rows(rows, |row| {
                format!(
                    "{:.2} %",
                    100.0 * row.correct_before as f64 / row.test_images as f64
                )
            }),
        ),
        Setting::new(
            "tolerance of a weight, ε",
            ["", "", "0.01", "0.01"],
            of_rows(rows, |row| row.tolerance.to_string()),
        ),
        Setting::new(
            "coefficients a weight, n, for c = 3",
            [
                "",
                "round(c lg(1/ε)) = 20",
                "int(c round(lg(1/ε))) = 21",
                "21",
            ],
            or_not_run(candidates.map(|(low, high)| format!("{low} to {high}"))),
        ),
        Setting::new(
            "law of a coefficient",
            [
                "",
                "",
                "uniform from the network's smallest to its largest weight, −0.464 to 0.541",
                "",
            ],
            "uniform from the network's smallest to its largest weight",
        ),
        Setting::new(
            "who shares coefficients",
            [
                "",
                "",
                "all weights of a row; the comment says that each weight has its own",
                "",
            ],
            of_rows(rows, |row| row.coefficients.name().to_owned()),
        ),
        Setting::new(
            "subset",
            ["", "", "closest within ε, by Gurobi with a gap of 0.01", ""],
            "closest, exact; also the smallest and the first within ε",
        ),
        Setting::new(
            "no subset within ε",
            ["", "", "the run stops", "does not happen"],
            "the closest subset is taken, and counted",
        ),
        Setting::new(
            "weights within ε of 0",
            ["", "", "searched for; kept at 0 with --check_w_lt_eps", ""],
            "both",
        ),
        Setting::new(
            "draws of the coefficients",
            ["", "", "", "1"],
            or_not_run(draws.map(|draws| draws.to_string())),
        ),
        Setting::new(
            "accuracy after",
            [
                "",
                "an earlier version tested the original network again",
                "",
                "97.19 %, perhaps of that version",
            ],
            "of the approximated network",
        ),
    ]
}

fn second(rows: &[mnist_pruning::Row]) -> Vec<Setting> {
    let recipe = Recipe::default();
    let rates = Architecture::ALL.map(|architecture| {
        let (name, rate) = (architecture.name(), architecture.learning_rate());
        format!("{rate} ({name})")
    });
    let [fc2, fc4, lenet5] =
        Architecture::ALL.map(|architecture| architecture.widths(Model::Wide)[1]);
    vec![
        Setting::new(
            "inputs",
            ["", "", "normalised by 0.1307 and 0.3081", ""],
            "normalised by 0.1307 and 0.3081",
        ),
        Setting::new(
            "training of scores",
            ["", "", "batches of 64, momentum 0.9, weight decay 5e-4", ""],
            format!(
                "batches of {}, momentum {}, weight decay {:e}",
                recipe.batch, recipe.momentum, recipe.weight_decay
            ),
        ),
        Setting::new(
            "learning rate",
            [
                "",
                "",
                "0.1 (fc2, fc4), 0.01 (lenet5), along half a cosine",
                "",
            ],
            format!("{}, along half a cosine", rates.join(", ")),
        ),
        Setting::new(
            "epochs",
            ["", "", "30, 50, 100, 125, 150", ""],
            of_budgets(rows, |runs| runs[0].epochs),
        ),
        Setting::new(
            "epoch that is shown",
            [
                "“final”; of which number of epochs is not said",
                "",
                "keeps the accuracy of each; draws none",
                "",
            ],
            "the last; the best beside it, chosen on the test images",
        ),
        Setting::new(
            "seeds",
            ["", "", "1", ""],
            of_budgets(rows, |runs| seeds(runs).len()),
        ),
        Setting::new(
            "sparsities",
            [
                "",
                "",
                "0, 0.01, 0.02, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.98, 0.99",
                "",
            ],
            of_rows(rows, |row| row.sparsity.to_string()),
        ),
        Setting::new(
            "what a sparsity is",
            [
                "",
                "",
                "fraction of each tensor that is removed, by the scores' absolute values",
                "",
            ],
            "the same; by signed scores, or for the network as a whole, as ablations",
        ),
        Setting::new(
            "links for a weight in the structure",
            ["", "", "5", ""],
            mnist_pruning::architecture::LINKS.to_string(),
        ),
        Setting::new(
            "weights of the structure",
            [
                "",
                "",
                "normal, variance 2 and 2/inputs; scores uniform within a standard deviation",
                "",
            ],
            "the same; variance 2/(5 inputs) as an ablation",
        ),
        Setting::new(
            "hidden units of wide networks",
            ["", "", "2508 (fc2), 1314 (fc4), 378 (lenet5)", ""],
            format!("{fc2} (fc2), {fc4} (fc4), {lenet5} (lenet5)"),
        ),
        Setting::new(
            "weights of wide networks",
            [
                "",
                "",
                "normal, variance 2/inputs; scores uniform within 1/√inputs",
                "",
            ],
            "the same",
        ),
        Setting::new(
            "LeNet5",
            [
                "",
                "",
                "6 and 16 kernels of 5 × 5, then 400-120-84-10; the first layer padded by 2",
                "",
            ],
            "the same",
        ),
        Setting::new(
            "LeNet5's convolutions",
            [
                "",
                "",
                "frozen, from a LeNet5 trained for 50 epochs; in the published dense model random, as we read base.sh",
                "trained at rate 0.1, 98.44 %",
            ],
            "frozen, from the dense network of the same seed and epochs",
        ),
    ]
}

/// The values that some rows have, each once.
fn of_rows<R>(rows: &[R], value: impl Fn(&R) -> String) -> String {
    let values: BTreeSet<String> = rows.iter().map(value).collect();
    or_not_run(values)
}

/// A number for each architecture's runs of as many epochs.
fn of_budgets(
    rows: &[mnist_pruning::Row],
    number: impl Fn(&[&mnist_pruning::Row]) -> usize,
) -> String {
    let budget = |architecture: Architecture| {
        let numbers = budgets(rows, architecture);
        let numbers: Vec<String> = numbers
            .iter()
            .map(|runs| number(runs).to_string())
            .collect();
        (!numbers.is_empty())
            .then(|| format!("{} ({})", numbers.join(" and "), architecture.name()))
    };
    or_not_run(Architecture::ALL.into_iter().filter_map(budget))
}

fn or_not_run(values: impl IntoIterator<Item = String>) -> String {
    let values: Vec<String> = values.into_iter().collect();
    match values.is_empty() {
        true => "not run".to_owned(),
        false => values.join(", "),
    }
}
