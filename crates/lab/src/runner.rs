//! Runs the units of an experiment on all cores and writes their rows.
//!
//! Every worker takes the next unit until none is left, then helps the others with the inside of
//! theirs (a unit may use rayon too). Finished units go to a file at once ([`crate::partial`]); at the
//! end they are copied to CSV in the order of the units.

use crate::experiment::{Experiment, Rows};
use crate::flags::Flags;
use crate::meta::{self, Meta};
use crate::partial::{Contents, Partial};
use crate::preset::Preset;
use anyhow::{Context, Result, ensure};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Units were computed, or a run that was cut off was finished.
    Computed,
    /// The same run was there already.
    AlreadyThere,
    /// Only the list of units was asked for.
    Listed,
}

/// Runs an experiment as the flags say: computes what is missing in the results folder.
///
/// # Errors
/// A folder that cannot be written, results of another configuration in it, a unit that fails.
/// What was finished stays on disk.
pub fn run<E: Experiment>(experiment: &E, preset: &Preset, flags: &Flags) -> Result<Outcome> {
    let out = flags.out(preset);
    let units = experiment.units();
    let configuration = configuration(experiment, units.len());
    let partial = out.join(format!("{}.csv.partial", E::NAME));
    if flags.list {
        list(experiment, &units, &configuration, &out, &partial)?;
        return Ok(Outcome::Listed);
    }
    if !flags.fresh && Meta::is_done(&out, E::NAME, &configuration)? {
        say(
            flags,
            &format!(
                "{}: already in {}, nothing to do (--fresh computes it anew)",
                E::NAME,
                out.display()
            ),
        );
        return Ok(Outcome::AlreadyThere);
    }
    std::fs::create_dir_all(&out).with_context(|| format!("--out {}", out.display()))?;
    let mut file = Partial::open(&partial, &configuration, units.len(), flags.fresh)?;
    if flags.fresh {
        Meta::discard(&out, E::NAME)?;
    }
    let started = Instant::now();
    let resumed = file.contents.blocks.iter().flatten().count();
    let pool = flags.pool()?;
    compute(experiment, &units, &mut file, &pool, flags)?;
    let (tables, measures) = write_tables(experiment, &units, &mut file, &out)?;
    let meta = Meta {
        configuration,
        tables,
        command: meta::command(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        revision: meta::revision(),
        machine: meta::machine(),
        threads: pool.current_num_threads(),
        finished: SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_secs()),
        seconds: started.elapsed().as_secs_f64(),
        resumed_units: resumed,
        measures,
    };
    write_whole(&Meta::path(&out, E::NAME), |file| {
        serde_json::to_writer_pretty(&mut *file, &meta)?;
        Ok(writeln!(file)?)
    })?;
    std::fs::remove_file(&partial).with_context(|| partial.display().to_string())?;
    let computed = units.len() - resumed;
    let seconds = meta.seconds;
    say(
        flags,
        &format!(
            "{}: {computed} units in {seconds:.1} s, {resumed} resumed; {}",
            E::NAME,
            out.display()
        ),
    );
    Ok(Outcome::Computed)
}

/// What the rows depend on, as one line of canonical JSON.
fn configuration<E: Experiment>(experiment: &E, units: usize) -> String {
    serde_json::json!({
        "experiment": E::NAME,
        "schema": E::SCHEMA,
        "units": units,
        "configuration": experiment.configuration(),
    })
    .to_string()
}

fn say(flags: &Flags, text: &str) {
    if !flags.quiet {
        eprintln!("{text}");
    }
}

/// Prints the units and whether they are done.
fn list<E: Experiment>(
    experiment: &E,
    units: &[E::Unit],
    configuration: &str,
    out: &Path,
    partial: &Path,
) -> Result<()> {
    let all_done = Meta::is_done(out, E::NAME, configuration)?;
    let contents = Contents::read(partial, units.len())?;
    let mut stdout = std::io::stdout().lock();
    for (unit, block) in units.iter().zip(&contents.blocks) {
        let state = if all_done || block.is_some() {
            "done"
        } else {
            "to do"
        };
        writeln!(stdout, "{state}\t{}", experiment.key(unit))?;
    }
    Ok(())
}

