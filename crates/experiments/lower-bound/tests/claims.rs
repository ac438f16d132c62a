//! Verdicts on rows that are made up.

use lab::claims::Verdict::{self, Contradicted, Inconclusive, Supported};
use lab::judge;
use lower_bound::row::{ConstructionRow, PackingRow, Row, TicketRow, VolumeRow};
use std::path::Path;
use tempfile::TempDir;

fn written<R: lab::Row>(rows: &[R]) -> TempDir {
    let folder = TempDir::new().unwrap();
    add(folder.path(), rows);
    folder
}

fn add<R: lab::Row>(folder: &Path, rows: &[R]) {
    let mut writer = csv::Writer::from_path(lab::table::path::<R>(folder)).unwrap();
    rows.iter().for_each(|row| writer.serialize(row).unwrap());
    writer.flush().unwrap();
}

fn verdict<R: lab::Row>(id: &str, rows: &[R]) -> Option<Verdict> {
    verdict_in(id, written(rows).path())
}

fn verdict_in(id: &str, folder: &Path) -> Option<Verdict> {
    let judgements = judge(&lower_bound::Experiment, folder).unwrap();
    let found = judgements.into_iter().find(|found| found.claim.id == id);
    found.expect(id).evidence.map(|evidence| evidence.verdict)
}

/// Parallel links: `fewest` of a thousand networks, or of one with powers of two, hit the hardest target.
fn links(weights: &str, parameters: u32, bits: i32, fewest: u64) -> Row {
    let networks = if weights == "powers" { 1 } else { 1000 };
    let targets = (1 << bits) + 1;
    Row {
        architecture: "linear".into(),
        weights: weights.into(),
        parameters,
        distinct_bits: parameters,
        tolerance: 0.5_f64.powi(bits),
        networks,
        targets,
        hits: fewest * targets,
        fewest,
        most: 2,
    }
}

#[test]
fn more_hits_than_versions_are_a_violation() {
    let mut row = links("uniform", 5, 6, 100);
    row.most = 32;
    assert_eq!(verdict("LB-1.1", &[row.clone()]), Some(Supported));
    row.most = 33;
    assert_eq!(verdict("LB-1.1", &[row.clone()]), Some(Contradicted));
    (row.most, row.distinct_bits) = (1, 6);
    assert_eq!(verdict("LB-1.1", &[row]), Some(Contradicted));
}

/// lg(1025) - 1 is a little above 9 for eps = 2^-10.
#[test]
fn success_below_the_bound_is_a_violation() {
    let of = |parameters, fewest| verdict("LB-1.2", &[links("uniform", parameters, 10, fewest)]);
    assert_eq!(of(10, 900), Some(Supported));
    assert_eq!(of(9, 900), Some(Contradicted));
    // A rate of 1/2 may be less.
    assert_eq!(of(9, 500), None);
    let designed = |parameters| verdict("LB-1.2", &[links("powers", parameters, 10, 1)]);
    assert_eq!(designed(11), Some(Supported));
    assert_eq!(designed(10), Some(Contradicted));
}

#[test]
fn errors_of_constructions_above_the_tolerance_are_violations() {
    let folder = written(&[links("uniform", 10, 10, 900)]);
    let mut blocks = constructed("pooled", 2, 12, 1);
    add(folder.path(), &[blocks.clone()]);
    // Counting asks for next to nothing of a dozen targets.
    assert_eq!(verdict_in("LB-1.2", folder.path()), Some(Supported));
    blocks.largest_error = 0.001;
    add(folder.path(), &[blocks]);
    assert_eq!(verdict_in("LB-1.2", folder.path()), Some(Contradicted));
}

#[test]
fn packings_that_are_too_dense_or_hit_too_often_are_violations() {
    let packing = |least_distance, hits| PackingRow {
        width: 2,
        tolerance: 0.25,
        tries: 1000,
        points: 120,
        least_distance,
        units: 1,
        parameters: 4,
        hits,
    };
    let verdict = |packing| {
        let folder = written(&[links("uniform", 5, 6, 100)]);
        add(folder.path(), &[packing]);
        verdict_in("LB-1.1", folder.path())
    };
    assert_eq!(verdict(packing(0.5, 16)), Some(Supported));
    assert_eq!(verdict(packing(0.49, 16)), Some(Contradicted));
    assert_eq!(verdict(packing(0.5, 17)), Some(Contradicted));
}

