//! What is claimed of neurons, layers and networks.

use super::{LEMMAS, failures, on_rows};
use crate::needed::{FEWEST, Needed, Results, Setting};
use crate::row::{NetworkRow, Target};
use crate::{DELTA, guaranteed_units};
use anyhow::Result;
use lab::claims::{
    Claim, Evidence, Reading, Test, assertion, between, test_all, test_stated, up_to,
};
use lab::statistics::{Interval, Level, mean};
use tickets::construction::{Gadget, Split};

/// Networks from which on the theorem's probability is tested.
const ENOUGH: u64 = 120;

/// The claims, from what those of the experiment have in common.
pub(super) fn claims(claim: Claim) -> Vec<Claim> {
    vec![
        Claim {
            id: "UB-2.1",
            statement: "A pruned neuron or layer is within epsilon over all inputs in [-1, 1]: within epsilon / (2 d2), with d2 outputs",
            source: LEMMAS,
            reading: Reading::Recalled,
            prediction: "no violation, with the proof's split",
            test: "pruned layers with every instance feasible by the proof's split, of which an output is further off than epsilon / (2 d2) somewhere in the cube",
            sample_size: "any",
            reason: "it is a theorem; the error is computed from the kept weights",
            judge: |folder, _| on_rows(folder, cube_errors),
            ..claim
        },
        Claim {
            id: "UB-3.2",
            statement: "The split epsilon / (2 l sqrt(d1 d2)) saves about 2 units a half for each doubling of d, against the proof's epsilon / (2 l d1 d2)",
            prediction: "2 units a bit of tolerance, times 0.8 to 1.3, for normal weights",
            test: "n for a Gaussian target by the proof's split less n by the other one, same network and target, over lg d: mean in [1.6, 2.6] for each width from 8 on and depth with both",
            sample_size: "100 networks of each shape",
            reason: "lg d fewer bits; for every target at once reach matters more, and less is saved",
            judge: |folder, level| on_rows(folder, |rows| splits(rows, level)),
            ..claim
        },
        Claim {
            id: "UB-4.1",
            statement: "With n = 12 lg(2 l d^2 / min(epsilon, delta)) units a half, a random network can be pruned to every target of norm 1 at once, with probability 1 - delta",
            source: "Pensia et al. 2020, Theorem 1, as we read it: the constant is not stated",
            reading: Reading::Recalled,
            prediction: "at most a tenth of the networks fail (delta = 0.1)",
            test: "networks of the paper's gadget and split with an instance that does not cover [-1, 1]: their probability, at most delta for each shape and epsilon with 120 networks or more; Clopper-Pearson",
            sample_size: "120 networks of each shape",
            reason: "the theorem holds for some constant; 12 was entered after a pilot with another seed",
            judge: |folder, level| on_rows(folder, |rows| all_targets(rows, level)),
            ..claim
        },
        Claim {
            id: "UB-4.2",
            statement: "Errors of pruned networks lie below their certificates, and those below epsilon",
            prediction: "no violation",
            test: "pruned networks with every instance feasible for which not: error found <= certificate < epsilon",
            sample_size: "any",
            reason: "it is a theorem; the search starts anew for every network",
            figure: Some("construction-errors"),
            judge: |folder, _| on_rows(folder, certificates),
            ..claim
        },
        Claim {
            id: "UB-4.3",
            statement: "The certificate of a pruned layer is about the norm of a matrix of independent uniform errors, far below epsilon",
            prediction: "sigma (sqrt(2 d) + sqrt d) with sigma = tolerance / sqrt 3, times 0.7 to 1.1",
            test: "certificate over prediction for Gaussian and orthogonal targets, mean in [0.7, 1.1] for each layer and split with d from 8 on",
            sample_size: "20 layers of each width",
            reason: "norms of random matrices; simulated at 0.89 for d = 8 and 0.96 for d = 32",
            figure: Some("construction-errors"),
            judge: |folder, level| on_rows(folder, |rows| slack(rows, level)),
            ..claim
        },
        Claim {
            id: "UB-4.4",
            statement: "For Gaussian targets a further bit of a weight's accuracy costs a network about 2 units a half, and 1 with the pooled gadget",
            prediction: "slopes of 2 and 1, times 0.9 to 1.3, whatever d, l, epsilon and the split",
            test: "mean n of all shapes over lg(1/tolerance) and lg of the number of instances, one plane by least squares: first slope in [1.8, 2.6], and in [0.9, 1.3] for the pooled gadget; normal interval from the scatter of random networks, all settings of one together",
            sample_size: "100 networks of each shape",
            reason: "as for a single weight; the largest of N instances adds to that through lg N",
            figure: Some("construction-growth"),
            judge: |folder, level| {
                let margins = [between(1.8, 2.6), between(0.9, 1.3)];
                on_rows(folder, |rows| {
                    slopes(rows, level, Target::Gaussian, margins)
                })
            },
            ..claim
        },
        Claim {
            id: "UB-4.5",
            statement: "To serve every target at once costs a network at most about 2 units a half for a further bit of a weight's accuracy, and 1 with the pooled gadget",
            prediction: "slopes of at most 2.6, and 1.3 with the pooled gadget",
            test: "as UB-4.4 for every target at once: first slope at most 2.6 and 1.3",
            sample_size: "100 networks of each shape",
            reason: "a weight of 1 must be within reach, which depends on the number of instances more than on the tolerance",
            figure: Some("construction-growth"),
            judge: |folder, level| {
                let margins = [up_to(2.6), up_to(1.3)];
                on_rows(folder, |rows| slopes(rows, level, Target::Every, margins))
            },
            ..claim
        },
        Claim {
            id: "UB-4.6",
            statement: "Units a half do not grow like a power of the width, if not below its cube root",
            prediction: "lg n over lg d between the smallest and the largest width: at most 1/3",
            test: "median n for every target at once, paper's gadget and split, between d = 4 and 32 for each depth and epsilon with both; medians by ranks",
            sample_size: "100 networks of each shape",
            reason: "n is of the order of log(d l / epsilon)",
            judge: |folder, level| on_rows(folder, |rows| power_of_width(rows, level)),
            ..claim
        },
        Claim {
            id: "UB-5.2",
            statement: "The pooled gadget needs about half of the paper's random parameters",
            prediction: "a half",
            test: "median n of the pooled gadget over that of the paper's one, for every target at once: in [0.4, 0.6] for each shape, split and epsilon with both; medians by ranks",
            sample_size: "100 networks of each shape",
            reason: "the paper's split of a block into halves wastes half of each",
            judge: |folder, level| on_rows(folder, |rows| pooled(rows, level)),
            ..claim
        },
    ]
}

