//! Runs the units of experiments on all cores and writes their rows.
//!
//! Finished units go to a file at once ([`crate::partial`]); at the end they are copied to CSV in the
//! order of the units.

use crate::experiment::{Configured, Experiment};
use crate::finish::Ready;
use crate::flags::{Flags, exit_code, print, say};
use crate::job::Job;
use crate::meta::{Meta, Session};
use crate::partial::{Contents, Partial, ensure_same};
use crate::preset::Preset;
use crate::progress::Progress;
use crate::shard::Shard;
use anyhow::{Context, Result};
use clap::{Args, Command, FromArgMatches};
use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Units were computed, or a run that was cut off was finished.
    Computed,
    /// The same run was there already.
    AlreadyThere,
    /// One shard is complete; `merge` makes CSV files of all.
    Shard,
    /// Only the list of units was asked for.
    Listed,
}

impl Outcome {
    /// Whether the CSV files are there.
    pub fn has_tables(self) -> bool {
        matches!(self, Self::Computed | Self::AlreadyThere)
    }
}

/// The whole of a binary that has no flags but the common ones: runs an experiment and prints its tables.
pub fn main(experiment: &dyn Experiment) -> ExitCode {
    let about = experiment.about();
    // The words come last: the flags bring some of their own.
    let command = Flags::augment_args(Command::new(about.name))
        .about(about.summary)
        .long_about(None)
        .version(env!("CARGO_PKG_VERSION"));
    let matches = command.get_matches();
    let flags = Flags::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let result = flags.preset(&[experiment.about()]).and_then(|preset| {
        let configured = experiment.configure(&preset, &flags)?;
        run_and_print(experiment, &*configured, &preset, &flags)
    });
    exit_code(result)
}

/// Runs a configured experiment; as soon as its rows are there, leaves its ticket and prints its tables.
///
/// # Errors
/// Those of [`run`], of the ticket and of the tables.
pub fn run_and_print(
    experiment: &dyn Experiment,
    configured: &dyn Configured,
    preset: &Preset,
    flags: &Flags,
) -> Result<()> {
    if !run(experiment, configured, preset, flags)?.has_tables() {
        return Ok(());
    }
    let out = flags.folder.path();
    let ticket = flags.pool()?.install(|| configured.keep_ticket(&out))?;
    let tables = [
        experiment.subject(&out)?,
        Some(experiment.tables(&out)?),
        ticket,
    ];
    print(&tables.into_iter().flatten().collect::<Vec<_>>().join("\n"))
}

/// Runs a configured experiment as the flags say: computes what is missing in the results folder.
///
/// # Errors
/// Those of [`run_all`].
pub fn run(
    experiment: &dyn Experiment,
    configured: &dyn Configured,
    preset: &Preset,
    flags: &Flags,
) -> Result<Outcome> {
    let job = Job::new(&experiment.about(), configured, preset)?;
    Ok(run_all(&[job], flags)?[0])
}

/// Runs experiments one after the other as the flags say: computes what is missing in the results
/// folder. Says first how long all of it will take, and then how far it has come.
///
/// # Errors
/// A folder that cannot be written, results of another configuration in it, a unit that fails.
/// What was finished stays on disk.
pub fn run_all(jobs: &[Job], flags: &Flags) -> Result<Vec<Outcome>> {
    if flags.list {
        jobs.iter().try_for_each(|job| list(job, flags))?;
        return Ok(vec![Outcome::Listed; jobs.len()]);
    }
    let to_do = jobs.iter().map(|job| {
        let missing = mine(&done(job, flags)?, shard(flags), false);
        Ok(job.named(&missing))
    });
    let progress = Progress::new(&to_do.collect::<Result<Vec<_>>>()?, flags);
    progress.ask()?;
    let outcomes = jobs.iter().enumerate().map(|(number, job)| {
        progress.begin(number, job.name);
        complete(job, flags, &progress)
    });
    outcomes.collect()
}