#[test]
fn each_network_counts_once_whatever_the_tolerances() {
    let rows = [1, 2, 3].map(|bits| links("uniform", 5, bits, 100));
    let judgements = judge(&lower_bound::Experiment, written(&rows).path()).unwrap();
    assert_eq!(judgements[0].evidence.as_ref().unwrap().samples, 1000);
}

#[test]
fn more_of_the_ball_than_volumes_allow_is_contradicted() {
    // 256 / 8^4 = 1/16.
    let row = |hits| VolumeRow {
        width: 2,
        units: 4,
        parameters: 16,
        versions: 10_000,
        tolerance: 0.125,
        networks: 10,
        targets: 10_000,
        hits,
        nearly_linear: 2560,
    };
    assert_eq!(verdict("LB-1.3", &[row(300)]), Some(Supported));
    assert_eq!(verdict("LB-1.3", &[row(620)]), Some(Inconclusive));
    assert_eq!(verdict("LB-1.3", &[row(900)]), Some(Contradicted));
    // 256 / 2^4 is no limit and 1 / 32^4 too small a one, but 1 / 2^4 must be hit.
    let of = |tolerance, hits| VolumeRow {
        tolerance,
        ..row(hits)
    };
    assert_eq!(verdict("LB-1.3", &[of(0.03125, 900)]), None);
    assert_eq!(verdict("LB-1.3", &[of(0.5, 9000)]), Some(Supported));
    assert_eq!(verdict("LB-1.3", &[of(0.5, 620)]), Some(Supported));
    assert_eq!(verdict("LB-1.3", &[of(0.5, 400)]), Some(Contradicted));
}

#[test]
fn powers_of_two_must_hit_every_target() {
    assert_eq!(
        verdict("LB-1.4", &[links("powers", 9, 8, 1)]),
        Some(Supported)
    );
    assert_eq!(
        verdict("LB-1.4", &[links("powers", 9, 8, 0)]),
        Some(Contradicted)
    );
    // One parameter fewer is not claimed to be enough.
    assert_eq!(verdict("LB-1.4", &[links("powers", 8, 8, 0)]), None);
}

#[test]
fn random_links_cost_about_one_a_bit() {
    let rows = |slope: f64| -> Vec<Row> {
        let of = |bits: i32, parameters: u32| {
            let needed = 2.0 + slope * f64::from(bits);
            let fewest = if f64::from(parameters) >= needed {
                950
            } else {
                50
            };
            links("uniform", parameters, bits, fewest)
        };
        let sizes = (1..=24).flat_map(|parameters| [of(4, parameters), of(12, parameters)]);
        sizes.collect()
    };
    assert_eq!(verdict("LB-1.5", &rows(1.0)), Some(Supported));
    assert_eq!(verdict("LB-1.5", &rows(1.75)), Some(Contradicted));
}

/// A thousand runs that need the same block.
fn constructed(construction: &str, width: u32, bits: i32, block: u64) -> ConstructionRow {
    let tolerance = 0.5_f64.powi(bits);
    ConstructionRow {
        construction: construction.into(),
        width,
        tolerance,
        target: "1 identity".into(),
        runs: 1000,
        largest_error: tolerance / 2.0,
        block,
        count: 1000,
    }
}

#[test]
fn a_bit_has_its_price() {
    let rows = |pooled: u64| {
        let of = |width, bits: i32| {
            let bits_times = |units: u64| 20 + units * bits as u64;
            [
                constructed("paper", width, bits, bits_times(4)),
                constructed("pooled", width, bits, bits_times(pooled)),
            ]
        };
        [of(1, 4), of(1, 12), of(2, 4), of(2, 12)].concat()
    };
    assert_eq!(verdict("LB-1.6", &rows(2)), Some(Supported));
    assert_eq!(verdict("LB-1.6", &rows(1)), Some(Contradicted));
    assert_eq!(verdict("LB-1.6", &rows(2)[..6]), Some(Inconclusive));
    // Only the ends that are named count.
    let beyond = [rows(2), vec![constructed("paper", 1, 14, 999)]].concat();
    assert_eq!(verdict("LB-1.6", &beyond), Some(Supported));
}

