//! What Experiment 2 claims, and how its rows are held against it.
//!
//! Every claim is about differences between two networks of one seed, which is the sampling unit. A
//! difference is tested where at least [`MIN_SEEDS`] seeds were trained for as many epochs as the paper's;
//! all others are shown.

use crate::architecture::{Architecture, Model};
use crate::comparable_runs::{accuracy, diverged, longest, seeds};
use crate::published::EPOCHS;
use crate::row::{Ended, Row};
use anyhow::Result;
use lab::claims::{Claim, Evidence, Judge, Test, Verdict, from, registered, test_stated, up_to};
use lab::statistics::{Interval, Level, mean};
use lab::table;
use std::path::Path;

/// The fewest seeds that are a test.
const MIN_SEEDS: usize = 5;

/// What a better network has over another, at least, in points: one of MNIST's test images.
const BETTER: f64 = 0.01;

/// The sparsity that stands for the low and for the high end.
const LOW: f64 = 0.05;
const HIGH: f64 = 0.95;

/// The claims of Experiment 2.
pub fn claims() -> Vec<Claim> {
    registered(include_str!("claims.toml"), JUDGES)
}

const JUDGES: &[(&str, Judge)] = &[
    ("Q1", |results, level| held(results, level, &near_dense())),
    ("Q2", |results, level| held(results, level, &inverted_u())),
    ("Q3", |results, level| {
        held(results, level, &wide_or_structure())
    }),
    ("Q4", |results, level| {
        held(results, level, &linear_or_relu())
    }),
    ("Q5", |results, level| held(results, level, &no_loss())),
];

/// A model at a sparsity.
type Network = (Model, f64);

const DENSE: Network = (Model::Dense, 0.0);

/// How much more accurate one network must be than another, in points: for each of
/// [`Architecture::ALL`], if there it is said at all.
struct Comparison {
    first: Network,
    second: Network,
    margins: [Option<Interval>; 3],
}

impl Comparison {
    /// The same margin for every architecture.
    fn new(first: Network, second: Network, margin: Option<Interval>) -> Self {
        Self {
            first,
            second,
            margins: [margin; 3],
        }
    }
}

fn near_dense() -> Vec<Comparison> {
    let mut comparisons = Vec::new();
    for model in Model::PRUNED {
        let quarter = Some(from(-1.5));
        let half = (model != Model::Relu).then_some(from(-1.0));
        comparisons.push(Comparison::new((model, 0.25), DENSE, quarter));
        comparisons.push(Comparison::new((model, 0.5), DENSE, half));
    }
    comparisons
}

fn inverted_u() -> Vec<Comparison> {
    let sides = Model::PRUNED
        .into_iter()
        .flat_map(|model| [0.01, 0.99].map(|end| (model, end)));
    let higher = |(model, end)| Comparison::new((model, 0.5), (model, end), Some(from(BETTER)));
    sides.map(higher).collect()
}

fn wide_or_structure() -> Vec<Comparison> {
    let mut comparisons = Vec::new();
    for structure in [Model::Linear, Model::Relu] {
        let of = |sparsity| ((Model::Wide, sparsity), (structure, sparsity));
        let (first, second) = of(HIGH);
        comparisons.push(Comparison::new(first, second, Some(from(BETTER))));
        let (first, second) = of(LOW);
        let margins = [from(BETTER), from(BETTER), up_to(-BETTER)].map(Some);
        comparisons.push(Comparison {
            first,
            second,
            margins,
        });
    }
    comparisons
}

fn linear_or_relu() -> Vec<Comparison> {
    let above = |better, worse, sparsity| {
        Comparison::new((better, sparsity), (worse, sparsity), Some(from(BETTER)))
    };
    vec![
        above(Model::Linear, Model::Relu, HIGH),
        above(Model::Relu, Model::Linear, LOW),
    ]
}

fn no_loss() -> Vec<Comparison> {
    let near = |model| Comparison::new((model, 0.25), DENSE, Some(from(-0.5)));
    [Model::Wide, Model::Linear].map(near).into()
}

/// A difference that enough seeds were trained for.
struct Tested {
    name: String,
    differences: Vec<f64>,
    margin: Interval,
}

