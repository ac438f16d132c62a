//! How far a command has come with all of its experiments, and how long the rest takes.

use crate::flags::{Flags, say};
use crate::named::Named;
use anyhow::{Result, ensure};
use indicatif::{
    HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
};
use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// From so many seconds on, a command asks before it begins.
const LONG: f64 = 3600.0;

const TEMPLATE: &str = "{prefix} [{wide_bar}] {percent}%, {msg}, {left} left";

/// One bar over all experiments of a command, drawn only on a terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
    experiments: usize,
    units: usize,
    finished: AtomicUsize,
    /// How much there is to do, until it is said.
    expected: Mutex<Option<String>>,
    /// How long it is expected to take, in seconds.
    seconds: f64,
    quiet: bool,
}

impl Progress {
    /// Begins to draw how far the units to do, a list for each experiment, are.
    pub fn new(to_do: &[Vec<&Named>], flags: &Flags) -> Self {
        let all = to_do.iter().flatten();
        let (units, seconds) = (
            all.clone().count(),
            all.clone().map(|unit| unit.seconds).sum(),
        );
        let quiet = flags.quiet || units == 0;
        let threads = flags.workers();
        let expected = (!quiet).then(|| expected(units, seconds, threads));
        let target = match quiet {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr(),
        };
        let bar =
            ProgressBar::with_draw_target(Some(all.map(|unit| unit.milliseconds()).sum()), target);
        let left = move |state: &ProgressState, text: &mut dyn std::fmt::Write| {
            // A line that cannot be formatted is nothing to stop for.
            let _ = write!(text, "{:#}", HumanDuration(left(state, threads)));
        };
        let style = ProgressStyle::with_template(TEMPLATE).expect("the template is valid");
        bar.set_style(style.with_key("left", left).progress_chars("=> "));
        let progress = Self {
            bar,
            experiments: to_do.len(),
            units,
            finished: AtomicUsize::new(0),
            expected: Mutex::new(expected),
            seconds: seconds / threads as f64,
            quiet: flags.quiet,
        };
        progress.show(0);
        progress
    }

    /// Asks before hours of work, where somebody sits who can answer.
    ///
    /// # Errors
    /// An answer other than yes.
    pub fn ask(&self) -> Result<()> {
        let somebody = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        if self.seconds < LONG || self.quiet || !somebody {
            return Ok(());
        }
        let expected = self.expected.lock().expect("nobody panics with it").take();
        say(&format!("{}; go on? [y/N]", expected.unwrap_or_default()));
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        ensure!(
            answer.trim().eq_ignore_ascii_case("y"),
            "nothing was computed; a smaller preset takes less time, and --shard shares it out among machines"
        );
        Ok(())
    }

    /// Goes on to the experiment with this number, counted from 0.
    pub fn begin(&self, number: usize, experiment: &str) {
        self.bar.set_prefix(match self.experiments {
            1 => experiment.to_owned(),
            all => format!("{experiment}, {} of {all}", number + 1),
        });
        self.bar.enable_steady_tick(Duration::from_millis(500));
    }

    /// Units are about to be computed: says once how much there is to do. Not before, so that a command that is
    /// refused says why and nothing else.
    pub fn starts(&self) {
        let expected = self.expected.lock().expect("nobody panics with it").take();
        if let Some(text) = expected {
            self.bar.suspend(|| say(&text));
        }
    }

    /// A unit is finished.
    pub fn finished(&self, unit: &Named) {
        self.show(self.finished.fetch_add(1, Ordering::Relaxed) + 1);
        self.bar.inc(unit.milliseconds());
    }

    /// Says a line about an experiment on standard error.
    pub fn say(&self, experiment: &str, text: &str) {
        if !self.quiet {
            self.bar.suspend(|| say(&format!("{experiment}: {text}")));
        }
    }

    fn show(&self, finished: usize) {
        let [finished, units] = [finished, self.units].map(|count| HumanCount(count as u64));
        self.bar.set_message(format!("{finished} of {units} units"));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// The time left at the pace so far: over all of it, since units may take minutes. Before any is finished, as
/// expected.
fn left(state: &ProgressState, threads: usize) -> Duration {
    let (done, all) = (state.pos(), state.len().unwrap_or(0));
    let pace = match done {
        0 => 1e-3 / threads as f64,
        _ => state.elapsed().as_secs_f64() / done as f64,
    };
    Duration::from_secs_f64(pace * all.saturating_sub(done) as f64)
}

/// What there is to do, in a line.
fn expected(units: usize, seconds: f64, threads: usize) -> String {
    let seconds = seconds / threads as f64;
    let time = match seconds {
        ..1.5 => "a second".to_owned(),
        ..90.0 => format!("{seconds:.0} seconds"),
        ..5400.0 => format!("{:.0} minutes", seconds / 60.0),
        _ => format!("{:.1} hours", seconds / 3600.0),
    };
    let end = if threads == 1 { "" } else { "s" };
    let units = HumanCount(units as u64);
    format!("units to do: {units}; about {time} with {threads} thread{end}")
}

#[cfg(test)]
mod tests {
    use super::expected;

    #[test]
    fn the_expected_time_has_the_unit_that_fits() {
        assert_eq!(
            expected(8659, 17_280.0, 2),
            "units to do: 8,659; about 2.4 hours with 2 threads"
        );
        for (seconds, time) in [
            (0.0, "a second"),
            (89.0, "89 seconds"),
            (90.0, "2 minutes"),
            (5399.0, "90 minutes"),
            (5400.0, "1.5 hours"),
        ] {
            assert_eq!(
                expected(1, seconds, 1),
                format!("units to do: 1; about {time} with 1 thread")
            );
        }
    }
}
