//! What the README says of the published rows is what they say.

use reproduce::{judge, splice};
use std::path::Path;

#[test]
fn the_spliced_tables_are_those_of_the_published_rows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let judgements = judge(&root.join("results/paper")).unwrap();
    assert!(
        splice::splice(&readme, &judgements).unwrap() == readme,
        "run: cargo run --release --bin reproduce -- --preset paper --splice README.md"
    );
}

#[test]
fn what_the_readme_links_to_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let links = readme.split("](").skip(1);
    let targets = links.filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
    let files: Vec<&str> = targets.filter(|target| !target.contains("://")).collect();
    assert!(files.len() > 20);
    for link in files {
        let file = link.split('#').next().unwrap();
        assert!(root.join(file).exists(), "no {file}");
    }
}