/// Tests what can be tested, and shows everything.
fn held(results: &Path, level: Level, comparisons: &[Comparison]) -> Result<Option<Evidence>> {
    let rows: Vec<Row> = table::read(results)?.unwrap_or_default();
    let runs = Architecture::ALL.map(|architecture| longest(&rows, architecture));
    let (mut tested, mut shown, mut samples) = (Vec::new(), Vec::new(), Vec::new());
    for comparison in comparisons {
        let name = name(comparison);
        let mut cells = Vec::new();
        for (rows, margin) in runs.iter().zip(comparison.margins) {
            let differences = differences(rows, comparison);
            cells.push(match differences.len() {
                0 => "?".to_owned(),
                count => format!("{:+.1}", differences.iter().sum::<f64>() / count as f64),
            });
            samples.extend((!differences.is_empty()).then_some(differences.len()));
            let is_test = differences.len() >= MIN_SEEDS && EPOCHS.contains(&rows[0].epochs);
            tested.extend(margin.filter(|_| is_test).map(|margin| Tested {
                name: format!("{name}, {}", rows[0].architecture.name()),
                differences,
                margin,
            }));
        }
        if cells.iter().any(|cell| cell != "?") {
            shown.push(format!("{name} {}", cells.join(" / ")));
        }
    }
    let Some(&samples) = samples.iter().min() else {
        return Ok(None);
    };
    let figures = format!("points, {}: {}", budgets(&runs), shown.join("; "));
    let margins = comparisons.iter().flat_map(|comparison| comparison.margins);
    let found = test_stated(&tested, margins.flatten().count(), level, test)?;
    Ok(Some(match found {
        Some(evidence) => Evidence {
            figures: format!("{}; {figures}", evidence.figures),
            ..evidence
        },
        None => Evidence {
            verdict: Verdict::Descriptive,
            figures,
            samples: samples as u64,
            interval: None,
        },
    }))
}

fn test(tested: &Tested, level: Level) -> Result<Test> {
    let estimate = mean(&tested.differences)?;
    Ok(Test {
        figures: format!("{} {:+.2} points", tested.name, estimate.value),
        samples: tested.differences.len() as u64,
        interval: estimate.interval(level),
        margin: tested.margin,
    })
}

/// The differences of the accuracies, in points, of the seeds that both networks have, where
/// [`is_observed`].
fn differences(rows: &[&Row], comparison: &Comparison) -> Vec<f64> {
    let of = |network: Network| {
        let is_asked = move |row: &&&Row| (row.model, row.sparsity) == network;
        rows.iter().filter(is_asked)
    };
    let difference = |first: &&Row| {
        let second = of(comparison.second).find(|second| second.seed == first.seed)?;
        is_observed(first, second).then(|| accuracy(first) - accuracy(second))
    };
    of(comparison.first).filter_map(difference).collect()
}

/// Whether two accuracies have a difference that was seen. Where both runs diverged both are imputed, and
/// a dense network that diverged, or was given by somebody who trained it otherwise, is no measure of others.
fn is_observed(first: &Row, second: &Row) -> bool {
    let is_finished = |row: &Row| row.ended == Ended::Finished;
    is_finished(second) || (second.model != Model::Dense && is_finished(first))
}

fn name(comparison: &Comparison) -> String {
    let network = |(model, sparsity): Network| match model {
        Model::Dense => model.name().to_owned(),
        _ => format!("{} {sparsity}", model.name()),
    };
    format!(
        "{} over {}",
        network(comparison.first),
        network(comparison.second)
    )
}

/// The runs of each architecture, in the order of the figures that follow.
fn budgets(runs: &[Vec<&Row>]) -> String {
    let architectures = Architecture::ALL.iter().zip(runs);
    let budget = architectures.map(|(architecture, rows)| {
        let name = architecture.name();
        let Some(first) = rows.first() else {
            return format!("{name} (not run)");
        };
        let mut runs = vec![
            counted(first.epochs, "epoch"),
            counted(seeds(rows).len(), "seed"),
        ];
        if let diverged @ 1.. = diverged(rows) {
            runs.push(format!("{diverged} of {} diverged", rows.len()));
        }
        format!("{name} ({})", runs.join(", "))
    });
    budget.collect::<Vec<_>>().join(" / ")
}

