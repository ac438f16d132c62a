//! What is documented of the tables is what they are.

use lab::testing::python;
use reproduce::experiments::all;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The page that documents them.
const PAGE: &str = "docs/src/formats/tables.md";

/// Columns by table, in the order in which they are documented.
fn documented() -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(root().join(PAGE)).unwrap();
    let sections = text.split("\n### ").skip(1);
    let tables = sections.filter_map(|section| {
        let (name, rest) = section.split_once(".csv\n")?;
        let rest = rest.split("\n#").next()?;
        let cells = rest.lines().filter_map(|line| line.strip_prefix("| `"));
        let names = cells.map(|cell| cell.split('`').next().unwrap().to_owned());
        Some((name.to_owned(), names.collect()))
    });
    tables.collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn published_tables_have_the_columns_that_are_documented_in_their_order() {
    let documented = documented();
    let files = fs::read_dir(root().join("results/paper")).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let tables = files.filter(|path| path.extension().is_some_and(|end| end == "csv"));
    let mut published = BTreeSet::new();
    for path in tables {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let mut reader = csv::Reader::from_path(&path).unwrap();
        let columns: Vec<&str> = reader.headers().unwrap().iter().collect();
        let expected = documented.get(name).map_or(&[][..], Vec::as_slice);
        assert_eq!(columns, expected, "{PAGE} about {name}.csv");
        published.insert(name.to_owned());
    }
    let tables = all().flat_map(|experiment| experiment.columns());
    let missing: Vec<_> = tables
        .filter(|table| !published.contains(table.name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
#[ignore = "needs python3 with pandas: .ci/run runs it"]
fn data_frames_have_the_rows_that_are_there() {
    let results = root().join("results/paper");
    let text = python(&root(), "load.py", &[results.to_str().unwrap()]);
    for (name, columns) in documented() {
        let path = results.join(format!("{name}.csv"));
        if let Ok(mut reader) = csv::Reader::from_path(path) {
            let (rows, columns) = (reader.records().count(), columns.join(", "));
            let line = format!("{name}: {rows} rows; {columns}\n");
            assert!(text.contains(&line), "`{line}` is not in: {text}");
        }
    }
}
