//! The binary as a user meets it.

use lab::testing::{assert_refused, start, stderr};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_existence");

const PRESET: &str = include_str!("../tiny.toml");

#[test]
fn a_run_prints_its_tables_and_is_done_once() {
    let folder = TempDir::new().unwrap();
    let first = start(BINARY, folder.path(), PRESET);
    assert!(first.status.success(), "{}", stderr(&first));
    let said = String::from_utf8_lossy(&first.stdout).into_owned();
    for part in [
        "| uniform | 15 | 200 ",
        "| product, authors' run (2L)",
        "| product, ours",
    ] {
        assert!(said.contains(part), "{said}");
    }
    let again = start(BINARY, folder.path(), PRESET);
    assert!(stderr(&again).contains("nothing to do"));
    assert_eq!(first.stdout, again.stdout);
}

#[test]
fn presets_that_cannot_run_are_refused_in_one_line() {
    for (from, to, words) in [
        ("tolerance", "epsilon", "unknown field `epsilon`"),
        (
            "\"product\"",
            "\"gadget\"",
            "distributions: each must be uniform or product",
        ),
        (
            "\"product\"",
            "\"uniform\"",
            "distributions: name each once",
        ),
        ("0.01", "0.0", "tolerance: must be from 1e-12 to 1"),
        ("from = 14", "from = 17", "from = 17, to = 16"),
        ("to = 16", "to = 41", "1 <= from <= to <= 40"),
        ("200", "0", "instances: must be at least 1"),
        (
            "[{ from = 14, to = 16, instances = 200 }]",
            "[]",
            "measured: name at least one",
        ),
        (
            "200 }",
            "200 }, { from = 16, to = 17, instances = 1 }",
            "each must begin above the one before",
        ),
    ] {
        assert_refused(BINARY, PRESET, from, to, &[words]);
    }
}
