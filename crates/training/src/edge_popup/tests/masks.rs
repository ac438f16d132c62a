//! Masks where ranks tie or are no numbers, and the selection of thresholds.

use super::*;
use crate::edge_popup::selection::{Cut, Selection};
use crate::edge_popup::vector::{LANES, Line, Plain, Vector};
use proptest::collection::vec;
use proptest::prelude::*;

/// A network whose tensors have these scores, by place.
fn scored(kinds: &[Kind], masks: Masks, score: fn(usize) -> f32) -> EdgePopup {
    let mut network = EdgePopup::new(layers(kinds, &WIDTHS, FINE), masks, PLAIN, BACKGROUND);
    let state = network.tensors().into_iter().map(|mut tensor| {
        if tensor.kept.is_some() {
            let values = tensor.values.values_mut().iter_mut().enumerate();
            values.for_each(|(place, value)| *value = score(place));
        }
        (tensor.values, tensor.velocities)
    });
    let state: Vec<(Matrix, Matrix)> = state.collect();
    network.restore(&state);
    network
}

/// A step that moves nothing, so that the next masks come from the ranks observed.
fn stand_still(network: &mut EdgePopup) {
    let batch = Batch::new(3, WIDTHS[0], WIDTHS[3], "still");
    network.step(&batch.rows(), &batch.labels, 0.0);
}

/// That masks of these scores are those of a stable sort, by listed and by observed ranks.
fn assert_sorted(name: &str, sparsities: &[f64], score: fn(usize) -> f32) {
    for kinds in networks() {
        for masks in all_masks(sparsities) {
            let what = format!("{name} {kinds:?} {masks:?}");
            let mut network = scored(&kinds, masks, score);
            assert_masked(&network.tensors(), masks, &what);
            for _ in 0..2 {
                stand_still(&mut network);
                assert_masked(&network.tensors(), masks, &what);
            }
        }
    }
}

#[test]
fn equal_ranks_are_removed_in_the_order_of_the_matrix() {
    let patterns: [fn(usize) -> f32; 6] = [
        |_| 0.25,
        |_| 0.0,
        // Zeros of both signs, then absolute values that tie.
        |place| [0.0, -0.0][place % 2],
        |place| [0.25, -0.25, -0.25][place % 3],
        // Below the zeros that fill up a tensor's last block.
        |_| -0.25,
        |place| [-1.0, 0.0, 1.0][place * 7 % 3],
    ];
    for (pattern, score) in patterns.into_iter().enumerate() {
        assert_sorted(&format!("pattern {pattern}"), &[0.01, 0.3, 0.99], score);
    }
}

#[test]
fn scores_that_are_no_numbers_rank_lowest() {
    let score = |place| [f32::NAN, -f32::NAN, 2.0, 3.0, 4.0][place % 5];
    assert_sorted("40 % are no numbers", &[0.5, 0.99], score);
}

#[test]
fn a_mask_of_no_numbers_at_all_is_no_panic() {
    for kinds in networks() {
        stand_still(&mut scored(&kinds, HALF, |_| f32::NAN));
    }
}

/// The order in words: a matrix row after row, a network tensor after tensor.
#[test]
fn of_equal_links_the_first_rows_go() {
    let equal = |rows, columns| Scored {
        weights: draw([rows, columns], 1.0, FINE, "links"),
        scores: Matrix::new(rows, columns, vec![0.5; rows * columns]),
    };
    let kept = |scope, sparsity| {
        let layer = LayerWeights::Linked {
            first: equal(2, 3),
            second: equal(2, 6),
            relu: false,
        };
        let masks = Masks {
            sparsity,
            scope,
            ..HALF
        };
        let tensors = EdgePopup::new(vec![layer], masks, PLAIN, BACKGROUND).tensors();
        tensors
            .into_iter()
            .map(|tensor| tensor.kept.unwrap())
            .collect::<Vec<_>>()
    };
    let from = |count: usize, first| (0..count).map(|place| place >= first).collect::<Vec<_>>();
    assert_eq!(kept(Scope::Tensor, 0.5), [from(6, 3), from(12, 6)]);
    assert_eq!(kept(Scope::Network, 0.5), [from(6, 6), from(12, 3)]);
}

