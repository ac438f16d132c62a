//! The linear targets of constructions: a grid that includes the hardest ones.

use crate::row::NAME;
use anyhow::Result;
use networks::{Dense, Matrix, Network};
use subset_sum::grid::{ONE, to_f64};
use subset_sum::sampling::{generator, uniform};
use tickets::construction::{Norms, Target};

/// Random targets of each width above 1.
const RANDOM: u64 = 4;

/// A target and its name.
pub(crate) type Named = (String, Target);

/// Targets R^d -> R^d of norm at most 1: multiples of 1/4 for d = 1, and otherwise the identity, its
/// negative, a rotation of pairs of axes by 45 degrees and the matrix of equal entries, at norm 1 and 1/2,
/// and some random ones of norm 1.
pub(crate) fn targets(width: usize, seed: u64) -> Result<Vec<Named>> {
    if width == 1 {
        let weights = (-4..=4).map(|quarters| f64::from(quarters) / 4.0);
        let named = weights.map(|weight| named(format!("{weight}"), 1, |_, _| weight));
        return named.collect();
    }
    let mut targets = Vec::new();
    for norm in [1.0, 0.5] {
        let diagonal = |sign: f64| move |i, j| if i == j { sign * norm } else { 0.0 };
        let of_norm = |shape: &str| format!("{norm} {shape}");
        targets.push(named(of_norm("identity"), width, diagonal(1.0))?);
        targets.push(named(of_norm("negative"), width, diagonal(-1.0))?);
        let turn = |i: usize, j: usize| norm * rotation(width, i, j);
        targets.push(named(of_norm("rotation"), width, turn)?);
        let equal = |_, _| norm / width as f64;
        targets.push(named(of_norm("equal"), width, equal)?);
    }
    for number in 1..=RANDOM {
        let mut draws = generator(seed, NAME, &format!("target/d={width}"), number);
        // Long enough to be divided by its norm.
        let entries: Vec<f64> = (0..width * width)
            .map(|_| 16.0 * to_f64(uniform(&mut draws, -ONE, ONE)))
            .collect();
        let name = format!("random {number}");
        targets.push(named(name, width, |i, j| entries[i * width + j])?);
    }
    Ok(targets)
}

/// The entry of a rotation by 45 degrees in the planes of axes 2k and 2k + 1.
fn rotation(width: usize, i: usize, j: usize) -> f64 {
    let half = 0.5_f64.sqrt();
    let has_partner = i / 2 * 2 + 1 < width;
    match (i == j, i / 2 == j / 2, i < j) {
        (true, ..) if has_partner => half,
        (true, ..) => 1.0,
        (_, true, true) => -half,
        (_, true, false) => half,
        _ => 0.0,
    }
}

fn named(name: String, width: usize, entry: impl Fn(usize, usize) -> f64) -> Result<Named> {
    let entries = (0..width * width).map(|at| entry(at / width, at % width) as f32);
    let weight = Matrix::new(width, width, entries.collect());
    let layer = Dense {
        name: "target".to_owned(),
        weight,
        bias: None,
    };
    let target = Target::new(&Network::new(vec![layer])?, Norms::Rescaled)?;
    Ok((name, target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_have_norms_of_at_most_1_and_names_of_their_own() {
        for width in [1, 2, 3, 8] {
            let targets = targets(width, 1).unwrap();
            for (at, (name, target)) in targets.iter().enumerate() {
                assert!(target.norms()[0] <= 1.0 + 1e-6, "{name}");
                assert!(targets[..at].iter().all(|(other, _)| other != name));
            }
            let of_norm_1 = |target: &&Named| target.1.norms()[0] > 1.0 - 1e-3;
            assert!(targets.iter().filter(of_norm_1).count() >= 2);
        }
    }

    #[test]
    fn a_rotation_keeps_lengths() {
        for (name, target) in targets(3, 1).unwrap() {
            if name == "1 rotation" {
                let image = target.forward(&[0.6, 0.0, 0.8]);
                let square: f64 = image.iter().map(|x| x * x).sum();
                assert!((square - 1.0).abs() < 1e-5);
                assert!((image[0] - image[1]).abs() < 1e-6);
                return;
            }
        }
        panic!("no rotation");
    }
}
