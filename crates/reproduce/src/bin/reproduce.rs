//! `reproduce`: every experiment, its verdicts, its figures and the report, in one command.

use anyhow::{Context, Result, ensure};
use clap::Parser;
use clap::builder::PossibleValuesParser;
use lab::meta::Meta;
use lab::preset::Preset;
use lab::{
    Checked, Configured, Experiment, Flags, Job, check, print, run_all, store, verdict_code,
};
use reproduce::experiments::{abouts, all};
use reproduce::figures::Figures;
use reproduce::{judge, recomputed, report, verify};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs every experiment and writes verdicts, figures and a report; exit code 1 if a claim is contradicted unexpectedly
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    /// Run these experiments alone; what the folder has of the others is shown with them
    #[arg(long, value_name = "NAME,NAME,...", value_delimiter = ',')]
    #[arg(value_parser = PossibleValuesParser::new(all().map(|experiment| experiment.about().name)))]
    only: Vec<String>,
    /// Print the tables of the report, too
    #[arg(long, conflicts_with_all = ["check", "list", "splice"])]
    tables: bool,
    /// Compute so many units of each experiment again, compare their rows with those of the results folder and
    /// change nothing there; exit code 1 if any differ, or are not there
    #[arg(long, value_name = "UNITS", conflicts_with_all = ["fresh", "list", "shard"])]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    check: Option<u32>,
    /// Run nothing: verdicts, figures and the report of the rows that the results folder has, whatever made them
    #[arg(long, conflicts_with_all = ["fresh", "list", "shard", "threads", "seed", "only", "check", "splice"])]
    report: bool,
    /// Run nothing: make the text between the marks of a document anew from the rows of the results folder and their documentation
    #[arg(long, value_name = "FILE.md", conflicts_with_all = ["fresh", "list", "shard", "threads", "seed", "only", "check"])]
    splice: Option<PathBuf>,
}

impl Arguments {
    /// The preset, and the experiments that are to be run as it configures them; what they leave beside their
    /// rows goes to the folder of the flags.
    fn configure(&self, flags: &Flags) -> Result<(Preset, Vec<Chosen>)> {
        let preset = flags.preset(&abouts())?;
        preset.refuse_others(&abouts())?;
        let is_asked = |name| self.only.is_empty() || self.only.iter().any(|only| only == name);
        let asked = all().filter(|one| is_asked(one.about().name));
        let chosen = asked.map(|experiment| {
            let configured = experiment.configure(&preset, flags)?;
            Ok(Chosen {
                experiment,
                configured,
            })
        });
        let chosen = chosen.collect::<Result<_>>()?;
        Ok((preset, chosen))
    }
}

/// An experiment that is to be run.
struct Chosen {
    experiment: &'static dyn Experiment,
    configured: Box<dyn Configured>,
}

impl Chosen {
    fn name(&self) -> &'static str {
        self.experiment.about().name
    }
}

/// Whether nothing was contradicted that was not expected to be.
fn reproduce(arguments: &Arguments) -> Result<bool> {
    let (flags, out) = (&arguments.flags, arguments.flags.folder.path());
    if let Some(document) = &arguments.splice {
        splice(document, &out).with_context(|| format!("--splice {}", document.display()))?;
        return Ok(true);
    }
    if let Some(units) = arguments.check {
        return recompute(arguments, units as usize);
    }
    if arguments.report {
        ensure!(
            out.is_dir(),
            "no folder {}; run the experiments first or name another with --out",
            out.display()
        );
        return conclude(arguments, &BTreeMap::new());
    }
    let (preset, chosen) = arguments.configure(flags)?;
    let outcomes = run_all(&jobs(&chosen, &preset)?, flags)?;
    if !outcomes.iter().all(|outcome| outcome.has_tables()) {
        return Ok(true);
    }
    let tickets = flags.pool()?.install(|| {
        let tickets = chosen
            .iter()
            .map(|one| Ok((one.name(), one.configured.keep_ticket(&out)?)));
        tickets.collect::<Result<BTreeMap<_, _>>>()
    })?;
    conclude(arguments, &tickets)
}

/// Leaves verdicts, figures and the report of the rows that are there, and says what they show: whether nothing was
/// contradicted that was not expected to be.
fn conclude(arguments: &Arguments, tickets: &BTreeMap<&str, Option<String>>) -> Result<bool> {
    let (flags, out) = (&arguments.flags, arguments.flags.folder.path());
    let judgements = judge(&out)?;
    verify::write(&judgements, &out)?;
    // Drawn always: a second, and no figure is missing or older than its rows.
    let figures = Figures::read(&out)?;
    figures.write(&out.join("figures"))?;
    let report = report::write(&flags.folder, &judgements, &figures)?;
    print(&findings(&out, tickets, arguments.tables)?)?;
    print(&format!("report: {}", report.display()))?;
    print(&verify::summary(&judgements, &flags.folder.preset))?;
    Ok(!judgements.iter().any(|judgement| judgement.is_surprise()))
}

fn jobs<'a>(chosen: &'a [Chosen], preset: &Preset) -> Result<Vec<Job<'a>>> {
    let jobs = chosen.iter();
    jobs.map(|one| Job::new(&one.experiment.about(), &*one.configured, preset))
        .collect()
}

/// What the rows of all experiments say that are there: their tables if asked for, then a line for each of them and
/// for each ticket.
fn findings(
    results: &Path,
    tickets: &BTreeMap<&str, Option<String>>,
    with_tables: bool,
) -> Result<String> {
    let (mut tables, mut lines) = (Vec::new(), Vec::new());
    for experiment in all() {
        let name = experiment.about().name;
        if Meta::read(results, name)?.is_none() {
            continue;
        }
        if with_tables {
            tables.push(experiment.tables(results)?);
        }
        lines.push(format!("{name}: {}", experiment.headline(results)?));
        lines.extend(experiment.subject(results)?);
        lines.extend(tickets.get(name).cloned().flatten());
    }
    tables.push(lines.join("\n"));
    Ok(tables.join("\n"))
}

/// Whether all that was asked for is there, and so many units of each experiment, computed again, have the rows
/// that the results folder has.
fn recompute(arguments: &Arguments, units: usize) -> Result<bool> {
    let flags = &arguments.flags;
    let elsewhere = tempfile::tempdir()?;
    let mut scratch = flags.clone();
    scratch.folder.out = Some(elsewhere.path().to_owned());
    let (preset, chosen) = arguments.configure(&scratch)?;
    let checked = check(&jobs(&chosen, &preset)?, flags, units)?;
    let names = chosen.iter().map(Chosen::name);
    print(&recomputed::report(names, &checked))?;
    Ok(checked.len() == chosen.len() && checked.iter().all(Checked::is_equal))
}

fn splice(document: &Path, results: &Path) -> Result<()> {
    ensure!(
        results.ends_with("results/paper"),
        "the tables link to results/paper; name it with --preset paper"
    );
    let folder = std::path::absolute(document)?;
    let here = std::env::current_dir()?;
    let inside = folder
        .parent()
        .and_then(|folder| folder.strip_prefix(here).ok());
    let inside = inside.context("is not below this folder, which must be the repository's")?;
    let root = "../".repeat(inside.components().count());
    let old = std::fs::read_to_string(document)?;
    let new = reproduce::splice::splice(&old, &root, &judge(results)?)?;
    store::write(document, new.as_bytes())
}

fn main() -> ExitCode {
    verdict_code(reproduce(&Arguments::parse()))
}
