//! Rows of a small configuration against their definition.

use lab::{table, testing};
use lower_bound::network::{Architecture, Network, Weights};
use lower_bound::row::{ConstructionRow, PackingRow, Row, TicketRow, VolumeRow};
use lower_bound::square::{Square, draw_in_ball};
use lower_bound::sup::{Unit, error_up_to};
use lower_bound::versions::draw_units;
use lower_bound::{NAME, plain};
use subset_sum::sampling::generator;
use tempfile::TempDir;

const PRESET: &str = "seed = 1
[lower-bound]
enumerated = [{ architectures = ['two-layer'], weights = ['normal', 'powers'], most-parameters = 6, networks = 5 }]
volumes = [{ width = 2, units = [1], tolerances = [0.5], networks = 3, targets = 40 }]
packings = [{ width = 2, units = 1, tolerances = [0.25], tries = 500 }]
constructions = [{ widths = [1, 2], from = 3, to = 5, step = 2, runs = 12 }]
tickets = [
    { width = 0, sizes = [12], bits = [3], runs = 15 },
    { width = 2, sizes = [40], bits = [3], runs = 6 },
]
";

/// The results of a run.
fn run() -> TempDir {
    testing::run(&lower_bound::Experiment, PRESET, 2)
}

fn read<R: lab::Row>(folder: &TempDir) -> Vec<R> {
    table::read(folder.path()).unwrap().unwrap()
}

#[test]
fn enumerated_rows_count_the_hits_of_every_mask() {
    let rows = read::<Row>(&run());
    assert_eq!(rows.len(), 2 * 3 * 13);
    for row in rows.iter().filter(|row| row.weights == "normal") {
        let (width, bits) = (row.parameters / 2, -row.tolerance.log2() as u32);
        let key = format!("enumerated/two-layer/normal/width={width}");
        let mut counts = vec![0; (1 << bits) + 1];
        let mut most = 0;
        for number in 1..=5 {
            let mut draws = generator(1, NAME, &key, number);
            let (two, normal) = (Architecture::TwoLayer, Weights::Normal);
            let hits = plain::hits(&Network::draw(two, width as usize, normal, &mut draws));
            let hits = hits.at(bits);
            let all = counts.iter_mut().zip(hits);
            all.for_each(|(count, &hit)| *count += u64::from(hit));
            most = most.max(hits.iter().filter(|&&hit| hit).count() as u64);
        }
        assert_eq!((row.networks, row.targets), (5, counts.len() as u64));
        assert_eq!(row.hits, counts.iter().sum::<u64>(), "{row:?}");
        assert_eq!(row.fewest, *counts.iter().min().unwrap());
        assert_eq!((row.most, row.distinct_bits), (most, width));
    }
    assert!(
        rows.iter()
            .any(|row| row.weights == "powers" && row.networks == 1)
    );
}

#[test]
fn volumes_count_the_targets_that_some_mask_hits() {
    let row = &read::<VolumeRow>(&run())[0];
    let mut hits = 0;
    for number in 1..=3 {
        let mut draws = generator(1, NAME, "volume/d=2/units=1/tolerance=0.5", number);
        let unit: Unit<2> = draw_units(1, &mut draws)[0];
        for _ in 0..40 {
            let target: Square<2> = draw_in_ball(&mut draws);
            let masked = |mask: u32| {
                let kept = |at: usize| f64::from(mask >> at & 1);
                Unit {
                    u: std::array::from_fn(|at| unit.u[at] * kept(at)),
                    v: std::array::from_fn(|at| unit.v[at] * kept(2 + at)),
                }
            };
            hits += u64::from((0..16).any(|mask| error_up_to(&target, &[masked(mask)], 1.0) < 0.5));
        }
    }
    assert_eq!((row.targets, row.hits), (120, hits));
    assert!(hits > 0 && hits < 120);
    assert_eq!((row.parameters, row.versions), (4, 10));
}

#[test]
fn packings_are_apart_and_hit_rarely() {
    let row = &read::<PackingRow>(&run())[0];
    assert!(row.least_distance >= 0.5 && row.least_distance < 0.6);
    // (1 / 0.5)^4 for a packing to which nothing can be added.
    assert!((16..=500).contains(&row.points), "{row:?}");
    assert!(row.hits <= 10);
}

#[test]
fn constructions_keep_their_tolerance_and_a_zero_target_needs_no_unit() {
    let rows = read::<ConstructionRow>(&run());
    assert!(
        rows.iter()
            .all(|row| row.largest_error <= row.tolerance * (1.0 + 1e-6))
    );
    let of = |construction: &'static str, width: u32, target: &'static str| {
        rows.iter().filter(move |row| {
            (row.construction.as_str(), row.width, row.target.as_str())
                == (construction, width, target)
        })
    };
    for construction in ["paper", "pooled"] {
        let zero: Vec<_> = of(construction, 1, "0").collect();
        assert_eq!(zero.len(), 2);
        assert!(zero.iter().all(|row| (row.block, row.count) == (0, 12)));
        for target in ["1 identity", "0.5 rotation", "random 4"] {
            let runs: u64 = of(construction, 2, target).map(|row| row.count).sum();
            assert!((13..=24).contains(&runs), "{construction} {target}: {runs}");
        }
    }
    let mean = |construction| {
        let found = of(construction, 1, "0.5").map(|row| row.block * row.count);
        found.sum::<u64>()
    };
    assert!(mean("paper") > mean("pooled"));
}

#[test]
fn tickets_count_what_is_kept() {
    let rows = read::<TicketRow>(&run());
    let kept = |network: &str, selection: &str, target: &str| -> u64 {
        let found = rows.iter().filter(|row| {
            (
                row.network.as_str(),
                row.selection.as_str(),
                row.target.as_str(),
            ) == (network, selection, target)
        });
        found.map(|row| row.kept * row.count).sum()
    };
    assert_eq!(kept("linear", "smallest-feasible", "0"), 0);
    assert!(kept("linear", "closest", "0.5") > kept("linear", "smallest-feasible", "0.5"));
    assert!(
        kept("pooled", "closest", "0.5 equal") > kept("pooled", "smallest-feasible", "0.5 equal")
    );
    let parameters = |network: &str| {
        let row = rows.iter().find(|row| row.network == network).unwrap();
        (row.width, row.parameters)
    };
    assert_eq!(
        (parameters("linear"), parameters("pooled")),
        ((1, 12), (2, 320))
    );
    assert!(rows.iter().all(|row| row.kept <= row.parameters));
}
