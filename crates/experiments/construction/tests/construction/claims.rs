//! Verdicts on rows that are made up to support, contradict or lack what is claimed.

use construction::sufficient_n::Setting;
use construction::{NetworkRow, Numbers, Target, WeightRow};
use lab::claims::Verdict::{self, Contradicted, Inconclusive, Supported};
use lab::judge;
use lab::testing::write;
use tempfile::TempDir;
use tickets::construction::{Gadget, Split};

/// A results folder with rows that are made up.
#[derive(Default)]
struct MadeUp {
    weights: Vec<WeightRow>,
    networks: Vec<NetworkRow>,
}

impl MadeUp {
    fn verdict(&self, id: &str) -> Option<Verdict> {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &self.weights);
        write(folder.path(), &self.networks);
        let judgements = judge(&construction::Experiment, folder.path()).unwrap();
        let found = judgements.into_iter().find(|found| found.claim.id == id);
        found.expect(id).evidence.map(|evidence| evidence.verdict)
    }

    /// Adds instances within 2^-`bits`: units, and how many need them.
    fn weight(mut self, numbers: Numbers, bits: u32, counts: &[(u64, u64)]) -> Self {
        self.weights
            .extend(counts.iter().map(|&(units, instances)| WeightRow {
                numbers,
                outputs: 1,
                tolerance: (-f64::from(bits)).exp2(),
                units: Some(units),
                instances,
                undecided: 0,
            }));
        self
    }

    /// Adds 150 networks of a setting, whose n for a target `change` may vary by the replicate.
    fn network(
        mut self,
        setting: Setting,
        target: Target,
        change: impl Fn(u64, &mut NetworkRow),
    ) -> Self {
        for replicate in 1..=150 {
            let mut row = NetworkRow {
                width: setting.width,
                outputs: setting.outputs,
                depth: setting.depth,
                gadget: setting.gadget,
                split: setting.split,
                epsilon: setting.epsilon,
                replicate,
                target,
                instances: setting.instances(),
                units: Some(40),
                undecided: 0,
                largest_error: None,
                cube_error: None,
                found: None,
                certified: None,
            };
            change(replicate, &mut row);
            self.networks.push(row);
        }
        self
    }

    /// Adds networks of all shapes, splits and gadgets, with n by a formula and a little scatter.
    fn networks(mut self, target: Target, units: impl Fn(&Setting) -> f64) -> Self {
        for (width, depth) in [4, 8, 16, 32]
            .into_iter()
            .flat_map(|d| [1, 2, 4, 8].map(|l| (d, l)))
        {
            for split in [Split::Entrywise, Split::Euclidean] {
                for gadget in [Gadget::Paper, Gadget::Pooled] {
                    let setting = Setting {
                        width,
                        outputs: width,
                        depth,
                        gadget,
                        split,
                        epsilon: 0.1,
                    };
                    let units = units(&setting);
                    self = self.network(setting, target, |replicate, row| {
                        row.units = Some((units + (replicate % 3) as f64 - 1.0).round() as u64);
                    });
                }
            }
        }
        self
    }
}

const SETTING: Setting = Setting {
    width: 8,
    outputs: 8,
    depth: 1,
    gadget: Gadget::Paper,
    split: Split::Entrywise,
    epsilon: 0.1,
};

#[test]
fn the_lemmas_units_must_serve_all_but_epsilon_of_the_gadgets() {
    // At 2^-4 they are 60.
    let rows =
        |late| MadeUp::default().weight(Numbers::Gadget, 4, &[(60, 10_000 - late), (61, late)]);
    assert_eq!(rows(300).verdict("UB-1.1"), Some(Supported));
    assert_eq!(rows(620).verdict("UB-1.1"), Some(Inconclusive));
    assert_eq!(rows(1000).verdict("UB-1.1"), Some(Contradicted));
}

/// Of 10,000 gadgets half of each half need 9 units; `both` have two such halves.
fn halves(both: u64) -> MadeUp {
    let half = [(8, 5_000), (9, 5_000)];
    MadeUp::default()
        .weight(Numbers::PositiveHalf, 5, &half)
        .weight(Numbers::NegativeHalf, 5, &half)
        .weight(Numbers::Gadget, 5, &[(8, both), (9, 10_000 - both)])
}

#[test]
fn halves_that_fail_together_are_not_independent() {
    // 5,000 + 5,000 less those with any failure fail twice: as many as have none.
    assert_eq!(halves(2_500).verdict("UB-1.2"), Some(Supported));
    assert_eq!(halves(4_000).verdict("UB-1.2"), Some(Contradicted));
    assert_eq!(halves(1_000).verdict("UB-1.2"), Some(Contradicted));
}

#[test]
fn a_bit_must_cost_what_the_laws_say() {
    let slopes = |of_uniform: u64, of_gadget: u64| {
        let ends = |rows: MadeUp, numbers, slope: u64| {
            rows.weight(numbers, 8, &[(20, 1_000)])
                .weight(numbers, 16, &[(20 + 8 * slope, 1_000)])
        };
        let rows = ends(MadeUp::default(), Numbers::Uniform, of_uniform);
        let rows = ends(rows, Numbers::Product, 1);
        let rows = ends(rows, Numbers::PooledGadget, 1);
        ends(rows, Numbers::Gadget, of_gadget).verdict("UB-1.3")
    };
    assert_eq!(slopes(1, 2), Some(Supported));
    assert_eq!(slopes(2, 2), Some(Contradicted));
    assert_eq!(slopes(1, 1), Some(Contradicted));
}