#[test]
fn ratios_to_the_bound_are_held_against_their_limits() {
    // 27 parameters by counting; 8 for each unit.
    let rows = |block| {
        [
            constructed("paper", 2, 8, 100),
            constructed("pooled", 2, 8, block),
        ]
    };
    assert_eq!(verdict("LB-1.7", &rows(50)), Some(Supported));
    assert_eq!(verdict("LB-1.7", &rows(60)), Some(Contradicted));
}

#[test]
fn the_hardest_target_decides_and_failures_count() {
    let mut rows = vec![
        constructed("paper", 2, 8, 100),
        constructed("pooled", 2, 8, 50),
    ];
    rows.push(ConstructionRow {
        target: "other".into(),
        block: 60,
        ..rows[1].clone()
    });
    assert_eq!(verdict("LB-1.7", &rows), Some(Contradicted));
    rows[2].count = 400;
    rows[2].block = 10;
    assert_eq!(verdict("LB-1.7", &rows), Some(Contradicted));
}

#[test]
fn blocks_grow_by_a_few_units_a_doubling_of_the_width() {
    let rows = |wide| {
        [
            constructed("pooled", 2, 8, 30),
            constructed("pooled", 8, 8, wide),
        ]
    };
    assert_eq!(verdict("LB-2.1", &rows(40)), Some(Supported));
    assert_eq!(verdict("LB-2.1", &rows(120)), Some(Contradicted));
}

/// A thousand runs that keep as many of 24 links within 2^-8.
fn ticket(selection: &str, kept: u64) -> TicketRow {
    TicketRow {
        network: "linear".into(),
        width: 1,
        tolerance: 0.5_f64.powi(8),
        selection: selection.into(),
        parameters: 24,
        target: "1".into(),
        runs: 1000,
        kept,
        count: 1000,
    }
}

/// 1 + 24 < 2^6 <= 1 + 24 + 276: two links at least.
#[test]
fn tickets_are_held_against_the_least_size() {
    let rows = |closest, smallest| {
        [
            ticket("closest", closest),
            ticket("smallest-feasible", smallest),
        ]
    };
    assert_eq!(verdict("LB-2.3", &rows(12, 3)), Some(Supported));
    assert_eq!(verdict("LB-2.3", &rows(12, 5)), Some(Contradicted));
    assert_eq!(verdict("LB-2.3", &rows(6, 3)), Some(Contradicted));
    assert_eq!(verdict("LB-2.3", &rows(12, 3)[..1]), Some(Inconclusive));
}

/// 1 < 9 / 2 <= 1 + 24: one link at least for nine numbers that are 2 eps apart.
#[test]
fn tickets_must_be_as_many_as_half_of_the_targets() {
    let rows = |kept, numbers| -> Vec<TicketRow> {
        let targets = (0..numbers).map(|at| f64::from(at) / 4.0 - 1.0);
        let of = |target: f64| TicketRow {
            target: target.to_string(),
            ..ticket("closest", kept)
        };
        targets.map(of).collect()
    };
    assert_eq!(verdict("LB-2.2", &rows(1, 9)), Some(Supported));
    assert_eq!(verdict("LB-2.2", &rows(0, 9)), Some(Contradicted));
    assert_eq!(verdict("LB-2.2", &rows(0, 2)), Some(Supported));
    let near = |tolerance| {
        let rows = rows(0, 9).into_iter();
        let rows: Vec<_> = rows.map(|row| TicketRow { tolerance, ..row }).collect();
        verdict("LB-2.2", &rows)
    };
    assert_eq!(near(0.125), Some(Contradicted));
    // Only -1 and 1 are 2 eps apart.
    assert_eq!(near(1.0), Some(Supported));
    let matrices = TicketRow {
        width: 2,
        ..ticket("closest", 0)
    };
    assert_eq!(verdict("LB-2.2", &[matrices]), None);
}
