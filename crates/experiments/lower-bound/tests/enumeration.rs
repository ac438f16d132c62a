//! Enumeration without masks against every mask, and vector code against portable code.

use lower_bound::enumerate::hits;
use lower_bound::marks::{Code, FINEST};
use lower_bound::network::{Architecture, Network, Weights};
use lower_bound::plain;
use subset_sum::grid::ONE;
use subset_sum::sampling::generator;

const LAWS: [Weights; 4] = [
    Weights::Uniform,
    Weights::Normal,
    Weights::TwoPoint,
    Weights::Powers,
];

/// Parameters of the largest networks that are enumerated mask by mask.
const MOST: usize = if cfg!(debug_assertions) { 10 } else { 16 };

fn draw(architecture: Architecture, width: usize, law: Weights, replicate: u64) -> Network {
    let key = format!("{architecture:?}/{width}/{law:?}");
    let mut weights = generator(1, "tests", &key, replicate);
    Network::draw(architecture, width, law, &mut weights)
}

#[test]
fn hits_are_those_of_every_mask() {
    let mut hit = 0;
    for architecture in Architecture::ALL {
        for law in LAWS {
            let widths = (1..).take_while(|&width| architecture.parameters(width) <= MOST);
            for width in widths {
                for replicate in 0..(1 << (MOST - architecture.parameters(width))).min(12) {
                    let network = draw(architecture, width, law, replicate);
                    let expected = plain::hits(&network);
                    assert!(hits(&network, Code::Automatic) == expected, "{network:?}");
                    hit += expected.at(3).iter().filter(|&&hit| hit).count();
                }
            }
        }
    }
    assert!(hit > 1000, "{hit}");
}

#[test]
fn portable_code_sets_the_same_marks() {
    for (architecture, width) in [(Architecture::Linear, 17), (Architecture::Shared, 15)] {
        for law in LAWS {
            let network = draw(architecture, width, law, 0);
            assert_eq!(
                hits(&network, Code::Automatic),
                hits(&network, Code::Portable)
            );
        }
    }
}

#[test]
fn a_number_exactly_at_the_tolerance_does_not_hit() {
    // For eps = 1/2: 1/2 lies between the targets 0 and 1, and 1/2 + 2^-46 is near 1.
    for (weight, expected) in [(ONE / 2, false), (ONE / 2 + 1, true)] {
        let network = Network::new(Architecture::Linear, 1, vec![weight]);
        assert_eq!(
            hits(&network, Code::Portable).at(1),
            [false, true, expected]
        );
    }
}

#[test]
fn designed_weights_hit_every_target_of_their_tolerance() {
    for (architecture, width, bits) in [
        (Architecture::Linear, 9, 8),
        (Architecture::Shared, 9, 8),
        (Architecture::TwoLayer, 12, 5),
        (Architecture::TwoLayerBiased, 7, 6),
    ] {
        let found = hits(
            &draw(architecture, width, Weights::Powers, 0),
            Code::Automatic,
        );
        assert!(found.at(bits).iter().all(|&hit| hit), "{architecture:?}");
        assert!(
            !found.at(bits + 2).iter().all(|&hit| hit),
            "{architecture:?}"
        );
    }
}

#[test]
fn no_network_hits_more_targets_than_it_has_versions() {
    for architecture in Architecture::ALL {
        let network = draw(architecture, 3, Weights::Uniform, 1);
        for bits in 1..=FINEST {
            let count = hits(&network, Code::Automatic)
                .at(bits)
                .iter()
                .filter(|&&hit| hit)
                .count();
            assert!(count <= 1 << architecture.distinct_bits(3));
        }
    }
}

/// s(x + 1) - 1 = x on [-1, 1]; s(2 x + 1) - 1 is x at both ends and off by 1/2 at its kink.
#[test]
fn kinks_between_the_ends_count() {
    let one = 1 << 15;
    let straight = Network::new(Architecture::TwoLayerBiased, 1, vec![one, one, one, -one]);
    let bent = Network::new(
        Architecture::TwoLayerBiased,
        1,
        vec![2 * one, 0, one / 2, 0],
    );
    let hit = |network: &Network| hits(network, Code::Automatic).at(4)[16];
    assert!(hit(&straight) && !hit(&bent));
}
