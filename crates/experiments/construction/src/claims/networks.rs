//! What is claimed of neurons, layers and networks.

use super::failures;
use crate::row::{NetworkRow, Target};
use crate::sufficient_n::{MIN_NETWORKS, Needed, Results, Setting};
use crate::{DELTA, guaranteed_units};
use anyhow::Result;
use lab::claims::{Evidence, Judge, Test, assertion, between, test_all, test_stated, up_to};
use lab::statistics::{Interval, Level, mean};
use std::path::Path;
use tickets::construction::{Gadget, Split};

/// Networks from which on the theorem's probability is tested.
const ENOUGH: u64 = 120;

pub(super) const JUDGES: &[(&str, Judge)] = &[
    ("UB-2.1", cube_errors),
    ("UB-3.2", splits),
    ("UB-4.1", all_targets),
    ("UB-4.2", certificates),
    ("UB-4.3", slack),
    ("UB-4.4", |folder, level| {
        let margins = [between(1.8, 2.6), between(0.9, 1.3)];
        slopes(folder, level, Target::Gaussian, margins)
    }),
    ("UB-4.5", |folder, level| {
        let margins = [up_to(2.6), up_to(1.3)];
        slopes(folder, level, Target::Every, margins)
    }),
    ("UB-4.6", power_of_width),
    ("UB-5.2", pooled),
];

fn cube_errors(results: &Path, _: Level) -> Result<Option<Evidence>> {
    count(results, |row| {
        let error = row.cube_error.filter(|_| row.split == Split::Entrywise)?;
        Some(error <= row.epsilon / (2 * row.outputs) as f64)
    })
}

fn certificates(results: &Path, _: Level) -> Result<Option<Evidence>> {
    count(results, |row| {
        let (found, certified) = row.found.zip(row.certified)?;
        Some(found <= certified && certified < row.epsilon)
    })
}

/// Violations among the rows of networks that have every instance feasible and that `holds` speaks of.
fn count(results: &Path, holds: fn(&NetworkRow) -> Option<bool>) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let rows = results.networks().iter().filter(|row| row.units.is_some());
    let held: Vec<bool> = rows.filter_map(holds).collect();
    let violations = held.iter().filter(|&&held| !held).count() as u64;
    Ok((!held.is_empty()).then(|| assertion(violations, held.len() as u64)))
}

fn splits(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let is_asked = |setting: &Setting| {
        (setting.gadget, setting.split) == (Gadget::Paper, Split::Entrywise)
            && setting.width >= 8
            && setting.outputs == setting.width
    };
    let settings = results.settings().into_iter().filter(is_asked);
    let saved = |setting: Setting| {
        let euclidean = Setting {
            split: Split::Euclidean,
            ..setting
        };
        let pairs = results.pairs(&setting, &euclidean, Target::Gaussian);
        let bits = (setting.width as f64).log2();
        let saved: Vec<f64> = pairs.iter().map(|(n, m)| (n - m) / bits).collect();
        (saved.len() as u64 >= MIN_NETWORKS).then_some((setting, saved))
    };
    let subjects: Vec<(Setting, Vec<f64>)> = settings.filter_map(saved).collect();
    test_all(&subjects, level, |(setting, saved), level| {
        let saved_a_bit = mean(saved)?;
        Ok(Test {
            figures: format!("{:.2} units a bit for {setting}", saved_a_bit.value),
            samples: saved.len() as u64,
            interval: saved_a_bit.interval(level),
            margin: between(1.6, 2.6),
        })
    })
}

fn all_targets(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let subjects: Vec<_> = (results.tested(Target::Every).into_iter())
        .filter(|(setting, needed)| setting.is_papers() && needed.samples() >= ENOUGH)
        .collect();
    test_all(&subjects, level, |(setting, needed), level| {
        let units = guaranteed_units(setting, DELTA);
        failures(needed, units, DELTA, setting.to_string(), level)
    })
}

/// What networks of one of the settings need.
fn of<'a>(settings: &'a [(Setting, Needed)], asked: &Setting) -> Option<&'a Needed> {
    let found = settings.iter().find(|(setting, _)| setting == asked)?;
    Some(&found.1)
}

