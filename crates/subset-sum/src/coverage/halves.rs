//! Two sorted lists of subset sums, and what can be asked of all sums through them: the neighbours of
//! a number, and the sums of one window of the number line after the other.

/// The sorted subset sums of two parts of the candidates, each value once.
///
/// Every subset sum is a sum of one of the first list and one of the second.
#[derive(Debug, Default)]
pub(super) struct Halves {
    first: Vec<i64>,
    second: Vec<i64>,
    scratch: Vec<i64>,
}

impl Halves {
    /// Takes other candidates; the first `count` of them make the first list.
    pub fn rebuild(&mut self, candidates: &[i64], count: usize) {
        let (first, second) = candidates.split_at(count);
        list(first, &mut self.first, &mut self.scratch);
        list(second, &mut self.second, &mut self.scratch);
    }

    /// The greatest sum below `value` and the least one that is not.
    ///
    /// One list is walked upwards and the other downwards, so that their sum stays around `value`. A step
    /// leaves a number out whose other sums were met or lie further from `value`, on the same side.
    pub fn neighbours(&self, value: i64) -> (Option<i64>, Option<i64>) {
        let (mut below, mut above) = (i64::MIN, i64::MAX);
        let (mut i, mut j) = (0, self.second.len());
        while i < self.first.len() && j > 0 {
            let sum = self.first[i] + self.second[j - 1];
            let is_below = sum < value;
            // Selections and sums in place of branches, which would be mispredicted half of the time.
            below = if is_below { below.max(sum) } else { below };
            above = if is_below { above } else { above.min(sum) };
            i += usize::from(is_below);
            j -= usize::from(!is_below);
        }
        let some = |sum, none| (sum != none).then_some(sum);
        (some(below, i64::MIN), some(above, i64::MAX))
    }

    /// Number of pairs of sums: at least that of all sums, and much below 2^n where many coincide.
    pub fn pairs(&self) -> f64 {
        self.first.len() as f64 * self.second.len() as f64
    }

    /// Starts a walk upwards through all sums that are not below `start`.
    pub fn sweep(&self, start: i64) -> Sweep<'_> {
        let places = self.first.iter().map(|a| {
            let place = self.second.partition_point(|b| a + b < start);
            place as u32
        });
        Sweep {
            halves: self,
            places: places.collect(),
        }
    }
}

/// A walk upwards through all sums, window by window; inside a window they come in any order.
pub(super) struct Sweep<'a> {
    halves: &'a Halves,
    /// For each sum of the first list, where in the second one the walk stands.
    places: Vec<u32>,
}

impl Sweep<'_> {
    /// Visits the sums below `end` that were not visited before.
    #[inline(always)]
    pub fn advance(&mut self, end: i64, mut visit: impl FnMut(i64)) {
        for (&a, place) in self.halves.first.iter().zip(&mut self.places) {
            let rest = &self.halves.second[*place as usize..];
            let limit = end - a;
            let mut taken = 0;
            for &b in rest {
                if b >= limit {
                    break;
                }
                visit(a + b);
                taken += 1;
            }
            *place += taken;
        }
    }
}

/// All subset sums in ascending order, each once.
fn list(candidates: &[i64], sums: &mut Vec<i64>, scratch: &mut Vec<i64>) {
    sums.clear();
    sums.push(0);
    for &candidate in candidates {
        merge(sums, candidate, scratch);
        std::mem::swap(sums, scratch);
    }
}

/// Merges sorted sums with themselves shifted by one more candidate; what they share stands once.
fn merge(sums: &[i64], candidate: i64, merged: &mut Vec<i64>) {
    merged.clear();
    merged.resize(2 * sums.len(), 0);
    let (mut i, mut j, mut end) = (0, 0, 0);
    while i < sums.len() && j < sums.len() {
        let (without, with) = (sums[i], sums[j] + candidate);
        merged[end] = without.min(with);
        i += usize::from(without <= with);
        j += usize::from(with <= without);
        end += 1;
    }
    merged.truncate(end);
    merged.extend_from_slice(&sums[i..]);
    merged.extend(sums[j..].iter().map(|sum| sum + candidate));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::{generator, uniform};

    fn all_sums(candidates: &[i64]) -> Vec<i64> {
        let mut sums = vec![0];
        for candidate in candidates {
            sums.extend(sums.clone().iter().map(|sum| sum + candidate));
        }
        sums.sort_unstable();
        sums
    }

    #[test]
    fn neighbours_and_windows_are_those_of_all_sums() {
        let mut draws = generator(1, "halves", "", 0);
        let mut halves = Halves::default();
        for round in 0..300 {
            let count = round % 9;
            let largest = if round % 2 == 0 { 5 } else { 500 };
            let candidates: Vec<i64> = (0..count)
                .map(|_| uniform(&mut draws, -largest, largest))
                .collect();
            let sums = all_sums(&candidates);
            halves.rebuild(&candidates, uniform(&mut draws, 0, count as i64) as usize);

            let value = uniform(&mut draws, -3 * largest, 3 * largest);
            let place = sums.partition_point(|&sum| sum < value);
            let below = place.checked_sub(1).map(|at| sums[at]);
            assert_eq!(halves.neighbours(value), (below, sums.get(place).copied()));

            let mut sweep = halves.sweep(value);
            let mut met = Vec::new();
            for end in [value + largest / 3, value + largest, i64::MAX / 2] {
                let mut window = Vec::new();
                sweep.advance(end, |sum| window.push(sum));
                assert!(window.iter().all(|&sum| sum < end));
                met.extend(window);
            }
            met.sort_unstable();
            met.dedup();
            let mut distinct = sums[place..].to_vec();
            distinct.dedup();
            assert_eq!(met, distinct);
        }
    }
}
