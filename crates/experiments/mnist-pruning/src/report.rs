//! Experiment 2 as tables: ours beside what was read off the paper's figures.

use crate::architecture::{Architecture, Model};
use crate::comparable_runs::{
    Accuracies, GUESSING, ablated, accuracy, budgets, diverged, grouped, longest, percent, seeds,
    sparsity,
};
use crate::published;
use crate::row::{Ended, NAME, Row, Variant};
use crate::subject::subject;
use anyhow::{Context, Result};
use comfy_table::{Table, presets};
use lab::table as rows;
use std::path::Path;

/// What the cells of a line are.
pub const HEADINGS: [&str; 9] = [
    "network",
    "epochs",
    "seeds",
    "sparsity",
    "weights left",
    "dense",
    "wide",
    "linear",
    "relu",
];

/// Accuracies after the last epoch as tables in Markdown: the [`lines`] under their headings, then the
/// variants if some were run.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn table(results: &Path) -> Result<String> {
    let missing = || format!("{}: no finished {NAME}", results.display());
    let rows: Vec<Row> = rows::read(results)?.with_context(missing)?;
    let mut table = titled(HEADINGS);
    let is_papers_task = subject(results)?.is_none();
    table.add_rows(lines(&rows, is_papers_task));
    let ablated = Architecture::ALL.map(|architecture| ablated(&rows, architecture));
    let variants = variants(&ablated.concat());
    Ok(format!(
        "{table}\n\n{}\n{variants}",
        note(&rows, is_papers_task)
    ))
}

/// The best that pruning alone finds in wide networks, in a line.
///
/// # Errors
/// Rows that are missing or cannot be read.
pub fn headline(results: &Path) -> Result<String> {
    let missing = || format!("{}: no finished {NAME}", results.display());
    let rows: Vec<Row> = rows::read(results)?.with_context(missing)?;
    let best = Architecture::ALL.into_iter().filter_map(|architecture| {
        let mut runs = longest(&rows, architecture);
        runs.retain(|row| row.model == Model::Wide);
        let groups = grouped(&runs, sparsity).into_iter();
        let means = groups.filter_map(|runs| Some((Accuracies::of(&runs)?.mean, runs[0].sparsity)));
        let (mean, sparsity) = means.max_by(|one, other| one.0.total_cmp(&other.0))?;
        Some((architecture.name(), mean, sparsity))
    });
    let shown = best.enumerate().map(|(index, (name, mean, sparsity))| {
        let of = if index == 0 { "sparsity " } else { "" };
        format!("{name} {mean:.1} % ({of}{sparsity})")
    });
    let shown: Vec<String> = shown.collect();
    Ok(match shown.is_empty() {
        true => "no wide networks".to_owned(),
        false => format!("pruned, at best: {}", shown.join(", ")),
    })
}

fn titled(headings: impl IntoIterator<Item = &'static str>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(headings.into_iter().collect::<Vec<_>>());
    table
}

/// Each architecture's runs by their epochs.
fn compared(rows: &[Row]) -> Vec<&Row> {
    Architecture::ALL
        .map(|architecture| budgets(rows, architecture).concat())
        .concat()
}

/// Accuracies after the last epoch of each architecture's runs, a line for each number of epochs and sparsity,
/// with the paper's values in brackets if the runs are about its task.
pub fn lines(rows: &[Row], is_papers_task: bool) -> Vec<[String; 9]> {
    let dense_first = |row: &Row| {
        let is_pruned = row.model != Model::Dense;
        (
            row.architecture as usize,
            row.epochs,
            is_pruned,
            sparsity(row),
        )
    };
    let line = |runs: Vec<&Row>| {
        let Row {
            architecture,
            epochs,
            sparsity,
            ..
        } = *runs[0];
        let [dense, wide, linear, relu] = Model::ALL.map(|model| {
            let read =
                published::accuracy(architecture, model, sparsity).filter(|_| is_papers_task);
            let read = read.map_or(String::new(), |read| format!(" ({read})"));
            cell(&runs, |row| row.model == model, &read)
        });
        [
            architecture.name().to_owned(),
            epochs.to_string(),
            seeds(&runs).len().to_string(),
            sparsity.to_string(),
            weights_left(&runs),
            dense,
            wide,
            linear,
            relu,
        ]
    };
    let groups = grouped(&compared(rows), dense_first);
    groups.into_iter().map(line).collect()
}

fn variants(runs: &[&Row]) -> String {
    let columns = ["network", "epochs", "seeds", "model", "sparsity"];
    let mut table = titled(columns.into_iter().chain(Variant::ALL.map(Variant::name)));
    let mut runs = runs.to_vec();
    runs.retain(|row| row.model != Model::Dense);
    let key = |row: &Row| (row.architecture as usize, row.model as usize, sparsity(row));
    for runs in grouped(&runs, key) {
        let cells = Variant::ALL.map(|variant| cell(&runs, |row| row.variant == variant, ""));
        let names = [
            runs[0].architecture.name().to_owned(),
            runs[0].epochs.to_string(),
            seeds(&runs).len().to_string(),
            runs[0].model.name().to_owned(),
            runs[0].sparsity.to_string(),
        ];
        table.add_row([&names[..], &cells].concat());
    }
    match runs.len() {
        0 => String::new(),
        _ => {
            format!("\n{table}\n\nThe same for what is done otherwise than in the paper's code.\n")
        }
    }
}

