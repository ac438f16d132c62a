//! The pruned versions of a random network R^d -> R^d of two layers, and the linear targets they hit.
//!
//! A unit x -> v s(u . x) whose in-weights or out-weights are all pruned is nothing; otherwise it is one
//! of (2^d - 1)^2 units. So a network of k units has at most ((2^d - 1)^2 + 1)^k different versions: 10^k
//! of the 2^(4k) for d = 2, 50^k of the 2^(6k) for d = 3.
//!
//! Most versions are far from everything linear, and most are far from a given target; both shows on the
//! axes. With g(e_j) = h_j + c_j and g(-e_j) = h_j - c_j,
//!
//! ```text
//! |g(e_j) - W e_j|^2 + |g(-e_j) + W e_j|^2 = 2 |h_j|^2 + 2 |c_j - W e_j|^2 < 2 eps^2
//! ```
//!
//! is necessary. The few versions for which it holds are compared over the whole ball.

use crate::square::{Square, Vector, dot};
use crate::sup::{Unit, error_up_to};
use rand::Rng;
use subset_sum::grid::{ONE, WEIGHT_STEP, to_f64};
use subset_sum::sampling::uniform;

/// By so much more than eps an error may be computed and still count as a hit, so that rounding never
/// hides one.
const ROUNDING: f64 = 1.0 + 1e-9;

/// What a version does on the axes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Profile<const D: usize> {
    /// c_j: sum of v u_j / 2. Row j.
    odd: Square<D>,
    /// h_j: sum of v |u_j| / 2. Row j.
    even: Square<D>,
}

impl<const D: usize> Profile<D> {
    fn of(unit: &Unit<D>) -> Self {
        let halves = |weight: f64| unit.v.map(|v| v * weight / 2.0);
        Self {
            odd: unit.u.map(halves),
            even: unit.u.map(|weight| halves(weight.abs())),
        }
    }

    fn and(&self, other: &Self) -> Self {
        let sum = |a: &Square<D>, b: &Square<D>| {
            std::array::from_fn(|j| std::array::from_fn(|row| a[j][row] + b[j][row]))
        };
        Self {
            odd: sum(&self.odd, &other.odd),
            even: sum(&self.even, &other.even),
        }
    }
}

/// Random units with weights from U\[-1, 1\] in steps of 2^-23.
pub fn draw_units<const D: usize>(count: usize, generator: &mut impl Rng) -> Vec<Unit<D>> {
    let steps = ONE / WEIGHT_STEP;
    let mut weight = || to_f64(WEIGHT_STEP * uniform(generator, -steps, steps));
    let mut vector = || -> Vector<D> { std::array::from_fn(|_| weight()) };
    let unit = |_| Unit {
        u: vector(),
        v: vector(),
    };
    (0..count).map(unit).collect()
}

/// Versions of one network that are different, a bound: ((2^d - 1)^2 + 1)^k.
pub fn count<const D: usize>(units: usize) -> u64 {
    let of_unit = ((1_u64 << D) - 1).pow(2) + 1;
    of_unit.pow(units as u32)
}

/// The pruned forms of one unit, the first of which is nothing.
fn forms<const D: usize>(unit: &Unit<D>) -> Vec<Unit<D>> {
    let masked = |vector: &Vector<D>, mask: u32| -> Vector<D> {
        std::array::from_fn(|at| vector[at] * f64::from(mask >> at & 1))
    };
    let mut forms = vec![Unit {
        u: [0.0; D],
        v: [0.0; D],
    }];
    for (u, v) in (1..1 << D).flat_map(|u| (1..1 << D).map(move |v| (u, v))) {
        forms.push(Unit {
            u: masked(&unit.u, u),
            v: masked(&unit.v, v),
        });
    }
    forms
}

/// The versions of a network that may be within eps of something linear.
#[derive(Debug, Clone)]
pub struct Versions<const D: usize> {
    eps: f64,
    forms: Vec<Vec<Unit<D>>>,
    /// Which form each unit has, the digits of a number; in the order of the first entry of `odd`.
    numbers: Vec<u64>,
    /// The first entry of `odd`, ascending.
    first: Vec<f64>,
    /// c_j and eps^2 - |h_j|^2 for each j.
    axes: Vec<(Square<D>, Vector<D>)>,
}

impl<const D: usize> Versions<D> {
    /// Looks at all versions of the network with these units.
    pub fn new(units: &[Unit<D>], eps: f64) -> Self {
        let forms: Vec<Vec<Unit<D>>> = units.iter().map(forms).collect();
        let (low, high) = forms.split_at(forms.len() / 2);
        let (low_profiles, high_profiles) = (profiles(low), profiles(high));
        let squared = (eps * ROUNDING).powi(2);
        let mut kept = Vec::new();
        for (above, upper) in high_profiles.iter().enumerate() {
            for (below, lower) in low_profiles.iter().enumerate() {
                let profile = lower.and(upper);
                let room = profile.even.map(|even| squared - dot(&even, &even));
                if room.iter().all(|&room| room > 0.0) {
                    let number = (above * low_profiles.len() + below) as u64;
                    kept.push((number, profile.odd, room));
                }
            }
        }
        kept.sort_by(|a, b| a.1[0][0].total_cmp(&b.1[0][0]));
        Self {
            eps,
            forms,
            numbers: kept.iter().map(|kept| kept.0).collect(),
            first: kept.iter().map(|kept| kept.1[0][0]).collect(),
            axes: kept.iter().map(|kept| (kept.1, kept.2)).collect(),
        }
    }

