use crate::published::{self, SPARSITIES};
use crate::{Ended, Variant};

use super::*;
use charts::assert_legible;

/// A run that classifies so many of 10,000 images correctly.
fn row(architecture: Architecture, model: Model, sparsity: f64, correct: u64) -> Row {
    let parameters = architecture.parameters(model) as u64;
    let masked = match model {
        Model::Dense => 0,
        _ => architecture.connected(model) as u64,
    };
    Row {
        architecture,
        model,
        variant: Variant::Paper,
        sparsity,
        epochs: 30,
        seed: 1,
        parameters,
        masked,
        removed: (sparsity * masked as f64) as u64,
        test_images: 10_000,
        ended: Ended::Finished,
        completed: 30,
        correct_last: correct,
        correct_best: correct,
        best_epoch: 30,
        frozen: String::new(),
    }
}

/// Runs of all sparsities, as accurate as what was read off the paper's figures, but for their draws.
fn runs(architecture: Architecture, epochs: usize, draws: u64) -> Vec<Row> {
    let mut rows = Vec::new();
    for seed in 1..=draws {
        let mut add = |model, sparsity| {
            let read = published::accuracy(architecture, model, sparsity).unwrap_or(10.0);
            let run = row(
                architecture,
                model,
                sparsity,
                (100.0 * read) as u64 - 50 * seed,
            );
            rows.push(Row {
                epochs,
                seed,
                completed: epochs,
                ..run
            });
        };
        add(Model::Dense, 0.0);
        for model in Model::PRUNED {
            SPARSITIES.iter().for_each(|&sparsity| add(model, sparsity));
        }
    }
    rows
}

/// About what the preset `paper` publishes.
fn published_rows() -> Vec<Row> {
    let mut rows = runs(Architecture::Fc2, 30, 1);
    rows.extend(runs(Architecture::Fc4, 10, 1));
    rows.extend(runs(Architecture::LeNet5, 30, 3));
    let ablated = [0.0, 0.1, 0.5, 0.9, 0.98];
    for row in runs(Architecture::Fc2, 10, 1) {
        if !ablated.contains(&row.sparsity) {
            continue;
        }
        let variants = match row.model {
            Model::Dense => &[][..],
            Model::Wide => &[Variant::Signed, Variant::Global],
            _ => &[Variant::FanIn, Variant::Signed, Variant::Global],
        };
        rows.extend(variants.iter().map(|&variant| Row {
            variant,
            ..row.clone()
        }));
        rows.push(row);
    }
    rows
}

/// The epochs of a run, which learns evenly.
fn epochs_of(run: &Row) -> impl Iterator<Item = EpochRow> {
    (1..=run.completed).map(|epoch| EpochRow {
        architecture: run.architecture,
        model: run.model,
        variant: run.variant,
        sparsity: run.sparsity,
        epochs: run.epochs,
        seed: run.seed,
        epoch,
        learning_rate: 0.1,
        loss: 1.0,
        correct_training: 0,
        correct: run.correct_last * epoch as u64 / run.epochs as u64,
    })
}

/// The figures of some runs as they come from files, each legible.
fn drawn(rows: &[Row]) -> Vec<Figure> {
    fn written<R: lab::Row>(folder: &Path, rows: impl Iterator<Item = R>) {
        let mut writer = csv::Writer::from_path(table::path::<R>(folder)).unwrap();
        rows.for_each(|row| writer.serialize(row).unwrap());
        writer.flush().unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), rows.iter().cloned());
    let epochs: Vec<EpochRow> = rows.iter().flat_map(epochs_of).collect();
    if !epochs.is_empty() {
        written(folder.path(), epochs.into_iter());
    }
    let figures = figures(folder.path()).unwrap();
    figures.iter().for_each(assert_legible);
    figures
}

fn named<'a>(figures: &'a [Figure], name: &str) -> &'a Figure {
    let figure = figures.iter().find(|figure| figure.name.ends_with(name));
    figure.unwrap_or_else(|| panic!("no figure {name}"))
}

