//! What holds for every experiment of the list, tried with its preset `tiny`: the bytes of its tables do not depend
//! on threads, shards, kills or cut files; what it writes is documented, judged and drawn; and presets with
//! anything unknown are refused.

use charts::assert_legible;
use lab::preset::Preset;
use lab::testing::{refused, stderr};
use lab::{Experiment, Flags, Folder, HEADLINE, Job, Outcome, check, judge, merge, run};
use reproduce::experiments::{abouts, all};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;
use tempfile::TempDir;

/// The tables of every experiment, from runs on three threads. Each has a folder of its own.
static WHOLE: LazyLock<PathBuf> = LazyLock::new(|| {
    let results = Path::new(env!("CARGO_TARGET_TMPDIR")).join("every-experiment");
    let _ = std::fs::remove_dir_all(&results);
    for experiment in all() {
        let folder = results.join(experiment.about().name);
        assert_eq!(tiny(experiment, &flags(&folder, 3)), Outcome::Computed);
    }
    results
});

fn whole(experiment: &dyn Experiment) -> PathBuf {
    WHOLE.join(experiment.about().name)
}

fn flags(out: &Path, threads: u16) -> Flags {
    Flags {
        threads: Some(threads),
        quiet: true,
        ..Flags::of(Folder {
            preset: "tiny".to_owned(),
            out: Some(out.to_owned()),
        })
    }
}

/// Runs an experiment's preset `tiny`.
fn tiny(experiment: &dyn Experiment, flags: &Flags) -> Outcome {
    let preset = flags.preset(&[experiment.about()]).unwrap();
    let configured = experiment.configure(&preset, flags).unwrap();
    run(experiment, &*configured, &preset, flags).unwrap()
}

/// Runs so many shards of the preset `tiny`, one after the other.
fn shards(experiment: &dyn Experiment, out: &Path, count: usize) {
    for number in 1..=count {
        let mut flags = flags(out, 2);
        flags.shard = Some(format!("{number}/{count}").parse().unwrap());
        assert_eq!(tiny(experiment, &flags), Outcome::Shard);
    }
}

/// The tables of a folder by name, as bytes.
fn tables(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let tables = paths.filter(|path| path.extension().is_some_and(|end| end == "csv"));
    let named = tables.map(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read(path).unwrap())
    });
    // The verdicts are no experiment's table.
    named.filter(|(name, _)| name != "claims").collect()
}

fn assert_whole(experiment: &dyn Experiment, folder: &Path) {
    let (found, expected) = (tables(folder), tables(&whole(experiment)));
    let names = |tables: &BTreeMap<String, Vec<u8>>| tables.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&found), names(&expected));
    for (name, bytes) in expected {
        assert!(found[&name] == bytes, "{name}.csv has other bytes");
    }
}

#[test]
fn threads_do_not_change_a_byte() {
    for experiment in all() {
        let folder = TempDir::new().unwrap();
        tiny(experiment, &flags(folder.path(), 1));
        assert_whole(experiment, folder.path());
    }
}

#[test]
fn shards_merge_to_the_whole() {
    for experiment in all() {
        let folder = TempDir::new().unwrap();
        shards(experiment, folder.path(), 3);
        merge(folder.path()).unwrap();
        assert_whole(experiment, folder.path());
        let again = tiny(experiment, &flags(folder.path(), 2));
        assert_eq!(again, Outcome::AlreadyThere);
    }
}

#[test]
fn a_file_that_is_cut_anywhere_is_completed() {
    for experiment in all() {
        let folder = TempDir::new().unwrap();
        shards(experiment, folder.path(), 2);
        let part = partial(folder.path()).unwrap();
        let bytes = std::fs::read(&part).unwrap();
        for kept in [1, bytes.len() / 2, bytes.len() - 1] {
            std::fs::write(&part, &bytes[..kept]).unwrap();
            shards(experiment, folder.path(), 2);
        }
        merge(folder.path()).unwrap();
        assert_whole(experiment, folder.path());
    }
}

/// The first file of a run in progress.
fn partial(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut parts: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "partial"))
        .collect();
    parts.sort();
    parts.into_iter().next()
}

/// The binary on one thread.
fn reproduce(experiment: &dyn Experiment, preset: &str, out: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reproduce"));
    command.args(["--only", experiment.about().name, "--preset", preset]);
    command
        .args(["--threads", "1", "--quiet", "--out"])
        .arg(out);
    command
}

