//! What the paper's sources say of Experiment 2 beside what we do and find.

use crate::architecture::{Architecture, LINKS, Model};
use crate::comparable_runs::{budgets, seeds};
use crate::report::{HEADINGS, lines, note};
use crate::row::Row;
use crate::subject::subject;
use anyhow::Result;
use lab::sources::{Comparison, Settings, or_not_run};
use lab::{Row as _, table};
use std::collections::BTreeSet;
use std::path::Path;
use training::Recipe;

/// What readers call it in the paper.
const TITLE: &str = "Experiment 2";

/// Sparsities that stand for all.
const SPARSITIES: [&str; 6] = ["0", "0.1", "0.25", "0.5", "0.9", "0.95"];

/// Accuracies at some sparsities, the paper's in brackets; nothing where it was not run.
pub(crate) fn comparison(results: &Path) -> Result<Option<Comparison>> {
    let Some(rows) = table::read::<Row>(results)? else {
        return Ok(None);
    };
    let is_papers_task = subject(results)?.is_none();
    let lines = lines(&rows, is_papers_task).into_iter();
    let shown = lines.filter(|[_, _, _, sparsity, ..]| SPARSITIES.contains(&sparsity.as_str()));
    Ok(Some(Comparison {
        title: TITLE,
        headings: HEADINGS.map(str::to_owned).into(),
        lines: shown.map(|line| line.to_vec()).collect(),
        note: note(&rows, is_papers_task),
        table: Row::TABLE,
    }))
}

/// The settings, ours from the rows and from the constants that made them.
pub(crate) fn settings(results: &Path) -> Result<Settings> {
    let rows: Vec<Row> = table::read(results)?.unwrap_or_default();
    let recipe = Recipe::default();
    let training = format!(
        "batches of {}, momentum {}, weight decay {:e}",
        recipe.batch, recipe.momentum, recipe.weight_decay
    );
    let rates = Architecture::ALL.map(|architecture| {
        let (name, rate) = (architecture.name(), architecture.learning_rate());
        format!("{rate} ({name})")
    });
    let widths = Architecture::ALL.map(|architecture| {
        let width = architecture.widths(Model::Wide)[1];
        format!("{width} ({})", architecture.name())
    });
    let sparsities: BTreeSet<String> = rows.iter().map(|row| row.sparsity.to_string()).collect();
    let ours = [
        ("training of scores", training),
        (
            "learning rate",
            format!("{}, along half a cosine", rates.join(", ")),
        ),
        ("epochs", of_budgets(&rows, |runs| runs[0].epochs)),
        ("seeds", of_budgets(&rows, |runs| seeds(runs).len())),
        ("sparsities", or_not_run(sparsities)),
        ("links for a weight in the structure", LINKS.to_string()),
        ("hidden units of wide networks", widths.join(", ")),
    ];
    Ok(Settings::new(TITLE, include_str!("settings.toml"), &ours))
}

/// A number for each architecture's runs of as many epochs.
fn of_budgets(rows: &[Row], number: impl Fn(&[&Row]) -> usize) -> String {
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
