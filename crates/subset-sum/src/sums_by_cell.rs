//! Subset sums by cells: sorted far enough to find those in an interval, in one pass.

/// The subset sums of some candidates, in the order of cells of equal width. Inside a cell they
/// stand in any order.
#[derive(Debug, Clone, Default)]
pub(crate) struct SumsByCell {
    sums: Vec<i64>,
    masks: Vec<u32>,
    /// At `c`, how many sums lie below cell `c`; the last entry counts all.
    below: Vec<u32>,
    smallest: i64,
    largest: i64,
    width_bits: u32,
    /// The sums in the order of their masks.
    scratch: Vec<i64>,
}

impl SumsByCell {
    /// Takes other candidates, fewer than 32. There will be about as many cells as sums.
    #[inline(always)]
    pub fn rebuild(&mut self, candidates: &[i64]) {
        let count = 1 << candidates.len();
        self.scratch.resize(count, 0);
        list_sums(0, candidates, &mut self.scratch);
        self.smallest = candidates.iter().map(|&candidate| candidate.min(0)).sum();
        self.largest = candidates.iter().map(|&candidate| candidate.max(0)).sum();
        let range = self.largest.abs_diff(self.smallest);
        let range_bits = u64::BITS - range.leading_zeros();
        self.width_bits = range_bits.saturating_sub(candidates.len() as u32);
        self.distribute((range >> self.width_bits) as usize + 1);
    }

    /// Counts the sums of each cell, and then puts each sum behind those of its cell that are there: a
    /// counting sort, two passes in all.
    #[inline(always)]
    fn distribute(&mut self, cells: usize) {
        let (smallest, width_bits) = (self.smallest, self.width_bits);
        let cell = |sum: i64| ((sum - smallest) >> width_bits) as usize;
        // While sums are put in place, entry `c + 1` says where the next one of cell `c` belongs.
        // In the end that is where cell `c + 1` begins.
        self.below.clear();
        self.below.resize(cells + 2, 0);
        self.scratch
            .iter()
            .for_each(|&sum| self.below[cell(sum) + 2] += 1);
        for at in 1..self.below.len() {
            self.below[at] += self.below[at - 1];
        }
        self.sums.resize(self.scratch.len(), 0);
        self.masks.resize(self.scratch.len(), 0);
        for (&sum, mask) in self.scratch.iter().zip(0..) {
            let at = &mut self.below[cell(sum) + 1];
            self.sums[*at as usize] = sum;
            self.masks[*at as usize] = mask;
            *at += 1;
        }
        self.below.truncate(cells + 1);
    }

    /// All sums, in the order of their cells.
    #[inline(always)]
    pub fn sums(&self) -> &[i64] {
        &self.sums
    }

    /// The masks of the sums.
    #[inline(always)]
    pub fn masks(&self) -> &[u32] {
        &self.masks
    }

    pub fn smallest(&self) -> i64 {
        self.smallest
    }

    pub fn largest(&self) -> i64 {
        self.largest
    }

    /// The most sums that any cell has.
    pub fn most_in_cell(&self) -> usize {
        let in_cell = self.below.windows(2).map(|ends| ends[1] - ends[0]);
        in_cell.max().expect("there are cells") as usize
    }

    pub fn cell_width(&self) -> i64 {
        1 << self.width_bits
    }

    /// Where the cell of `bound` begins: all sums before are less than `bound`, all sums from there
    /// on are greater than `bound - cell_width`.
    #[inline(always)]
    pub fn at_most(&self, bound: i64) -> usize {
        self.begin_of((bound - self.smallest) >> self.width_bits)
    }

    /// Where the cell of `bound` ends: all sums from there on are greater than `bound`.
    #[inline(always)]
    pub fn beyond(&self, bound: i64) -> usize {
        self.begin_of(((bound - self.smallest) >> self.width_bits) + 1)
    }

    #[inline(always)]
    fn begin_of(&self, cell: i64) -> usize {
        let cell = cell.clamp(0, self.below.len() as i64 - 1);
        self.below[cell as usize] as usize
    }
}

/// The sums of all subsets of the candidates, each added to `start`, in the order of their masks.
#[inline(always)]
pub(crate) fn list_sums(start: i64, candidates: &[i64], sums: &mut [i64]) {
    sums[0] = start;
    for (bit, candidate) in candidates.iter().enumerate() {
        let (known, new) = sums.split_at_mut(1 << bit);
        let new = new.iter_mut().zip(known);
        new.for_each(|(new, sum)| *new = *sum + candidate);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_enclose_an_interval() {
        let mut cells = SumsByCell::default();
        for candidates in [&[3, -5, 11, 20, -31, 7][..], &[4; 6], &[1 << 56; 5], &[]] {
            cells.rebuild(candidates);
            let width = cells.cell_width();
            for bound in (-100..100).chain([i64::MIN >> 2, 1 << 57, 1 << 60]) {
                let (start, end) = (cells.at_most(bound), cells.beyond(bound));
                assert!(cells.sums()[..start].iter().all(|&sum| sum < bound));
                assert!(cells.sums()[start..].iter().all(|&sum| sum > bound - width));
                assert!(cells.sums()[end..].iter().all(|&sum| sum > bound));
            }
        }
    }

    #[test]
    fn every_subset_has_its_place() {
        let candidates = [3, -5, 11, 20, -31, 7];
        let mut cells = SumsByCell::default();
        cells.rebuild(&candidates);
        let mut masks = cells.masks().to_vec();
        masks.sort_unstable();
        assert_eq!(masks, (0..64).collect::<Vec<_>>());
        for (&sum, &mask) in cells.sums().iter().zip(cells.masks()) {
            let chosen = (0..6).filter(|bit| mask >> bit & 1 == 1);
            assert_eq!(sum, chosen.map(|bit| candidates[bit]).sum());
        }
    }
}
