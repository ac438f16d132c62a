//! `reproduce` as a stranger meets it: rows, verdicts, figures, a ticket and a table; nothing to do the second time.

use reproduce::experiments::all;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Every experiment in small.
fn reproduce(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reproduce"));
    let command = command.current_dir(folder).args(["--preset", "tiny"]);
    command.args(arguments).output().unwrap()
}

/// How many units of work are left, as the list of them says.
fn to_do(folder: &Path, arguments: &[&str]) -> usize {
    let list = reproduce(folder, &[arguments, &["--list"]].concat());
    said(&list).matches("to do\t").count()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn noted(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Every file below a folder with its bytes.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(snapshot(&path));
        } else {
            files.insert(path.clone(), std::fs::read(path).unwrap());
        }
    }
    files
}

#[test]
fn rows_figures_and_a_table_come_out_once() {
    let folder = TempDir::new().unwrap();
    let units = to_do(folder.path(), &[]);
    let first = reproduce(folder.path(), &[]);
    assert!(first.status.success(), "{}", noted(&first));
    let beginning = format!("units to do: {units}; about ");
    assert!(noted(&first).starts_with(&beginning), "{}", noted(&first));
    let results = folder.path().join("results/tiny");
    for file in [
        "mnist-approximation.csv",
        "mnist-approximation.meta.json",
        "mnist-approximation.ticket.safetensors",
        "mnist-theorem.csv",
        "mnist-theorem-layers.csv",
        "mnist-theorem.ticket.safetensors",
        "coverage.csv",
        "coverage.meta.json",
        "baselines.csv",
        "baselines-histogram.csv",
        "construction-weights.csv",
        "construction-gadget.csv",
        "construction-networks.csv",
        "lower-bound-construction.csv",
        "mnist-pruning.csv",
        "mnist-pruning-epochs.csv",
        "claims.csv",
        "figures",
        "report.html",
    ] {
        assert!(results.join(file).exists(), "no {file}");
    }
    let svg = std::fs::read_to_string(results.join("figures/mnist-approximation-accuracy.svg"));
    assert!(svg.unwrap().contains("</svg>"));
    let end = said(&first);
    assert!(end.lines().count() <= 30, "{end}");
    for experiment in reproduce::experiments::all() {
        let name = experiment.about().name;
        let line = |line: &&str| line.starts_with(&format!("{name}: "));
        let line = end.lines().find(line).unwrap();
        assert!(line.chars().count() <= 110, "{line}");
    }
    for part in [
        "report: results/tiny/report.html",
        "verdicts: ",
        "see results/paper",
    ] {
        assert!(end.contains(part), "{end}");
    }

    let again = reproduce(folder.path(), &[]);
    assert_eq!(
        noted(&again).matches("nothing to do").count(),
        all().count()
    );
    assert!(!noted(&again).contains("units to do"));
    assert_eq!(first.stdout, again.stdout);
    let tables = reproduce(folder.path(), &["--tables", "--quiet"]);
    for part in [
        "per row, closest",
        "paper, nowhere",
        "counting floor",
        "the paper's gadget",
        "lower bound",
        "weights left",
        "verdicts: ",
    ] {
        assert!(said(&tables).contains(part), "{}", said(&tables));
    }
    let list = reproduce(folder.path(), &["--list"]);
    assert_eq!(said(&list).matches("done\t").count(), units);

    let before = snapshot(folder.path());
    let check = reproduce(folder.path(), &["--check", "1000"]);
    assert!(check.status.success(), "{}", said(&check));
    assert_eq!(said(&check).matches(" equal ").count(), all().count());
    assert!(noted(&check).starts_with(&beginning), "{}", noted(&check));
    assert_eq!(snapshot(folder.path()), before);
}

