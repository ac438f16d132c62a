//! Shards and merge: the bytes of a whole run, or a refusal that changes nothing.

use crate::common::{Squares, bytes, edit, flags, forge, go, snapshot, squares};
use lab::{Outcome, merge};
use std::path::{Path, PathBuf};

pub const UNITS: u64 = 11;

pub fn shard(out: &Path, number: usize, count: usize, experiment: &Squares) {
    let mut flags = flags(out, 2, false);
    flags.shard = Some(format!("{number}/{count}").parse().unwrap());
    assert_eq!(go(experiment, &flags).unwrap(), Outcome::Shard);
}

pub fn part(out: &Path, number: usize, count: usize) -> PathBuf {
    out.join(format!("squares.{number}-of-{count}.csv.partial"))
}

/// Merging fails with a line that holds `words`, and leaves everything as it was.
fn refused(out: &Path, words: &[&str]) {
    let before = snapshot(out);
    let error = format!("{:#}", merge(out).unwrap_err());
    for word in words {
        assert!(error.contains(word), "`{word}` is not in: {error}");
    }
    assert!(!error.contains('\n'));
    assert_eq!(snapshot(out), before);
}

pub fn four_shards() -> tempfile::TempDir {
    let out = tempfile::tempdir().unwrap();
    for number in [3, 1, 4, 2] {
        shard(out.path(), number, 4, &squares(UNITS));
    }
    out
}

#[test]
fn merged_bytes_are_those_of_a_whole_run() {
    let (out, whole) = (four_shards(), tempfile::tempdir().unwrap());
    go(&squares(UNITS), &flags(whole.path(), 1, false)).unwrap();
    let said = merge(out.path()).unwrap();
    assert!(said[0].contains("4 parts merged"), "{said:?}");
    assert_eq!(bytes(out.path()), bytes(whole.path()));
    let after = snapshot(out.path());
    assert!(merge(out.path()).unwrap()[0].contains("nothing to do"));
    assert_eq!(snapshot(out.path()), after);
    // A shard that comes late finds the run finished.
    let late = squares(UNITS);
    let mut flags = flags(out.path(), 1, false);
    flags.shard = Some("2/4".parse().unwrap());
    assert_eq!(go(&late, &flags).unwrap(), Outcome::AlreadyThere);
    assert_eq!(late.computed.into_inner(), 0);
}

#[test]
fn missing_units_are_refused_with_the_commands_that_compute_them() {
    let out = four_shards();
    std::fs::remove_file(part(out.path(), 2, 4)).unwrap();
    let folder = out.path().display().to_string();
    let command = format!("-- --shard 2/4 --out {folder}");
    refused(out.path(), &["3 of 11 units are missing", &command]);
    shard(out.path(), 2, 4, &squares(UNITS));
    merge(out.path()).unwrap();
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let out = four_shards();
    let original = std::fs::read_to_string(part(out.path(), 2, 4)).unwrap();
    for (from, to, word) in [
        ("\"seed\":1", "\"seed\":2", "seed"),
        ("\"schema\":1", "\"schema\":9", "schema"),
        ("\"version\":\"0", "\"version\":\"9", "version"),
        ("\"count\":11", "\"count\":12", "count 12 there, 11 now"),
    ] {
        edit(&part(out.path(), 2, 4), from, to);
        refused(out.path(), &["2-of-4", "other parameters", word]);
        std::fs::write(part(out.path(), 2, 4), &original).unwrap();
    }
    merge(out.path()).unwrap();
}

#[test]
fn a_unit_that_two_parts_have_must_be_the_same_in_both() {
    let out = four_shards();
    shard(out.path(), 1, 2, &squares(UNITS));
    let twice = snapshot(out.path());
    forge(&part(out.path(), 1, 2), "\t4,16\n", "\t4,17\n");
    refused(out.path(), &["unit 4 differs", "1-of-2", "1-of-4"]);
    for (path, bytes) in twice {
        std::fs::write(path, bytes).unwrap();
    }
    assert!(merge(out.path()).unwrap()[0].contains("5 parts merged"));
}

