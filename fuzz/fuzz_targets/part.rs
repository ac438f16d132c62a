//! Files of runs in progress: merged, or refused in one line with nothing written.
//!
//! No mutation finds a SHA-256, so every input is read a second time with the hashes that fit its blocks.
#![no_main]

use lab::store::sha256;
use libfuzzer_sys::fuzz_target;
use std::path::Path;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        check(with_hashes(text).as_bytes());
    }
});

fn check(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    std::fs::create_dir(&out).expect("a new folder");
    std::fs::write(out.join("squares.1-of-2.csv.partial"), bytes).expect("a small file");
    let merged = lab::merge(&out);
    if let Err(error) = &merged {
        assert!(!format!("{error:#}").is_empty());
        assert_eq!(names(&out), ["squares.1-of-2.csv.partial"]);
    }
    // Nothing appears beside the results folder, whatever names the file holds.
    assert_eq!(names(folder.path()), ["out"]);
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

/// The same lines, each that ends a block with the hash of its block.
fn with_hashes(text: &str) -> String {
    let Some((configuration, rest)) = text.split_once('\n') else {
        return text.to_owned();
    };
    let (mut sealed, mut pending) = (format!("{configuration}\n"), String::new());
    for line in rest.lines() {
        let ends = line.starts_with("run\t") || line.contains("\tdone\t");
        match line.rsplit_once('\t').filter(|_| ends) {
            Some((line, _)) => {
                pending += line;
                let hash = sha256(format!("{configuration}\n{pending}").as_bytes());
                sealed += &format!("{pending}\t{hash}\n");
                pending.clear();
            }
            None => pending += &format!("{line}\n"),
        }
    }
    sealed + &pending
}