#[test]
fn experiments_that_are_named_run_alone() {
    let folder = TempDir::new().unwrap();
    let results = folder.path().join("results/tiny");
    let only = ["--only", "lower-bound,coverage"];
    let units = to_do(folder.path(), &only);
    let two = reproduce(folder.path(), &only);
    assert!(two.status.success(), "{}", noted(&two));
    let beginning = format!("units to do: {units}; about ");
    assert!(noted(&two).starts_with(&beginning), "{}", noted(&two));
    for (file, exists) in [
        ("coverage.csv", true),
        ("lower-bound-construction.csv", true),
        ("figures/coverage-worst-error.svg", true),
        ("baselines.csv", false),
        ("mnist-pruning.csv", false),
    ] {
        assert_eq!(results.join(file).exists(), exists, "{file}");
    }
    assert!(said(&two).contains("coverage: ") && !said(&two).contains("mnist-pruning: "));
    // What is there already is shown with the one that is run.
    let third = reproduce(folder.path(), &["--only", "baselines", "--quiet"]);
    for part in ["baselines: ", "coverage: ", "verdicts: "] {
        assert!(said(&third).contains(part), "{}", said(&third));
    }
    assert_eq!(noted(&third), "");
    let unknown = reproduce(folder.path(), &["--only", "coverag"]);
    assert_eq!(unknown.status.code(), Some(2));
    for part in ["mnist-approximation", "coverage", "mnist-pruning"] {
        assert!(noted(&unknown).contains(part), "{}", noted(&unknown));
    }
}

#[test]
fn tables_that_were_changed_or_are_gone_are_found() {
    let folder = TempDir::new().unwrap();
    let only = ["--only", "baselines", "--quiet"];
    reproduce(folder.path(), &only);
    let check = || reproduce(folder.path(), &[&only[..], &["--check", "99"]].concat());
    let equal = check();
    assert_eq!(equal.status.code(), Some(0), "{}", noted(&equal));

    let path = folder.path().join("results/tiny/baselines.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    let last = text.lines().last().unwrap();
    std::fs::write(&path, format!("{text}{last}\n")).unwrap();
    let longer = check();
    assert_eq!(longer.status.code(), Some(1));
    let words = "baselines.csv is not as its run wrote it";
    assert!(said(&longer).contains(words), "{}", said(&longer));

    std::fs::remove_file(&path).unwrap();
    let missing = check();
    assert_eq!(missing.status.code(), Some(2));
    assert!(noted(&missing).contains("baselines.csv is missing"));
}

#[test]
fn a_changed_row_is_found_and_nothing_is_changed() {
    let folder = TempDir::new().unwrap();
    let only = ["--only", "coverage,baselines", "--quiet"];
    reproduce(folder.path(), &only);
    let path = folder.path().join("results/tiny/coverage.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    let last = text.lines().last().unwrap();
    std::fs::write(&path, text.replace(last, &format!("{last}9"))).unwrap();
    let before = snapshot(folder.path());
    let names = ["--only", "coverage,baselines,construction"];
    let check = reproduce(folder.path(), &[&names[..], &["--check", "99"]].concat());
    assert_eq!(check.status.code(), Some(1), "{}", noted(&check));
    let both = format!("coverage.csv differs\n  recorded    {last}9\n  recomputed  {last}\n");
    for part in ["coverage, unit decided/", &both, "one family", "not there"] {
        assert!(said(&check).contains(part), "{}", said(&check));
    }
    let results = ["differs ", "equal ", "not there "]
        .map(|result| said(&check).matches(&format!("┆ {result}")).count());
    assert_eq!(results, [1, 1, 1]);
    assert_eq!(snapshot(folder.path()), before);

    for refused in [
        &["--check", "0"][..],
        &["--check", "5", "--fresh"],
        &["--check", "5", "--list"],
        &["--check", "5", "--shard", "1/2"],
        &["--check", "5", "--splice", "page.md"],
        &["--check", "5", "--seed", "2"],
        &["--check", "5", "--only", "construction"],
    ] {
        let output = reproduce(folder.path(), refused);
        assert_eq!(output.status.code(), Some(2), "{refused:?}");
        assert!(noted(&output).starts_with("error: "), "{refused:?}");
    }
}
