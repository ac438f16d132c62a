//! How a CSV file was made: `NAME.meta.json`, beside it. Times, machine and revision stand here, so
//! that the CSV's own bytes depend on preset, seed and code alone.

use crate::partial::ensure_same;
use crate::store;
use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// The record of a finished run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Meta {
    /// Everything that the rows depend on, as one line of JSON.
    pub configuration: String,
    /// Its tables by name.
    pub tables: BTreeMap<String, Written>,
    /// When the run was finished, in seconds since 1970.
    pub finished: u64,
    /// The processes that computed units: one, or more after interruptions and for shards.
    pub sessions: Vec<Session>,
    /// Measurements by unit, then by name.
    pub measures: BTreeMap<String, BTreeMap<String, f64>>,
}

/// A table as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// How many rows it has.
    pub rows: u64,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
}

/// A process that computed units.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// The command as typed, without the folder (`--out`) that it wrote to.
    pub command: Vec<String>,
    /// Revision of the source tree when the process began, with `+` if files were changed; `unknown`
    /// outside a checkout.
    pub revision: String,
    /// Processor, cores and operating system.
    pub machine: String,
    /// Worker threads.
    pub threads: usize,
    /// When it began, in seconds since 1970.
    pub started: u64,
}

impl Session {
    /// This process.
    pub(crate) fn new(threads: usize) -> Self {
        let arguments = std::env::args_os();
        let arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
        let mut command = without_folder(arguments);
        if let Some(program) = command.first_mut() {
            let name = Path::new(program).file_name().unwrap_or_default();
            *program = name.to_string_lossy().into_owned();
        }
        Self {
            command,
            revision: revision().to_owned(),
            machine: machine(),
            threads,
            started: seconds_since_1970(),
        }
    }
}

impl Meta {
    /// Where the record of an experiment stands in a results folder.
    pub fn path(results: &Path, experiment: &str) -> PathBuf {
        results.join(format!("{experiment}.meta.json"))
    }

    /// The record of an experiment, `None` if there is no finished run.
    ///
    /// # Errors
    /// A file that cannot be read or is not such a record: its tables are not only those of the experiment.
    pub fn read(results: &Path, experiment: &str) -> Result<Option<Self>> {
        let path = Self::path(results, experiment);
        let Some(bytes) = store::find(&path)? else {
            return Ok(None);
        };
        let meta = serde_json::from_slice::<Self>(&bytes).map_err(anyhow::Error::from);
        let meta = meta.and_then(|meta| {
            let mut names = meta.tables.keys();
            names.try_for_each(|name| ensure_is_table(name, experiment))?;
            Ok(meta)
        });
        let shown = path.display();
        meta.with_context(|| {
            format!("{shown} is damaged or from an older version; make it anew with --fresh")
        })
        .map(Some)
    }

    /// Holds a table that was read against the record of its run, if that is there.
    ///
    /// # Errors
    /// A table that is not as it was written, or a damaged record.
    pub(crate) fn ensure_intact(results: &Path, table: &str, bytes: &[u8]) -> Result<()> {
        // A table is named for its experiment, which may have dashes in its name too.
        let ends = table
            .match_indices('-')
            .map(|(end, _)| end)
            .chain([table.len()]);
        for end in ends {
            if let Some(meta) = Self::read(results, &table[..end])? {
                let shown = results.join(format!("{table}.csv"));
                let written = meta.tables.get(table).with_context(|| {
                    format!(
                        "{} is no table of the run beside it: remove it",
                        shown.display()
                    )
                })?;
                return written.ensure(bytes, &shown);
            }
        }
        Ok(())
    }

    /// Everything that the rows depend on.
    fn recorded(&self) -> serde_json::Value {
        serde_json::from_str(&self.configuration).unwrap_or_default()
    }

    /// A part of what the experiment says that its rows depend on, by its path such as `/parameters/images`.
    pub fn parameter(&self, path: &str) -> Option<serde_json::Value> {
        self.recorded()
            .pointer(&format!("/configuration{path}"))
            .cloned()
    }