fn slack(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let ratios = |setting: Setting| {
        let is_asked = |row: &&NetworkRow| {
            matches!(row.target, Target::Gaussian | Target::Orthogonal)
                && row.units.is_some()
                && Setting::of(row) == setting
        };
        let rows = results.networks().iter().filter(is_asked);
        let predicted = setting.expected_certificate();
        let ratios = rows.filter_map(|row| Some(row.certified? / predicted));
        (setting, ratios.collect::<Vec<f64>>())
    };
    let subjects: Vec<_> = (results.settings().into_iter())
        .filter(|setting| setting.depth == 1 && setting.outputs == setting.width)
        .filter(|setting| setting.width >= 8)
        .map(ratios)
        .filter(|(_, ratios)| ratios.len() as u64 >= MIN_NETWORKS)
        .collect();
    test_all(&subjects, level, |(setting, ratios), level| {
        let ratio = mean(ratios)?;
        Ok(Test {
            figures: format!("ratio {:.3} for {setting}", ratio.value),
            samples: ratios.len() as u64,
            interval: ratio.interval(level),
            margin: between(0.7, 1.1),
        })
    })
}

/// The growth of the mean n with the bits of a weight's accuracy, for both gadgets.
fn slopes(
    results: &Path,
    level: Level,
    target: Target,
    margins: [Interval; 2],
) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let mut subjects = Vec::new();
    for (gadget, margin) in [Gadget::Paper, Gadget::Pooled].into_iter().zip(margins) {
        let mut settings = results.tested(target);
        settings.retain(|(setting, _)| setting.gadget == gadget);
        if let Some(plane) = results.plane(&settings, target) {
            let samples = settings.iter().map(|(_, needed)| needed.samples()).sum();
            subjects.push((gadget, margin, samples, plane));
        }
    }
    test_stated(
        &subjects,
        2,
        level,
        |(gadget, margin, samples, plane), level| {
            let [bits, instances] = &plane.slopes;
            Ok(Test {
                figures: format!(
                    "{:.2} units a bit and {:.2} a doubling of instances, {gadget:?} gadget",
                    bits.value, instances.value,
                ),
                samples: *samples,
                interval: bits.interval(level),
                margin: *margin,
            })
        },
    )
}

fn power_of_width(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let settings = results.tested(Target::Every);
    let is_papers = |(setting, _): &&(Setting, Needed)| setting.is_papers();
    let narrow = settings
        .iter()
        .filter(is_papers)
        .filter(|(setting, _)| setting.width == 4);
    let ends = narrow.filter_map(|(setting, needed)| {
        let wide = Setting {
            width: 32,
            outputs: 32,
            ..*setting
        };
        Some((setting, needed, of(&settings, &wide)?))
    });
    let subjects: Vec<_> = ends.collect();
    test_all(&subjects, level, |(setting, narrow, wide), level| {
        let run = (32.0_f64 / 4.0).log2();
        let before = narrow.interval(0.5, level.shared_by(2))?;
        let after = wide.interval(0.5, level.shared_by(2))?;
        Ok(Test {
            figures: format!(
                "n = {} at d = 4 and {} at d = 32 for l = {}, epsilon = {}",
                narrow.quantile(0.5),
                wide.quantile(0.5),
                setting.depth,
                setting.epsilon
            ),
            samples: narrow.samples().min(wide.samples()),
            interval: (after / before).map(f64::log2) / run,
            margin: up_to(1.0 / 3.0),
        })
    })
}

fn pooled(results: &Path, level: Level) -> Result<Option<Evidence>> {
    let results = Results::read(results)?.unwrap_or_default();
    let settings = results.tested(Target::Every);
    let papers = settings
        .iter()
        .filter(|(setting, _)| setting.gadget == Gadget::Paper);
    let pairs = papers.filter_map(|(setting, needed)| {
        let pooled = Setting {
            gadget: Gadget::Pooled,
            ..*setting
        };
        Some((setting, needed, of(&settings, &pooled)?))
    });
    let subjects: Vec<_> = pairs.collect();
    test_all(&subjects, level, |(setting, paper, pooled), level| {
        let of_paper = paper.interval(0.5, level.shared_by(2))?;
        let of_pooled = pooled.interval(0.5, level.shared_by(2))?;
        Ok(Test {
            figures: format!(
                "n = {} against {} for {setting}",
                pooled.quantile(0.5),
                paper.quantile(0.5)
            ),
            samples: paper.samples().min(pooled.samples()),
            interval: of_pooled / of_paper,
            margin: between(0.4, 0.6),
        })
    })
}