fn cube_errors(results: &Results) -> Result<Option<Evidence>> {
    count(results, |row| {
        let error = row.cube_error.filter(|_| row.split == Split::Entrywise)?;
        Some(error <= row.epsilon / (2 * row.outputs) as f64)
    })
}

fn certificates(results: &Results) -> Result<Option<Evidence>> {
    count(results, |row| {
        let (found, certified) = row.found.zip(row.certified)?;
        Some(found <= certified && certified < row.epsilon)
    })
}

/// Violations among the rows of networks that have every instance feasible and that `holds` speaks of.
fn count(results: &Results, holds: fn(&NetworkRow) -> Option<bool>) -> Result<Option<Evidence>> {
    let rows = results.networks().iter().filter(|row| row.units.is_some());
    let held: Vec<bool> = rows.filter_map(holds).collect();
    let violations = held.iter().filter(|&&held| !held).count() as u64;
    Ok((!held.is_empty()).then(|| assertion(violations, held.len() as u64)))
}

fn splits(results: &Results, level: Level) -> Result<Option<Evidence>> {
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
        (saved.len() as u64 >= FEWEST).then_some((setting, saved))
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

fn all_targets(results: &Results, level: Level) -> Result<Option<Evidence>> {
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

fn slack(results: &Results, level: Level) -> Result<Option<Evidence>> {
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
        .filter(|(_, ratios)| ratios.len() as u64 >= FEWEST)
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
    results: &Results,
    level: Level,
    target: Target,
    margins: [Interval; 2],
) -> Result<Option<Evidence>> {
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

fn power_of_width(results: &Results, level: Level) -> Result<Option<Evidence>> {
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
            interval: Interval {
                low: (after.low / before.high).log2() / run,
                high: (after.high / before.low).log2() / run,
            },
            margin: up_to(1.0 / 3.0),
        })
    })
}

fn pooled(results: &Results, level: Level) -> Result<Option<Evidence>> {
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
            interval: Interval {
                low: of_pooled.low / of_paper.high,
                high: of_pooled.high / of_paper.low,
            },
            margin: between(0.4, 0.6),
        })
    })
}
