//! Tests that hurt: whatever happens to a run, nothing computed is lost and no byte is wrong.

use crate::common::{OUT_TABLES, command, csv, refused};
use lab::testing::stderr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use training::testing::few_images;

/// Twelve units of some milliseconds.
const PRESET: &str = "seed = 1\n[mnist-approximation]\ncoefficients = ['per-row', 'per-weight']\n\
                      candidates = [4, 5, 6]\ntolerances = [0.1]\nhistogram-tolerance = 0.1\nreplicates = 2\n";

fn run(folder: &Path, out: &str) -> Command {
    let mut command = command(folder, PRESET);
    command
        .arg("--data")
        .arg(few_images(folder))
        .args(["--threads", "1", "--out", out]);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

fn units_done(folder: &Path, out: &str) -> usize {
    let partial = folder.join(out).join("mnist-approximation.csv.partial");
    std::fs::read_to_string(partial)
        .unwrap_or_default()
        .matches("\tdone\t")
        .count()
}

/// Waits until some units are on disk.
fn wait_for(folder: &Path, out: &str, units: usize, child: &mut Child) {
    let started = Instant::now();
    while units_done(folder, out) < units {
        assert!(
            child.try_wait().unwrap().is_none(),
            "the run ended by itself"
        );
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "no unit was finished"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[cfg(unix)]
#[test]
fn a_polite_end_is_as_harmless_as_a_kill() {
    let folder = TempDir::new().unwrap();
    assert!(run(folder.path(), "whole").status().unwrap().success());
    let mut child = run(folder.path(), "ended").spawn().unwrap();
    wait_for(folder.path(), "ended", 2, &mut child);
    assert!(
        Command::new("kill")
            .arg(child.id().to_string())
            .status()
            .unwrap()
            .success()
    );
    child.wait().unwrap();
    let done = units_done(folder.path(), "ended");
    let output = run(folder.path(), "ended").output().unwrap();
    assert!(
        stderr(&output).contains(&format!(" {done} resumed")),
        "{}",
        stderr(&output)
    );
    assert_eq!(csv(folder.path(), "whole"), csv(folder.path(), "ended"));
}

#[test]
fn two_processes_do_not_write_the_same_folder() {
    let folder = TempDir::new().unwrap();
    let mut first = run(folder.path(), "shared").spawn().unwrap();
    wait_for(folder.path(), "shared", 1, &mut first);
    refused(
        &run(folder.path(), "shared").output().unwrap(),
        &["another process", "--out"],
    );
    assert!(first.wait().unwrap().success());
    let output = run(folder.path(), "shared").output().unwrap();
    assert!(stderr(&output).contains("nothing to do"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let locked = folder.path().join("locked");
    std::fs::create_dir(&locked).unwrap();
    std::fs::set_permissions(&locked, PermissionsExt::from_mode(0o500)).unwrap();
    // Permissions do not bind root, but nobody can make a folder where a file is.
    std::fs::write(folder.path().join("file"), "").unwrap();
    if std::fs::write(locked.join("probe"), "").is_err() {
        refused(
            &run(folder.path(), "locked").output().unwrap(),
            &["cannot write", "locked"],
        );
    }
    refused(
        &run(folder.path(), "file").output().unwrap(),
        &["--out file"],
    );
}

/// A disk of 24 KiB, in a mount namespace of its own; then the disk grows and the run goes on.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs a user who may mount in a namespace: .ci/run runs it"]
fn a_full_disk_keeps_what_is_finished() {
    let folder = TempDir::new().unwrap();
    assert!(run(folder.path(), "whole").status().unwrap().success());
    std::fs::create_dir(folder.path().join("disk")).unwrap();
    let script = "mount -t tmpfs -o size=24k none disk
        \"$0\" --preset small.toml --data images --threads 1 --out disk; echo \"exit $?\" >&2
        mount -o remount,size=10m disk && exec \"$0\" --preset small.toml --data images --out disk --quiet";
    let script = format!("{{ {script}; }} && cp disk/*.csv kept/");
    let script = script.replace("exec ", "");
    std::fs::create_dir(folder.path().join("kept")).unwrap();
    let mut command = Command::new("unshare");
    command.args(["--mount", "--map-root-user", "sh", "-c", &script]);
    command
        .arg(env!("CARGO_BIN_EXE_mnist-approximation"))
        .current_dir(folder.path());
    let output = command.output().unwrap();
    let said = stderr(&output);
    assert!(
        said.contains("No space left") && said.contains("exit 2"),
        "{said}"
    );
    assert!(output.status.success(), "{said}");
    assert_eq!(csv(folder.path(), "whole"), csv(folder.path(), "kept"));
}

#[test]
fn results_of_another_seed_or_preset_are_left_alone() {
    let folder = TempDir::new().unwrap();
    assert!(run(folder.path(), "out").status().unwrap().success());
    let before = csv(folder.path(), "out");
    let seed = run(folder.path(), "out")
        .args(["--seed", "2"])
        .output()
        .unwrap();
    refused(
        &seed,
        &["other parameters", "seed 1 there, 2 now", "--fresh"],
    );
    assert_eq!(csv(folder.path(), "out"), before);
    let list = run(folder.path(), "out")
        .args(["--seed", "2", "--list"])
        .output()
        .unwrap();
    refused(&list, &["seed 1 there, 2 now"]);
    // A table with a changed header is not taken for rows.
    let table = folder.path().join("out").join(OUT_TABLES[0]);
    let text = std::fs::read_to_string(&table).unwrap();
    std::fs::write(&table, text.replacen("infeasible", "feasible", 1)).unwrap();
    let output = run(folder.path(), "out").arg("--quiet").output().unwrap();
    refused(
        &output,
        &[OUT_TABLES[0], "not as its run wrote it", "--fresh"],
    );
}