/// A count and its noun.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparable_runs::tests::row;
    use crate::published;

    /// Networks whose accuracies are those read off the paper's figures, a little apart from seed to seed.
    fn as_published(epochs: usize, seeds: u64) -> Vec<Row> {
        let mut rows = Vec::new();
        for architecture in Architecture::ALL {
            for seed in 1..=seeds {
                let mut add = |(model, sparsity)| {
                    let read = published::accuracy(architecture, model, sparsity);
                    let correct = 100.0 * read.unwrap_or(10.0) + (seed % 3) as f64;
                    let run = (epochs, seed);
                    rows.push(row(architecture, (model, sparsity), run, correct as u64));
                };
                add(DENSE);
                for model in Model::PRUNED {
                    let networks = published::SPARSITIES.iter();
                    networks.for_each(|&sparsity| add((model, sparsity)));
                }
            }
        }
        rows
    }

    fn judged(rows: &[Row]) -> Vec<Option<Evidence>> {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = csv::Writer::from_path(table::path::<Row>(folder.path())).unwrap();
        rows.iter().for_each(|row| writer.serialize(row).unwrap());
        writer.flush().unwrap();
        let judge = |claim: &Claim| (claim.judge)(folder.path(), Level::PERCENT_95.shared_by(60));
        claims().iter().map(|claim| judge(claim).unwrap()).collect()
    }

    fn verdicts(rows: &[Row]) -> Vec<Verdict> {
        let judged = judged(rows).into_iter().flatten();
        judged.map(|evidence| evidence.verdict).collect()
    }

    /// Changes the networks of one architecture.
    fn set(rows: &mut [Row], of: (Architecture, Network), change: impl Fn(&mut Row)) {
        rows.iter_mut()
            .filter(|row| (row.architecture, (row.model, row.sparsity)) == of)
            .for_each(change);
    }

    #[test]
    fn fewer_than_five_seeds_are_described() {
        for (epochs, seeds) in [(30, 1), (150, 4)] {
            let judged = judged(&as_published(epochs, seeds));
            for evidence in judged.iter().flatten() {
                assert_eq!(evidence.verdict, Verdict::Descriptive);
                assert_eq!((evidence.samples, evidence.interval), (seeds, None));
            }
            assert_eq!(judged.iter().flatten().count(), 5);
            let q3 = &judged[2].as_ref().unwrap().figures;
            for part in [
                "wide 0.95 over linear 0.95 +6.0 / +4.0 / +26.0",
                "wide 0.05 over relu 0.05 +15.5 / +7.0 / -40.5",
                &format!("lenet5 ({epochs} epochs, {seeds} seed"),
            ] {
                assert!(q3.contains(part), "{q3}");
            }
        }
    }

    #[test]
    fn epochs_that_are_not_the_papers_are_described_whatever_the_seeds() {
        assert_eq!(verdicts(&as_published(10, 9)), [Verdict::Descriptive; 5]);
    }

    #[test]
    fn five_seeds_that_are_as_published_support_what_was_read() {
        use Verdict::{Contradicted, Supported};
        // By eye, fc2 loses 0.6 points at 0.25 with every model.
        let expected = [Supported, Supported, Supported, Supported, Contradicted];
        assert_eq!(verdicts(&as_published(30, 5)), expected);
    }

    #[test]
    fn one_architecture_that_differs_contradicts() {
        let mut rows = as_published(30, 5);
        let low = (Architecture::LeNet5, (Model::Relu, LOW));
        set(&mut rows, low, |row| row.correct_last = 2000 + row.seed);
        let found = verdicts(&rows);
        assert_eq!(found[..2], [Verdict::Supported; 2]);
        assert_eq!(found[2..4], [Verdict::Contradicted; 2]);
    }

    #[test]
    fn an_architecture_with_too_few_seeds_can_be_contradicted_but_not_supported() {
        let mut rows = as_published(30, 5);
        rows.retain(|row| row.architecture != Architecture::Fc4 || row.seed < 4);
        assert_eq!(verdicts(&rows)[..4], [Verdict::Inconclusive; 4]);
        let high = (Architecture::Fc2, (Model::Relu, HIGH));
        set(&mut rows, high, |row| row.correct_last = 9800 + row.seed);
        assert_eq!(verdicts(&rows)[2..4], [Verdict::Contradicted; 2]);
    }

    #[test]
    fn seeds_that_disagree_decide_nothing() {
        let mut rows = as_published(30, 5);
        let high = (Architecture::Fc4, (Model::Wide, HIGH));
        set(&mut rows, high, |row| row.correct_last -= 100 * row.seed);
        assert_eq!(verdicts(&rows)[2], Verdict::Inconclusive);
    }

    #[test]
    fn the_best_epoch_has_no_say() {
        let mut rows = as_published(30, 5);
        let before = judged(&rows);
        rows.iter_mut().for_each(|row| row.correct_best = 10_000);
        assert_eq!(judged(&rows), before);
    }

    #[test]
    fn runs_that_diverged_are_counted_and_measure_nothing() {
        let diverge = |row: &mut Row| (row.ended, row.completed) = (Ended::Diverged, 0);
        let mut rows = as_published(30, 1);
        set(&mut rows, (Architecture::Fc2, (Model::Wide, 0.25)), diverge);
        set(&mut rows, (Architecture::LeNet5, DENSE), diverge);
        let q1 = judged(&rows)[0].clone().unwrap().figures;
        assert!(
            q1.contains("fc2 (30 epochs, 1 seed, 1 of 40 diverged)"),
            "{q1}"
        );
        assert!(q1.contains("wide 0.25 over dense -88.6 / -0.3 / ?"), "{q1}");
    }

    #[test]
    fn a_dense_network_that_was_given_measures_nothing() {
        let mut rows = as_published(30, 5);
        let dense = (Architecture::LeNet5, DENSE);
        set(&mut rows, dense, |row| row.correct_last = 10_000);
        assert_eq!(verdicts(&rows)[0], Verdict::Contradicted);
        set(&mut rows, dense, |row| row.ended = Ended::Given);
        let q1 = judged(&rows)[0].clone().unwrap();
        assert_eq!(q1.verdict, Verdict::Inconclusive);
        let without = "wide 0.25 over dense -0.6 / -0.3 / ?";
        assert!(q1.figures.contains(without), "{}", q1.figures);
    }

    #[test]
    fn pairs_that_both_diverged_are_no_difference() {
        let diverge = |row: &mut Row| row.ended = Ended::Diverged;
        let mut rows = as_published(30, 5);
        set(
            &mut rows,
            (Architecture::Fc2, (Model::Linear, LOW)),
            diverge,
        );
        assert_eq!(verdicts(&rows)[3], Verdict::Supported);
        set(&mut rows, (Architecture::Fc2, (Model::Relu, LOW)), diverge);
        let q4 = judged(&rows)[3].clone().unwrap();
        assert_eq!(q4.verdict, Verdict::Inconclusive);
        let without = "relu 0.05 over linear 0.05 ? /";
        assert!(q4.figures.contains(without), "{}", q4.figures);
    }

    /// The numbers in the claims' sample size, at the level at which they were registered: 63 claims shared 5 %.
    #[test]
    fn five_seeds_resolve_what_the_claims_say() {
        let claims = [
            near_dense(),
            inverted_u(),
            wide_or_structure(),
            linear_or_relu(),
            no_loss(),
        ];
        let tests = claims.map(|comparisons| {
            let margins = comparisons.iter().flat_map(|comparison| comparison.margins);
            margins.flatten().count()
        });
        assert_eq!(tests, [15, 18, 12, 6, 6]);
        let standard_deviation_1 = [-1.0, -1.0, 0.0, 1.0, 1.0];
        let reach = |tests| {
            let level = Level::PERCENT_95.shared_by(63).shared_by(tests);
            mean(&standard_deviation_1).unwrap().interval(level).high
        };
        let [most, fewest] = [18, 6].map(reach);
        assert!(6.0 < fewest && most < 9.0, "{fewest} to {most}");
        assert_eq!(format!("{:.2}", 0.5 / fewest), "0.08");
    }

    #[test]
    fn rows_without_a_comparison_are_no_evidence() {
        let mut rows = as_published(1, 1);
        rows.retain(|row| row.sparsity == 0.75);
        assert_eq!(judged(&rows), [None, None, None, None, None]);
        rows.truncate(1);
        rows.extend(
            as_published(1, 1)
                .into_iter()
                .filter(|row| row.sparsity == 0.05),
        );
        let found = judged(&rows);
        assert!(found[2].is_some() && found[3].is_some() && found[0].is_none());
        assert!(!found[2].as_ref().unwrap().figures.contains("0.95"));
    }
}
