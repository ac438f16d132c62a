//! The shape of an experiment, and the sheet on which a unit of work writes its rows.

use crate::claims::Claim;
use anyhow::{Context, Result, ensure};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A line of a CSV file. Fields become columns in their order.
pub trait Row: Serialize + DeserializeOwned {
    /// The file's name without `.csv`.
    const TABLE: &'static str;
}

/// A validated configuration that knows its units of work.
///
/// The smallest experiment, from its configuration to its table:
///
/// ```
/// use lab::{Experiment, Flags, Folder, Row, Rows, claims::Claim, preset::Preset};
/// use serde::{Deserialize, Serialize};
///
/// struct Squares { count: u64 }
///
/// #[derive(Serialize, Deserialize)]
/// struct Square { number: u64, square: u64 }
///
/// impl Row for Square {
///     const TABLE: &'static str = "squares";
/// }
///
/// impl Experiment for Squares {
///     const NAME: &'static str = "squares";
///     const SCHEMA: u32 = 1;
///     type Unit = u64;
///     fn claims() -> Vec<Claim> { Vec::new() }
///     fn configuration(&self) -> serde_json::Value { serde_json::json!({ "count": self.count }) }
///     fn units(&self) -> Vec<u64> { (0..self.count).collect() }
///     fn key(&self, number: &u64) -> String { format!("number={number}") }
///     fn compute(&self, &number: &u64, rows: &mut Rows) -> anyhow::Result<()> {
///         rows.push(&Square { number, square: number * number })
///     }
/// }
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = Folder { preset: "quick".into(), out: Some(folder.path().into()) };
/// # let flags = Flags { quiet: true, ..Flags::of(folder) };
/// lab::run(&Squares { count: 4 }, &Preset::load("quick")?, &flags)?;
/// let csv = std::fs::read_to_string(flags.folder.path().join("squares.csv"))?;
/// assert_eq!(csv, "number,square\n0,0\n1,1\n2,4\n3,9\n");
/// # Ok::<(), anyhow::Error>(())
/// ```
pub trait Experiment: Sync {
    /// One name for the binary, its section in a preset, its files and its seeds.
    const NAME: &'static str;

    /// Raised whenever the meaning of a row changes, so that old and new rows never mix.
    const SCHEMA: u32;

    /// One independent piece of work.
    type Unit: Sync;

    /// What its rows are held against.
    fn claims() -> Vec<Claim>;

    /// Everything that the rows depend on beside the seed. Two runs whose configurations differ never
    /// share a file.
    fn configuration(&self) -> serde_json::Value;

    /// All units in the order in which their rows stand in the files.
    fn units(&self) -> Vec<Self::Unit>;

    /// A stable name of the unit.
    fn key(&self, unit: &Self::Unit) -> String;

    /// Roughly how long the unit takes on one core, for the time left.
    fn seconds(&self, _unit: &Self::Unit) -> f64 {
        1.0
    }

    /// Computes the rows of one unit. They may depend on the configuration and the unit alone.
    ///
    /// # Errors
    /// Ends the run; finished units stay on disk.
    fn compute(&self, unit: &Self::Unit, rows: &mut Rows) -> Result<()>;
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