#[test]
fn a_training_that_diverges_says_so_to_the_end() {
    let batch = Batch::new(3, WIDTHS[0], WIDTHS[3], "diverges");
    let layers = layers(&[Kind::Dense; 3], &WIDTHS, FINE);
    let mut network = EdgePopup::new(layers, HALF, PLAIN, BACKGROUND);
    let losses = (0..9).map(|_| network.step(&batch.rows(), &batch.labels, 1e30).loss);
    let losses: Vec<f64> = losses.collect();
    assert!(
        losses[3..].iter().all(|loss| !loss.is_finite()),
        "{losses:?}"
    );
}

/// The cut after these ranks were observed, and whether all had to be listed.
fn cut(selection: &mut Selection, ranks: &[f32]) -> (Cut, bool) {
    for chunk in ranks.chunks(LANES) {
        // The rest of the last line holds numbers that must not count.
        let mut line = Line([chunk[0]; LANES]);
        line.0[..chunk.len()].copy_from_slice(chunk);
        let live = ((1_u32 << chunk.len()) - 1) as u16;
        selection.observe(Plain::<false>::load(&line), live);
    }
    let mut is_listed = false;
    let cut = selection.cut(|all| {
        is_listed = true;
        all.extend_from_slice(ranks);
    });
    (cut, is_listed)
}

fn sorted_cut(ranks: &[f32], removed: usize) -> Cut {
    if removed == 0 {
        return Cut::NOTHING;
    }
    let mut sorted = ranks.to_vec();
    sorted.sort_by(|left, right| left.partial_cmp(right).unwrap());
    let least = sorted[removed];
    Cut {
        least,
        ties: removed - sorted.partition_point(|&rank| rank < least),
    }
}

proptest! {
    #[test]
    fn a_cut_is_that_of_a_full_sort_however_ranks_move(
        mut ranks in vec(-1.0_f32..1.0, 1..200),
        fraction in 0.0..1.0,
        moves in vec(
            (
                prop_oneof![Just(1.0), 0.9_f32..1.1, Just(-1.0), Just(0.0)],
                prop_oneof![Just(0.0), -0.01_f32..0.01, -3.0_f32..3.0],
                prop_oneof![Just(0.0), Just(0.25_f32)],
            ),
            1..20,
        ),
    ) {
        let removed = (fraction * ranks.len() as f64) as usize;
        let mut selection = Selection::new(removed);
        for (factor, shift, grid) in moves {
            for rank in &mut ranks {
                *rank = *rank * factor + shift;
            }
            let round = |&rank: &f32| if grid > 0.0 { (rank / grid).round() * grid } else { rank };
            let seen: Vec<f32> = ranks.iter().map(round).collect();
            prop_assert_eq!(cut(&mut selection, &seen).0, sorted_cut(&seen, removed));
        }
    }
}

#[test]
fn a_threshold_that_moves_little_is_found_without_listing_all() {
    let mut draws = generator(1, "edge-popup tests", "drift", 0);
    let mut ranks: Vec<f32> = (0..10_000).map(|place| place as f32 / 1e4).collect();
    let mut selection = Selection::new(3000);
    let mut listed = 0;
    for step in 0..200 {
        for rank in &mut ranks {
            *rank = *rank * 0.999 + uniform(&mut draws, -100, 100) as f32 * 1e-5;
        }
        let (found, is_listed) = cut(&mut selection, &ranks);
        assert_eq!(found, sorted_cut(&ranks, 3000), "step {step}");
        listed += usize::from(is_listed);
    }
    assert!((1..10).contains(&listed), "{listed} of 200");
}
