//! The shape of an experiment, and the sheet on which a unit of work writes its rows.

use crate::about::About;
use crate::claims::Claim;
use crate::flags::Flags;
use crate::preset::Preset;
use crate::sources::{Comparison, Settings};
use crate::table::Table;
use anyhow::{Context, Result, ensure};
use charts::Figure;
use documented::{Documented, DocumentedFields};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;

/// A line of a CSV file. Fields become columns in their order, and their doc comments what is told of the columns
/// ([`Table::of`]).
pub trait Row: Serialize + DeserializeOwned + Documented + DocumentedFields {
    /// The file's name without `.csv`.
    const TABLE: &'static str;

    /// Columns of counts, and the column that their sum cannot exceed: `("hits misses", "trials")`. Rows that
    /// say otherwise are refused.
    const SHARES: &[(&str, &str)] = &[];
}

/// The most characters of a headline, so that one fits into a line after the experiment's name.
pub const HEADLINE: usize = 88;

/// All that an experiment is.
///
/// The runner, shards, `merge`, resuming, checks, verdicts, figures and the report work for every type that
/// implements this. `examples/coin.rs` of this crate is a whole experiment outside the workspace's own.
pub trait Experiment: Sync {
    /// Its names and presets.
    fn about(&self) -> About;

    /// Checks its section of a preset. What a run leaves beside its rows goes to the folder of the flags.
    ///
    /// # Errors
    /// Parameters out of range, or inputs that cannot be read.
    fn configure(&self, preset: &Preset, flags: &Flags) -> Result<Box<dyn Configured>>;

    /// The tables that it writes, each as its rows document it.
    fn columns(&self) -> Vec<Table>;

    /// What its rows are held against.
    fn claims(&self) -> Vec<Claim>;

    /// What the rows of a results folder are about, in a sentence, where it is not what the claims and the sources
    /// are about: other images, or a network of one's own. Such rows are shown under this sentence, and neither
    /// judged nor compared.
    ///
    /// # Errors
    /// A record that cannot be read.
    fn subject(&self, _results: &Path) -> Result<Option<String>> {
        Ok(None)
    }

    /// What it prints at its end: tables in Markdown, from the rows of a results folder.
    ///
    /// # Errors
    /// Rows that are missing or cannot be read.
    fn tables(&self, results: &Path) -> Result<String>;

    /// What they say, in a line of at most [`HEADLINE`] characters: the end of `reproduce`. It is asked of
    /// finished runs of any preset, so it says what it can where rows are few.
    ///
    /// # Errors
    /// Rows that are missing or cannot be read.
    fn headline(&self, results: &Path) -> Result<String>;

    /// The figures whose rows are in a results folder. A missing table leaves its figures out.
    ///
    /// # Errors
    /// A table that is damaged or leaves nothing to draw.
    fn figures(&self, results: &Path) -> Result<Vec<Figure>>;

    /// The numbers of a source beside ours, for the report; nothing without rows or such a source.
    ///
    /// # Errors
    /// Rows that cannot be read.
    fn comparison(&self, _results: &Path) -> Result<Option<Comparison>> {
        Ok(None)
    }

    /// The settings of a source beside ours, for the report; nothing without such a source.
    ///
    /// # Errors
    /// Rows that cannot be read.
    fn settings(&self, _results: &Path) -> Result<Option<Settings>> {
        Ok(None)
    }
}

/// An experiment with checked parameters: its units of work.
pub trait Configured: Sync {
    /// Everything that the rows depend on beside the seed. Two runs whose configurations differ never
    /// share a file.
    fn configuration(&self) -> serde_json::Value;

    /// All units in the order in which their rows stand in the files.
    fn units(&self) -> Vec<Box<dyn Unit + '_>>;

    /// Leaves a ticket in a results folder that has the rows, and says so in a line; nothing if the experiment
    /// has none.
    ///
    /// # Errors
    /// A folder that cannot be written.
    fn keep_ticket(&self, _results: &Path) -> Result<Option<String>> {
        Ok(None)
    }
}

/// One independent piece of work.
pub trait Unit: Sync {
    /// Its stable name.
    fn key(&self) -> String;

    /// Roughly how long it takes on one core, for the time left.
    fn seconds(&self) -> f64 {
        1.0
    }

    /// Computes its rows on all threads of the current rayon pool. They depend on the configuration, the unit and
    /// the root of all seeds alone.
    ///
    /// # Errors
    /// Ends the run; finished units stay on disk.
    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()>;
}

/// The most units of a run.
pub const MAX_UNITS: u64 = 1_000_000;

/// Units of one kind as units of any. Of more than a million not all are made: a run of so many is refused.
pub fn boxed<'a, U: Unit + 'a>(units: impl IntoIterator<Item = U>) -> Vec<Box<dyn Unit + 'a>> {
    let units = units.into_iter().take(MAX_UNITS as usize + 1);
    units
        .map(|unit| Box::new(unit) as Box<dyn Unit + 'a>)
        .collect()
}

/// What one unit has to say: rows, which go to CSV files, and measurements such as times, which do
/// not belong there because they change from run to run.
#[derive(Debug, Default)]
pub struct Rows {
    pub(crate) lines: Vec<Line>,
    pub(crate) measures: Vec<(String, f64)>,
}

/// One line of one CSV file, without its end. The first line for a table is its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub table: &'static str,
    pub text: String,
}

impl Rows {
    /// Adds a row to its table.
    ///
    /// # Errors
    /// If the row has no flat form as a CSV line.
    pub fn push<R: Row>(&mut self, row: &R) -> Result<()> {
        let first = self.lines.iter().all(|line| line.table != R::TABLE);
        let mut writer = csv::WriterBuilder::new()
            .has_headers(first)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_writer(Vec::new());
        writer
            .serialize(row)
            .with_context(|| format!("a row of {}", R::TABLE))?;
        let text = String::from_utf8(writer.into_inner()?)?;
        let expected = if first { 2 } else { 1 };
        ensure!(
            text.lines().count() == expected,
            "a row of {} breaks its line",
            R::TABLE
        );
        self.lines.extend(text.lines().map(|line| Line {
            table: R::TABLE,
            text: line.to_owned(),
        }));
        Ok(())
    }

    /// Notes a measurement (say, seconds), kept in the file `NAME.meta.json`.
    pub fn measure(&mut self, name: &str, value: f64) {
        self.measures.push((name.to_owned(), value));
    }
}