/// The points of the lines with a label in one panel.
fn lines(panel: &Panel, label: &str) -> Vec<Vec<(f64, f64)>> {
    let lines = panel.series.iter().filter(|series| series.label == label);
    let points = lines.filter_map(|series| match &series.shape {
        Shape::Line(points) => Some(points.clone()),
        _ => None,
    });
    points.collect()
}

#[test]
fn everything_that_is_published_is_legible() {
    let figures = drawn(&published_rows());
    let names: Vec<&str> = figures.iter().map(|figure| figure.name).collect();
    let expected = ["fc2", "fc4", "lenet5", "epochs", "ablations"];
    assert_eq!(names, expected.map(|name| format!("mnist-pruning-{name}")));
    for (name, parts) in [
        (
            "fc2",
            &[
                "10,000 test images",
                "1,991,352 to 1,991,420 weights",
                "draw 1.",
            ][..],
        ),
        (
            "lenet5",
            &[
                "up to 3 runs (draws 1, 2 and 3)",
                " 2,550 more are the convolutions of the dense network, trained with it; the paper's, as we read",
                "ticks are at round percentages removed",
                "has 61,470 (dotted",
            ],
        ),
        ("epochs", &["mnist-pruning-epochs.csv"]),
        ("ablations", &["last of 10 epochs"]),
    ] {
        let caption = &named(&figures, name).caption;
        parts
            .iter()
            .for_each(|part| assert!(caption.contains(part), "{caption}"));
        assert!(!caption.contains("diverged,"), "{caption}");
    }
    let panel = &named(&figures, "fc4").rows[0][0];
    assert_eq!(panel.title, "10 epochs of edge-popup");
    assert_eq!(panel.notes, ["dense: 98.30 %, paper 98.8 %"]);
    let (removable, others) = (4_496_508, 0);
    assert_eq!(panel.x.scale, Scale::Left { removable, others });
}

#[test]
fn means_and_ranges_are_those_of_the_runs() {
    let figures = drawn(&published_rows());
    let panel = &named(&figures, "lenet5").rows[0][0];
    let wide = &lines(panel, "wide")[0];
    // Read as 55.5 %; the draws are half a point apart.
    assert_eq!((wide.len(), wide[3]), (13, (5.0, 54.5)));
    let bars = panel
        .series
        .iter()
        .filter_map(|series| match &series.shape {
            Shape::Bars(bars) => Some(bars[3]),
            _ => None,
        });
    assert_eq!(bars.collect::<Vec<_>>()[0], [(5.0, 54.0), (5.0, 55.0)]);
    let read = panel.series.iter().find_map(|series| match &series.shape {
        Shape::Hollow(points) => Some(points[3]),
        _ => None,
    });
    assert_eq!(read, Some((5.0, 55.5)));
}

#[test]
fn a_dense_network_is_a_level_and_a_place() {
    let rows = [
        row(Architecture::Fc2, Model::Dense, 0.0, 9850),
        row(Architecture::Fc2, Model::Wide, 0.5, 9700),
    ];
    let series = drawn(&rows)[0].rows[0][0].series.clone();
    let Shape::Horizontal(level) = series[0].shape else {
        panic!("no level")
    };
    let Shape::Vertical(place) = series[1].shape else {
        panic!("no place")
    };
    let expected = 100.0 * (1.0 - 397_000.0 / 1_991_352.0);
    assert!(level == 98.5 && (place - expected).abs() < 1e-9);
    let alone = drawn(&rows[1..])[0].rows[0][0].clone();
    assert!(matches!(alone.series[0].shape, Shape::Hollow(_)) && alone.notes.is_empty());
}

