//! What all tables and their columns are, in Markdown, from the doc comments of their rows.

use crate::experiments::all;
use lab::{Experiment, Table};

/// A section for each experiment and in it one for each of its tables.
pub fn markdown() -> String {
    let sections: Vec<String> = all().map(section).collect();
    sections.join("\n")
}

fn section(experiment: &dyn Experiment) -> String {
    let about = experiment.about();
    let tables = experiment.columns();
    let tables: String = tables.iter().map(table).collect();
    format!("## {}\n\n{}\n{tables}", about.name, about.summary)
}

fn table(table: &Table) -> String {
    let columns = table.columns.iter();
    let lines = columns.map(|column| format!("| `{}` | {} |\n", column.name, cell(column.text)));
    let (name, text, lines) = (table.name, table.text, lines.collect::<String>());
    format!("\n### {name}.csv\n\n{text}\n\n| column | meaning |\n| --- | --- |\n{lines}")
}

/// A text in one line, in which a bar does not end the cell.
fn cell(text: &str) -> String {
    text.replace('\n', " ").replace('|', "\\|")
}
