//! What is published is what today's code makes of the published rows.
#![cfg(unix)]

mod checkout;

use checkout::{checkout, root};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

fn names(folder: &Path, extension: &str) -> BTreeSet<String> {
    let files = std::fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(extension)).collect()
}

#[test]
fn figures_and_report_come_out_byte_for_byte_and_verdicts_to_the_last_digits() {
    let folder = checkout();
    let mut command = Command::new(env!("CARGO_BIN_EXE_reproduce"));
    let command = command.current_dir(folder.path());
    let output = command.args(["--preset", "paper", "--quiet"]).output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_ends_briefly(&String::from_utf8(output.stdout).unwrap());

    let [made, published] = [folder.path(), &root()].map(|root| root.join("results/paper"));
    let [drawn, figures] = [made.join("figures"), root().join("paper-figures")];
    for extension in [".svg", ".png"] {
        assert!(names(&drawn, extension).len() > 20);
        assert_eq!(names(&drawn, extension), names(&figures, extension));
    }
    let equal = |made: &Path, published: &Path, name: &str| {
        let [made, published] = [made, published].map(|path| std::fs::read(path.join(name)));
        assert!(
            made.unwrap() == published.unwrap(),
            "{name}: run: cargo run --release --bin reproduce -- --preset paper, and figures with --publish"
        );
    };
    for name in names(&figures, ".svg") {
        equal(&drawn, &figures, &name);
    }
    equal(&made, &published, "report.html");
    let [made, published] = [made, published].map(|folder| cells(&folder.join("claims.csv")));
    assert_eq!(made.len(), published.len());
    for (made, published) in made.iter().zip(&published) {
        assert!(is_same(made, published), "{made} for {published}");
    }
}

/// Fails unless the end of a run is a page, with a line for each experiment.
fn assert_ends_briefly(said: &str) {
    assert!(said.lines().count() <= 30, "{said}");
    for experiment in reproduce::experiments::all() {
        let name = format!("{}: ", experiment.about().name);
        let line = said.lines().find(|line| line.starts_with(&name)).unwrap();
        assert!(line.chars().count() <= name.len() + lab::HEADLINE, "{line}");
    }
}

fn cells(path: &Path) -> Vec<String> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let records = reader.records().map(Result::unwrap);
    let cells = records.map(|record| record.iter().map(str::to_owned).collect::<Vec<_>>());
    cells.flatten().collect()
}

/// Whether two cells are equal but for the last digits of ends of intervals, which other versions of the
/// system's mathematics library may change.
fn is_same(one: &str, other: &str) -> bool {
    let near = |(one, other): (f64, f64)| (one - other).abs() <= 1e-9 * other.abs();
    one == other || (one.parse().ok().zip(other.parse().ok())).is_some_and(near)
}
