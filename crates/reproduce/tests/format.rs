//! What docs/FORMAT.md says of the tables is what they are.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files that are written by something else than an experiment's rows.
const OTHERS: [&str; 3] = ["claims", "compare-edge-popup", "compare-solvers"];

/// Columns by table, in the order in which they are documented.
fn documented() -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(root().join("docs/FORMAT.md")).unwrap();
    let sections = text.split("\n### ").skip(1);
    let tables = sections.filter_map(|section| {
        let (name, rest) = section.split_once(".csv\n")?;
        let rest = rest.split("\n#").next()?;
        let cells = rest.lines().filter(|line| line.starts_with("| `"));
        let cells = cells.map(|line| line.split('|').nth(1).unwrap());
        let names = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
        Some((name.to_owned(), names.map(str::to_owned).collect()))
    });
    tables.collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The `.rs` files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let files = paths.flat_map(|path| {
        if path.is_dir() {
            sources(&path)
        } else {
            vec![path]
        }
    });
    files
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect()
}

/// The tables of all experiments, by the `lab::Row` that names them.
fn written() -> Vec<String> {
    let crates = fs::read_dir(root().join("crates")).unwrap();
    let crates = crates.map(|entry| entry.unwrap().path());
    // The laboratory itself has rows in examples and tests alone.
    let crates = crates.filter(|path| !path.ends_with("lab"));
    let files = crates.flat_map(|path| sources(&path.join("src")));
    let texts = files.map(|path| fs::read_to_string(path).unwrap());
    let names = texts.flat_map(|text| {
        let names = text.split("const TABLE: &'static str = \"").skip(1);
        let names = names.map(|rest| rest.split('"').next().unwrap().to_owned());
        names.collect::<Vec<_>>()
    });
    names.collect()
}

#[test]
fn every_table_that_is_written_is_documented_and_no_other() {
    let documented: Vec<String> = documented().into_keys().collect();
    let mut expected = written();
    expected.extend(OTHERS.map(str::to_owned));
    expected.sort();
    assert_eq!(documented, expected);
}

#[test]
fn published_tables_have_the_columns_that_are_documented_in_their_order() {
    let documented = documented();
    let files = fs::read_dir(root().join("results/paper")).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let tables = files.filter(|path| path.extension().is_some_and(|end| end == "csv"));
    let mut count = 0;
    for path in tables {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let mut reader = csv::Reader::from_path(&path).unwrap();
        let columns: Vec<&str> = reader.headers().unwrap().iter().collect();
        let expected = documented.get(name).map_or(&[][..], Vec::as_slice);
        assert_eq!(columns, expected, "docs/FORMAT.md about {name}.csv");
        count += 1;
    }
    assert!(count > 20, "{count} published tables");
}

#[test]
#[ignore = "needs python3 with pandas: .ci/run runs it"]
fn data_frames_have_the_rows_that_are_there() {
    let results = root().join("results/paper");
    let python = std::env::var_os("TICKETLAB_PYTHON").unwrap_or("python3".into());
    let mut command = Command::new(python);
    let script = root().join("scripts/load.py");
    let output = command.arg(script).arg(&results).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    let text = String::from_utf8(output.stdout).unwrap();
    for (name, columns) in documented() {
        let path = results.join(format!("{name}.csv"));
        if let Ok(mut reader) = csv::Reader::from_path(path) {
            let (rows, columns) = (reader.records().count(), columns.join(", "));
            let line = format!("{name}: {rows} rows; {columns}\n");
            assert!(text.contains(&line), "`{line}` is not in: {text}");
        }
    }
}