    /// A name for an input that was recorded by its hash under `key`, unless it is the one with the hash `standard`:
    /// the value of `flag` in the command of the run, and the hash.
    pub fn other(&self, key: &str, flag: &str, standard: &str) -> Option<String> {
        let recorded = self.parameter(&format!("/{key}"))?;
        let hash = recorded.as_str().filter(|hash| *hash != standard)?;
        let command = self.sessions.iter().flat_map(|session| &session.command);
        let name = value_of(flag, command).unwrap_or("unnamed");
        let name = Path::new(name)
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        Some(format!(
            "{key} {name} (SHA-256 {})",
            hash.get(..16).unwrap_or(hash)
        ))
    }

    /// The experiment's name, as the configuration says it.
    pub(crate) fn experiment(&self) -> String {
        self.recorded()["experiment"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// The root seed of the run, `None` if the configuration does not say.
    pub fn seed(&self) -> Option<u64> {
        self.recorded().get("seed")?.as_u64()
    }

    /// Removes a finished run: its tables and its record.
    pub(crate) fn discard(results: &Path, experiment: &str) -> Result<()> {
        // A damaged record cannot name its tables; they are replaced when the new run is done.
        let meta = Self::read(results, experiment).ok().flatten();
        let tables = meta.iter().flat_map(|meta| meta.files(results));
        for path in tables.chain([Self::path(results, experiment)]) {
            if path.exists() {
                std::fs::remove_file(&path)
                    .with_context(|| format!("cannot remove {}", path.display()))?;
            }
        }
        Ok(())
    }

    /// Whether the run is there, with all its tables as they were written.
    ///
    /// # Errors
    /// Another configuration, or a table that was changed. One that is missing is no error: the run goes on.
    pub(crate) fn is_done(results: &Path, experiment: &str, configuration: &str) -> Result<bool> {
        let Some(meta) = Self::read(results, experiment)? else {
            return Ok(false);
        };
        ensure_same(
            &meta.configuration,
            configuration,
            &Self::path(results, experiment),
        )?;
        if meta.files(results).any(|path| !path.exists()) {
            return Ok(false);
        }
        meta.check(results).map(|()| true)
    }

    /// Refuses another configuration, and a run of which a table is missing.
    pub(crate) fn ensure_complete(
        &self,
        results: &Path,
        experiment: &str,
        configuration: &str,
    ) -> Result<()> {
        ensure_same(
            &self.configuration,
            configuration,
            &Self::path(results, experiment),
        )?;
        match self.files(results).find(|path| !path.exists()) {
            None => Ok(()),
            Some(path) => bail!(
                "{} is missing, although the record of {experiment} names it; run {experiment} again",
                path.display()
            ),
        }
    }

    /// Holds every table against the record.
    ///
    /// # Errors
    /// The first that is missing or not as it was written.
    pub fn check(&self, results: &Path) -> Result<()> {
        for ((_, written), path) in self.tables.iter().zip(self.files(results)) {
            let missing = || format!("{} is missing: run its experiment again", path.display());
            written.ensure(&store::find(&path)?.with_context(missing)?, &path)?;
        }
        Ok(())
    }

    /// How many rows each table has.
    pub fn rows(&self) -> BTreeMap<String, u64> {
        let tables = self.tables.iter();
        tables
            .map(|(name, written)| (name.clone(), written.rows))
            .collect()
    }

    /// Where its tables stand in a results folder, in the order of their names.
    fn files(&self, results: &Path) -> impl Iterator<Item = PathBuf> {
        self.tables
            .keys()
            .map(|table| results.join(format!("{table}.csv")))
    }
}

impl Written {
    /// Refuses the bytes of a file that are not those that were written.
    fn ensure(&self, bytes: &[u8], path: &Path) -> Result<()> {
        ensure!(
            store::sha256(bytes) == self.sha256,
            "{} is not as its run wrote it ({} rows): copy it again, or compute it anew with --fresh",
            path.display(),
            self.rows
        );
        Ok(())
    }
}

/// Refuses the name of a table that no experiment of this name writes. Files say names; what they say never leads out
/// of their folder.
pub(crate) fn ensure_is_table(name: &str, experiment: &str) -> Result<()> {
    let rest = name.strip_prefix(experiment);
    let is_plain = |rest: &str| {
        rest.chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    ensure!(
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-') && is_plain(rest)),
        "`{}` is no table of {experiment}",
        name.escape_debug()
    );
    Ok(())
}

pub(crate) fn seconds_since_1970() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

/// The revision at which the source tree of this program now stands, if it is still there.
///
/// Asked once, before any results file is locked: a child process would hold on to the lock.
fn revision() -> &'static str {
    static REVISION: OnceLock<String> = OnceLock::new();
    REVISION.get_or_init(|| {
        let git = |arguments: &[&str]| {
            let mut command = std::process::Command::new("git");
            command
                .arg("-C")
                .arg(env!("CARGO_MANIFEST_DIR"))
                .args(arguments);
            let output = command
                .output()
                .ok()
                .filter(|output| output.status.success())?;
            Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let Some(revision) = git(&["rev-parse", "--short=12", "HEAD"]) else {
            return "unknown".to_owned();
        };
        let changed = git(&["status", "--porcelain", "--untracked-files=no"]);
        let mark = if changed.is_none_or(|changed| changed.is_empty()) {
            ""
        } else {
            "+"
        };
        revision + mark
    })
}

/// The value of a flag in a command, written `--flag value` or `--flag=value`.
fn value_of<'a>(flag: &str, command: impl Iterator<Item = &'a String> + Clone) -> Option<&'a str> {
    let next = command.clone().skip(1);
    let mut values =
        command
            .zip(next.map(Some).chain([None]))
            .filter_map(|(word, next)| match word.strip_prefix(flag)? {
                "" => next.map(String::as_str),
                value => value.strip_prefix('='),
            });
    values.next()
}

/// A command line without `--out DIR` or `--out=DIR`, which says nothing about rows.
fn without_folder(arguments: impl Iterator<Item = String>) -> Vec<String> {
    let (mut kept, mut is_folder) = (Vec::new(), false);
    for argument in arguments {
        if is_folder || argument == "--out" {
            is_folder = argument == "--out" && !is_folder;
        } else if !argument.starts_with("--out=") {
            kept.push(argument);
        }
    }
    kept
}

/// Processor, cores and operating system in one line.
fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("{model}, {cores} cores, {arch} {os}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_recorded_without_its_folder() {
        let kept = |line: &str| without_folder(line.split(' ').map(str::to_owned)).join(" ");
        assert_eq!(
            kept("coverage --out here --seed 2 --out=there --quiet"),
            "coverage --seed 2 --quiet"
        );
        assert_eq!(kept("coverage --out --out --outer"), "coverage --outer");
    }

    #[test]
    fn the_value_of_a_flag_is_found_in_both_spellings() {
        let words: Vec<String> = "x --target a/b.safetensors --data=c --target"
            .split(' ')
            .map(str::to_owned)
            .collect();
        let found = ["--target", "--data", "--out"].map(|flag| value_of(flag, words.iter()));
        assert_eq!(found, [Some("a/b.safetensors"), Some("c"), None]);
    }

    #[test]
    fn the_seed_is_read_from_the_configuration() {
        let seed = |configuration: &str| {
            let (tables, measures) = (BTreeMap::new(), BTreeMap::new());
            let meta = Meta {
                configuration: configuration.to_owned(),
                tables,
                finished: 0,
                sessions: Vec::new(),
                measures,
            };
            meta.seed()
        };
        assert_eq!(
            seed(r#"{"configuration":{"seed":7},"seed":18446744073709551615}"#),
            Some(u64::MAX)
        );
        assert_eq!([seed("{}"), seed("[]"), seed("seed")], [None; 3]);
    }
}
