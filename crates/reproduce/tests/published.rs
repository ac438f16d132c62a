//! What is published is what today's code makes of the published rows.

use lab::claims::judge;
use reproduce::{claims, verify};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn names(folder: &Path, extension: &str) -> BTreeSet<String> {
    let files = std::fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(extension)).collect()
}

#[test]
fn figures_come_out_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    figures::draw_all(&root().join("results/paper"), folder.path()).unwrap();
    let published = root().join("paper-figures");
    for extension in [".svg", ".png"] {
        let drawn = names(folder.path(), extension);
        assert_eq!(drawn, names(&published, extension));
        assert!(!drawn.is_empty());
    }
    for name in names(&published, ".svg") {
        let [drawn, tracked] =
            [folder.path(), &published].map(|folder| std::fs::read(folder.join(&name)).unwrap());
        assert!(
            drawn == tracked,
            "{name}: run: cargo run --release --bin figures -- --preset paper --publish"
        );
    }
}

#[test]
fn verdicts_come_out_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let results = root().join("results/paper");
    verify::write(&judge(&claims(), &results).unwrap(), folder.path()).unwrap();
    let [judged, tracked] =
        [folder.path(), &results].map(|folder| std::fs::read(folder.join(verify::FILE)).unwrap());
    assert!(
        judged == tracked,
        "run: cargo run --release --bin verify -- --preset paper"
    );
}