#[test]
fn runs_that_diverged_are_drawn_as_guessing_and_counted() {
    let finished = row(Architecture::LeNet5, Model::Wide, 0.05, 9000);
    let diverged = |seed, completed| Row {
        ended: Ended::Diverged,
        seed,
        completed,
        correct_last: 300 * completed as u64,
        ..finished.clone()
    };
    let figures = drawn(&[finished.clone(), diverged(2, 4), diverged(3, 0)]);
    let accuracy = named(&figures, "lenet5");
    let mean = (90.0 + 10.0 + 10.0) / 3.0;
    assert_eq!(lines(&accuracy.rows[0][0], "wide"), [[(5.0, mean)]]);
    let counted = "Of 3 runs, 2 diverged, counted as guessing (10 %).";
    assert!(accuracy.caption.contains(counted), "{}", accuracy.caption);
    let lengths = lines(&named(&figures, "epochs").rows[0][0], "wide");
    assert_eq!(lengths.iter().map(Vec::len).collect::<Vec<_>>(), [30, 4]);
    let alone = drawn(&[diverged(1, 0)]);
    assert_eq!((alone.len(), alone[0].name), (1, "mnist-pruning-lenet5"));
}

#[test]
fn convolutions_that_were_given_are_not_called_trained() {
    let given = Row {
        ended: Ended::Given,
        ..row(Architecture::LeNet5, Model::Dense, 0.0, 9800)
    };
    let wide = row(Architecture::LeNet5, Model::Wide, 0.5, 9000);
    let figures = drawn(&[given, wide]);
    let figure = named(&figures, "lenet5");
    let convolutions = "the dense network's convolutions";
    assert!(figure.title.ends_with(convolutions), "{}", figure.title);
    let origin = "the convolutions of the dense network, which was given;";
    assert!(figure.caption.contains(origin), "{}", figure.caption);
}

#[test]
fn one_epoch_and_the_ends_of_all_axes_have_a_place() {
    let perfect = row(Architecture::Fc2, Model::Wide, 0.0, 10_000);
    let wrong = row(Architecture::Fc2, Model::Relu, 0.05, 0);
    let short = [perfect, wrong].map(|run| Row {
        epochs: 1,
        completed: 1,
        ..run
    });
    let figures = drawn(&short);
    let panel = &named(&figures, "fc2").rows[0][0];
    assert_eq!(lines(panel, "wide"), [[(0.0, 99.995)]]);
    assert_eq!(lines(panel, "structure, ReLU"), [[(5.0, 0.0)]]);
    assert_eq!(panel.title, "1 epoch of edge-popup");
}

#[test]
fn panels_of_epochs_are_those_that_were_run() {
    let mut rows = published_rows();
    rows.retain(|row| row.architecture != Architecture::Fc2 || row.sparsity != 0.5);
    let figures = drawn(&rows);
    let panels = named(&figures, "epochs").rows.concat();
    assert_eq!(panels.len(), 8);
    assert_eq!(panels[1].title, "fc2, 95 % removed");
    assert_eq!(lines(&panels[7], "dense").len(), 3);
    rows.retain(|row| ![0.05, 0.5, 0.95].contains(&row.sparsity));
    assert_eq!(drawn(&rows).len(), 4);
}

#[test]
fn variants_are_compared_after_as_many_epochs() {
    let mut rows = published_rows();
    rows.retain(|row| row.model != Model::Linear || row.variant != Variant::Signed);
    let figures = drawn(&rows);
    let [wide, linear, relu] = &named(&figures, "ablations").rows[0][..] else {
        panic!("not three panels")
    };
    let count = |panel, label| lines(panel, label).concat().len();
    assert_eq!(count(wide, "as in the paper's code"), 4);
    assert_eq!(count(wide, "second weights by fan-in"), 0);
    assert_eq!(count(linear, "ranked by signed scores"), 0);
    assert_eq!(count(relu, "ranked by signed scores"), 4);
    assert_eq!(count(relu, "second weights by fan-in"), 4);
}

#[test]
fn nothing_that_can_be_drawn_is_no_figure() {
    let dense = row(Architecture::Fc2, Model::Dense, 0.0, 9800);
    let wide = row(Architecture::Fc2, Model::Wide, 0.5, 0);
    let untested = Row {
        test_images: 0,
        ..wide
    };
    assert!(drawn(&[dense, untested]).is_empty());
    let folder = tempfile::tempdir().unwrap();
    assert!(figures(folder.path()).unwrap().is_empty());
}