#[test]
fn runs_that_are_killed_go_on() {
    let mut interrupted = 0;
    for experiment in all() {
        let folder = TempDir::new().unwrap();
        let out = folder.path().join("out");
        for _ in 0..3 {
            let mut run = reproduce(experiment, "tiny", &out);
            let mut process = run.stdout(Stdio::null()).spawn().unwrap();
            kill_when_it_has_written(&mut process, &out);
            interrupted += usize::from(partial(&out).is_some());
        }
        let output = reproduce(experiment, "tiny", &out).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        assert_whole(experiment, &out);
    }
    assert!(interrupted > 0, "every run had ended before it was killed");
}

/// Kills a process as soon as its file of finished units has grown, if it does not end before.
fn kill_when_it_has_written(process: &mut Child, out: &Path) {
    let size = || {
        partial(out).map_or(0, |path| {
            std::fs::metadata(path).map_or(0, |file| file.len())
        })
    };
    let before = size();
    while size() <= before && process.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    process.kill().unwrap();
    process.wait().unwrap();
}

#[test]
fn what_is_unknown_in_a_preset_is_refused_in_one_line() {
    for experiment in all() {
        let about = experiment.about();
        let section = format!("[{}]\n", about.name);
        for (to, words) in [
            (
                format!("{section}no-such-key = 1\n"),
                ["unknown field `no-such-key`", about.name],
            ),
            (
                format!("[no-such-part]\n{section}"),
                ["unknown section [no-such-part]", about.name],
            ),
            (
                format!("no-such-key = 1\n{section}"),
                ["unknown key `no-such-key`", "--preset"],
            ),
        ] {
            assert!(about.tiny.contains(&section));
            let folder = TempDir::new().unwrap();
            let preset = folder.path().join("changed.toml");
            std::fs::write(&preset, about.tiny.replace(&section, &to)).unwrap();
            let preset = preset.to_str().unwrap();
            let output = reproduce(experiment, preset, folder.path())
                .output()
                .unwrap();
            refused(&output, &words);
        }
    }
}

#[test]
fn units_computed_again_are_equal() {
    for experiment in all() {
        let (out, elsewhere) = (whole(experiment), TempDir::new().unwrap());
        let preset = Preset::load("tiny", &[experiment.about()]).unwrap();
        // What a run leaves beside its rows, such as a finished network, must not be taken up.
        let configured = experiment
            .configure(&preset, &flags(elsewhere.path(), 2))
            .unwrap();
        let job = Job::new(&experiment.about(), &*configured, &preset).unwrap();
        let checked = check(&[job], &flags(&out, 2), usize::MAX).unwrap();
        assert!(checked[0].is_equal(), "{checked:?}");
        assert_eq!(checked[0].units, configured.units().len());
    }
}

#[test]
fn tables_have_the_columns_that_are_documented() {
    for experiment in all() {
        let written = tables(&whole(experiment)).into_iter().map(|(name, bytes)| {
            let mut reader = csv::Reader::from_reader(&bytes[..]);
            let columns = reader
                .headers()
                .unwrap()
                .iter()
                .map(str::to_owned)
                .collect();
            (name, columns)
        });
        let documented = experiment.columns().into_iter().map(|table| {
            let names = table.columns.iter().map(|column| column.name.to_owned());
            (table.name.to_owned(), names.collect())
        });
        let written: BTreeMap<String, Vec<String>> = written.collect();
        assert_eq!(written, documented.collect());
    }
}

#[test]
fn figures_of_few_rows_are_legible() {
    for experiment in all() {
        let figures = experiment.figures(&whole(experiment)).unwrap();
        assert!(!figures.is_empty());
        figures.iter().for_each(assert_legible);
    }
}

#[test]
fn claims_and_tables_take_few_rows_and_without_rows_there_is_no_verdict() {
    let (nothing, mut ids) = (TempDir::new().unwrap(), BTreeSet::new());
    for experiment in all() {
        let (claims, results) = (experiment.claims(), whole(experiment));
        assert!(claims.iter().all(|claim| ids.insert(claim.id.clone())));
        assert_eq!(judge(experiment, &results).unwrap().len(), claims.len());
        let without = judge(experiment, nothing.path()).unwrap();
        assert!(without.iter().all(|found| found.evidence.is_none()));
        assert!(experiment.tables(&results).unwrap().contains('|'));
        let headline = experiment.headline(&results).unwrap();
        assert!(
            (1..=HEADLINE).contains(&headline.chars().count()),
            "{headline}"
        );
    }
}

#[test]
fn presets_have_a_section_of_every_experiment_and_no_unit_twice() {
    let folder = TempDir::new().unwrap();
    for name in ["quick", "paper", "tiny"] {
        let preset = Preset::load(name, &abouts()).unwrap();
        preset.refuse_others(&abouts()).unwrap();
        for experiment in all() {
            let configured = experiment
                .configure(&preset, &flags(folder.path(), 1))
                .unwrap();
            assert!(!configured.units().is_empty());
            // Refuses two units with one key.
            Job::new(&experiment.about(), &*configured, &preset).unwrap();
        }
    }
}

