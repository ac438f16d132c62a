//! A whole experiment, outside the workspace's own: are these coins fair?
//!
//! `cargo run --release -p lab --example coin -- --help` shows what comes with it: presets, threads, shards, resuming.

use anyhow::{Context, Result};
use charts::{Axis, Figure, Panel, Scale, Series, Shape, Style};
use clap::Parser;
use documented::{Documented, DocumentedFields};
use lab::claims::{Claim, Evidence, between, registered, within};
use lab::preset::Preset;
use lab::statistics::{Level, Proportion};
use lab::{
    About, Configured, Experiment, Flags, Rows, Table, Unit, boxed, exit_code, run_and_print, table,
};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::ExitCode;

/// A line of `coin.csv`: the throws of one coin.
#[derive(Debug, Serialize, Deserialize, Documented, DocumentedFields)]
struct Row {
    /// Which coin, from 1.
    coin: u64,
    /// How often it was thrown.
    throws: u64,
    /// How often it showed heads.
    heads: u64,
}

impl lab::Row for Row {
    const TABLE: &'static str = "coin";
}

/// The section of a preset.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Coins {
    coins: u64,
    throws: u64,
}

impl Configured for Coins {
    fn configuration(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn units(&self) -> Vec<Box<dyn Unit + '_>> {
        boxed((1..=self.coins).map(|coin| Coin(coin, self.throws)))
    }
}

/// A unit of work: which coin is thrown how often.
struct Coin(u64, u64);

impl Unit for Coin {
    fn key(&self) -> String {
        format!("coin={}", self.0)
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let Coin(coin, throws) = *self;
        let is_heads = |&throw: &u64| mixed(mixed(mixed(seed) ^ coin) ^ throw) >> 63 == 1;
        let heads = (1..=throws).filter(is_heads).count() as u64;
        rows.push(&Row {
            coin,
            throws,
            heads,
        })
    }
}

/// SplitMix64's mixer: what a throw shows follows from its number, so no order of the work changes it.
fn mixed(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What is claimed, before the first run. In a crate of its own this is a file beside the code.
const CLAIMS: &str = r#"
[[claim]]
id = "COIN-1"
statement = "Coins are fair"
source = "folklore"
reading = "recalled"
prediction = "heads with probability 1/2"
test = "exact interval of the probability of heads, within [0.49, 0.51]"
sample-size = "100,000 throws"
expected = "supported"
reason = "symmetry"
table = "coin"
figure = "coin"
"#;

struct Fairness;

impl Experiment for Fairness {
    fn about(&self) -> About {
        About {
            name: "coin",
            title: "Coins",
            summary: "How often do coins show heads?",
            schema: 1,
            quick: "seed = 1\n[coin]\ncoins = 20\nthrows = 10_000\n",
            paper: "seed = 1\n[coin]\ncoins = 20\nthrows = 1_000_000\n",
            tiny: "seed = 1\n[coin]\ncoins = 3\nthrows = 100\n",
        }
    }

    fn configure(&self, preset: &Preset, _: &Flags) -> Result<Box<dyn Configured>> {
        Ok(Box::new(preset.section::<Coins>("coin")?))
    }

    fn columns(&self) -> Vec<Table> {
        vec![Table::of::<Row>()]
    }

    fn claims(&self) -> Vec<Claim> {
        registered(CLAIMS, &[("COIN-1", judge)])
    }

    fn headline(&self, results: &Path) -> Result<String> {
        let claims = self.claims();
        let found = judge(results, claims[0].level())?.context("no finished coin")?;
        Ok(format!("{}: {}", found.verdict, found.figures))
    }

    fn tables(&self, results: &Path) -> Result<String> {
        self.headline(results)
    }

    fn figures(&self, results: &Path) -> Result<Vec<Figure>> {
        let rows = table::read::<Row>(results)?.unwrap_or_default();
        let share = |row: &Row| (row.coin as f64, row.heads as f64 / row.throws as f64);
        let points = rows.iter().map(share).collect();
        let shares = Series::new(
            "coins",
            Style::CURVES[0].markers_alone(),
            Shape::Line(points),
        );
        let fair = Series::new("fair", Style::REFERENCE, Shape::Horizontal(0.5));
        let panel = Panel {
            title: String::new(),
            notes: Vec::new(),
            x: Axis::new("coin", Scale::Whole),
            y: Axis::new("fraction of heads", Scale::Linear),
            series: vec![fair, shares],
        };
        Ok(vec![Figure {
            name: "coin",
            title: "How often coins show heads".to_owned(),
            rows: vec![vec![panel]],
            panel_height: 300.0,
            caption: "Data: coin.csv".to_owned(),
        }])
    }
}

/// The verdict on the fairness of all coins together.
fn judge(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let Some(rows) = table::read::<Row>(results)? else {
        return Ok(None);
    };
    let sum = |count: fn(&Row) -> u64| rows.iter().map(count).sum();
    let heads = Proportion::new(sum(|row| row.heads), sum(|row| row.throws))?;
    let interval = heads.interval(level);
    Ok(Some(Evidence {
        verdict: within(between(0.49, 0.51), interval),
        figures: format!("heads in {:.2} % of throws", 100.0 * heads.rate()),
        samples: sum(|row| row.throws),
        interval: Some(interval),
    }))
}

/// Runs it, prints the verdict and draws the figure.
pub fn throw(flags: &Flags) -> Result<()> {
    let (preset, results) = (flags.preset(&[Fairness.about()])?, flags.folder.path());
    let configured = Fairness.configure(&preset, flags)?;
    run_and_print(&Fairness, &*configured, &preset, flags)?;
    for figure in Fairness.figures(&results)? {
        let file = results.join(figure.name).with_extension("svg");
        std::fs::write(file, charts::svg(&figure)?)?;
    }
    Ok(())
}

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
}

fn main() -> ExitCode {
    exit_code(throw(&Arguments::parse().flags))
}
