//! Shards become the CSV files that one process would have written, byte for byte.

use crate::finish::finish;
use crate::meta::{Meta, Session};
use crate::partial::{Entry, Partial, ensure_same, entries};
use crate::shard::{PARTIAL, Shard};
use anyhow::{Context, Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Merges every run in a results folder whose units are all there. Says what was done, a line for
/// each experiment.
///
/// # Errors
/// Units that are missing (with the commands that compute them), parts of different parameters,
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
    // All are checked before the first is changed.
    let runs = parts
        .iter()
        .map(|(experiment, paths)| check(out, experiment, paths));
    let runs = runs.collect::<Result<Vec<Run>>>()?;
    let said = runs.into_iter().map(|mut run| {
        let (experiment, count) = (run.experiment, run.parts.len());
        let meta = finish(out, experiment, &run.configuration, &mut run.parts)?;
        let rows: u64 = meta.tables.values().sum();
        Ok(format!(
            "{experiment}: {count} parts merged, {rows} rows in {shown}"
        ))
    });
    said.collect()
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

/// The parts of one run, which belong together and are whole.
struct Run<'a> {
    experiment: &'a str,
    configuration: String,
    parts: Vec<Partial>,
}

fn check<'a>(out: &Path, experiment: &'a str, paths: &[PathBuf]) -> Result<Run<'a>> {
    let configuration = configuration(&paths[0])?;
    if let Some(meta) = Meta::read(out, experiment)? {
        ensure_same(
            &meta.configuration,
            &configuration,
            &Meta::path(out, experiment),
        )?;
    }
    for path in &paths[1..] {
        ensure_same(&self::configuration(path)?, &configuration, path)?;
    }
    let units = units(&configuration).with_context(|| paths[0].display().to_string())?;
    let parts = paths.iter().map(|path| Partial::reopen(path, units));
    let mut parts = parts.collect::<Result<Vec<Partial>>>()?;
    refuse_missing(&parts, units)?;
    for index in 0..units {
        refuse_conflicts(&mut parts, index)?;
    }
    Ok(Run {
        experiment,
        configuration,
        parts,
    })
}

/// The first line of a part.
fn configuration(path: &Path) -> Result<String> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    let mut line = String::new();
    BufReader::new(file).read_line(&mut line)?;
    ensure!(
        line.ends_with('\n'),
        "{} is empty: compute its shard again",
        path.display()
    );
    Ok(line.trim_end().to_owned())
}

fn units(configuration: &str) -> Result<usize> {
    let configuration: serde_json::Value = serde_json::from_str(configuration)?;
    let units = configuration["units"]
        .as_u64()
        .context("its first line names no units")?;
    Ok(usize::try_from(units)?)
}

/// Refuses a run that is not whole, with the commands that complete it.
fn refuse_missing(parts: &[Partial], units: usize) -> Result<()> {
    let is_missing = |index: &usize| {
        parts
            .iter()
            .all(|part| part.contents.blocks[*index].is_none())
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
        .map(|shard| command(parts, shard))
        .collect();
    if shards.len() > MAX_COMMANDS {
        commands.push(format!("and {} more shards", shards.len() - MAX_COMMANDS));
    }
    bail!(
        "{} of {units} units are missing; run: {}",
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
fn command(parts: &[Partial], shard: &str) -> String {
    let session = parts.iter().flat_map(|part| &part.contents.sessions).next();
    let session: Option<Session> = session.and_then(|text| serde_json::from_str(text).ok());
    let mut words = session
        .map_or_else(Vec::new, |session| session.command)
        .into_iter();
    let mut kept = Vec::new();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--shard" => drop(words.next()),
            "--fresh" => {}
            _ if word.starts_with("--shard=") => {}
            _ if word.contains(' ') => kept.push(format!("'{word}'")),
            _ => kept.push(word),
        }
    }
    format!("{} --shard {shard}", kept.join(" "))
}

/// Refuses a unit whose rows differ between parts.
fn refuse_conflicts(parts: &mut [Partial], index: usize) -> Result<()> {
    let mut first: Option<(PathBuf, Vec<String>)> = None;
    for part in parts
        .iter_mut()
        .filter(|part| part.contents.blocks[index].is_some())
    {
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
