//! The runner on a toy experiment: same bytes whatever happens on the way.

use crate::common::{Odd, Square, Squares, bytes, flags, go, squares};
use lab::{Outcome, table};

#[test]
fn rows_come_in_unit_order_whatever_the_threads() {
    let (one, four) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    go(&squares(100), &flags(one.path(), 1, false)).unwrap();
    go(&squares(100), &flags(four.path(), 4, false)).unwrap();
    assert_eq!(bytes(one.path()), bytes(four.path()));
    let rows: Vec<Square> = table::read(one.path()).unwrap().unwrap();
    assert!(rows.iter().map(|row| row.number).eq(0..100));
    assert_eq!(table::read::<Odd>(one.path()).unwrap().unwrap().len(), 50);
    assert!(!one.path().join("squares.csv.partial").exists());
}

#[test]
fn a_run_that_is_there_is_not_computed_again() {
    let out = tempfile::tempdir().unwrap();
    let first = go(&squares(5), &flags(out.path(), 2, false)).unwrap();
    let again = squares(5);
    let second = go(&again, &flags(out.path(), 2, false)).unwrap();
    assert_eq!((first, second), (Outcome::Computed, Outcome::AlreadyThere));
    assert_eq!(again.computed.into_inner(), 0);
    let fresh = squares(5);
    go(&fresh, &flags(out.path(), 2, true)).unwrap();
    assert_eq!(fresh.computed.into_inner(), 5);
}

#[test]
fn a_failed_unit_loses_nothing_and_the_run_goes_on_from_there() {
    let (out, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let failing = Squares {
        fails: Some(7),
        ..squares(20)
    };
    let error = go(&failing, &flags(out.path(), 1, false)).unwrap_err();
    assert_eq!(format!("{error:#}"), "squares, unit number=7: no luck");
    let rest = squares(20);
    go(&rest, &flags(out.path(), 1, false)).unwrap();
    assert_eq!(rest.computed.into_inner(), 13);
    go(&squares(20), &flags(whole.path(), 1, false)).unwrap();
    assert_eq!(bytes(out.path()), bytes(whole.path()));
}

#[test]
fn other_parameters_never_mix_into_a_folder() {
    let out = tempfile::tempdir().unwrap();
    go(&squares(5), &flags(out.path(), 1, false)).unwrap();
    let before = bytes(out.path());
    let error = go(&squares(6), &flags(out.path(), 1, false))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("other parameters (count 5 there, 6 now)"),
        "{error}"
    );
    assert_eq!(bytes(out.path()), before);
    // A fresh run that is cut off leaves nothing of the old one to be taken for its own.
    let failing = Squares {
        fails: Some(3),
        ..squares(6)
    };
    assert!(go(&failing, &flags(out.path(), 1, true)).is_err());
    assert!(!out.path().join("squares.csv").exists());
    go(&squares(6), &flags(out.path(), 1, false)).unwrap();
    assert_eq!(table::read::<Square>(out.path()).unwrap().unwrap().len(), 6);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = go(&squares(5), &flags(&file.join("results"), 1, false)).unwrap_err();
    assert!(error.to_string().contains("--out"), "{error}");
}
