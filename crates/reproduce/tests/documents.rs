//! The README and the book: their commands succeed in a folder that has what a checkout has and print what they
//! are said to print, their links lead somewhere, and what is spliced into them is up to date.
//!
//! Experiments run with the preset `tiny` where a document names none: `quick` takes minutes.
#![cfg(unix)]

mod checkout;

use checkout::{checkout, root};
use reproduce::experiments::abouts;
use reproduce::{judge, splice};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// What takes ten minutes; a smaller check stands beside it.
const SLOW: &str = "cargo run --release --bin reproduce -- --preset paper --check 20";

/// The README first, so that later commands find its results, then all that is linked from here.
fn documents() -> Vec<PathBuf> {
    let names = [
        "README.md",
        "CONTRIBUTING.md",
        "ARCHITECTURE.md",
        "LIMITS.md",
    ];
    let mut documents: Vec<PathBuf> = names.map(|name| root().join(name)).into();
    for folder in ["docs/src", "docs/src/experiments", "docs/src/formats"] {
        let entries = fs::read_dir(root().join(folder)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let mut pages: Vec<PathBuf> = paths
            .filter(|path| path.extension().is_some_and(|end| end == "md"))
            .collect();
        pages.sort();
        documents.extend(pages);
    }
    documents
}

fn texts() -> Vec<String> {
    let documents = documents().into_iter();
    documents
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

/// A command with what a document says that it prints, if it does.
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

/// The command with the preset `tiny` if it runs experiments and names no preset.
fn in_small(command: &str) -> String {
    let (program, arguments) = command.split_once(" -- ").unwrap_or((command, ""));
    let name = program.rsplit(' ').next().unwrap();
    let runs = name == "reproduce" || abouts().iter().any(|about| about.name == name);
    if !runs
        || ["--preset", "--ticket"]
            .iter()
            .any(|flag| arguments.contains(flag))
    {
        return command.to_owned();
    }
    format!("{program} -- --preset tiny {arguments}")
}

/// Runs a line in a shell; what it printed. `--nocapture` shows how long it took.
fn run(line: &str, folder: &Path) -> String {
    let cargo = "\"$CARGO\" run --quiet --locked --manifest-path \"$ROOT/Cargo.toml\" ";
    let start = Instant::now();
    let output = Command::new("sh")
        .args(["-c", &line.replace("cargo run ", cargo)])
        .env("CARGO", env!("CARGO"))
        .env("ROOT", root())
        .current_dir(folder)
        .output()
        .unwrap();
    println!("{:6.1} s  {line}", start.elapsed().as_secs_f64());
    let [printed, said] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{line}: {}\n{said}", output.status);
    printed
}

#[test]
fn commands_do_what_the_documents_say() {
    let (folder, texts) = (checkout(), texts());
    let mut done = Vec::new();
    for Said { command, output } in texts.iter().flat_map(|text| commands(text)) {
        if command.contains("cargo run ") && command != SLOW {
            if output.is_none() && done.contains(&command) {
                continue;
            }
            let printed = run(&in_small(&command), folder.path());
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

#[test]
fn what_is_spliced_is_that_of_the_published_rows() {
    let judgements = judge(&root().join("results/paper")).unwrap();
    let mut spliced = 0;
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        if !text.contains("<!-- begin ") {
            continue;
        }
        spliced += 1;
        let name = path.strip_prefix(root()).unwrap();
        let to_root = "../".repeat(name.components().count() - 1);
        assert!(
            splice::splice(&text, &to_root, &judgements).unwrap() == text,
            "run: cargo run --release --bin reproduce -- --preset paper --splice {}",
            name.display()
        );
    }
    assert!(spliced > 1);
}

#[test]
fn what_the_documents_link_to_is_there() {
    let mut links = 0;
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        let targets = text.split("](").skip(1);
        let targets = targets.filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
        for target in targets.filter(|target| !target.contains("://")) {
            let file = target.split('#').next().unwrap();
            let folder = path.parent().unwrap();
            assert!(folder.join(file).exists(), "{}: no {file}", path.display());
            links += 1;
        }
    }
    assert!(links > 20);
}

/// Whether a command that is not run here names something that exists: benchmarks and comparisons take
/// minutes, and scripts have tests of their own.
fn is_there(command: &str) -> bool {
    let words: Vec<&str> = command.split(' ').collect();
    match words[..] {
        _ if command == SLOW => true,
        [
            "cargo",
            "test" | "fmt" | "clippy" | "doc" | "build" | "install",
            ..,
        ] => true,
        ["cargo", "bench", "-p", package] => package_folder(package).join("benches").is_dir(),
        ["cargo", "bench", "-p", package, "--bench", bench] => {
            let benches = package_folder(package).join("benches");
            benches.join(bench).with_extension("rs").is_file()
        }
        [script, ..] => script.starts_with("scripts/") && root().join(script).exists(),
        [] => false,
    }
}

fn package_folder(package: &str) -> PathBuf {
    let crates = root().join("crates");
    let experiment = crates.join("experiments").join(package);
    match experiment.is_dir() {
        true => experiment,
        false => crates.join(package),
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
