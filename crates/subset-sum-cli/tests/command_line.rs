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

fn page(input: &str, arguments: &[&str]) -> String {
    let output = answer(input.as_bytes(), &[&["--coverage"], arguments].concat());
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_page_says_which_number_is_worst_and_draws_the_number_line() {
    let expected = "\
candidates  4 (line 1), 3 nonzero
sums        2^3, from -0.500 to 0.750
worst       -1.000, 0.500 from the nearest sum
cause       reach: no sum below -0.500
covered     no, not every number of [-1, 1] is within 0.01 of a sum

sums on the number line, ^ at the worst number; highest column 2
                       ▄       ▄       █       █       ▄       ▄
-------^-------------------------------+-------------------------------+-------
      -1                               0                               1

the same around it; highest column 2
                                                    ▄      ▄     █      █     ▄
---------------------------------------^------------+--------------------------
                                    -1.000       +0.500
";
    assert_eq!(page("0.5 -0.5 0.25 0\n", &[]), expected);
    let instance = [
        "--instance",
        "7: 0.5, -0.5, 0.25, 0 # the target is passed over",
    ];
    assert_eq!(page("", &instance), expected);
}

#[test]
fn every_kind_of_hole_is_named_with_its_sums() {
    let lines = "0.5 -0.5 -0.25\n# none\n1 -1\n0.7 -0.7\n";
    let causes: Vec<String> = page(lines, &["--radius", "0.75"])
        .lines()
        .filter(|line| line.starts_with("cause"))
        .map(str::to_owned)
        .collect();
    assert_eq!(
        causes,
        [
            "cause       reach: no sum above 0.500",
            "cause       edge gap: no sum between -1.000 and 0.000",
            "cause       inner gap: no sum between -0.700 and 0.000"
        ]
    );
    let covered = |tolerance| page("1 -1", &["--tolerance", tolerance]).contains("covered     yes");
    assert!(covered("0.5") && !covered("0.499"));
}

#[test]
fn what_is_drawn_depends_on_the_distribution_the_number_and_the_seed_alone() {
    let drawn = |arguments: &str| page("", &arguments.split(' ').collect::<Vec<_>>());
    let first = drawn("--distribution product --candidates 12");
    assert_eq!(
        first,
        drawn("--distribution product --candidates 12 --seed 1")
    );
    for other in [
        "product --candidates 13",
        "product --candidates 12 --seed 2",
        "gadget --candidates 12",
    ] {
        assert_ne!(first, drawn(&format!("--distribution {other}")));
    }
    assert!(
        drawn("--distribution mixture-0.5 --candidates 0")
            .contains("0 (mixture-0.5, seed 1), 0 nonzero")
    );
}

#[test]
fn of_many_candidates_it_is_only_said_whether_they_cover() {
    let line = "1 -1 0.3 -0.3 0.1 -0.1 0.03 -0.03 0.01 -0.01 ".repeat(4);
    let said = |line: &str, tolerance| page(line, &["--tolerance", tolerance]);
    assert!(said(&line, "0.02").contains("covered     yes"));
    assert!(said(&line, "0.00001").contains("covered     no"));
    assert!(said(&"1 ".repeat(40), "0.1").contains("cause       reach\ncovered     no"));
    let drawn = [
        "--distribution",
        "uniform",
        "--candidates",
        "60",
        "--tolerance",
        "0",
    ];
    assert!(page("", &drawn).contains("covered     undecided"));
}

#[test]
fn the_page_in_the_book_is_what_the_command_writes() {
    let book = include_str!("../../../docs/src/subset-sum.md");
    let written = page("", &["--distribution", "gadget", "--candidates", "24"]);
    assert!(book.contains(&written), "{written}");
}

#[test]
fn wrong_use_of_coverage_is_refused_with_the_cure() {
    let message = |input: &str, arguments: &str| {
        let output = answer(input.as_bytes(), &arguments.split(' ').collect::<Vec<_>>());
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        String::from_utf8(output.stderr).unwrap()
    };
    for (input, arguments, words) in [
        ("1\n1 x\n", "--coverage", "line 2: \"x\" is not a number"),
        ("x: 1", "--coverage", "line 1: \"x\" is not a number"),
        ("5000", "--coverage", "line 1: 5000 lies outside"),
        ("", "--coverage --instance 1;2", "--instance, line 1"),
        ("", "--coverage no-such-file", "no-such-file"),
        (
            "",
            "--coverage --radius 0",
            "--radius: 0 leaves no interval",
        ),
        ("", "--coverage --radius=-1", "--radius: -1 is negative"),
        ("", "--coverage --tolerance nan", "--tolerance"),
        (
            "",
            "--coverage --distribution normal --candidates 3 --scale 0",
            "--scale: 0 lies outside",
        ),
        (
            "",
            "--coverage --distribution normal --candidates 3 --scale nan",
            "--scale: NaN lies outside",
        ),
        (
            "",
            "--coverage --distribution normal --probability 0.5 --tolerance 0",
            "--tolerance: 0 takes infinitely many",
        ),
        (
            "",
            "--coverage --distribution normal --probability 0.5 --tolerance 1e-9",
            "less than a millionth",
        ),
        (
            "",
            "--coverage --distribution normal --probability 0.5 --trials 1000000 --tolerance 0.001",
            "give at most 100000, or a larger tolerance",
        ),
        (
            "",
            "--coverage --distribution normal --probability 0.5 --trials 1000 --scale 1e-6",
            "give at most 1, or",
        ),
    ] {
        let message = message(input, arguments);
        assert!(
            message.contains(words) && message.lines().count() == 1,
            "{message}"
        );
    }
    let too_large = message(&"1024 ".repeat(65), "--coverage");
    assert!(
        too_large.contains("rescale them or use fewer"),
        "{too_large}"
    );
    for (arguments, words) in [
        (
            "--coverage --distribution nope --candidates 3",
            "there are: uniform, product",
        ),
        ("--coverage --distribution gadget", "--candidates <N>"),
        (
            "--coverage --distribution gadget --candidates 1001",
            "from 0 to 1000",
        ),
        (
            "--coverage --distribution gadget --candidates 3 file",
            "cannot be used with",
        ),
        ("--coverage --instance 1 file", "cannot be used with"),
        ("--coverage --seed 2", "--distribution <DISTRIBUTION>"),
        ("--coverage --scale 2", "--distribution <DISTRIBUTION>"),
        ("--coverage --distribution gadget", "--probability <P>"),
        (
            "--coverage --distribution gadget --candidates 9223372036854775808",
            "from 0 to 1000",
        ),
        (
            "--coverage --distribution gadget --probability 0.5 --trials 1000000000000",
            "from 1 to 1000000",
        ),
        (
            "--coverage --distribution gadget --probability 1",
            "not between 0 and 1",
        ),
        (
            "--coverage --distribution gadget --probability nan",
            "not between 0 and 1",
        ),
        (
            "--coverage --distribution gadget --candidates 3 --probability 0.5",
            "cannot be used with",
        ),
        (
            "--coverage --distribution gadget --candidates 3 --trials 5",
            "cannot be used with",
        ),
        ("--coverage --time", "cannot be used with"),
        ("--coverage --selection first", "cannot be used with"),
        ("--distribution gadget --candidates 3", "--coverage"),
        ("--radius 2", "--coverage"),
    ] {
        let message = message("", arguments);
        assert!(message.contains(words), "{message}");
    }
}

fn least_n(arguments: &str) -> String {
    let arguments: Vec<&str> = arguments.split(' ').collect();
    page("", &arguments)
}

#[test]
fn the_answer_in_the_book_is_what_the_command_writes() {
    let book = include_str!("../../../docs/src/subset-sum.md");
    let start = "$ cargo run --release --bin subset-sum -- --coverage ";
    let mut question = book.lines().filter_map(|line| line.strip_prefix(start));
    let question = question.next_back().unwrap();
    assert!(question.contains("--probability"));
    let written = least_n(question);
    assert!(book.contains(&written), "{written}");
}

/// Numbers of one trial are drawn as those of another scale are, so all that a common factor changes
/// is the rounding of numbers to the grid.
#[test]
fn only_ratios_of_scale_radius_and_tolerance_matter() {
    let answer = |arguments: &str| {
        let written = least_n(&format!(
            "--distribution uniform --probability 0.9 --trials 100 {arguments}"
        ));
        let lines = written.lines();
        let answers =
            lines.filter(|line| line.starts_with("least n") || line.starts_with("covered"));
        answers.map(str::to_owned).collect::<Vec<_>>()
    };
    let expected = answer("--radius 0.75 --tolerance 0.0625");
    assert_eq!(expected, answer("--scale 4 --radius 3 --tolerance 0.25"));
    assert_ne!(expected, answer("--scale 4 --radius 3 --tolerance 0.0625"));
}

#[test]
fn what_trials_cannot_tell_is_said() {
    let few = least_n("--distribution uniform --probability 0.99 --trials 367 --tolerance 0.1");
    assert!(
        few.contains("too few trials for an upper end, which takes 368"),
        "{few}"
    );
    let far = "--distribution uniform --scale 0.001 --probability 0.5 --trials 20 --tolerance 0.5";
    let far = least_n(far);
    assert!(
        far.contains("least n     more than 1000, 95 % interval more than 1000 to more than 1000"),
        "{far}"
    );
    assert!(
        far.contains("covered     in 0 of 20 trials with n = 1000"),
        "{far}"
    );
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_no_text_is_refused_in_one_line() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    for flag in ["--instance", "--tolerance", "--distribution"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_subset-sum"));
        command
            .args(["--coverage", flag])
            .arg(OsStr::from_bytes(b"\xff"));
        let output = command.output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(
            message.contains("not UTF-8") && message.lines().count() == 1,
            "{message}"
        );
    }
}
