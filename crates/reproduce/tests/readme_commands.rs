//! The README's commands, one after the other, in a folder that has what a checkout has: they succeed, and
//! what they are said to print is what they print. Those that take long are only looked up.
#![cfg(unix)]

mod checkout;

use checkout::{checkout, root};
use std::path::Path;
use std::process::Command;

/// What takes ten minutes; a smaller check stands beside it.
const SLOW: &str = "cargo run --release --bin reproduce -- --preset paper --check 20";

/// A command with what the README says that it prints, if it does.
#[derive(Debug, PartialEq)]
struct Said {
    command: String,
    output: Option<String>,
}

/// Commands stand in blocks of `sh`, behind `$ ` in blocks of `text`, and between backticks.
fn commands(document: &str) -> Vec<Said> {
    let mut found = Vec::new();
    for (index, part) in document.split("```").enumerate() {
        let (language, text) = part.split_once('\n').unwrap_or((part, ""));
        match language {
            _ if index % 2 == 0 => found.extend(inline(part)),
            "sh" => found.extend(text.lines().map(|line| said(line, None))),
            "text" => {
                let session = text
                    .strip_prefix("$ ")
                    .and_then(|text| text.split_once('\n'));
                found.extend(session.map(|(line, output)| said(line, Some(output))));
            }
            _ => {}
        }
    }
    found
}

fn said(command: &str, output: Option<&str>) -> Said {
    Said {
        command: command.to_owned(),
        output: output.map(str::to_owned),
    }
}

/// What stands between backticks and is a whole command, or a script.
fn inline(text: &str) -> impl Iterator<Item = Said> {
    let spans = text.split('`').skip(1).step_by(2);
    let lines = spans.map(|span| span.split_whitespace().collect::<Vec<_>>().join(" "));
    lines
        .filter(|line| line.starts_with("cargo ") || line.starts_with("scripts/"))
        .filter(|line| !line.contains("..."))
        .map(|line| said(&line, None))
}

/// Runs a line in a shell; what it printed.
fn run(line: &str, folder: &Path) -> String {
    let cargo = "\"$CARGO\" run --quiet --locked --manifest-path \"$ROOT/Cargo.toml\" ";
    let output = Command::new("sh")
        .args(["-c", &line.replace("cargo run ", cargo)])
        .env("CARGO", env!("CARGO"))
        .env("ROOT", root())
        .current_dir(folder)
        .output()
        .unwrap();
    let [printed, said] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{line}: {}\n{said}", output.status);
    printed
}

#[test]
fn commands_do_what_the_readme_says() {
    let documents = ["README.md", "docs/SPEED.md"].map(|name| root().join(name));
    let documents = documents.map(|path| std::fs::read_to_string(path).unwrap());
    let folder = checkout();
    let mut done = Vec::new();
    for Said { command, output } in documents.iter().flat_map(|text| commands(text)) {
        if command.contains("cargo run ") && command != SLOW {
            if output.is_none() && done.contains(&command) {
                continue;
            }
            let printed = run(&command, folder.path());
            if let Some(output) = output {
                assert_eq!(printed, output, "{command}");
            }
            done.push(command);
        } else {
            assert!(is_there(&command), "what is `{command}`?");
        }
    }
    assert!(done.len() > 10, "{done:?}");
}

/// Whether a command that is not run here names something that exists: benchmarks and comparisons take
/// minutes, and scripts have tests of their own.
fn is_there(command: &str) -> bool {
    let words: Vec<&str> = command.split(' ').collect();
    match words[..] {
        _ if [SLOW, "cargo test --release --workspace"].contains(&command) => true,
        ["cargo", "bench", "-p", package] => {
            let package = root().join("crates").join(package);
            package.join("benches").is_dir()
        }
        ["cargo", "bench", "-p", package, "--bench", bench] => {
            let benches = root().join("crates").join(package).join("benches");
            benches.join(bench).with_extension("rs").is_file()
        }
        [script, ..] => script.starts_with("scripts/") && root().join(script).is_file(),
        [] => false,
    }
}

#[test]
fn commands_are_found_wherever_they_stand() {
    let document = "Run `cargo run\n--bin a` or `b`.\n```sh\ncargo run --bin c\n```\n\
                    ```text\n$ echo d\nd\n```\n```text\nno command\n```\n`cargo run --bin ...`";
    let expected = [
        said("cargo run --bin a", None),
        said("cargo run --bin c", None),
        said("echo d", Some("d\n")),
    ];
    assert_eq!(commands(document), expected);
}