/// Computes what is missing of one experiment.
fn complete(job: &Job, flags: &Flags, progress: &Progress) -> Result<Outcome> {
    let (out, shard) = (flags.folder.path(), shard(flags));
    let shown = out.display();
    let there = || Meta::is_done(&out, job.name, &job.configuration);
    if !flags.fresh && there()? {
        let text = format!("already in {shown}, nothing to do (--fresh computes it anew)");
        progress.say(job.name, &text);
        return Ok(Outcome::AlreadyThere);
    }
    std::fs::create_dir_all(&out).with_context(|| format!("--out {shown}"))?;
    let (started, pool) = (Instant::now(), flags.pool()?);
    let session = Session::new(pool.current_num_threads());
    let path = shard.file(&out, job.name);
    let mut file = Partial::open(&path, &job.configuration, flags.fresh)?;
    file.contents.keep_only(job.keys());
    if flags.fresh {
        Meta::discard(&out, job.name)?;
    } else if there()? {
        // Another process has finished the run since it was asked for above.
        file.remove()?;
        return Ok(Outcome::AlreadyThere);
    }
    let done = are_done(&file.contents, job);
    let missing = mine(&done, shard, false);
    if file.contents.damaged > 0 && !missing.is_empty() {
        let (count, path) = (file.contents.damaged, path.display());
        let text =
            format!("{path}: {count} damaged entries are left out, and their units computed again");
        progress.say(job.name, &text);
    }
    if !missing.is_empty() {
        file.begin(&serde_json::to_string(&session)?)?;
        job.compute(&missing, &pool, progress, |index, rows| {
            file.append(index, &job.units[index].key, &rows)
        })?;
    }
    let (computed, resumed) = (missing.len(), mine(&done, shard, true).len());
    let seconds = started.elapsed().as_secs_f64();
    if shard.count() > 1 {
        progress.say(job.name, &format!(
            "shard {shard} complete, {computed} units in {seconds:.1} s, {resumed} resumed; when all are: merge --out {shown}"
        ));
        return Ok(Outcome::Shard);
    }
    Ready::new(&out, job.name, &job.configuration, done.len(), vec![file])?.publish()?;
    let text = format!("{computed} units in {seconds:.1} s, {resumed} resumed; {shown}");
    progress.say(job.name, &text);
    Ok(Outcome::Computed)
}

fn shard(flags: &Flags) -> Shard {
    flags.shard.unwrap_or(Shard::WHOLE)
}

/// The units of a shard that are done or that are not.
fn mine(done: &[bool], shard: Shard, is_done: bool) -> Vec<usize> {
    let mine = (0..done.len()).filter(|&index| shard.has(index));
    mine.filter(|&index| done[index] == is_done).collect()
}

/// For every unit whether its rows are there.
fn done(job: &Job, flags: &Flags) -> Result<Vec<bool>> {
    let (out, units) = (flags.folder.path(), job.units.len());
    if flags.fresh {
        return Ok(vec![false; units]);
    }
    if Meta::is_done(&out, job.name, &job.configuration)? {
        return Ok(vec![true; units]);
    }
    let file = shard(flags).file(&out, job.name);
    let mut contents = Contents::read(&file)?;
    if let Some(other) = &contents.configuration {
        ensure_same(other, &job.configuration, &file)?;
    }
    contents.keep_only(job.keys());
    Ok(are_done(&contents, job))
}

/// For every unit whether it is in a file.
fn are_done(contents: &Contents, job: &Job) -> Vec<bool> {
    (0..job.units.len())
        .map(|index| contents.blocks.contains_key(&index))
        .collect()
}

/// Prints the units: done or not, their shard, the seconds expected on one core, their experiment and their names.
fn list(job: &Job, flags: &Flags) -> Result<()> {
    let (shard, threads) = (shard(flags), flags.workers());
    let mut stdout = std::io::stdout().lock();
    let (mut left, mut to_do) = (0.0, 0);
    for (index, done) in done(job, flags)?.into_iter().enumerate() {
        if !shard.has(index) {
            continue;
        }
        let unit = &job.units[index];
        if !done {
            left += unit.seconds;
            to_do += 1;
        }
        let state = if done { "done" } else { "to do" };
        writeln!(
            stdout,
            "{state}\t{shard}\t{:.3}\t{}\t{}",
            unit.seconds, job.name, unit.key
        )?;
    }
    let seconds = left / threads as f64;
    let name = job.name;
    say(&format!(
        "{name}: {to_do} units to do, about {seconds:.0} s with {threads} threads"
    ));
    Ok(())
}
