//! What the authors' sources say of Experiment 1 beside what we do and find.

use crate::report::{HEADINGS, NOTE, lines};
use crate::row::{NAME, Row};
use anyhow::Result;
use lab::meta::Meta;
use lab::sources::{Comparison, Settings, or_not_run};
use lab::{Row as _, table};
use std::collections::BTreeSet;
use std::path::Path;
use training::Recipe;

/// What readers call it in the paper.
const TITLE: &str = "Experiment 1";

/// A line for each quantity, the authors' run first; nothing where it was not run.
pub(crate) fn comparison(results: &Path) -> Result<Option<Comparison>> {
    let meta = Meta::read(results, NAME)?;
    if meta.is_none_or(|meta| meta.check(results).is_err()) {
        return Ok(None);
    }
    let runs = lines(results)?;
    let line = |(index, heading): (usize, &&str)| {
        let cells = runs.iter().map(|run| run[index].clone());
        [heading.to_string()].into_iter().chain(cells).collect()
    };
    let mut lines = HEADINGS.iter().enumerate().map(line);
    Ok(Some(Comparison {
        title: TITLE,
        headings: lines.next().unwrap_or_default(),
        lines: lines.collect(),
        note: format!(
            "Ours: the first draw of the most coefficients, at tolerance 0.01 where nothing else is said. {NOTE}"
        ),
        table: Row::TABLE,
    }))
}

/// The settings, ours from the rows and from the constants that made them.
pub(crate) fn settings(results: &Path) -> Result<Settings> {
    let rows: Vec<Row> = table::read(results)?.unwrap_or_default();
    let recipe = Recipe::default();
    let candidates = rows.iter().map(|row| row.candidates);
    let candidates = candidates.clone().min().zip(candidates.max());
    let draws = rows.iter().map(|row| row.replicate).max();
    let accuracy = |row: &Row| 100.0 * row.correct_before as f64 / row.test_images as f64;
    let training = format!(
        "{} epochs, batches of {}, momentum {}, weight decay {:e}",
        recipe.epochs, recipe.batch, recipe.momentum, recipe.weight_decay
    );
    let ours = [
        ("its training", training),
        (
            "its learning rate",
            format!("{}, along half a cosine", recipe.learning_rate),
        ),
        (
            "accuracy of the network",
            of_rows(&rows, |row| format!("{:.2} %", accuracy(row))),
        ),
        (
            "tolerance of a weight, ε",
            of_rows(&rows, |row| row.tolerance.to_string()),
        ),
        (
            "coefficients a weight, n, for c = 3",
            or_not_run(candidates.map(|(low, high)| format!("{low} to {high}"))),
        ),
        (
            "who shares coefficients",
            of_rows(&rows, |row| row.coefficients.name().to_owned()),
        ),
        (
            "draws of the coefficients",
            or_not_run(draws.map(|draws| draws.to_string())),
        ),
    ];
    Ok(Settings::new(TITLE, include_str!("settings.toml"), &ours))
}

/// The values that some rows have, each once.
fn of_rows(rows: &[Row], value: impl Fn(&Row) -> String) -> String {
    let values: BTreeSet<String> = rows.iter().map(value).collect();
    or_not_run(values)
}
