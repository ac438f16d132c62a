//! Runs the units of an experiment on all cores and writes their rows.
//!
//! Every worker takes the next unit until none is left, then helps the others with the inside of
//! theirs (a unit may use rayon too). Finished units go to a file at once ([`crate::partial`]); at the
//! end they are copied to CSV in the order of the units.

use crate::experiment::{Experiment, Rows};
use crate::finish::finish;
use crate::flags::{Flags, print};
use crate::meta::{Meta, Session};
use crate::partial::{Contents, Partial, ensure_same};
use crate::preset::Preset;
use crate::shard::Shard;
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
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

/// Runs the experiment that a preset configures, and prints a table of its results folder as soon as
/// its rows are there: a binary that has no flags of its own.
///
/// # Errors
/// Those of the configuration, of [`run`] and of the table.
pub fn run_and_print<E: Experiment>(
    flags: &Flags,
    configure: impl FnOnce(&Preset) -> Result<E>,
    table: impl FnOnce(&Path) -> Result<String>,
) -> Result<()> {
    let preset = flags.preset()?;
    if run(&configure(&preset)?, &preset, flags)?.has_tables() {
        print(&table(&flags.folder.path())?)?;
    }
    Ok(())
}

/// Runs an experiment as the flags say: computes what is missing in the results folder.
///
/// # Errors
/// A folder that cannot be written, results of another configuration in it, a unit that fails.
/// What was finished stays on disk.
pub fn run<E: Experiment>(experiment: &E, preset: &Preset, flags: &Flags) -> Result<Outcome> {
    let (out, shard) = (flags.folder.path(), flags.shard.unwrap_or(Shard::WHOLE));
    let units = experiment.units();
    let configuration = configuration(experiment, preset.seed, units.len());
    let partial = shard.file(&out, E::NAME);
    if flags.list {
        let threads = flags.pool()?.current_num_threads();
        list(experiment, &units, &configuration, &out, shard, threads)?;
        return Ok(Outcome::Listed);
    }
    let say = |text: String| (!flags.quiet).then(|| eprintln!("{}: {text}", E::NAME));
    if !flags.fresh && Meta::is_done(&out, E::NAME, &configuration)? {
        say(format!(
            "already in {}, nothing to do (--fresh computes it anew)",
            out.display()
        ));
        return Ok(Outcome::AlreadyThere);
    }
    std::fs::create_dir_all(&out).with_context(|| format!("--out {}", out.display()))?;
    let (started, pool) = (Instant::now(), flags.pool()?);
    let session = Session::new(pool.current_num_threads());
    let mut file = Partial::open(&partial, &configuration, units.len(), flags.fresh)?;
    if flags.fresh {
        Meta::discard(&out, E::NAME)?;
    } else if Meta::is_done(&out, E::NAME, &configuration)? {
        // Another process has finished the run since it was asked for above.
        std::fs::remove_file(&partial)?;
        return Ok(Outcome::AlreadyThere);
    }
    let mine = (0..units.len()).filter(|&index| shard.has(index));
    let (done, missing): (Vec<usize>, Vec<usize>) =
        mine.partition(|&index| file.contents.blocks[index].is_some());
    if !missing.is_empty() {
        file.begin(&serde_json::to_string(&session)?)?;
        compute(
            experiment,
            &units,
            (&done, &missing),
            &mut file,
            &pool,
            flags.quiet,
        )?;
    }
    let (computed, resumed, seconds) = (missing.len(), done.len(), started.elapsed().as_secs_f64());
    let shown = out.display();
    if shard.count() > 1 {
        say(format!(
            "shard {shard} complete, {computed} units in {seconds:.1} s, {resumed} resumed; when all are: merge --out {shown}"
        ));
        return Ok(Outcome::Shard);
    }
    finish(&out, E::NAME, &configuration, &mut [file])?;
    say(format!(
        "{computed} units in {seconds:.1} s, {resumed} resumed; {shown}"
    ));
    Ok(Outcome::Computed)
}

/// What the rows depend on, as one line of canonical JSON.
fn configuration<E: Experiment>(experiment: &E, seed: u64, units: usize) -> String {
    serde_json::json!({
        "experiment": E::NAME,
        "schema": E::SCHEMA,
        "version": env!("CARGO_PKG_VERSION"),
        "seed": seed,
        "units": units,
        "configuration": experiment.configuration(),
    })
    .to_string()
}

/// Prints the units: done or not, their shard, the seconds expected on one core, and their names.
fn list<E: Experiment>(
    experiment: &E,
    units: &[E::Unit],
    configuration: &str,
    out: &Path,
    shard: Shard,
    threads: usize,
) -> Result<()> {
    let all_done = Meta::is_done(out, E::NAME, configuration)?;
    let mut stdout = std::io::stdout().lock();
    let file = shard.file(out, E::NAME);
    let contents = Contents::read(&file, units.len())?;
    if let Some(other) = &contents.configuration {
        ensure_same(other, configuration, &file)?;
    }
    let (mut left, mut to_do) = (0.0, 0);
    for (index, unit) in units.iter().enumerate() {
        if !shard.has(index) {
            continue;
        }
        let done = all_done || contents.blocks[index].is_some();
        let (seconds, key) = (experiment.seconds(unit), experiment.key(unit));
        if !done {
            left += seconds;
            to_do += 1;
        }
        let state = if done { "done" } else { "to do" };
        writeln!(stdout, "{state}\t{shard}\t{seconds:.3}\t{key}")?;
    }
    let seconds = left / threads as f64;
    eprintln!("{to_do} units to do, about {seconds:.0} s with {threads} threads");
    Ok(())
}

/// Computes the missing units.
fn compute<E: Experiment>(
    experiment: &E,
    units: &[E::Unit],
    (done, missing): (&[usize], &[usize]),
    file: &mut Partial,
    pool: &rayon::ThreadPool,
    quiet: bool,
) -> Result<()> {
    let bar = progress(E::NAME, quiet);
    let milliseconds = |index: &usize| (1000.0 * experiment.seconds(&units[*index])).ceil() as u64;
    bar.set_length(done.iter().chain(missing).map(milliseconds).sum());
    bar.set_position(done.iter().map(milliseconds).sum());
    bar.reset_eta();
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let file = Mutex::new(file);
    let one = |index: usize| -> Result<()> {
        let (mut rows, key) = (Rows::default(), experiment.key(&units[index]));
        experiment
            .compute(&units[index], &mut rows)
            .with_context(|| format!("{}, unit {key}", E::NAME))?;
        let mut file = file.lock().expect("no worker panics while it writes");
        file.append(index, &key, &rows)?;
        bar.inc(milliseconds(&index));
        Ok(())
    };
    let worker = || -> Result<()> {
        while !failed.load(Ordering::Relaxed) {
            let Some(&index) = missing.get(next.fetch_add(1, Ordering::Relaxed)) else {
                break;
            };
            one(index).inspect_err(|_| failed.store(true, Ordering::Relaxed))?;
        }
        Ok(())
    };
    let results = pool.broadcast(|_| worker());
    bar.finish_and_clear();
    results.into_iter().collect()
}

/// A bar with the time left, drawn only on a terminal.
fn progress(name: &'static str, quiet: bool) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} [{bar:40}] {percent}% {elapsed} left {eta}");
    let target = if quiet {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    };
    let bar = ProgressBar::with_draw_target(Some(1), target);
    bar.set_style(style.expect("the template is valid").progress_chars("=> "));
    bar.set_prefix(name);
    bar.enable_steady_tick(std::time::Duration::from_millis(500));
    bar
}