#[test]
fn columns_with_shared_in_weights_must_not_fail_more() {
    let columns = |shared: u64| {
        MadeUp::default()
            .weight(Numbers::FreshGadgets, 6, &[(50, 2_500), (60, 2_500)])
            .weight(
                Numbers::SharedGadgets,
                6,
                &[(50, shared), (60, 5_000 - shared)],
            )
            .verdict("UB-3.1")
    };
    assert_eq!(columns(3_000), Some(Supported));
    assert_eq!(columns(2_300), Some(Inconclusive));
    assert_eq!(columns(1_800), Some(Contradicted));
}

#[test]
fn errors_must_keep_their_bounds() {
    let pruned = |cube: f64, found: f64, certified: f64| {
        MadeUp::default().network(SETTING, Target::Gaussian, |replicate, row| {
            (row.cube_error, row.found, row.certified) = (Some(0.001), Some(0.01), Some(0.02));
            if replicate == 7 {
                (row.cube_error, row.found, row.certified) =
                    (Some(cube), Some(found), Some(certified));
            }
        })
    };
    let most = 0.1 / 16.0;
    for (rows, cube, certificate) in [
        (pruned(most, 0.02, 0.02), Supported, Supported),
        (pruned(1.01 * most, 0.02, 0.02), Contradicted, Supported),
        (pruned(most, 0.03, 0.02), Supported, Contradicted),
        (pruned(most, 0.03, 0.1), Supported, Contradicted),
    ] {
        assert_eq!(rows.verdict("UB-2.1"), Some(cube));
        assert_eq!(rows.verdict("UB-4.2"), Some(certificate));
    }
}

#[test]
fn certificates_must_be_near_those_of_random_matrices() {
    let ratio = |ratio: f64| {
        let expected = SETTING.expected_certificate();
        let rows = MadeUp::default().network(SETTING, Target::Orthogonal, |replicate, row| {
            let scatter = 1.0 + 0.01 * (replicate % 3) as f64;
            row.certified = Some(expected * ratio * scatter);
        });
        rows.verdict("UB-4.3")
    };
    assert_eq!(ratio(0.9), Some(Supported));
    assert_eq!(ratio(0.5), Some(Contradicted));
    assert_eq!(ratio(1.2), Some(Contradicted));
}

#[test]
fn a_tenth_of_the_networks_may_fail_with_the_theorems_units() {
    // 12 lg(2 * 64 / 0.1) = 123.9.
    let late = |late: u64| {
        let rows = MadeUp::default().network(SETTING, Target::Every, |replicate, row| {
            row.units = if replicate > late { Some(124) } else { None };
        });
        rows.verdict("UB-4.1")
    };
    assert_eq!(late(0), Some(Supported));
    assert_eq!(late(10), Some(Inconclusive));
    assert_eq!(late(60), Some(Contradicted));
}

/// n = 10 + `slope` lg(1/tolerance) + lg N, and half of it for the pooled gadget.
fn growing(target: Target, slope: f64) -> MadeUp {
    MadeUp::default().networks(target, |setting| {
        let units = 10.0 - slope * setting.tolerance().log2() + (setting.instances() as f64).log2();
        units
            / if setting.gadget == Gadget::Pooled {
                2.0
            } else {
                1.0
            }
    })
}

#[test]
fn slopes_over_the_tolerance_are_those_of_a_plane() {
    for (slope, gaussian, every) in [
        (2.2, Supported, Supported),
        (1.0, Contradicted, Supported),
        (3.5, Contradicted, Contradicted),
    ] {
        let verdict = growing(Target::Gaussian, slope).verdict("UB-4.4");
        assert_eq!(verdict, Some(gaussian), "{slope}");
        let verdict = growing(Target::Every, slope).verdict("UB-4.5");
        assert_eq!(verdict, Some(every), "{slope}");
    }
}

#[test]
fn the_wider_split_saves_two_units_a_bit() {
    assert_eq!(
        growing(Target::Gaussian, 2.2).verdict("UB-3.2"),
        Some(Supported)
    );
    assert_eq!(
        growing(Target::Gaussian, 1.0).verdict("UB-3.2"),
        Some(Contradicted)
    );
}

#[test]
fn units_that_grow_like_the_width_are_not_logarithmic() {
    let logarithmic = growing(Target::Every, 2.2);
    assert_eq!(logarithmic.verdict("UB-4.6"), Some(Supported));
    let linear = MadeUp::default().networks(Target::Every, |setting| 10.0 * setting.width as f64);
    assert_eq!(linear.verdict("UB-4.6"), Some(Contradicted));
}

#[test]
fn the_pooled_gadget_must_take_half_of_the_units() {
    assert_eq!(
        growing(Target::Every, 2.2).verdict("UB-5.2"),
        Some(Supported)
    );
    let alike = MadeUp::default().networks(Target::Every, |_| 40.0);
    assert_eq!(alike.verdict("UB-5.2"), Some(Contradicted));
}
