//! Verdicts on rows that are made up to support, contradict or lack what is claimed.

use lab::claims::Verdict::{self, Contradicted, Inconclusive, Supported};
use lab::judge;
use mnist_theorem::Row;
use mnist_theorem::row::{Gadget, NonnegativeInputs};
use tempfile::TempDir;

/// Networks with a certified error of 2^-(0.75 m), times something near 1, and nothing amiss.
fn rows(gadget: Gadget, candidates: usize, replicates: u64) -> Vec<Row> {
    let row = |replicate: u64| {
        let error = (-0.75 * candidates as f64).exp2() * (1.0 + 0.01 * replicate as f64);
        Row {
            gadget,
            nonnegative_inputs: NonnegativeInputs::Nowhere,
            units: match gadget {
                Gadget::Paper => 70,
                Gadget::Pooled => 35,
            },
            candidates,
            replicate,
            instances: 794_000,
            short: 0,
            out_of_reach: 0,
            largest_error: error,
            rms_error: error,
            initial_parameters: 2,
            kept_first: 1,
            kept_second: 1,
            certified_ball: Some(error),
            found_ball: Some(error),
            certified_nonnegative: error
                * if replicate.is_multiple_of(2) {
                    1.0
                } else {
                    1.1
                },
            found_nonnegative: error,
            test_images: 10_000,
            correct_before: 9833,
            correct_after: 9830,
            same_label: 9990,
            certified_images: 9950,
            violations: 0,
            largest_image_error: error,
        }
    };
    (1..=replicates).map(row).collect()
}

fn all() -> Vec<Row> {
    let paper = [12, 21].map(|candidates| rows(Gadget::Paper, candidates, 12));
    [paper.concat(), rows(Gadget::Pooled, 21, 12)].concat()
}

fn verdict(id: &str, rows: &[Row]) -> Option<Verdict> {
    let folder = TempDir::new().unwrap();
    let mut writer = csv::Writer::from_path(lab::table::path::<Row>(folder.path())).unwrap();
    rows.iter().for_each(|row| writer.serialize(row).unwrap());
    writer.flush().unwrap();
    let judgements = judge(&mnist_theorem::Experiment, folder.path()).unwrap();
    let found = judgements
        .into_iter()
        .find(|judgement| judgement.claim.id == id);
    found.unwrap().evidence.map(|evidence| evidence.verdict)
}

fn changed(change: impl Fn(&mut Row)) -> Vec<Row> {
    let mut rows = all();
    rows.iter_mut().for_each(change);
    rows
}

#[test]
fn rows_as_expected_support_every_claim() {
    for claim in lab::Experiment::claims(&mnist_theorem::Experiment) {
        assert_eq!(verdict(&claim.id, &all()), Some(Supported), "{}", claim.id);
        assert!(claim.statement.len() > 20 && claim.id.starts_with("UB-6."));
    }
}

#[test]
fn other_rows_contradict_them() {
    let contradicted =
        |id, rows: Vec<Row>| assert_eq!(verdict(id, &rows), Some(Contradicted), "{id}");
    contradicted("UB-6.1", changed(|row| row.correct_after = 9822));
    contradicted(
        "UB-6.2",
        changed(|row| row.violations = u64::from(row.replicate == 3)),
    );
    contradicted("UB-6.3", changed(|row| row.certified_images = 9899));
    contradicted(
        "UB-6.4",
        changed(|row| row.certified_nonnegative = (-(row.replicate as f64) / 50.0).exp2()),
    );
    let less_precise = |row: &mut Row| {
        if row.gadget == Gadget::Pooled {
            row.certified_nonnegative *= 3.0 + 0.01 * row.replicate as f64;
        }
    };
    contradicted("UB-6.5", changed(less_precise));
}

#[test]
fn a_bound_that_is_met_is_no_exception() {
    assert_eq!(
        verdict("UB-6.1", &changed(|row| row.correct_after = 9823)),
        Some(Supported)
    );
    assert_eq!(
        verdict("UB-6.3", &changed(|row| row.certified_images = 9900)),
        Some(Supported)
    );
}

#[test]
fn nested_networks_count_once() {
    let mut twelve = [rows(Gadget::Paper, 21, 6), rows(Gadget::Paper, 21, 6)].concat();
    twelve[6..].iter_mut().for_each(|row| row.units = 80);
    for id in ["UB-6.1", "UB-6.3"] {
        assert_eq!(verdict(id, &rows(Gadget::Paper, 21, 12)), Some(Supported));
        assert_eq!(verdict(id, &twelve), Some(Inconclusive), "{id}");
    }
}

#[test]
fn networks_are_compared_where_their_units_fit() {
    let with_units = |gadget, units| {
        let mut rows = all();
        let others = rows.iter_mut().filter(|row| row.gadget == gadget);
        others.for_each(|row| row.units = units);
        rows
    };
    let mut few_of_others = all();
    let few = few_of_others.iter_mut().filter(|row| row.candidates == 12);
    few.for_each(|row| row.units = 80);
    assert_eq!(verdict("UB-6.4", &few_of_others), None);
    assert_eq!(verdict("UB-6.5", &with_units(Gadget::Pooled, 70)), None);
    assert_eq!(verdict("UB-6.5", &with_units(Gadget::Paper, 80)), None);
    // Other networks beside those that fit change nothing, whatever their errors.
    let mut more = rows(Gadget::Paper, 21, 12);
    for row in &mut more {
        (row.units, row.certified_nonnegative) = (80, 1.0);
    }
    for id in ["UB-6.4", "UB-6.5"] {
        assert_eq!(
            verdict(id, &[more.clone(), all()].concat()),
            Some(Supported),
            "{id}"
        );
    }
}

#[test]
fn few_networks_decide_nothing() {
    let few = rows(Gadget::Paper, 21, 3);
    for (id, expected) in [
        ("UB-6.1", Some(Inconclusive)),
        ("UB-6.2", Some(Supported)),
        ("UB-6.3", Some(Inconclusive)),
        ("UB-6.4", None),
        ("UB-6.5", None),
    ] {
        assert_eq!(verdict(id, &few), expected, "{id}");
    }
    let other = changed(|row| row.nonnegative_inputs = NonnegativeInputs::Everywhere);
    assert_eq!(verdict("UB-6.1", &other), None);
}
