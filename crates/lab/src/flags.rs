//! The flags that binaries share, and how a binary ends.

use crate::about::About;
use crate::preset::Preset;
use crate::shard::Shard;
use anyhow::Result;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The most worker threads: each has memory of its own for searches.
const MAX_THREADS: i64 = 512;

/// Which results folder.
#[derive(Debug, Clone, clap::Args)]
pub struct Folder {
    /// Parameters: quick, paper, tiny (a second each, to see that all works), or a TOML file
    #[arg(long, default_value = "quick", value_name = "quick|paper|tiny|FILE")]
    pub preset: String,
    /// Results folder [default: results/PRESET]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

impl Folder {
    /// The results folder.
    pub fn path(&self) -> PathBuf {
        let name = Path::new(&self.preset).file_stem().unwrap_or_default();
        self.out
            .clone()
            .unwrap_or_else(|| Path::new("results").join(name))
    }
}

/// The flags of an experiment.
#[derive(Debug, Clone, clap::Args)]
pub struct Flags {
    /// Preset and results folder.
    #[command(flatten)]
    pub folder: Folder,
    /// Root of all random numbers [default: the preset's]
    #[arg(long, value_name = "U64")]
    pub seed: Option<u64>,
    /// Worker threads [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=MAX_THREADS))]
    pub threads: Option<u16>,
    /// Compute only part i of n, counted from 1, for `merge` to put together
    #[arg(long, value_name = "i/n")]
    pub shard: Option<Shard>,
    /// Discard earlier results of this experiment in the folder and compute them anew
    #[arg(long)]
    pub fresh: bool,
    /// Print the units of work (done or not, shard, expected seconds, name) and compute nothing
    #[arg(long)]
    pub list: bool,
    /// No progress on standard error
    #[arg(long)]
    pub quiet: bool,
}

impl Flags {
    /// The flags of a command line that names nothing but the folder.
    pub fn of(folder: Folder) -> Self {
        Self {
            folder,
            seed: None,
            threads: None,
            shard: None,
            fresh: false,
            list: false,
            quiet: false,
        }
    }

    /// The preset of some experiments, with the seed replaced if one was given.
    ///
    /// # Errors
    /// As [`Preset::load`].
    pub fn preset(&self, experiments: &[About]) -> Result<Preset> {
        let mut preset = Preset::load(&self.folder.preset, experiments)?;
        preset.seed = self.seed.unwrap_or(preset.seed);
        Ok(preset)
    }

    /// How many worker threads there are to be.
    pub fn workers(&self) -> usize {
        let each_core = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(each_core, usize::from)
    }

    /// The worker threads.
    ///
    /// # Errors
    /// If the system gives no threads.
    pub fn pool(&self) -> Result<rayon::ThreadPool> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.workers());
        Ok(pool.build()?)
    }
}

/// Prints data to standard output.
///
/// # Errors
/// A closed pipe, which [`exit_code`] takes as a success, or a full disk.
pub fn print(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

/// Says a line on standard error. One that is full or closed ends no run.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Ends a binary: 0, or 2 after one line on standard error with the whole chain of causes. A reader
/// that closed the pipe has seen enough, so that is a success.
pub fn exit_code(result: Result<()>) -> ExitCode {
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
    let broken_pipe = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe);
    if broken_pipe {
        return ExitCode::SUCCESS;
    }
    // One line, whatever names a file holds.
    let escaped = |character: char| match character.is_control() {
        true => character.escape_default().to_string(),
        false => character.to_string(),
    };
    let line: String = format!("{error:#}").chars().map(escaped).collect();
    say(&format!("error: {line}"));
    ExitCode::from(2)
}

/// Ends a binary that says whether something holds: 1 if it does not, else as [`exit_code`].
pub fn verdict_code(result: Result<bool>) -> ExitCode {
    match result {
        Ok(false) => ExitCode::FAILURE,
        result => exit_code(result.map(drop)),
    }
}
