//! The example of a whole experiment works, its flags with it.

#[allow(dead_code)]
#[path = "../examples/coin.rs"]
mod coin;

use lab::{Flags, Folder};
use std::fs::read_to_string;
use tempfile::TempDir;

#[test]
fn coins_are_thrown_judged_and_drawn() {
    let folder = TempDir::new().unwrap();
    let (preset, out) = ("quick".to_owned(), Some(folder.path().to_owned()));
    let mut flags = Flags::of(Folder { preset, out });
    flags.quiet = true;
    coin::throw(&flags).unwrap();
    let rows = read_to_string(folder.path().join("coin.csv")).unwrap();
    assert!(rows.starts_with("coin,throws,heads\n1,10000,"), "{rows}");
    let figure = read_to_string(folder.path().join("coin.svg")).unwrap();
    assert!(figure.contains("fraction of heads"));
}
