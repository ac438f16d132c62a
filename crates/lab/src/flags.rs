//! The flags that every binary understands, and how a binary ends.

use crate::preset::Preset;
use anyhow::Result;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// The common flags.
#[derive(Debug, Clone, clap::Args)]
pub struct Flags {
    /// Parameters: quick, paper, or a TOML file
    #[arg(long, default_value = "quick", value_name = "quick|paper|FILE")]
    pub preset: String,
    /// Root of all random numbers [default: the preset's]
    #[arg(long, value_name = "U64")]
    pub seed: Option<u64>,
    /// Worker threads [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// Results folder [default: results/PRESET]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Discard earlier results of this experiment in the folder and compute them anew
    #[arg(long)]
    pub fresh: bool,
    /// Print the units of work and whether they are done, and compute nothing
    #[arg(long)]
    pub list: bool,
    /// No progress on standard error
    #[arg(long)]
    pub quiet: bool,
}

impl Flags {
    /// The preset, with the seed replaced if one was given.
    ///
    /// # Errors
    /// As [`Preset::load`].
    pub fn preset(&self) -> Result<Preset> {
        let mut preset = Preset::load(&self.preset)?;
        preset.seed = self.seed.unwrap_or(preset.seed);
        Ok(preset)
    }

    /// The worker threads.
    ///
    /// # Errors
    /// If the system gives no threads.
    pub fn pool(&self) -> Result<rayon::ThreadPool> {
        let threads = usize::from(self.threads.unwrap_or(0));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        Ok(pool.build()?)
    }

    /// The results folder.
    pub fn out(&self, preset: &Preset) -> PathBuf {
        let default = || PathBuf::from("results").join(&preset.name);
        self.out.clone().unwrap_or_else(default)
    }
}

/// Prints data to standard output.
///
/// # Errors
/// A closed pipe, which [`exit_code`] takes as a success, or a full disk.
pub fn print(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

/// Ends a binary: 0, or 2 after one line on standard error with the whole chain of causes. A reader that closed the pipe has seen enough, so that is a success.
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
    eprintln!("error: {error:#}");
    ExitCode::from(2)
}