    /// How many may be within eps of something linear, as far as axes tell.
    pub fn nearly_linear(&self) -> usize {
        self.numbers.len()
    }

    /// Whether some version is within eps of x -> W x over the unit ball.
    pub fn hit(&self, target: &Square<D>) -> bool {
        let reach = self.eps * ROUNDING;
        let start = self.first.partition_point(|&x| x <= target[0][0] - reach);
        let end = self.first.partition_point(|&x| x < target[0][0] + reach);
        let is_hit = |at: usize| {
            let (odd, room) = &self.axes[at];
            is_near(odd, room, target)
                && error_up_to(target, &self.units(self.numbers[at]), reach) < reach
        };
        (start..end).any(is_hit)
    }

    /// The units of a version that are something.
    fn units(&self, mut number: u64) -> Vec<Unit<D>> {
        let mut units = Vec::new();
        for forms in &self.forms {
            let form = forms[(number % forms.len() as u64) as usize];
            number /= forms.len() as u64;
            units.extend((form.u != [0.0; D]).then_some(form));
        }
        units
    }
}

/// The profiles of all versions of some units, the first unit's form being the lowest digit.
fn profiles<const D: usize>(forms: &[Vec<Unit<D>>]) -> Vec<Profile<D>> {
    let zero = [[0.0; D]; D];
    let mut profiles = vec![Profile {
        odd: zero,
        even: zero,
    }];
    for forms in forms {
        let added: Vec<Profile<D>> = forms.iter().map(Profile::of).collect();
        let sums = added.iter().flat_map(|added| {
            let profiles = profiles.iter();
            profiles.map(|profile| profile.and(added))
        });
        profiles = sums.collect();
    }
    profiles
}

/// Whether |c_j - W e_j|^2 is below what is left for it, for all j.
fn is_near<const D: usize>(odd: &Square<D>, room: &Vector<D>, target: &Square<D>) -> bool {
    (0..D).all(|j| {
        let off = (0..D).map(|row| (odd[j][row] - target[row][j]).powi(2));
        off.sum::<f64>() < room[j]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::square::draw_in_ball;
    use subset_sum::sampling::generator;

    /// Whether any mask of all parameters brings the network within eps.
    fn hit_by_some_mask<const D: usize>(units: &[Unit<D>], target: &Square<D>, eps: f64) -> bool {
        let parameters = 2 * D * units.len();
        (0_u32..1 << parameters).any(|mask| {
            let kept = |at: usize| f64::from(mask >> at & 1);
            let unit = |(number, unit): (usize, &Unit<D>)| {
                let first = 2 * D * number;
                Unit {
                    u: std::array::from_fn(|at| unit.u[at] * kept(first + at)),
                    v: std::array::from_fn(|at| unit.v[at] * kept(first + D + at)),
                }
            };
            let pruned: Vec<Unit<D>> = units.iter().enumerate().map(unit).collect();
            error_up_to(target, &pruned, eps) < eps
        })
    }

    #[test]
    fn hits_are_those_of_every_mask() {
        let mut draws = generator(1, "tests", "versions", 0);
        let mut counts = [0; 2];
        for eps in [0.9, 0.6, 0.4] {
            for _ in 0..12 {
                let planar = draw_units::<2>(2, &mut draws);
                let versions = Versions::new(&planar, eps);
                for _ in 0..10 {
                    let target = draw_in_ball(&mut draws);
                    let expected = hit_by_some_mask(&planar, &target, eps);
                    assert_eq!(versions.hit(&target), expected);
                    counts[usize::from(expected)] += 1;
                }
            }
            let spatial = draw_units::<3>(1, &mut draws);
            let versions = Versions::new(&spatial, eps);
            for _ in 0..20 {
                let target: Square<3> = draw_in_ball(&mut draws);
                let expected = hit_by_some_mask(&spatial, &target, eps);
                assert_eq!(versions.hit(&target), expected);
                counts[usize::from(expected)] += 1;
            }
        }
        assert!(counts.iter().all(|&count| count > 50), "{counts:?}");
    }

    #[test]
    fn versions_are_counted_once() {
        assert_eq!((count::<2>(6), count::<3>(2)), (1_000_000, 2500));
        let units = draw_units::<2>(3, &mut generator(1, "tests", "count", 0));
        // Within a wide tolerance all of them remain.
        assert_eq!(Versions::new(&units, 1e3).nearly_linear(), 1000);
    }
}
