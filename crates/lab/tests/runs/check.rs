//! Units computed again and held against the rows of a finished run.

use crate::common::{Squares, edit, flags, go, job, snapshot, squares};
use lab::{Checked, check};
use std::path::Path;

fn recompute(experiment: &Squares, out: &Path, count: usize) -> anyhow::Result<Vec<Checked>> {
    check(&[job(experiment)?], &flags(out, 2, false), count)
}

fn finished() -> tempfile::TempDir {
    let out = tempfile::tempdir().unwrap();
    go(&squares(20), &flags(out.path(), 2, false)).unwrap();
    out
}

#[test]
fn recomputed_rows_stand_in_the_tables_and_nothing_changes() {
    let out = finished();
    let before = snapshot(out.path());
    // Of 20 units the ones with the numbers 0, 4, 9, 14 and 19: two odd ones have a row in the second table.
    let again = squares(20);
    let checked = recompute(&again, out.path(), 5).unwrap();
    let [one] = &checked[..] else {
        panic!("{checked:?}")
    };
    assert_eq!((one.experiment, one.units, one.rows), ("squares", 5, 7));
    assert_eq!((one.revisions.len(), &one.differences[..]), (1, &[][..]));
    assert_eq!(again.computed.into_inner(), 5);
    assert_eq!(recompute(&squares(20), out.path(), 99).unwrap()[0].rows, 30);
    assert_eq!(snapshot(out.path()), before);
}

#[test]
fn a_changed_row_is_named_with_its_unit_and_both_lines() {
    let out = finished();
    edit(&out.path().join("squares.csv"), "\n9,81\n", "\n9,82\n");
    edit(&out.path().join("squares-odd.csv"), "\n19\n", "\n");
    let checked = recompute(&squares(20), out.path(), 5).unwrap();
    let found = checked[0].differences.iter().map(|difference| {
        let recorded = difference.recorded.as_deref();
        let recomputed = difference.recomputed.as_str();
        (
            difference.unit.as_str(),
            difference.table,
            recorded,
            recomputed,
        )
    });
    let expected = [
        ("number=9", "squares", Some("9,82"), "9,81"),
        ("number=19", "squares-odd", Some("1"), "19"),
    ];
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let out = finished();
    let error = recompute(&squares(21), out.path(), 5)
        .unwrap_err()
        .to_string();
    assert!(error.contains("count 20 there, 21 now"), "{error}");
    let empty = tempfile::tempdir().unwrap();
    let error = recompute(&squares(20), empty.path(), 5)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("no results") && error.contains("--out"),
        "{error}"
    );
    let failing = Squares {
        fails: Some(19),
        ..squares(20)
    };
    assert!(recompute(&failing, out.path(), 5).is_err());
}
