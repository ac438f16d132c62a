//! The report: one page of HTML without anything outside it, made from the rows, the records and the
//! verdicts of a results folder.
//!
//! The same folder gives the same bytes. `report.html` says how the page looks; here and below is what
//! stands in it.

mod constants;
mod markdown;
mod numbers;
mod provenance;
mod verdicts;

use crate::experiments::all;
use crate::figures::{Drawing, Figures};
use crate::verify;
use anyhow::Result;
use lab::sources::{Comparison, Settings};
use lab::{Experiment, Folder, Judgement, store};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The name of the report in a results folder.
pub const FILE: &str = "report.html";

const TEMPLATE: &str = include_str!("report.html");
const LIMITS: &str = include_str!("../../../../LIMITS.md");

/// Everything that the template shows.
#[derive(Serialize)]
struct Page<'a> {
    preset: String,
    seeds: BTreeSet<u64>,
    claims: usize,
    counts: [verify::Count; 5],
    /// How sure all verdicts are together.
    bound: String,
    sections: Vec<Section<'a>>,
    comparisons: Vec<Comparison>,
    constants: Vec<constants::Constant<'a>>,
    settings: Vec<Settings>,
    limits: String,
}

/// One experiment.
#[derive(Serialize)]
struct Section<'a> {
    name: &'static str,
    title: &'static str,
    summary: &'static str,
    /// What makes its rows.
    command: String,
    counts: [verify::Count; 5],
    claims: Vec<verdicts::Line<'a>>,
    figures: Vec<Figure>,
    /// What it prints at its end, as HTML, if its run is finished.
    table: Option<String>,
    record: Option<provenance::Record>,
}

/// A figure with its words beside it.
#[derive(Serialize)]
struct Figure {
    name: &'static str,
    title: String,
    caption: String,
    /// The SVG element from its first attribute on.
    svg: String,
}

/// Writes the report of a results folder into it, from the judgements and the figures of its rows, and
/// returns the report's path.
///
/// Experiments without rows are named with the command that makes them.
///
/// # Errors
/// Rows or records that cannot be read, or a file that cannot be written.
pub fn write(folder: &Folder, judgements: &[Judgement], figures: &Figures) -> Result<PathBuf> {
    let path = folder.path().join(FILE);
    let page = page(folder, judgements, &figures.drawings()?)?;
    store::write(&path, page.as_bytes())?;
    Ok(path)
}

fn page(folder: &Folder, judgements: &[Judgement], drawings: &[Drawing]) -> Result<String> {
    let results = folder.path();
    let sections = all();
    let sections = sections.map(|experiment| section(experiment, folder, judgements, drawings));
    let sections: Vec<Section> = sections.collect::<Result<_>>()?;
    let records = sections
        .iter()
        .filter_map(|section| section.record.as_ref());
    let page = Page {
        preset: folder.preset.clone(),
        seeds: records.filter_map(|record| record.seed).collect(),
        claims: judgements.len(),
        counts: verify::counts(&judgements.iter().collect::<Vec<_>>()),
        bound: verify::bound(judgements),
        sections,
        comparisons: compared(&results, |experiment| experiment.comparison(&results))?
            .into_iter()
            .map(constants::typeset)
            .collect(),
        constants: constants::constants(judgements),
        settings: compared(&results, |experiment| experiment.settings(&results))?,
        limits: markdown::html(LIMITS),
    };
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let mut syntax = SyntaxConfig::builder();
    environment.set_syntax(syntax.trim_blocks(true).lstrip_blocks(true).build()?);
    environment.add_filter("thousands", charts::wording::thousands);
    environment.add_template(FILE, TEMPLATE)?;
    Ok(environment.get_template(FILE)?.render(Serde(page))?)
}

/// What the experiments have to compare with their sources, of those whose rows are about the same as these.
fn compared<T>(
    results: &Path,
    of: impl Fn(&dyn Experiment) -> Result<Option<T>>,
) -> Result<Vec<T>> {
    let of = |experiment: &'static dyn Experiment| match experiment.subject(results) {
        Ok(None) => of(experiment).transpose(),
        Ok(Some(_)) => None,
        Err(error) => Some(Err(error)),
    };
    all().filter_map(of).collect()
}

fn section<'a>(
    experiment: &dyn Experiment,
    folder: &Folder,
    judgements: &'a [Judgement],
    drawings: &[Drawing],
) -> Result<Section<'a>> {
    let results = folder.path();
    let about = experiment.about();
    let is_its = |judgement: &&Judgement| judgement.experiment == about.name;
    let judgements: Vec<&Judgement> = judgements.iter().filter(is_its).collect();
    let its_drawings = drawings
        .iter()
        .filter(|drawing| drawing.experiment == about.name);
    let record = provenance::read(&results, about.name)?;
    let table = match record {
        Some(_) => {
            let subject = experiment
                .subject(&results)?
                .map_or(String::new(), |text| text + "\n\n");
            Some(markdown::html(&(subject + &experiment.tables(&results)?)))
        }
        None => None,
    };
    let lines = judgements
        .iter()
        .map(|judgement| verdicts::Line::of(judgement, &results, drawings));
    Ok(Section {
        name: about.name,
        title: about.title,
        summary: about.summary,
        command: command(about.name, folder),
        counts: verify::counts(&judgements),
        claims: lines.collect(),
        figures: its_drawings.map(Figure::of).collect(),
        table,
        record,
    })
}

/// What makes an experiment's rows in the folder.
fn command(experiment: &str, folder: &Folder) -> String {
    let command = verify::command(experiment);
    let out = folder.out.as_deref().map(Path::display);
    let out = out.map_or(String::new(), |out| format!(" --out {out}"));
    format!("{command} -- --preset {}{out}", folder.preset)
}

impl Figure {
    fn of(drawing: &Drawing) -> Self {
        // The page names the font once, and everything is opaque that does not say otherwise: a seventh of the bytes.
        let svg = drawing.svg.replace(" opacity=\"1\"", "");
        let svg = svg.replace(" font-family=\"DejaVu Sans, Verdana, sans-serif\"", "");
        Self {
            name: drawing.name,
            title: drawing.title.clone(),
            caption: drawing.caption.clone(),
            svg: svg.trim_start_matches("<svg ").to_owned(),
        }
    }
}
