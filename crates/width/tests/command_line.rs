//! The binary as a user meets it, in a folder with nothing in it.

use std::process::{Command, Output};
use tempfile::TempDir;
use width::answer::{Row, answer, question};

fn start(arguments: &[&str]) -> Output {
    let folder = TempDir::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_width"));
    command.current_dir(&folder).args(arguments);
    command.output().unwrap()
}

fn said(arguments: &[&str]) -> String {
    let output = start(arguments);
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty());
    String::from_utf8(output.stdout).unwrap()
}

const EXAMPLE: [&str; 8] = ["--d", "500", "--l", "2", "--eps", "0.01", "--delta", "0.05"];

#[test]
fn the_example_of_the_book_is_what_is_printed() {
    let book = include_str!("../../../docs/src/width.md");
    let said = said(&EXAMPLE);
    assert!(book.contains(&said), "the book lacks:\n{said}");
    assert!(said.contains("as we read it") && said.contains("extrapolated"));
}

#[test]
fn the_csv_holds_the_rows() {
    let text = said(&[&EXAMPLE[..], &["--csv"]].concat());
    let rows: Vec<Row> = csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<csv::Result<_>>()
        .unwrap();
    assert_eq!(rows, answer(question(500, 2, 0.01, 0.05).unwrap()));
}

#[test]
fn extremes_are_answered() {
    let extremes = "--d 1000000 --l 1000000 --eps 1e-300 --delta 1e-300";
    let said = said(&extremes.split(' ').collect::<Vec<_>>());
    assert!(said.contains("eps = 1e-300") && said.contains("> 1e308"));
    assert!(!said.contains("NaN") && !said.contains("inf"));
}

#[test]
fn wrong_questions_are_refused_in_one_line() {
    for (arguments, words) in [
        ("--l 2", "--d: name the width"),
        ("--d 0", "--d 0: must be from 1 to 1000000"),
        ("--d 1000001", "--d 1000001: must be"),
        ("--d 4 --l 0", "--l 0: must be"),
        (
            "--d 4 --l 18446744073709551615",
            "must be from 1 to 1000000",
        ),
        (
            "--d 4 --eps 1",
            "--eps 1.0: must be at least 1e-300 and below 1",
        ),
        ("--d 4 --eps 0", "--eps 0.0: must be"),
        ("--d 4 --eps -0.1", "--eps -0.1: must be"),
        ("--d 4 --eps 1e-301", "--eps 1e-301: must be"),
        ("--d 4 --eps NaN", "--eps NaN: must be"),
        ("--d 4 --delta 0", "--delta 0.0: must be"),
        ("--d 4 --delta inf", "--delta inf: must be"),
        ("--fit .", "no coverage"),
    ] {
        let output = start(&arguments.split(' ').collect::<Vec<_>>());
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.contains(words), "`{words}` is not in: {message}");
    }
}

#[test]
fn what_is_no_number_is_refused() {
    for arguments in [
        "--d x",
        "--d -1",
        "--d 99999999999999999999",
        "--d 2 --fit .",
    ] {
        let output = start(&arguments.split(' ').collect::<Vec<_>>());
        assert_eq!(output.status.code(), Some(2), "{arguments}");
    }
}