#[test]
fn damaged_and_foreign_parts_are_refused() {
    let out = four_shards();
    let path = part(out.path(), 3, 4);
    let original = std::fs::read(&path).unwrap();
    for (bytes, words) in [
        (&b""[..], "is empty"),
        (b"not a part\n", "other parameters"),
        (b"\xff\n", "other parameters"),
        (&original[..original.len() - 3], "--shard 3/4"),
    ] {
        std::fs::write(&path, bytes).unwrap();
        refused(out.path(), &[words]);
    }
    std::fs::write(&path, &original).unwrap();
    for (from, to, words) in [
        (
            "number,square",
            "number,cube",
            &["different columns", "squares.csv"][..],
        ),
        (
            "row\tsquares\t",
            "row\t../evil\t",
            &["`../evil` is no table of squares", "3-of-4"],
        ),
        (
            "row\tsquares\t",
            "row\tothers\t",
            &["`others` is no table of squares", "3-of-4"],
        ),
        (
            "measure\tseconds\t0.5",
            "measure\tseconds\thalf",
            &["3-of-4"],
        ),
    ] {
        forge(&path, from, to);
        refused(out.path(), words);
        std::fs::write(&path, &original).unwrap();
    }
    assert!(merge(tempfile::tempdir().unwrap().path()).is_err());
}

#[test]
fn a_folder_whose_name_has_spaces_is_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("it's here");
    shard(&out, 1, 2, &squares(UNITS));
    let quoted = format!("--out \"{}\"", out.display());
    refused(&out, &["--shard 2/2", &quoted]);
}

#[test]
fn sizes_that_a_part_claims_are_bounded() {
    for units in [
        "1000000000000000",
        "0",
        "-1",
        "\"many\"",
        "18446744073709551616",
    ] {
        let out = tempfile::tempdir().unwrap();
        shard(out.path(), 1, 1_000, &squares(UNITS));
        edit(
            &part(out.path(), 1, 1_000),
            "\"units\":11",
            &format!("\"units\":{units}"),
        );
        refused(out.path(), &["1-of-1000", "`units` from 1 to"]);
    }
}

#[test]
fn a_part_with_the_name_of_another_experiment_is_refused() {
    let out = tempfile::tempdir().unwrap();
    shard(out.path(), 1, 2, &squares(UNITS));
    std::fs::rename(
        part(out.path(), 1, 2),
        out.path().join("cubes.1-of-2.csv.partial"),
    )
    .unwrap();
    refused(out.path(), &["cubes.1-of-2", "part of `squares`"]);
}

#[test]
fn parts_beside_the_finished_run_are_removed() {
    let out = four_shards();
    std::fs::remove_file(part(out.path(), 2, 4)).unwrap();
    let kept: Vec<_> = [1, 3, 4].map(|number| part(out.path(), number, 4)).into();
    let parts: Vec<_> = kept
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect();
    go(&squares(UNITS), &flags(out.path(), 1, false)).unwrap();
    let tables = bytes(out.path());
    let said = merge(out.path()).unwrap();
    assert!(
        said[0].contains("finished already, 3 parts removed"),
        "{said:?}"
    );
    assert!(kept.iter().all(|path| !path.exists()));
    assert_eq!(bytes(out.path()), tables);
    // Of other parameters they are somebody's work.
    std::fs::write(&kept[0], &parts[0]).unwrap();
    edit(&kept[0], "\"seed\":1", "\"seed\":2");
    refused(out.path(), &["other parameters", "seed"]);
}

#[cfg(unix)]
#[test]
fn there_may_be_more_parts_than_files_may_be_open() {
    let out = tempfile::tempdir().unwrap();
    for number in 1..=1_100 {
        shard(out.path(), number, 1_100, &squares(1_100));
    }
    assert!(merge(out.path()).unwrap()[0].contains("1100 parts merged"));
}
