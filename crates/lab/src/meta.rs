//! How a CSV file was made: `NAME.meta.json`, beside it. Times, machine and revision stand here, so
//! that the CSV's own bytes depend on preset, seed and code alone.

use crate::partial::ensure_same;
use crate::store;
use anyhow::{Context, Result, bail};
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
    /// Rows of each table.
    pub tables: BTreeMap<String, u64>,
    /// When the run was finished, in seconds since 1970.
    pub finished: u64,
    /// The processes that computed units: one, or more after interruptions and for shards.
    pub sessions: Vec<Session>,
    /// Measurements by unit, then by name.
    pub measures: BTreeMap<String, BTreeMap<String, f64>>,
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
        let mut command = without_folder(std::env::args());
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
    /// A file that cannot be read or is not such a record.
    pub fn read(results: &Path, experiment: &str) -> Result<Option<Self>> {
        let path = Self::path(results, experiment);
        let Some(bytes) = store::find(&path)? else {
            return Ok(None);
        };
        let meta = serde_json::from_slice(&bytes);
        let shown = path.display();
        meta.with_context(|| format!("{shown} is damaged; make it anew with --fresh"))
            .map(Some)
    }

    /// The root seed of the run, `None` if the configuration does not say.
    pub fn seed(&self) -> Option<u64> {
        let configuration: serde_json::Value = serde_json::from_str(&self.configuration).ok()?;
        configuration.get("seed")?.as_u64()
    }

    /// Removes a finished run: its tables and its record.
    pub(crate) fn discard(results: &Path, experiment: &str) -> Result<()> {
        // A damaged record cannot name its tables; they are replaced when the new run is done.
        let tables = Self::read(results, experiment)
            .ok()
            .flatten()
            .map(|meta| meta.tables);
        let tables = tables.unwrap_or_default().into_keys();
        let files = tables.map(|table| results.join(format!("{table}.csv")));
        for path in files.chain([Self::path(results, experiment)]) {
            if path.exists() {
                std::fs::remove_file(&path)
                    .with_context(|| format!("cannot remove {}", path.display()))?;
            }
        }
        Ok(())
    }

    /// Whether the run is there, with all its tables. Another configuration is an error.
    pub(crate) fn is_done(results: &Path, experiment: &str, configuration: &str) -> Result<bool> {
        let Some(meta) = Self::read(results, experiment)? else {
            return Ok(false);
        };
        meta.ensure_configuration(results, experiment, configuration)?;
        Ok(meta.missing(results).is_none())
    }

    /// Refuses another configuration, and a run of which a table is missing.
    pub(crate) fn ensure_complete(
        &self,
        results: &Path,
        experiment: &str,
        configuration: &str,
    ) -> Result<()> {
        self.ensure_configuration(results, experiment, configuration)?;
        match self.missing(results) {
            None => Ok(()),
            Some(path) => bail!(
                "{} is missing, although the record of {experiment} names it; run {experiment} again",
                path.display()
            ),
        }
    }

    fn ensure_configuration(
        &self,
        results: &Path,
        experiment: &str,
        configuration: &str,
    ) -> Result<()> {
        let path = Self::path(results, experiment);
        ensure_same(&self.configuration, configuration, &path)
    }

    /// The first of its tables that is not in a results folder.
    pub fn missing(&self, results: &Path) -> Option<PathBuf> {
        let mut paths = (self.tables.keys()).map(|table| results.join(format!("{table}.csv")));
        paths.find(|path| !path.exists())
    }
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
