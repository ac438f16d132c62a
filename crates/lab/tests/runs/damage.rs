//! Files that were changed behind the runner's back: what is damaged is computed again or refused, and never taken
//! for rows.

use crate::common::{Odd, Square};
use crate::common::{bytes, edit, flags, go, squares};
use crate::shards::{UNITS, four_shards, part};
use lab::meta::Meta;
use lab::{Outcome, merge, table};
use std::path::Path;

/// A change of a part's bytes.
type Change = Box<dyn Fn(&[u8]) -> Vec<u8>>;

/// The lines of a part, changed.
fn of_lines(change: impl Fn(&mut Vec<String>) + 'static) -> Change {
    Box::new(move |bytes| {
        let text = str::from_utf8(bytes).unwrap();
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        change(&mut lines);
        lines.concat().into_bytes()
    })
}

/// Flipped bits, one in every byte, and lines that are gone, doubled, swapped or zero.
fn changes(bytes: &[u8]) -> Vec<Change> {
    let flip = |place: usize| -> Change {
        Box::new(move |bytes| {
            let mut bytes = bytes.to_vec();
            bytes[place] ^= 1 << (place % 8);
            bytes
        })
    };
    let mut changes: Vec<Change> = (0..bytes.len()).map(flip).collect();
    let lines = bytes.iter().filter(|&&byte| byte == b'\n').count();
    for line in 0..lines {
        changes.push(of_lines(move |lines| drop(lines.remove(line))));
        changes.push(of_lines(move |lines| {
            lines.insert(line, lines[line].clone())
        }));
        changes.push(of_lines(move |lines| lines.insert(line, "\0".repeat(4096))));
        if line > 0 {
            changes.push(of_lines(move |lines| lines.swap(line - 1, line)));
        }
    }
    // The ends of two units for each other.
    changes.push(of_lines(|lines| {
        let ends: Vec<usize> = (0..lines.len())
            .filter(|&line| lines[line].contains("\tdone\t"))
            .collect();
        lines.swap(ends[0], ends[1]);
    }));
    changes
}

#[test]
fn a_damaged_part_is_completed_or_refused() {
    let (out, whole) = (four_shards(), tempfile::tempdir().unwrap());
    go(&squares(UNITS), &flags(whole.path(), 1, false)).unwrap();
    let parts: Vec<_> = (1..=4).map(|number| part(out.path(), number, 4)).collect();
    let original: Vec<Vec<u8>> = parts
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect();
    let (mut refused, mut merged) = (0, 0);
    for change in changes(&original[1]) {
        for (path, bytes) in parts.iter().zip(&original) {
            std::fs::write(path, bytes).unwrap();
        }
        std::fs::write(&parts[1], change(&original[1])).unwrap();
        match merge(out.path()) {
            Ok(_) => merged += 1,
            Err(_) => {
                refused += 1;
                assert!(!out.path().join("squares.csv").exists());
                let mut shard = flags(out.path(), 1, false);
                shard.shard = Some("2/4".parse().unwrap());
                if go(&squares(UNITS), &shard).is_err() {
                    shard.fresh = true;
                    go(&squares(UNITS), &shard).unwrap();
                }
                merge(out.path()).unwrap();
            }
        }
        assert_eq!(bytes(out.path()), bytes(whole.path()));
        for name in ["squares.csv", "squares-odd.csv", "squares.meta.json"] {
            std::fs::remove_file(out.path().join(name)).unwrap();
        }
    }
    assert!(refused > merged, "{refused} refused, {merged} merged");
}

#[test]
fn damaged_units_alone_are_computed_again() {
    let out = four_shards();
    edit(&part(out.path(), 2, 4), "\t5,25\n", "\t5,26\n");
    let mut shard = flags(out.path(), 1, false);
    shard.shard = Some("2/4".parse().unwrap());
    let again = squares(UNITS);
    assert_eq!(go(&again, &shard).unwrap(), Outcome::Shard);
    assert_eq!(again.computed.into_inner(), 1);
}

fn finished() -> tempfile::TempDir {
    let out = tempfile::tempdir().unwrap();
    go(&squares(9), &flags(out.path(), 1, false)).unwrap();
    out
}

/// The tables of a folder are refused wherever they are asked for, with the file's name and the cure.
fn refused(out: &Path) {
    let read = table::read::<Square>(out).map(drop);
    let odd = table::read::<Odd>(out).map(drop);
    let record = Meta::read(out, "squares").and_then(|meta| meta.unwrap().check(out));
    for error in [
        read.and(odd),
        record,
        go(&squares(9), &flags(out, 1, false)).map(drop),
    ] {
        let error = format!("{:#}", error.unwrap_err());
        assert!(
            error.contains("squares") && error.contains("--fresh"),
            "{error}"
        );
    }
}

#[test]
fn tables_are_held_against_their_record() {
    let changes: [fn(&str) -> String; 5] = [
        |text| text[..text.len() / 2].to_owned(),
        |text| text.repeat(2),
        |text| format!("{text}{}", text.lines().last().unwrap()),
        |text| text.replacen('7', "8", 1),
        |text| text.replace('\n', "\r\n"),
    ];
    for name in ["squares.csv", "squares-odd.csv"] {
        for change in changes {
            let out = finished();
            let path = out.path().join(name);
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&path, change(&text)).unwrap();
            refused(out.path());
            go(&squares(9), &flags(out.path(), 1, true)).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }
}

#[test]
fn a_record_names_no_file_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let (out, victim) = (folder.path().join("out"), folder.path().join("victim.csv"));
    std::fs::write(&victim, "mine").unwrap();
    go(&squares(9), &flags(&out, 1, false)).unwrap();
    edit(
        &out.join("squares.meta.json"),
        "\"squares-odd\"",
        "\"../victim\"",
    );
    let error = format!("{:#}", Meta::read(&out, "squares").unwrap_err());
    assert!(
        error.contains("`../victim` is no table of squares"),
        "{error}"
    );
    go(&squares(9), &flags(&out, 1, true)).unwrap();
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "mine");
}
