//! Shards become the CSV files that one process would have written, byte for byte.

use crate::experiment::MAX_UNITS;
use crate::finish::Ready;
use crate::meta::{Meta, Session};
use crate::partial::{Entry, Partial, ensure_same, entries};
use crate::shard::{PARTIAL, Shard};
use anyhow::{Context, Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Merges every run in a results folder whose units are all there. Says what was done, a line for
/// each experiment.
///
/// # Errors
/// Units that are missing or damaged (with the commands that compute them), parts of different parameters,
/// seeds, schemas or versions, units that differ between parts, a part that is being written, or
/// nothing to merge. No file is changed then.
pub fn merge(out: &Path) -> Result<Vec<String>> {
    let shown = out.display();
    let parts = parts(out)?;
    if parts.is_empty() {
        let finished = finished(out)?;
        ensure!(
            !finished.is_empty(),
            "no parts of a run in {shown}; name their folder with --out"
        );
        let said = finished
            .iter()
            .map(|name| format!("{name}: merged already, nothing to do"));
        return Ok(said.collect());
    }
    // All are read and checked before the first file gets its name or is removed.
    let runs = parts
        .iter()
        .map(|(experiment, paths)| Run::check(out, experiment, paths));
    let runs = runs.collect::<Result<Vec<Run>>>()?;
    runs.into_iter().map(|run| run.end(out)).collect()
}

/// The files of runs in progress by experiment.
fn parts(out: &Path) -> Result<BTreeMap<String, Vec<PathBuf>>> {
    let mut parts: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in files(out, PARTIAL)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let experiment = name.split('.').next().unwrap_or_default().to_owned();
        parts.entry(experiment).or_default().push(path);
    }
    Ok(parts)
}

/// The experiments whose runs are finished.
fn finished(out: &Path) -> Result<Vec<String>> {
    let metas = files(out, ".meta.json")?;
    let name = |path: PathBuf| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    Ok(metas
        .into_iter()
        .map(name)
        .map(|name| name.replace(".meta.json", ""))
        .collect())
}

/// The files of a folder whose names end so, in order.
fn files(out: &Path, end: &str) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(out).with_context(|| format!("--out {}", out.display()))?;
    let paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<BTreeSet<PathBuf>>>()?;
    let ends_so = |path: &PathBuf| path.to_string_lossy().ends_with(end);
    Ok(paths.into_iter().filter(ends_so).collect())
}