/// The mean of those asked for, their range if they are several, and what else there is to say, such as
/// that they are fewer than the seeds of all; nothing of no runs.
fn cell(all: &[&Row], is_asked: impl Fn(&Row) -> bool, also: &str) -> String {
    let mut runs = all.to_vec();
    runs.retain(|row| is_asked(row));
    let Some(Accuracies { mean, low, high }) = Accuracies::of(&runs) else {
        return String::new();
    };
    let range = match runs.len() {
        1 => String::new(),
        _ => format!(" [{low:.2} to {high:.2}]"),
    };
    let diverged = match diverged(&runs) {
        0 => String::new(),
        count => format!(", {count} diverged"),
    };
    let fewer = match (runs.len(), seeds(all).len()) {
        (count, all) if count < all => format!(", {count} of {all} seeds"),
        _ => String::new(),
    };
    format!("{mean:.2}{range}{also}{diverged}{fewer}")
}

/// Models may differ by a few weights.
fn weights_left(runs: &[&Row]) -> String {
    let mut numbers: Vec<u64> = runs.iter().map(|row| row.remaining()).collect();
    numbers.sort_unstable();
    match (numbers[0], numbers[numbers.len() - 1]) {
        (low, high) if low == high => low.to_string(),
        (low, high) => format!("{low} to {high}"),
    }
}

/// What the lines say, and what they do not.
pub fn note(rows: &[Row], is_papers_task: bool) -> String {
    let runs = compared(rows);
    let finished = runs.iter().filter(|row| row.ended == Ended::Finished);
    let gains = finished.map(|row| percent(row.correct_best, row.test_images) - accuracy(row));
    let papers = match is_papers_task {
        true => format!(
            " (the paper's, read off its figures by eye, {} points more or less, of a number of epochs that is not known)",
            published::READING_ERROR
        ),
        false => String::new(),
    };
    format!(
        "Test accuracy in % after the last epoch: mean over seeds [smallest to largest]{papers}. Runs that diverged count \
         as guessing, {} %. The best epoch of a run, chosen on the test images, is up to {:.2} points above its last.",
        GUESSING,
        gains.fold(0.0, f64::max)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparable_runs::tests::row;

    fn written(rows: &[Row]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = csv::Writer::from_path(rows::path::<Row>(folder.path())).unwrap();
        rows.iter().for_each(|row| writer.serialize(row).unwrap());
        writer.flush().unwrap();
        table(folder.path()).unwrap()
    }

    /// The cells of the line that begins with some cells.
    fn line(text: &str, beginning: &[&str]) -> Vec<String> {
        let mut lines = text.lines().map(|line| -> Vec<String> {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        });
        let found = lines.find(|cells| {
            cells.starts_with(
                &beginning
                    .iter()
                    .map(|cell| cell.to_string())
                    .collect::<Vec<_>>(),
            )
        });
        found.unwrap()[beginning.len()..].to_vec()
    }

    #[test]
    fn ours_stand_beside_the_papers() {
        let wide = |seed, correct| row(Architecture::Fc2, (Model::Wide, 0.5), (30, seed), correct);
        let rows = [
            row(Architecture::Fc2, (Model::Dense, 0.0), (30, 1), 9850),
            wide(1, 9700),
            wide(2, 9800),
            Row {
                ended: Ended::Diverged,
                completed: 0,
                correct_last: 0,
                correct_best: 0,
                ..row(Architecture::Fc2, (Model::Relu, 0.5), (30, 1), 0)
            },
            row(Architecture::Fc4, (Model::Linear, 0.123), (10, 1), 9000),
        ];
        let text = written(&rows);
        assert_eq!(
            line(&text, &["fc2", "30", "1", "0"]),
            ["397000", "98.50 (98.6)", "", "", ""]
        );
        assert_eq!(
            line(&text, &["fc2", "30", "2", "0.5"]),
            [
                "995676 to 995710",
                "",
                "97.50 [97.00 to 98.00] (98)",
                "",
                "10.00 (96.5), 1 diverged, 1 of 2 seeds"
            ]
        );
        assert_eq!(line(&text, &["fc4", "10"])[4..], ["", "90.00", ""]);
        assert!(text.contains("up to 0.10 points above"), "{text}");
        assert!(!text.contains("otherwise"));
    }

    #[test]
    fn variants_stand_beside_one_another() {
        let wide = row(Architecture::Fc2, (Model::Wide, 0.9), (10, 1), 9000);
        let global = Row {
            variant: Variant::Global,
            correct_last: 9100,
            ..wide.clone()
        };
        let longer = Row {
            epochs: 30,
            ..wide.clone()
        };
        let text = written(&[wide, global, longer]);
        assert_eq!(
            line(&text, &["fc2", "10", "1", "wide", "0.9"]),
            ["90.00", "", "", "91.00"]
        );
    }

    #[test]
    fn a_folder_without_rows_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let error = table(folder.path()).unwrap_err().to_string();
        assert!(error.contains("no finished mnist-pruning"), "{error}");
    }
}
