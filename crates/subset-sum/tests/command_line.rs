//! The binary `subset-sum` as a user meets it.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn answer(input: &[u8], arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_subset-sum"));
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that refuses the input early does not read the rest of it.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

const HEADER: &str = "line,size,sum,error,error_units,subset\n";

fn rows(input: &str, arguments: &[&str]) -> String {
    let output = answer(input.as_bytes(), arguments);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.strip_prefix(HEADER).unwrap().to_owned()
}

#[test]
fn every_selection_answers_line_by_line() {
    let input = "# two instances\n0.75: 0.5 0.25 0.7421875 -1\n\n2: 0.5 0.5\n";
    assert_eq!(
        rows(input, &[]),
        "2,2,0.75,0,0,0 1\n4,2,1,1,70368744177664,0 1\n"
    );
    let smallest = ["--selection", "smallest", "--tolerance", "0.01"];
    assert_eq!(
        rows(input, &smallest),
        "2,1,0.7421875,0.0078125,549755813888,2\n4,,,,,\n"
    );
    let first = ["--selection", "first", "--tolerance", "0.25"];
    assert_eq!(
        rows(input, &first),
        "2,1,0.5,0.25,17592186044416,0\n4,,,,,\n"
    );
}

#[test]
fn wrong_input_is_named_by_line() {
    for (input, words) in [
        (&b"1: 2\n1: x\n"[..], "line 2: \"x\" is not a number"),
        (b"1 2 3", "line 1: no colon"),
        (b"1: \xff", "line 1"),
        (b"5000: 1", "line 1: 5000 lies outside"),
    ] {
        let output = answer(input, &[]);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(
            message.contains(words) && message.lines().count() == 1,
            "{message}"
        );
    }
    let long = answer(&vec![b' '; 1 << 17], &[]);
    assert!(String::from_utf8_lossy(&long.stderr).contains("longer than"));
    let missing = answer(b"", &["no-such-file"]);
    assert!(String::from_utf8_lossy(&missing.stderr).contains("no-such-file"));
    let tolerance = answer(b"", &["--tolerance", "inf"]);
    assert!(String::from_utf8_lossy(&tolerance.stderr).contains("--tolerance"));
    let negative = answer(b"", &["--tolerance=-1"]);
    assert!(String::from_utf8_lossy(&negative.stderr).contains("negative"));
    let fifty_one = answer(format!("1: {}", "1 ".repeat(51)).as_bytes(), &[]);
    assert!(String::from_utf8_lossy(&fifty_one.stderr).contains("51 nonzero"));
}