/// Numbers that no run writes, or only one that is larger than any machine.
const EXTREMES: [&str; 6] = [
    "0",
    "4294967296",
    "1099511627776",
    "1152921504606846976",
    "1e300",
    "-1",
];

/// Tables travel without their records too. Whatever stands in a column, every reader ends with a result or an error:
/// it does not panic, ask for all memory or go on for ever.
#[test]
fn extreme_numbers_in_tables_are_an_error_or_a_result() {
    for experiment in all() {
        let tables = tables(&whole(experiment));
        let columns = experiment.columns().into_iter();
        let columns = columns.flat_map(|table| {
            table
                .columns
                .into_iter()
                .map(move |column| (table.name, column.name))
        });
        for (table, column) in columns {
            for value in EXTREMES {
                let folder = TempDir::new().unwrap();
                for (name, bytes) in &tables {
                    let bytes = match name == table {
                        true => with_column(bytes, column, value),
                        false => bytes.clone(),
                    };
                    std::fs::write(folder.path().join(name).with_extension("csv"), bytes).unwrap();
                }
                // `--nocapture` shows the case that ends the process.
                println!("{table}, {column} = {value}");
                let start = std::time::Instant::now();
                read_all(experiment, folder.path());
                let seconds = start.elapsed().as_secs_f64();
                assert!(seconds < 20.0, "{table}, {column} = {value}: {seconds} s");
            }
        }
    }
}

/// A table with another value in all rows of a column.
fn with_column(table: &[u8], column: &str, value: &str) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(table);
    let headers = reader.headers().unwrap().clone();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&headers).unwrap();
    for record in reader.records() {
        let record = record.unwrap();
        let fields = headers.iter().zip(&record);
        let changed = fields.map(|(name, field)| if name == column { value } else { field });
        writer.write_record(changed).unwrap();
    }
    writer.into_inner().unwrap()
}

/// Asks an experiment for everything that it reads its rows for.
fn read_all(experiment: &dyn Experiment, results: &Path) {
    let _ = judge(experiment, results);
    let _ = experiment.tables(results);
    let _ = experiment.headline(results);
    let _ = experiment.comparison(results);
    let _ = experiment.settings(results);
    for figure in experiment.figures(results).unwrap_or_default() {
        let _ = charts::svg(&figure);
    }
}

/// Every preset that has one number of `tiny` changed to `value`.
fn with_number(text: &str, value: i64) -> Vec<(String, String)> {
    let preset: toml::Table = text.parse().unwrap();
    let mut paths = Vec::new();
    numbers(
        &toml::Value::Table(preset.clone()),
        &mut Vec::new(),
        &mut paths,
    );
    let changed = paths.into_iter().map(|path| {
        let mut changed = toml::Value::Table(preset.clone());
        let mut place = &mut changed;
        for step in &path {
            place = match place {
                toml::Value::Array(items) => &mut items[step.parse::<usize>().unwrap()],
                place => place.get_mut(step.as_str()).unwrap(),
            };
        }
        *place = toml::Value::Integer(value);
        (path.join("."), toml::to_string(&changed).unwrap())
    });
    changed.collect()
}

/// The paths of all whole numbers in a preset.
fn numbers(value: &toml::Value, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let inside: Vec<(String, &toml::Value)> = match value {
        toml::Value::Integer(_) => return found.push(path.clone()),
        toml::Value::Table(table) => table
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        toml::Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, value)| (at.to_string(), value))
            .collect(),
        _ => return,
    };
    for (step, value) in inside {
        path.push(step);
        numbers(value, path, found);
        path.pop();
    }
}

/// Numbers in presets are sizes: they are refused before memory or time is asked for.
#[test]
fn sizes_in_presets_are_bounded() {
    for experiment in all() {
        let about = experiment.about();
        for value in [1_000_000_000, 1 << 62] {
            for (path, text) in with_number(about.tiny, value) {
                println!("{}, {path} = {value}", about.name);
                let (folder, start) = (TempDir::new().unwrap(), std::time::Instant::now());
                let preset = Preset::parse("changed", &text).unwrap();
                if let Ok(configured) = experiment.configure(&preset, &flags(folder.path(), 1)) {
                    let _ = Job::new(&about, &*configured, &preset);
                }
                let seconds = start.elapsed().as_secs_f64();
                assert!(
                    seconds < 20.0,
                    "{}, {path} = {value}: {seconds} s",
                    about.name
                );
            }
        }
    }
}