/// Computes the units that the file lacks.
fn compute<E: Experiment>(
    experiment: &E,
    units: &[E::Unit],
    file: &mut Partial,
    pool: &rayon::ThreadPool,
    flags: &Flags,
) -> Result<()> {
    let (done, missing): (Vec<usize>, Vec<usize>) =
        (0..units.len()).partition(|&index| file.contents.blocks[index].is_some());
    let bar = progress(E::NAME, flags.quiet);
    let cost = |index: &usize| (1000.0 * experiment.cost(&units[*index])) as u64;
    bar.set_length((0..units.len()).map(|index| cost(&index)).sum());
    bar.set_position(done.iter().map(cost).sum());
    bar.reset_eta();
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let file = Mutex::new(file);
    let one = |index: usize| -> Result<()> {
        let mut rows = Rows::default();
        experiment
            .compute(&units[index], &mut rows)
            .with_context(|| format!("{}, unit {}", E::NAME, experiment.key(&units[index])))?;
        file.lock()
            .expect("no worker panics while it writes")
            .append(index, &rows)?;
        bar.inc(cost(&index));
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

type Tables = BTreeMap<String, u64>;
type Measures = BTreeMap<String, BTreeMap<String, f64>>;

/// Copies the rows to CSV files in the order of the units. A file appears under its name only when
/// it is whole.
fn write_tables<E: Experiment>(
    experiment: &E,
    units: &[E::Unit],
    partial: &mut Partial,
    out: &Path,
) -> Result<(Tables, Measures)> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let mut measures = Measures::new();
    for (index, unit) in units.iter().enumerate() {
        let mut in_unit: BTreeMap<String, u64> = BTreeMap::new();
        partial.replay(index, |[kind, name, text]| {
            if kind == "measure" {
                let of_unit = measures.entry(experiment.key(unit)).or_default();
                of_unit.insert(name.to_owned(), text.parse()?);
                return Ok(());
            }
            if !tables.contains_key(name) {
                tables.insert(name.to_owned(), Table::create(out, name, text)?);
            }
            let table = tables.get_mut(name).expect("inserted above");
            let line = in_unit.entry(name.to_owned()).or_default();
            *line += 1;
            if *line == 1 {
                table.check_header(text)
            } else {
                table.write(text)
            }
        })?;
    }
    let rows = tables
        .iter()
        .map(|(name, table)| (name.clone(), table.rows))
        .collect();
    for table in tables.into_values() {
        table.finish()?;
    }
    Ok((rows, measures))
}

/// A CSV file that is being written under a temporary name.
struct Table {
    path: PathBuf,
    header: String,
    file: BufWriter<File>,
    rows: u64,
}

impl Table {
    fn create(out: &Path, name: &str, header: &str) -> Result<Self> {
        let path = out.join(format!("{name}.csv"));
        let mut table = Self {
            file: BufWriter::new(create(&path)?),
            path,
            header: header.to_owned(),
            rows: 0,
        };
        writeln!(table.file, "{header}")?;
        Ok(table)
    }

    fn check_header(&self, header: &str) -> Result<()> {
        let shown = self.path.display();
        ensure!(
            header == self.header,
            "{shown}: units with different columns; start over with --fresh"
        );
        Ok(())
    }

    fn write(&mut self, line: &str) -> Result<()> {
        self.rows += 1;
        writeln!(self.file, "{line}")
            .with_context(|| format!("cannot write {}", self.path.display()))
    }

    fn finish(self) -> Result<()> {
        publish(self.file.into_inner()?, &self.path)
    }
}

fn temporary(path: &Path) -> PathBuf {
    path.with_extension("tmp")
}

fn create(path: &Path) -> Result<File> {
    File::create(temporary(path)).with_context(|| format!("cannot write {}", path.display()))
}

/// Syncs a temporary file and gives it its name.
fn publish(file: File, path: &Path) -> Result<()> {
    let shown = path.display();
    file.sync_all()
        .with_context(|| format!("cannot write {shown}"))?;
    std::fs::rename(temporary(path), path).with_context(|| format!("cannot write {shown}"))
}

/// Writes a file that appears under its name only when it is whole.
///
/// # Errors
/// Whatever `write` or the file system reports.
pub fn write_whole(path: &Path, write: impl FnOnce(&mut File) -> Result<()>) -> Result<()> {
    let mut file = create(path)?;
    write(&mut file).with_context(|| format!("cannot write {}", path.display()))?;
    publish(file, path)
}
