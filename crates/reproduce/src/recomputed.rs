//! What `reproduce --check` says: a table of the experiments, and every unit whose rows differ.

use comfy_table::{Table, presets};
use lab::{Checked, Difference};

/// The outcome for each of the experiments with these names; those without results were not checked.
pub fn report<'a>(names: impl Iterator<Item = &'a str>, checked: &[Checked]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["experiment", "units", "rows", "recorded by", "result"]);
    for name in names {
        match checked.iter().find(|checked| checked.experiment == name) {
            Some(checked) => table.add_row(line(checked)),
            None => table.add_row([name, "0", "0", "", "not there"]),
        };
    }
    let mut text = table.to_string();
    for checked in checked {
        for table in &checked.changed {
            text += &format!("\n{table}.csv is not as its run wrote it");
        }
        for difference in &checked.differences {
            text += &shown(checked.experiment, difference);
        }
    }
    if checked
        .iter()
        .any(|checked| !checked.differences.is_empty())
    {
        text += "\nTrained networks, and accuracies after matrix products, have the same bits only on processors of one family.";
    }
    text
}

fn line(checked: &Checked) -> [String; 5] {
    let result = if checked.is_equal() {
        "equal"
    } else {
        "differs"
    };
    [
        checked.experiment.to_owned(),
        checked.units.to_string(),
        checked.rows.to_string(),
        checked.revisions.join(", "),
        result.to_owned(),
    ]
}

fn shown(experiment: &str, difference: &Difference) -> String {
    format!(
        "\n{experiment}, unit {}: {}.csv differs\n  recorded    {}\n  recomputed  {}",
        difference.unit,
        difference.table,
        difference.recorded.as_deref().unwrap_or("nothing"),
        difference.recomputed
    )
}
