//! The report of the published rows, of a part of them, and of rows that would break a page.

use lab::Folder;
use reproduce::figures::Figures;
use reproduce::{claims, judge, report};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The published CSV files and records of some experiments.
fn published(is_wanted: impl Fn(&str) -> bool) -> TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../results/paper");
    let folder = TempDir::new().unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if (name.ends_with(".csv") || name.ends_with(".meta.json")) && is_wanted(name) {
            fs::copy(&path, folder.path().join(name)).unwrap();
        }
    }
    folder
}

fn page(folder: &TempDir) -> String {
    let out = Some(folder.path().to_owned());
    let preset = "paper".to_owned();
    let judgements = judge(folder.path()).unwrap();
    let figures = Figures::read(folder.path()).unwrap();
    let path = report::write(&Folder { preset, out }, &judgements, &figures).unwrap();
    fs::read_to_string(path).unwrap()
}

/// What stands in an attribute wherever it has a value in quotes.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let begin = format!(" {attribute}=\"");
    let parts = page.split(&begin).skip(1);
    parts.map(|part| part.split_once('"').unwrap().0).collect()
}

/// Fails unless elements are nested and closed, and text is escaped.
fn assert_well_formed(page: &str) {
    let (markup, script) = page.split_once("<script>").unwrap();
    let (_, after) = script.split_once("</script>").unwrap();
    let mut open = Vec::new();
    let markup = [markup, after].concat();
    for part in markup.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        assert!(tag == "style" || !text.contains('>'), "{part}");
        let name = tag.split([' ', '/', '\n']).find(|name| !name.is_empty());
        let name = name.unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{part}");
        } else if !tag.ends_with('/') && !["!doctype", "meta"].contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

/// Fails unless every link leads somewhere: into the page, to a file beside it, or to the paper.
fn assert_links_lead_somewhere(page: &str, folder: &TempDir) {
    let ids = values(page, "id");
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len());
    for link in values(page, "href") {
        let leads = match link.strip_prefix('#') {
            Some(id) => distinct.contains(id),
            None if link.contains("//") => link == "https://arxiv.org/abs/2006.07990",
            None => folder.path().join(link).exists(),
        };
        assert!(leads, "{link}");
    }
    assert!(values(page, "src").is_empty() && !page.contains("url(") && !page.contains("@import"));
}

#[test]
fn the_published_rows_make_a_page_that_is_whole() {
    let folder = published(|_| true);
    let first = page(&folder);
    assert_well_formed(&first);
    assert_links_lead_somewhere(&first, &folder);
    for claim in claims() {
        assert!(first.contains(&format!("id=\"claim-{}\"", claim.id)));
    }
    let drawings = Figures::read(folder.path()).unwrap().drawings().unwrap();
    assert!(drawings.len() > 20);
    for drawing in drawings {
        assert!(first.contains(&format!("id=\"figure-{}\"", drawing.name)));
    }
    assert_eq!(first, page(&folder));
}

#[test]
fn an_experiment_without_rows_is_named_with_its_command() {
    let folder = published(|name| name.starts_with("mnist-theorem"));
    let page = page(&folder);
    assert_well_formed(&page);
    assert_links_lead_somewhere(&page, &folder);
    for part in [
        "cargo run --release --bin coverage -- --preset paper --out",
        "Of 18 claims: 18 not run.",
        "cargo run --release --bin mnist-theorem -- --preset paper",
        "figure-mnist-theorem",
    ] {
        let part = part.replace('/', "&#x2f;");
        assert!(page.contains(&part), "{part}");
    }
    assert!(!page.contains("figure-coverage") && !page.contains("figures-coverage"));
}

#[test]
fn what_rows_and_records_say_is_text() {
    let folder = published(|name| name.starts_with("baselines"));
    let record = folder.path().join("baselines.meta.json");
    let hostile = "<img src=x onerror=alert(1)>";
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, text.replace("AMD EPYC", hostile)).unwrap();
    // Thirty instances of a distribution of that name.
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../results/paper/coverage.csv");
    let rows = fs::read_to_string(published).unwrap();
    let (header, rows) = rows.split_once('\n').unwrap();
    let rows = rows.lines().filter(|row| row.starts_with("uniform,1.0,8,"));
    let rows: Vec<String> = rows.map(|row| row.replace("uniform", hostile)).collect();
    assert!(!rows.is_empty(), "{header}");
    let csv = format!("{header}\n{}\n", rows.join("\n"));
    fs::write(folder.path().join("coverage.csv"), &csv).unwrap();
    let hash = lab::store::sha256(csv.as_bytes());
    let table = format!(r#""coverage":{{"rows":1,"sha256":"{hash}"}}"#);
    let record = format!(
        r#"{{"configuration":"{{}}","tables":{{{table}}},"finished":0,"sessions":[],"measures":{{}}}}"#
    );
    fs::write(folder.path().join("coverage.meta.json"), record).unwrap();
    let page = page(&folder);
    assert_well_formed(&page);
    assert!(!page.contains("<img") && page.matches("&lt;img src=x").count() >= 2);
}