/// The parts of one run.
enum Run<'a> {
    /// They belong together and are whole.
    Ready(Ready<'a>, usize),
    /// They are left over: the tables are there.
    Finished(&'a str, Vec<Partial>),
}

impl<'a> Run<'a> {
    fn check(out: &'a Path, experiment: &'a str, paths: &[PathBuf]) -> Result<Self> {
        let parts = paths.iter().map(|path| Partial::reopen(path));
        let mut parts = parts.collect::<Result<Vec<Partial>>>()?;
        let first = configuration(&parts[0])?.to_owned();
        for part in &parts[1..] {
            ensure_same(configuration(part)?, &first, part.path())?;
        }
        let units = units(&first, experiment).with_context(|| paths[0].display().to_string())?;
        if Meta::is_done(out, experiment, &first)? {
            return Ok(Self::Finished(experiment, parts));
        }
        refuse_missing(out, &parts, units)?;
        (0..units).try_for_each(|index| refuse_conflicts(&mut parts, index))?;
        let count = parts.len();
        let ready = Ready::new(out, experiment, &first, units, parts)?;
        Ok(Self::Ready(ready, count))
    }

    /// Leaves the tables and no part; what was done, in a line.
    fn end(self, out: &Path) -> Result<String> {
        let shown = out.display();
        match self {
            Self::Ready(ready, count) => {
                let meta = ready.publish()?;
                let rows: u64 = meta.tables.values().map(|table| table.rows).sum();
                let experiment = meta.experiment();
                Ok(format!(
                    "{experiment}: {count} parts merged, {rows} rows in {shown}"
                ))
            }
            Self::Finished(experiment, parts) => {
                parts.iter().try_for_each(Partial::remove)?;
                let count = parts.len();
                Ok(format!(
                    "{experiment}: finished already, {count} parts removed from {shown}"
                ))
            }
        }
    }
}

/// The first line of a part.
fn configuration(part: &Partial) -> Result<&str> {
    let found = part.contents.configuration.as_deref();
    found.with_context(|| {
        format!(
            "{} is empty: compute its shard again",
            part.path().display()
        )
    })
}

/// How many units a run of the experiment has, as its configuration says.
fn units(configuration: &str, experiment: &str) -> Result<usize> {
    let found: serde_json::Value = serde_json::from_str(configuration)
        .context("its first line is damaged: compute it anew with --fresh")?;
    let named = found["experiment"].as_str().unwrap_or_default();
    ensure!(
        named == experiment,
        "it is a part of `{}`: give it back its name",
        named.escape_debug()
    );
    let units = found["units"].as_u64();
    let units = units.filter(|units| (1..=MAX_UNITS).contains(units));
    let units = units.and_then(|units| usize::try_from(units).ok());
    units.with_context(|| format!("its first line must say `units` from 1 to {MAX_UNITS}"))
}

/// Refuses a run that is not whole, with the commands that complete it.
fn refuse_missing(out: &Path, parts: &[Partial], units: usize) -> Result<()> {
    let is_missing = |index: &usize| {
        parts
            .iter()
            .all(|part| !part.contents.blocks.contains_key(index))
    };
    let missing: Vec<usize> = (0..units).filter(is_missing).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let count = parts.iter().map(shards).max().unwrap_or(1);
    let shards: BTreeSet<String> = missing
        .iter()
        .map(|&index| Shard::of_unit(index, count).to_string())
        .collect();
    let mut commands: Vec<String> = shards
        .iter()
        .take(MAX_COMMANDS)
        .map(|shard| command(out, parts, shard))
        .collect();
    if shards.len() > MAX_COMMANDS {
        commands.push(format!("and {} more shards", shards.len() - MAX_COMMANDS));
    }
    let damaged: usize = parts.iter().map(|part| part.contents.damaged).sum();
    let damaged = match damaged {
        0 => String::new(),
        _ => format!(" ({damaged} that are there are damaged)"),
    };
    bail!(
        "{} of {units} units are missing{damaged}; run: {}",
        missing.len(),
        commands.join("; ")
    )
}

/// Commands that a refusal names.
const MAX_COMMANDS: usize = 8;

/// How many shards there are, by the name of one's file.
fn shards(part: &Partial) -> usize {
    let name = part.path().to_string_lossy();
    let count = name.trim_end_matches(PARTIAL).rsplit_once("-of-");
    count.and_then(|(_, count)| count.parse().ok()).unwrap_or(1)
}

/// The command of a part that is there, for another shard.
fn command(out: &Path, parts: &[Partial], shard: &str) -> String {
    let session = parts.iter().flat_map(|part| &part.contents.sessions).next();
    let session: Option<Session> = session.and_then(|text| serde_json::from_str(text).ok());
    let words = session.map_or_else(Vec::new, |session| session.command);
    let (mut words, mut kept) = (words.into_iter(), Vec::new());
    while let Some(word) = words.next() {
        match word.as_str() {
            "--shard" => drop(words.next()),
            "--fresh" => {}
            _ if word.starts_with("--shard=") => {}
            _ => kept.push(word),
        }
    }
    let name = if kept.is_empty() {
        "NAME".to_owned()
    } else {
        kept.remove(0)
    };
    kept.extend(["--shard", shard, "--out"].map(str::to_owned));
    kept.push(out.display().to_string());
    let quoted = shlex::try_join(kept.iter().map(String::as_str));
    let arguments = quoted.unwrap_or_else(|_| kept.join(" "));
    format!("cargo run --release --bin {name} -- {arguments}")
}

/// Refuses a unit whose rows differ between parts.
fn refuse_conflicts(parts: &mut [Partial], index: usize) -> Result<()> {
    let has_it = |part: &&mut Partial| part.contents.blocks.contains_key(&index);
    if parts.iter_mut().filter(has_it).count() < 2 {
        return Ok(());
    }
    let mut first: Option<(PathBuf, Vec<String>)> = None;
    for part in parts.iter_mut().filter(has_it) {
        let block = part.block(index)?;
        let rows = entries(&block).filter_map(|entry| match entry {
            Ok(Entry::Row { table, text }) => Some(Ok(format!("{table}\t{text}"))),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        });
        let rows = rows.collect::<Result<Vec<String>>>()?;
        match &first {
            None => first = Some((part.path().to_owned(), rows)),
            Some((path, others)) => ensure!(
                *others == rows,
                "unit {index} differs between {} and {}: compute one of them anew with --fresh",
                path.display(),
                part.path().display()
            ),
        }
    }
    Ok(())
}
