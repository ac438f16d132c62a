//! What the runner costs: `cargo bench -p lab`.
//!
//! Units of one millisecond, on one thread and on all cores, against the same work in a bare loop in the
//! same run, best of five; and the memory of ten million rows.

use documented::{Documented, DocumentedFields};
use lab::preset::Preset;
use lab::{About, Configured, Flags, Folder, Job, Row, Rows, Unit, boxed, run_all};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// So many units that each spin for a while and then write rows.
struct Spin {
    units: u32,
    rows: u32,
    duration: Duration,
}

/// A row of a unit.
#[derive(Serialize, Deserialize, Documented, DocumentedFields)]
struct Number {
    /// Which unit.
    unit: u32,
    /// Which row.
    row: u32,
    /// A number.
    value: f64,
}

impl Row for Number {
    const TABLE: &'static str = "numbers";
}

const ABOUT: About = About {
    name: "numbers",
    title: "Numbers",
    summary: "Numbers that take as long on every machine.",
    schema: 1,
    quick: "seed = 1",
    paper: "seed = 1",
    tiny: "seed = 1",
};

impl Configured for Spin {
    fn configuration(&self) -> serde_json::Value {
        serde_json::json!({ "rows": self.rows })
    }

    fn units(&self) -> Vec<Box<dyn Unit + '_>> {
        boxed((0..self.units).map(|number| One { number, spin: self }))
    }
}

/// One of the units.
struct One<'a> {
    number: u32,
    spin: &'a Spin,
}

impl Unit for One<'_> {
    fn key(&self) -> String {
        format!("unit={}", self.number)
    }

    fn compute(&self, _: u64, rows: &mut Rows) -> anyhow::Result<()> {
        let unit = self.number;
        spin(self.spin.duration);
        for row in 0..self.spin.rows {
            let value = f64::from(unit) / f64::from(row + 1);
            rows.push(&Number { unit, row, value })?;
        }
        Ok(())
    }
}

/// Work that takes as long on every machine.
fn spin(duration: Duration) {
    let started = Instant::now();
    while started.elapsed() < duration {
        std::hint::spin_loop();
    }
}

/// Seconds of one run in a fresh folder.
fn timed(experiment: &Spin, threads: u16) -> f64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let flags = Flags {
        threads: Some(threads),

        quiet: true,
        ..Flags::of(Folder {
            preset: "quick".to_owned(),
            out: Some(folder.path().to_owned()),
        })
    };
    let started = Instant::now();
    let preset = Preset::parse("quick", ABOUT.quick).expect("a preset");
    let job = Job::new(&ABOUT, experiment, &preset).expect("units with names");
    run_all(&[job], &flags).expect("a run");
    started.elapsed().as_secs_f64()
}

fn best_of_five(mut seconds: impl FnMut() -> f64) -> f64 {
    (0..5).map(|_| seconds()).fold(f64::INFINITY, f64::min)
}

/// The most memory that this process has had, in MiB, where the system tells.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kibibytes / 1024.0)
}

fn main() {
    let cores = std::thread::available_parallelism().map_or(1, usize::from) as u16;
    let (units, duration) = (1000, Duration::from_millis(1));
    let millisecond = Spin {
        units,
        rows: 1,
        duration,
    };
    let bare = best_of_five(|| {
        let started = Instant::now();
        (0..units).for_each(|_| spin(duration));
        started.elapsed().as_secs_f64()
    });
    // What does not depend on the number of units: threads, files, the record.
    let fixed = best_of_five(|| {
        timed(
            &Spin {
                units: 1,
                ..millisecond
            },
            1,
        )
    }) - 1e-3;
    let one = best_of_five(|| timed(&millisecond, 1));
    let all = best_of_five(|| timed(&millisecond, cores));
    let percent = |ratio: f64| 100.0 * (ratio - 1.0);
    println!("| 1000 units of 1 ms | seconds | over the bare loop |");
    println!("|---|---|---|");
    println!("| bare loop | {bare:.4} | |");
    println!(
        "| run, 1 thread | {one:.4} | {:.2} % ({:.2} % without the fixed {:.1} ms) |",
        percent(one / bare),
        percent((one - fixed) / bare),
        1e3 * fixed
    );
    println!(
        "| run, {cores} threads | {all:.4} | {:.2} % over 1/{cores} |",
        percent(all * f64::from(cores) / bare)
    );

    let before = peak_memory();
    let seconds = timed(
        &Spin {
            units: 1000,
            rows: 10_000,
            duration: Duration::ZERO,
        },
        cores,
    );
    println!(
        "\n10 million rows: {seconds:.1} s, peak memory {:.0} MiB ({:.0} MiB before)",
        peak_memory().unwrap_or(f64::NAN),
        before.unwrap_or(f64::NAN)
    );
}
